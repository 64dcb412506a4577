"""The statements: each method is what happens to takes within one transaction."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Executable,
    Row,
    delete,
    func,
    select,
    union,
    update,
)

from storage.prepared import run
from storage.records import Advance, Answer, Edition, Take, Totals
from storage.statements import (
    DOUBLE,
    EDITION,
    EVERY_OF,
    FINISH,
    FINISHED,
    INSERTS,
    ONE,
    OPEN,
    STEP,
    STEP_ON,
    TOUCH,
    UNFINISHED,
    UNFINISHED_OF,
    takes_where,
)
from storage.tables import preferences, takes, totals
from storage.tip_persons import forget_person, forget_tips_of
from storage.tip_tables import queue_communities


class Takes:
    """The takes, seen through the connection of a transaction that is under way."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._insert = INSERTS[connection.dialect.name]

    def keep_edition(self, edition: Edition) -> None:
        """Keep what is not there yet; a version never changes."""
        self._connection.execute(self._insert.edition, asdict(edition))

    def edition(self, version: str) -> Edition | None:
        """Give the quiz as it was."""
        row = self._connection.execute(EDITION, {"wanted": version}).one_or_none()
        return None if row is None else Edition(row.version, row.quiz, row.definition)

    def open(
        self, owner: str, community: str | None, quiz: str, version: str, at: datetime
    ) -> Take:
        """Go on with the unfinished take, or begin one."""
        mine = {"whose": owner, "of_quiz": quiz}
        start: dict[str, Any] = {"started_at": at, "touched_at": at, "position": 0}
        start |= {"owner": owner, "community": community, "quiz": quiz, "version": version}
        while True:  # PostgreSQL: the one that stood in the way may be gone when we look for it
            self._connection.execute(TOUCH, mine | {"at": at})
            found = self._these(OPEN, mine)
            if found:
                return found[0]
            self._connection.execute(self._insert.take, start | {"id": secrets.token_urlsafe(9)})

    def one(self, take_id: str, owner: str) -> Take | None:
        """Give a take to its owner."""
        return next(iter(self._these(ONE, {"take_id": take_id, "whose": owner})), None)

    def finished(self, owner: str, quiz: str | None) -> tuple[Take, ...]:
        """Give an owner's results, newest first."""
        of_quiz = () if quiz is None else (takes.c.quiz == quiz,)
        wanted = (takes.c.owner == owner, FINISHED, *of_quiz)
        return self._these(takes_where(*wanted, newest=takes.c.finished_at))

    def unfinished(self, owner: str) -> tuple[Take, ...]:
        """Give what an owner has begun, the latest touched first."""
        return self._these(UNFINISHED_OF, {"whose": owner})

    def every(self, owner: str) -> tuple[Take, ...]:
        """Give all of an owner's takes, the latest begun first."""
        return self._these(EVERY_OF, {"whose": owner})

    def step(self, take_id: str, owner: str, at_position: int, position: int, at: datetime) -> bool:
        """Go to *position* if the take is at *at_position*: the one guard against late clicks."""
        return self._changed(STEP, take_id, owner, here=at_position, there=position, at=at)

    def step_on(self, on: Advance, at: datetime) -> bool:
        """Go to the next position, if all is as *on* takes it to be; say whether it was."""
        mine = {"take_id": on.take, "whose": on.owner, "of_edition": on.edition}
        where = {"here": on.position, "there": on.position + 1, "ahead": on.ahead, "at": at}
        return run(self._connection, STEP_ON, mine | where) == 1

    def answer(self, take_id: str, item: str, option: str | None, at: datetime) -> None:
        """Write an answer, over an earlier one if there is one."""
        new = {"take": take_id, "item": item, "option": option, "answered_at": at}
        run(self._connection, self._insert.answer, new)

    def double(self, take_id: str, owner: str, item: str | None, at: datetime) -> None:
        """Let one item count double, or none."""
        self._changed(DOUBLE, take_id, owner, twice=item, at=at)

    def finish(self, take_id: str, owner: str, at: datetime) -> None:
        """Finish what is not finished."""
        self._changed(FINISH, take_id, owner, at=at)

    def abandon(self, take_id: str, owner: str) -> bool:
        """Delete what is not finished."""
        mine = (takes.c.id == take_id, takes.c.owner == owner, UNFINISHED)
        return self.delete(*mine) == 1

    def delete(self, *where: ColumnElement[bool]) -> int:
        """Delete takes; their answers go with them."""
        return self._connection.execute(delete(takes).where(*where)).rowcount

    def erase(self, owner: str) -> int:
        """Delete all that is kept of an owner; gives the number of takes."""
        forget_person(self._connection, owner)
        return self.delete(takes.c.owner == owner)

    def prune(self, before: datetime) -> int:
        """Delete what was begun and then forgotten."""
        return self.delete(UNFINISHED, takes.c.touched_at < before)

    def part(self, community: str, owner: str | None = None) -> int:
        """Part takes from a community; to their owners they stay."""
        whose = () if owner is None else (takes.c.owner == owner,)
        there = takes.c.community == community
        return self._connection.execute(
            update(takes).where(there, *whose).values(community=None)
        ).rowcount

    def latest(
        self, community: str, quiz: str, version: str | None
    ) -> tuple[tuple[Take, Take | None], ...]:
        """Give each owner's newest result in a community, and the one before it."""
        of_version = () if version is None else (takes.c.version == version,)
        newest = takes.c.finished_at.desc()
        nth = func.row_number().over(partition_by=takes.c.owner, order_by=(newest, takes.c.id))
        there = (takes.c.community == community, takes.c.quiz == quiz, FINISHED)
        ranked = select(takes.c.id, nth.label("nth")).where(*there, *of_version).subquery()
        last_two = takes.c.id.in_(select(ranked.c.id).where(ranked.c.nth <= 2))  # noqa: PLR2004
        by_owner: dict[str, list[Take]] = {}
        for take in self._these(takes_where(last_two, newest=takes.c.finished_at)):
            by_owner.setdefault(take.owner, []).append(take)
        return tuple((first, rest[0] if rest else None) for first, *rest in by_owner.values())

    def communities(self) -> frozenset[str]:
        """Name every community that something kept belongs to."""
        named = union(
            select(takes.c.community).where(takes.c.community.is_not(None)),
            select(totals.c.community),
            select(preferences.c.community),
            select(queue_communities.c.community),
        )
        return frozenset(self._connection.execute(named).scalars())

    def totals(self, community: str, name: str) -> Totals | None:
        """Give the figures that were last shown under a name."""
        here = (totals.c.community == community, totals.c.name == name)
        row = self._connection.execute(select(totals).where(*here)).one_or_none()
        if row is None:
            return None
        return Totals(row.community, row.name, row.figures, frozenset(row.takes.split()))

    def keep_totals(self, kept: Totals) -> None:
        """Keep figures, in place of those under the same name."""
        new = asdict(kept) | {"takes": " ".join(sorted(kept.takes))}
        self._connection.execute(self._insert.totals, new)

    def forget_community(self, community: str) -> None:
        """Delete every figure about a community, and what its moderators have set."""
        forget_tips_of(self._connection, community)
        for table in (totals, preferences):
            self._connection.execute(delete(table).where(table.c.community == community))

    def _these(
        self, wanted: Executable, values: Mapping[str, object] | None = None
    ) -> tuple[Take, ...]:
        return tuple(_folded(self._connection.execute(wanted, values)))

    def _changed(self, change: Executable, take_id: str, owner: str, **values: object) -> bool:
        """Change an unfinished take, and say whether there was one to change."""
        done = self._connection.execute(change, {"take_id": take_id, "whose": owner, **values})
        return done.rowcount == 1


def _folded(rows: Iterable[Row[Any]]) -> Iterable[Take]:
    """Fold rows of a take and an answer each into takes."""
    by_take: dict[str, tuple[Row[Any], list[Answer]]] = {}
    for row in rows:
        _, given = by_take.setdefault(row.id, (row, []))
        if row.item is not None:
            given.append(Answer(row.item, row.option, row.answered_at))
    return (_take(row, tuple(given)) for row, given in by_take.values())


def _take(row: Row[Any], given: tuple[Answer, ...]) -> Take:
    return Take(
        id=row.id,
        owner=row.owner,
        community=row.community,
        quiz=row.quiz,
        version=row.version,
        position=row.position,
        doubled=row.doubled,
        started_at=row.started_at,
        touched_at=row.touched_at,
        finished_at=row.finished_at,
        answers={answer.item: answer.option for answer in given},
        given=given,
    )
