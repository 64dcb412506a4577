"""The schedules: when which channel gets its tips."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, select, update

from storage.database import Database
from storage.tip_records import Plan, Schedule, ScheduleState
from storage.tip_rows import insert_unless_there, lock, new_id, schedule_of
from storage.tip_tables import occurrences, schedules
from storage.tips import next_numbers

_NUMBERED = schedules.c.number
_KEPT = schedules.c.state != ScheduleState.REMOVED


class Schedules:
    """The schedules of all queues. Every method raises StoreDown as the Store's do."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(
        self, queue: str, plan: Plan, by: str, at: datetime, next_due: datetime
    ) -> Schedule | None:
        """Make a schedule; None where there is no such queue any more."""

        def work(connection: Connection) -> Schedule | None:
            if not lock(connection, queue):
                return None
            number = next_numbers(connection, queue, "schedules")
            values = asdict(plan) | {"id": new_id(), "queue": queue, "number": number}
            values |= {"state": ScheduleState.ACTIVE, "made_by": by, "made_at": at}
            connection.execute(schedules.insert(), values | {"next_due": next_due})
            return _one(connection, schedules.c.id == values["id"])

        return await self._database.write(work)

    async def of(self, queue: str) -> tuple[Schedule, ...]:
        """Give the schedules of a queue, without those that were removed."""
        wanted = select(schedules).where(schedules.c.queue == queue, _KEPT).order_by(_NUMBERED)
        return await self._all(wanted)

    async def one(self, queue: str, number: int) -> Schedule | None:
        """Give the schedule that has a number, unless it was removed."""
        here = (schedules.c.queue == queue, schedules.c.number == number, _KEPT)
        return await self._database.read(lambda connection: _one(connection, *here))

    async def by_id(self, schedule: str) -> Schedule | None:
        """Give a schedule by its id, also one that was removed."""
        return await self._database.read(lambda on: _one(on, schedules.c.id == schedule))

    async def active(self) -> tuple[Schedule, ...]:
        """Give every schedule that posts."""
        return await self._all(
            select(schedules)
            .where(schedules.c.state == ScheduleState.ACTIVE)
            .order_by(schedules.c.next_due, schedules.c.id)
        )

    async def change(
        self,
        schedule: str,
        *,
        plan: Plan | None = None,
        state: ScheduleState | None = None,
        why: str | None = None,
        next_due: datetime | None = None,
    ) -> Schedule | None:
        """Change what is given; *why* is kept or forgotten with the state."""
        values: dict[str, Any] = asdict(plan) if plan else {}
        if state is not None:
            values |= {"state": state, "why": why}
        if next_due is not None:
            values["next_due"] = next_due

        def work(connection: Connection) -> Schedule | None:
            here = schedules.c.id == schedule
            connection.execute(update(schedules).where(here).values(**values))
            return _one(connection, here)

        return await self._database.write(work)

    async def advance(
        self, schedule: Schedule, came: Sequence[tuple[datetime, str]], next_due: datetime
    ) -> bool:
        """Write down the occurrences that have come, each in its state; go on to the next.

        Does nothing if somebody else was first. An occurrence that is there already stays what
        it is, but for a planned one, which takes the state.
        """

        def work(connection: Connection) -> bool:
            c = schedules.c
            here = (c.id == schedule.id, c.next_due == schedule.next_due)
            active = c.state == ScheduleState.ACTIVE
            moved = update(schedules).where(*here, active).values(next_due=next_due)
            if connection.execute(moved).rowcount != 1:
                return False
            for due_at, state in came:
                _come(connection, schedule, due_at, state)
            return True

        return await self._database.write(work)

    async def _all(self, wanted: Select[Any]) -> tuple[Schedule, ...]:
        return await self._database.read(lambda on: tuple(map(schedule_of, on.execute(wanted))))


def _one(connection: Connection, *where: ColumnElement[bool]) -> Schedule | None:
    row = connection.execute(select(schedules).where(*where)).one_or_none()
    return None if row is None else schedule_of(row)


def _come(connection: Connection, schedule: Schedule, due_at: datetime, state: str) -> None:
    new: dict[str, Any] = {
        "schedule": schedule.id,
        "due_at": due_at,
        "channel": schedule.plan.channel,
    }
    new["since"] = due_at
    if insert_unless_there(connection, occurrences, new | {"state": state}):
        return
    c = occurrences.c
    here = (c.schedule == schedule.id, c.due_at == due_at, c.state == "planned")
    connection.execute(
        update(occurrences).where(*here).values(state=state, channel=schedule.plan.channel)
    )
