"""The statements of one shape, each built once: to build one takes longer than to run it.

What a statement is given, other than the values of an INSERT, must not have a column's name:
SQLAlchemy would take it for a value to set.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.tables import answers, editions, preferences, takes, totals

UNFINISHED = takes.c.finished_at.is_(None)
FINISHED = takes.c.finished_at.is_not(None)


def takes_where(
    *where: ColumnElement[bool], newest: ColumnElement[Any] = takes.c.touched_at
) -> Select[Any]:
    """Select takes with their answers, newest first: in one, so that answers and position agree."""
    return (
        select(takes, answers.c.item, answers.c.option, answers.c.answered_at)
        .outerjoin_from(takes, answers)
        .where(*where)
        .order_by(newest.desc(), takes.c.id, answers.c.answered_at, answers.c.item)
    )


_WHOSE = takes.c.owner == bindparam("whose")
_MINE = (takes.c.id == bindparam("take_id"), _WHOSE)
_OPEN = (_WHOSE, takes.c.quiz == bindparam("of_quiz"), UNFINISHED)
_change = update(takes).where(*_MINE, UNFINISHED)
_touch: dict[str, Any] = {"touched_at": bindparam("at")}

EDITION = select(editions).where(editions.c.version == bindparam("wanted"))
ONE = takes_where(*_MINE)
OPEN = takes_where(*_OPEN)
UNFINISHED_OF = takes_where(_WHOSE, UNFINISHED)
EVERY_OF = takes_where(_WHOSE, newest=takes.c.started_at)
TOUCH = update(takes).where(*_OPEN, takes.c.touched_at < bindparam("at")).values(_touch)
STEP = _change.where(takes.c.position == bindparam("here")).values(
    position=bindparam("there"), **_touch
)
STEP_ON = STEP.where(
    takes.c.version == bindparam("of_edition"), takes.c.doubled.is_distinct_from(bindparam("ahead"))
)
DOUBLE = _change.where(takes.c.doubled.is_distinct_from(bindparam("twice"))).values(
    doubled=bindparam("twice"), **_touch
)
PREFERENCES = select(preferences).where(preferences.c.community == bindparam("wanted"))
FORGET_PREFERENCE = delete(preferences).where(
    preferences.c.community == bindparam("wanted"), preferences.c.name == bindparam("called")
)
FINISH = _change.values(finished_at=bindparam("at"), **_touch)


@dataclass(frozen=True, slots=True)
class Inserts:
    """What is inserted unless it is there; a new answer and new totals replace what is there."""

    edition: Any  # SQLAlchemy has no type for what both dialects' INSERTs can do
    take: Any
    answer: Any
    totals: Any
    preference: Any


def _inserts(insert: Callable[..., Any]) -> Inserts:
    answer, shown, preferred = insert(answers), insert(totals), insert(preferences)
    return Inserts(
        edition=insert(editions).on_conflict_do_nothing(),
        take=insert(takes).on_conflict_do_nothing(),
        answer=answer.on_conflict_do_update(
            index_elements=["take", "item"],
            set_={name: answer.excluded[name] for name in ("option", "answered_at")},
        ),
        totals=shown.on_conflict_do_update(
            index_elements=["community", "name"],
            set_={name: shown.excluded[name] for name in ("figures", "takes")},
        ),
        preference=preferred.on_conflict_do_update(
            index_elements=["community", "name"], set_={"value": preferred.excluded.value}
        ),
    )


INSERTS = {"sqlite": _inserts(sqlite.insert), "postgresql": _inserts(postgresql.insert)}
