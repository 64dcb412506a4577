"""The statements: each method is what happens to takes within one transaction."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.records import Answer, Edition, Take, Totals
from storage.tables import answers, editions, takes, totals

_UNFINISHED = takes.c.finished_at.is_(None)
_FINISHED = takes.c.finished_at.is_not(None)


class Takes:
    """The takes, seen through the connection of a transaction that is under way."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        # One class for each dialect, of one shape: SQLAlchemy has no common ON CONFLICT.
        self._insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert

    def keep_edition(self, edition: Edition) -> None:
        """Keep what is not there yet; a version never changes."""
        new = self._insert(editions).values(
            version=edition.version, quiz=edition.quiz, definition=edition.definition
        )
        self._connection.execute(new.on_conflict_do_nothing())

    def edition(self, version: str) -> Edition | None:
        """Give the quiz as it was."""
        row = self._connection.execute(
            select(editions).where(editions.c.version == version)
        ).one_or_none()
        return None if row is None else Edition(row.version, row.quiz, row.definition)

    def open(
        self, owner: str, community: str | None, quiz: str, version: str, at: datetime
    ) -> Take:
        """Go on with the unfinished take, or begin one."""
        mine = (takes.c.owner == owner, takes.c.quiz == quiz, _UNFINISHED)
        start: dict[str, Any] = {"started_at": at, "touched_at": at, "position": 0}
        start |= {"owner": owner, "community": community, "quiz": quiz, "version": version}
        while True:  # PostgreSQL: the one that stood in the way may be gone when we look for it
            self._connection.execute(
                update(takes).where(*mine, takes.c.touched_at < at).values(touched_at=at)
            )
            found = self.these(*mine)
            if found:
                return found[0]
            new = self._insert(takes).values(id=secrets.token_urlsafe(9), **start)
            self._connection.execute(new.on_conflict_do_nothing())

    def one(self, take_id: str, owner: str) -> Take | None:
        """Give a take to its owner."""
        return next(iter(self.these(takes.c.id == take_id, takes.c.owner == owner)), None)

    def these(
        self, *where: ColumnElement[bool], newest: ColumnElement[Any] = takes.c.touched_at
    ) -> tuple[Take, ...]:
        """Give takes, newest first. One statement, so that answers and position agree."""
        rows = self._connection.execute(
            select(takes, answers.c.item, answers.c.option, answers.c.answered_at)
            .outerjoin_from(takes, answers)
            .where(*where)
            .order_by(newest.desc(), takes.c.id, answers.c.answered_at, answers.c.item)
        )
        return tuple(_folded(rows))

    def finished(self, owner: str, quiz: str | None) -> tuple[Take, ...]:
        """Give an owner's results, newest first."""
        of_quiz = () if quiz is None else (takes.c.quiz == quiz,)
        return self.these(takes.c.owner == owner, _FINISHED, *of_quiz, newest=takes.c.finished_at)

    def unfinished(self, owner: str) -> tuple[Take, ...]:
        """Give what an owner has begun, the latest touched first."""
        return self.these(takes.c.owner == owner, _UNFINISHED)

    def every(self, owner: str) -> tuple[Take, ...]:
        """Give all of an owner's takes, the latest begun first."""
        return self.these(takes.c.owner == owner, newest=takes.c.started_at)

    def step(self, take_id: str, owner: str, at_position: int, position: int, at: datetime) -> bool:
        """Go to *position* if the take is at *at_position*: the one guard against late clicks."""
        here = takes.c.position == at_position
        return self._changed(take_id, owner, here, position=position, touched_at=at)

    def answer(self, take_id: str, item: str, option: str | None, at: datetime) -> None:
        """Write an answer, over an earlier one if there is one."""
        new = self._insert(answers).values(take=take_id, item=item, option=option, answered_at=at)
        self._connection.execute(
            new.on_conflict_do_update(
                index_elements=["take", "item"], set_={"option": option, "answered_at": at}
            )
        )

    def double(self, take_id: str, owner: str, item: str | None, at: datetime) -> None:
        """Let one item count double, or none."""
        other = takes.c.doubled.is_distinct_from(item)
        self._changed(take_id, owner, other, doubled=item, touched_at=at)

    def finish(self, take_id: str, owner: str, at: datetime) -> None:
        """Finish what is not finished."""
        self._changed(take_id, owner, finished_at=at, touched_at=at)

    def abandon(self, take_id: str, owner: str) -> bool:
        """Delete what is not finished."""
        mine = (takes.c.id == take_id, takes.c.owner == owner, _UNFINISHED)
        return self.delete(*mine) == 1

    def delete(self, *where: ColumnElement[bool]) -> int:
        """Delete takes; their answers go with them."""
        return self._connection.execute(delete(takes).where(*where)).rowcount

    def erase(self, owner: str) -> int:
        """Delete all that is kept of an owner."""
        return self.delete(takes.c.owner == owner)

    def prune(self, before: datetime) -> int:
        """Delete what was begun and then forgotten."""
        return self.delete(_UNFINISHED, takes.c.touched_at < before)

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
        there = (takes.c.community == community, takes.c.quiz == quiz, _FINISHED)
        ranked = select(takes.c.id, nth.label("nth")).where(*there, *of_version).subquery()
        last_two = takes.c.id.in_(select(ranked.c.id).where(ranked.c.nth <= 2))  # noqa: PLR2004
        by_owner: dict[str, list[Take]] = {}
        for take in self.these(last_two, newest=takes.c.finished_at):
            by_owner.setdefault(take.owner, []).append(take)
        return tuple((first, rest[0] if rest else None) for first, *rest in by_owner.values())

    def totals(self, community: str, name: str) -> Totals | None:
        """Give the figures that were last shown under a name."""
        here = (totals.c.community == community, totals.c.name == name)
        row = self._connection.execute(select(totals).where(*here)).one_or_none()
        if row is None:
            return None
        return Totals(row.community, row.name, row.figures, frozenset(row.takes.split()))

    def keep_totals(self, kept: Totals) -> None:
        """Keep figures, in place of those under the same name."""
        values = {"figures": kept.figures, "takes": " ".join(sorted(kept.takes))}
        new = self._insert(totals).values(community=kept.community, name=kept.name, **values)
        self._connection.execute(
            new.on_conflict_do_update(index_elements=["community", "name"], set_=values)
        )

    def forget_totals(self, community: str) -> None:
        """Delete every figure about a community."""
        self._connection.execute(delete(totals).where(totals.c.community == community))

    def _changed(
        self, take_id: str, owner: str, *where: ColumnElement[bool], **values: object
    ) -> bool:
        """Change an unfinished take, and say whether there was one to change."""
        mine = (takes.c.id == take_id, takes.c.owner == owner, _UNFINISHED)
        change = update(takes).where(*mine, *where).values(**values)
        return self._connection.execute(change).rowcount == 1


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
