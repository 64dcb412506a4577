"""The queues of tips: who shares one, what is in it, and in which order."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from storage.database import Database
from storage.tip_records import NewTip, Tip, TipState
from storage.tip_rows import insert_unless_there, lock, new_id, tip_of
from storage.tip_tables import queue_communities, queues, tips


class Tips:
    """The tips of all queues. Every method raises StoreDown as the Store's do."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def queue_of(self, community: str) -> str:
        """Give the queue of a community, an empty one of its own where it has none."""
        found = await self._database.read(lambda connection: queue_of(connection, community))
        if found is not None:
            return found
        return await self._database.write(lambda connection: queue_made(connection, community))

    async def communities_of(self, queue: str) -> tuple[str, ...]:
        """Name the communities that share a queue."""
        c = queue_communities.c
        wanted = select(c.community).where(c.queue == queue).order_by(c.community)
        return await self._database.read(lambda on: tuple(on.execute(wanted).scalars()))

    async def queues(self) -> tuple[str, ...]:
        """Name every queue."""
        wanted = select(queues.c.id)
        return await self._database.read(lambda on: tuple(on.execute(wanted).scalars()))

    async def add(
        self,
        queue: str,
        new: Sequence[NewTip],
        at: datetime,
        by: tuple[str, str] | None = None,
    ) -> tuple[Tip, ...]:
        """Put tips at the end of a queue; *by* a member of a community they are suggestions."""

        def work(connection: Connection) -> tuple[Tip, ...]:
            if not lock(connection, queue):
                return ()
            who = {"suggested_by": by[0], "suggested_in": by[1]} if by else {}
            state = TipState.SUGGESTED if by else TipState.QUEUED
            ids = [_inserted(connection, queue, each, at, state=state, **who) for each in new]
            return _by_ids(connection, ids)

        return await self._database.write(work)

    async def of(self, queue: str, *states: TipState) -> tuple[Tip, ...]:
        """Give the tips of a queue that are in *states*, in its order; without any, all."""
        wanted = select(tips).where(tips.c.queue == queue).order_by(tips.c.place, tips.c.number)
        if states:
            wanted = wanted.where(tips.c.state.in_(states))
        return await self._database.read(lambda on: tuple(map(tip_of, on.execute(wanted))))

    async def tip(self, queue: str, number: int) -> Tip | None:
        """Give the tip that has a number."""
        return await self._database.read(lambda connection: _numbered(connection, queue, number))

    async def by_id(self, tip: str) -> Tip | None:
        """Give a tip by its id."""
        found = await self._database.read(lambda connection: _by_ids(connection, [tip]))
        return found[0] if found else None

    async def edit(self, queue: str, number: int, **values: str | None) -> Tip | None:
        """Change what a tip says; gives it as it is then."""

        def work(connection: Connection) -> Tip | None:
            here = (tips.c.queue == queue, tips.c.number == number)
            connection.execute(update(tips).where(*here).values(**values))
            return _numbered(connection, queue, number)

        return await self._database.write(work)

    async def decide(  # noqa: PLR0913  # what one decision says
        self,
        queue: str,
        number: int,
        state: TipState,
        *,
        of: Iterable[TipState],
        reason: str | None = None,
        seen: str | None = None,
    ) -> Tip | None:
        """Bring a tip into *state* if it is in one of the states *of*; None where it is not.

        *seen* is what its cited entries say now; None leaves what is kept.
        """
        values: dict[str, Any] = {"state": state, "reason": reason}
        if seen is not None:
            values["seen"] = seen

        def work(connection: Connection) -> Tip | None:
            here = (tips.c.queue == queue, tips.c.number == number, tips.c.state.in_(list(of)))
            done = connection.execute(update(tips).where(*here).values(**values)).rowcount
            return _numbered(connection, queue, number) if done else None

        return await self._database.write(work)

    async def move(self, queue: str, number: int, to: int) -> bool:
        """Let a queued tip be the *to*-th of the queue, counted from 1; the last at most."""

        def work(connection: Connection) -> bool:
            lock(connection, queue)
            wanted = select(tips.c.number).where(tips.c.queue == queue)
            wanted = wanted.where(tips.c.state == TipState.QUEUED)
            wanted = wanted.order_by(tips.c.place, tips.c.number)
            order = list(connection.execute(wanted).scalars())
            if number not in order:
                return False
            order.remove(number)
            order.insert(max(to - 1, 0), number)
            for place, each in enumerate(order):
                here = (tips.c.queue == queue, tips.c.number == each)
                connection.execute(update(tips).where(*here).values(place=place))
            return True

        return await self._database.write(work)


def queue_of(connection: Connection, community: str) -> str | None:
    """Look up a community's queue."""
    c = queue_communities.c
    found: str | None = connection.scalar(select(c.queue).where(c.community == community))
    return found


def queue_made(connection: Connection, community: str) -> str:
    """Give a community's queue, made here where there is none."""
    made = new_id()
    connection.execute(queues.insert(), {"id": made, "tips": 0, "schedules": 0})
    member = {"community": community, "queue": made}
    if insert_unless_there(connection, queue_communities, member):
        return made
    connection.execute(delete(queues).where(queues.c.id == made))
    return queue_of(connection, community) or made


def next_numbers(connection: Connection, queue: str, what: str) -> int:
    """Give the next number for a tip or a schedule; the queue is locked."""
    column = queues.c[what]
    counted = update(queues).where(queues.c.id == queue).values({what: column + 1})
    return int(connection.execute(counted.returning(column)).scalar_one())


def copied(connection: Connection, tip: Tip, queue: str) -> str:
    """Put a copy of a tip at the end of another queue; gives its id."""
    new = NewTip(tip.text, tip.link, tip.role, tip.topic, tip.cites, tip.seen, tip.origin)
    kept = {name: getattr(tip, name) for name in ("suggested_by", "suggested_in", "reason")}
    return _inserted(connection, queue, new, tip.added_at, state=tip.state, **kept)


def _inserted(
    connection: Connection, queue: str, new: NewTip, at: datetime, **more: str | None
) -> str:
    last = connection.scalar(select(func.max(tips.c.place)).where(tips.c.queue == queue))
    values: dict[str, Any] = {**asdict(new), "cites": " ".join(new.cites), **more}
    values |= {"id": new_id(), "queue": queue, "added_at": at}
    values["number"] = next_numbers(connection, queue, "tips")
    values["place"] = 0 if last is None else last + 1
    connection.execute(tips.insert(), values)
    return str(values["id"])


def _numbered(connection: Connection, queue: str, number: int) -> Tip | None:
    wanted = select(tips).where(tips.c.queue == queue, tips.c.number == number)
    row = connection.execute(wanted).one_or_none()
    return None if row is None else tip_of(row)


def _by_ids(connection: Connection, ids: Sequence[str]) -> tuple[Tip, ...]:
    rows = connection.execute(select(tips).where(tips.c.id.in_(ids)).order_by(tips.c.number))
    return tuple(map(tip_of, rows))
