"""Communities that share a queue: joined by a code, and parted with a copy for each."""

import secrets
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from storage.database import Database
from storage.tip_records import TipState
from storage.tip_rows import lock, new_id, tip_of
from storage.tip_tables import (
    audit,
    link_codes,
    notices,
    occurrences,
    queue_communities,
    queues,
    schedules,
    tips,
)
from storage.tips import copied, next_numbers, queue_made, queue_of

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that looks like another
_LENGTH = 10  # letters of 5 bits each
_member = queue_communities.c


class Links:
    """Which communities share a queue. Every method raises StoreDown as the Store's do."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def code(self, community: str, by: str, now: datetime, expires_at: datetime) -> str:
        """Make a code that joins another community to this one's queue, once, until then."""
        made = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
        values = {"code": made, "community": community, "made_by": by, "expires_at": expires_at}

        def work(connection: Connection) -> None:
            old = (link_codes.c.community == community) | (link_codes.c.expires_at <= now)
            connection.execute(delete(link_codes).where(old))
            connection.execute(link_codes.insert(), values)

        await self._database.write(work)
        return made

    async def join(self, code: str, community: str, now: datetime) -> str | None:
        """Let a community, and all that it is joined with, share the queue that a code is for.

        Gives the community that made the code; None where the code is not good, or is its own.
        """

        def work(connection: Connection) -> str | None:
            c = link_codes.c
            good = (c.code == code, c.expires_at > now, c.community != community)
            made = delete(link_codes).where(*good).returning(c.community)
            other: str | None = connection.scalar(made)
            if other is None:
                return None
            theirs = queue_of(connection, other) or queue_made(connection, other)
            ours = queue_of(connection, community) or queue_made(connection, community)
            if ours != theirs:
                _merge(connection, ours, theirs)
            return other

        return await self._database.write(work)

    async def part(self, community: str) -> bool:
        """Give a community a queue of its own, with a copy of all that it shared."""

        def work(connection: Connection) -> bool:
            shared = queue_of(connection, community)
            alone = shared is None or not _others(connection, shared, community)
            if shared is None or alone:
                return False
            lock(connection, shared)
            _part(connection, shared, community)
            return True

        return await self._database.write(work)


def _others(connection: Connection, queue: str, community: str) -> bool:
    wanted = select(_member.community).where(_member.queue == queue, _member.community != community)
    return connection.execute(wanted.limit(1)).one_or_none() is not None


def _merge(connection: Connection, ours: str, theirs: str) -> None:
    """Bring all of one queue into another, whose tips come first; what is there twice goes."""
    for queue in sorted((ours, theirs)):  # in one order, lest two wait for each other
        lock(connection, queue)
    known = {
        row.text: row.id
        for row in connection.execute(select(tips).where(tips.c.queue == theirs, _LIVE))
    }
    wanted = select(tips).where(tips.c.queue == ours).order_by(tips.c.place, tips.c.number)
    last = 1_000_000  # behind all: places count for their order alone
    for at, tip in enumerate(map(tip_of, connection.execute(wanted).all())):
        twin = known.get(tip.text)
        here = tips.c.id == tip.id
        if twin is not None:
            had = update(occurrences).where(occurrences.c.tip == tip.id).values(tip=twin)
            connection.execute(had)
            connection.execute(delete(tips).where(here))
            continue
        number = next_numbers(connection, theirs, "tips")
        values = {"queue": theirs, "number": number, "place": last + at}
        connection.execute(update(tips).where(here).values(values))
    _move_schedules(connection, select(schedules.c.id).where(schedules.c.queue == ours), theirs)
    for table in (queue_communities, audit):
        moved = update(table).where(table.c.queue == ours).values(queue=theirs)
        connection.execute(moved)
    connection.execute(delete(notices).where(notices.c.queue == ours))
    connection.execute(delete(queues).where(queues.c.id == ours))


_LIVE = tips.c.state.in_([TipState.QUEUED, TipState.HELD, TipState.SUGGESTED])


def _move_schedules(connection: Connection, ids: object, queue: str) -> None:
    for schedule in connection.execute(ids).scalars().all():  # type: ignore[call-overload]
        number = next_numbers(connection, queue, "schedules")
        here = schedules.c.id == schedule
        connection.execute(update(schedules).where(here).values(queue=queue, number=number))


def _part(connection: Connection, shared: str, community: str) -> None:
    queue = new_id()
    connection.execute(queues.insert(), {"id": queue, "tips": 0, "schedules": 0})
    here = _member.community == community
    connection.execute(update(queue_communities).where(here).values(queue=queue))
    leaving = select(schedules.c.id).where(
        schedules.c.queue == shared, schedules.c.community == community
    )
    mine = connection.execute(leaving).scalars().all()
    wanted = select(tips).where(tips.c.queue == shared).order_by(tips.c.place, tips.c.number)
    for tip in map(tip_of, connection.execute(wanted).all()):
        copy = copied(connection, tip, queue)
        its = (occurrences.c.schedule.in_(mine), occurrences.c.tip == tip.id)
        connection.execute(update(occurrences).where(*its).values(tip=copy))
    _move_schedules(connection, leaving, queue)
    lines = select(audit).where(audit.c.queue == shared).order_by(audit.c.id)
    for row in connection.execute(lines).all():
        line = {"queue": queue, "at": row.at, "who": row.who, "deed": row.deed, "about": row.about}
        connection.execute(audit.insert(), line)
