"""What the facets of weekly tips share: rows into records, and the lock of a queue."""

import secrets
from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import Connection, Row, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.tip_records import (
    Deed,
    Missed,
    Occurrence,
    OccurrenceState,
    Plan,
    Receipt,
    Schedule,
    ScheduleState,
    Step,
    StepState,
    Tip,
    TipState,
)
from storage.tip_tables import queues

# SQLAlchemy has no type for what both dialects' INSERTs can do
_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
PLAN: Final = tuple(Plan.__dataclass_fields__)
_TIP: Final = tuple(Tip.__dataclass_fields__)


def insert_unless_there(connection: Connection, table: Any, values: Any) -> bool:
    """Insert a row, and tell whether it was not there."""
    insert = _INSERTS[connection.dialect.name](table).on_conflict_do_nothing()
    key = next(iter(table.primary_key))  # a driver need not count what it inserts
    return connection.execute(insert.returning(key), values).one_or_none() is not None


def lock(connection: Connection, queue: str) -> bool:
    """Let one transaction at a time change a queue; tell whether there is such a queue."""
    held = select(queues.c.id).where(queues.c.id == queue).with_for_update()
    return connection.execute(held).one_or_none() is not None


def new_id() -> str:
    """Make an id that nobody else has."""
    return secrets.token_urlsafe(9)


def tip_of(row: Row[Any]) -> Tip:
    """Read a tip."""
    values = {name: getattr(row, name) for name in _TIP}
    state, cites = TipState(row.state), tuple(row.cites.split())
    return Tip(**{**values, "state": state, "cites": cites})


def schedule_of(row: Row[Any]) -> Schedule:
    """Read a schedule."""
    plan = {name: getattr(row, name) for name in PLAN}
    return Schedule(
        id=row.id,
        queue=row.queue,
        number=row.number,
        plan=Plan(**{**plan, "missed": Missed(row.missed)}),
        state=ScheduleState(row.state),
        why=row.why,
        next_due=row.next_due,
        made_by=row.made_by,
        made_at=row.made_at,
    )


def deed_of(row: Row[Any]) -> Deed:
    """Read a line of the audit."""
    return Deed(row.at, row.who, row.deed, row.about)


def occurrence_of(row: Row[Any], receipts: Iterable[Row[Any]]) -> Occurrence:
    """Read an occurrence and what came of its steps."""
    return Occurrence(
        schedule=row.schedule,
        due_at=row.due_at,
        channel=row.channel,
        state=OccurrenceState(row.state),
        since=row.since,
        tip=row.tip,
        message=row.message,
        posted_at=row.posted_at,
        owner=row.owner,
        leased_until=row.leased_until,
        retry_at=row.retry_at,
        receipts={
            Step(each.step): Receipt(
                Step(each.step), StepState(each.state), each.tries, each.says, each.at
            )
            for each in receipts
        },
    )
