"""Storage of queues, which several communities can share.

A queue has tips and schedules, and what a community has taught the bot.
"""

import secrets
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from storage.engine.database import Database, Repository, Session
from storage.queries import Query
from storage.values import Row, read_all, row_reader

T = TypeVar("T")

_CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without letters and digits that look alike
_CODE_LENGTH = 10  # letters of 5 bits each


class QueueRecords(Repository, ABC):
    """Base class of repositories whose records follow their queue when communities share it.

    The methods run in the transaction of *session*, which has locked the queues.
    """

    async def _fetch_numbered(self, query: Query, kind: type[T], **values: Any) -> tuple[T, ...]:
        """Return the rows of *query*, which returns a page of rows after the number *after*.

        Converting hundreds of rows at once would hold up everything else for milliseconds.
        """
        found: list[T] = []
        rows: Sequence[Row] = await self._reads.fetch(query, **values, after=0)
        while rows:
            found += read_all(row_reader(kind), rows)
            rows = await self._reads.fetch(query, **values, after=rows[-1]["number"])
        return tuple(found)

    @abstractmethod
    async def merge(self, session: Session, ours: str, theirs: str) -> None:
        """Move the records of the queue *ours* to the queue *theirs*."""

    @abstractmethod
    async def copy(self, session: Session, shared: str, queue: str, community: str) -> None:
        """Copy records of the queue *shared* to *queue*, the new queue of *community*."""

    @abstractmethod
    async def delete(self, session: Session, queue: str) -> None:
        """Delete all records of a queue."""


class Queues(Repository):
    """The queues of all communities. A community's queue is created on first use."""

    def __init__(self, database: Database, records: Iterable[QueueRecords]) -> None:
        """Use *database*; *records* are the repositories whose records follow their queue."""
        super().__init__(database)
        self._records = tuple(records)

    async def revision(self, community: str) -> tuple[str, int] | None:
        """Return the id and the revision of a community's queue, or None if it has no queue.

        The pair changes with every change of the community's answers and hidden statements.
        """
        rows = await self._reads.fetch(self._sql.revision, community=community)
        return (rows[0]["id"], rows[0]["revision"]) if rows else None

    async def get_or_create(self, community: str) -> str:
        """Return the id of a community's queue, creating an empty one if needed."""
        found: str | None = await self._reads.fetch_value(self._sql.get, community=community)
        if found is not None:
            return found
        new = _new_id()
        return await self._transaction(lambda session: self._get_or_create(session, community, new))

    async def list_communities(self, queue: str) -> tuple[str, ...]:
        """Return the ids of the communities that share a queue."""
        return await self._reads.fetch_column(self._sql.list_communities, queue=queue)

    async def list_all(self) -> tuple[str, ...]:
        """Return the ids of all queues."""
        return await self._reads.fetch_column(self._sql.list_all)

    async def create_join_code(
        self, community: str, made_by: str, now: datetime, expires_at: datetime
    ) -> str:
        """Create and return a code with which one other community can join a community's queue.

        *made_by* is the id of the moderator who asked for the code, and *expires_at* the end of its
        validity.
        """
        code = "".join(secrets.choice(_CODE_LETTERS) for _ in range(_CODE_LENGTH))

        async def work(session: Session) -> None:
            await session.execute(self._sql.delete_codes, community=community, now=now)
            values = {"community": community, "made_by": made_by, "expires_at": expires_at}
            await session.execute(self._sql.add_code, code=code, **values)

        await self._transaction(work)
        return code

    async def join(self, code: str, community: str, now: datetime) -> str | None:
        """Merge a community's queue into the queue of the community that created *code*.

        Other communities that share the merged queue move with it. Return the community that
        created the code, or None if the code is invalid, expired or the community's own.
        """
        new = (_new_id(), _new_id())

        async def work(session: Session) -> str | None:
            good = {"code": code, "community": community, "now": now}
            other: str | None = await session.fetch_value(self._sql.use_code, **good)
            if other is None:
                return None
            theirs, ours = await self._lock(session, (other, community), new)
            if ours != theirs:
                await self._merge(session, ours, theirs)
            return other

        return await self._transaction(work)

    async def leave(self, community: str) -> bool:
        """Move a community from a shared queue to its own copy of that queue.

        Return False, without a change, if no other community shares the queue.
        """
        new, copy = _new_id(), _new_id()

        async def work(session: Session) -> bool:
            [shared] = await self._lock(session, (community,), (new,))
            if len(await session.fetch_column(self._sql.list_communities, queue=shared)) == 1:
                return False
            await self._copy(session, shared, copy, community)
            return True

        return await self._transaction(work)

    async def erase(self, session: Session, owner: str) -> int:
        """Delete the join codes that the person *owner* created; return their number."""
        return await session.execute(self._sql.erase, owner=owner)

    async def erase_community(self, session: Session, community: str) -> None:
        """Delete a community's schedules and join codes, and its queue unless others share it.

        Deleting a queue deletes its tips, schedules, audit log, notices and blocks, and the records
        of the other repositories.
        """
        await session.execute(self._sql.delete_codes_of_community, community=community)
        await session.execute(self._sql.delete_cards_of_community, community=community)
        if await session.fetch_value(self._sql.get, community=community) is None:
            return
        [queue] = await self._lock(session, (community,), (_new_id(),))
        await session.execute(self._sql.delete_community, community=community)
        if await session.fetch_column(self._sql.list_communities, queue=queue):
            await session.execute(self._sql.delete_schedules_of_community, community=community)
            return
        await session.execute(self._sql.delete_schedules, queue=queue)
        await session.execute(self._sql.delete_tips, queue=queue)
        await session.execute(self._sql.delete_audit, queue=queue)
        await session.execute(self._sql.delete_notices, queue=queue)
        await session.execute(self._sql.delete_blocks, queue=queue)
        for records in self._records:
            await records.delete(session, queue)
        await session.execute(self._sql.delete, queue=queue)

    async def _get_or_create(self, session: Session, community: str, new: str) -> str:
        """Return the id of a community's queue; create one with the id *new* if it has none."""
        found: str | None = await session.fetch_value(self._sql.get, community=community)
        if found is not None:
            return found
        while found is None:  # PostgreSQL: a conflicting row may be deleted meanwhile
            await session.execute(self._sql.add, queue=new)
            await session.execute(self._sql.add_community, community=community, queue=new)
            found = await session.fetch_value(self._sql.get, community=community)
        if found != new:
            await session.execute(self._sql.delete, queue=new)
        return found

    async def _lock(
        self, session: Session, communities: tuple[str, ...], new: tuple[str, ...]
    ) -> list[str]:
        """Lock the communities' queues until the transaction ends, and return the queues' ids.

        A community without a queue gets one, with the id at the same position in *new*.
        """
        pairs = list(zip(communities, new, strict=True))
        while True:
            queues = [await self._get_or_create(session, *pair) for pair in pairs]
            for queue in sorted(set(queues)):  # always in this order, to avoid deadlocks
                await session.execute(self._sql.lock, queue=queue)
            if queues == [await self._get_or_create(session, *pair) for pair in pairs]:
                return queues

    async def _merge(self, session: Session, ours: str, theirs: str) -> None:
        """Move everything in the queue *ours* to the end of *theirs*, without duplicate tips."""
        both = {"ours": ours, "theirs": theirs}
        await session.execute(self._sql.replace_duplicates, **both)
        await session.execute(self._sql.move_cards_to_duplicates, **both)
        await session.execute(self._sql.delete_duplicates, **both)
        tips = await session.execute(self._sql.move_tips, **both)
        moving = await session.fetch_column(self._sql.list_schedules, queue=ours)
        await self._move_schedules(session, moving, theirs, tips)
        await session.execute(self._sql.move_communities, **both)
        await session.execute(self._sql.move_audit, **both)
        await session.execute(self._sql.copy_new_blocks, source=ours, target=theirs)
        await session.execute(self._sql.delete_blocks, queue=ours)
        await session.execute(self._sql.delete_notices, queue=ours)
        for records in self._records:
            await records.merge(session, ours, theirs)
        await session.execute(self._sql.merge_counters, **both)
        await session.execute(self._sql.delete, queue=ours)

    async def _copy(self, session: Session, shared: str, queue: str, community: str) -> None:
        """Copy the queue *shared* to a new queue with the id *queue*.

        Move *community* and its schedules to the new queue.
        """
        both = {"shared": shared, "queue": queue}
        leaving = {"queue": shared, "community": community}
        moving = await session.fetch_column(self._sql.list_schedules_of_community, **leaving)
        await session.execute(self._sql.add, queue=queue)
        await session.execute(self._sql.move_community, community=community, queue=queue)
        tips = await session.execute(self._sql.copy_tips, **both)
        await session.execute(self._sql.replace_with_copies, **both, schedules=frozenset(moving))
        await session.execute(self._sql.move_cards_to_copies, **both, community=community)
        await self._move_schedules(session, moving, queue, tips)
        await session.execute(self._sql.copy_audit, **both)
        await session.execute(self._sql.copy_new_blocks, source=shared, target=queue)
        for records in self._records:
            await records.copy(session, shared, queue, community)
        await session.execute(self._sql.copy_counters, **both)

    async def _move_schedules(
        self, session: Session, moving: tuple[str, ...], queue: str, tips: int
    ) -> None:
        """Move the schedules with the ids *moving* to *queue*, and update the queue's counters.

        *tips* is the number of tips that were added to the queue.
        """
        moved = {"schedules": frozenset(moving), "queue": queue}
        schedules = await session.execute(self._sql.move_schedules, **moved)
        await session.execute(
            self._sql.add_to_counters, queue=queue, tips=tips, schedules=schedules
        )


def _new_id() -> str:
    return secrets.token_urlsafe(9)
