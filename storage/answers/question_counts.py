"""Storage of how often a question was asked without getting an answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from storage.engine.database import Session
from storage.queues import QueueRecords


@dataclass(frozen=True, slots=True)
class Asker:
    """A member who asked a question, stored until its wording may be kept (see add_asker)."""

    queue: str
    fingerprint: str
    member: str
    at: datetime


class QuestionCounts(QueueRecords):
    """The counts of all queues, by month and fingerprint, a hash of the question's words."""

    MAX_PER_QUEUE = 5000
    """The maximum number of different questions counted in a month, and of askers stored."""

    async def add(self, queue: str, fingerprint: str, month: date) -> int:
        """Count a question, and return how often it was asked in *month*, its first day.

        Return 0 if it isn't counted, because the queue has MAX_PER_QUEUE other questions in this
        month, or doesn't exist anymore.
        """
        place = {"queue": queue, "fingerprint": fingerprint, "month": month}
        known: int | None = await self._writes.fetch_value(self._sql.count_again, **place)
        if known is not None:
            return known
        if await self._is_full(self._reads, queue, month):  # invented questions cost no write
            return 0

        async def work(session: Session) -> int:
            if await session.execute(self._sql.lock, queue=queue) == 0:
                return 0
            if await self._is_full(session, queue, month):
                return 0
            count: int = await session.fetch_value(self._sql.add, **place)
            return count

        return await self._transaction(work)

    async def _is_full(self, session: Session, queue: str, month: date) -> bool:
        held = await session.fetch_value(self._sql.count_questions, queue=queue, month=month)
        return bool(held >= self.MAX_PER_QUEUE)

    async def counts(self, queue: str, since: date) -> Mapping[str, int]:
        """Return how often each question was asked in the months from *since* on.

        The result is a dict from fingerprint to count.
        """
        rows = await self._reads.fetch(self._sql.counts, queue=queue, since=since)
        return {row["fingerprint"]: int(row["asked"]) for row in rows}

    async def add_asker(self, queue: str, fingerprint: str, member: str, at: datetime) -> int:
        """Record that *member* asked a question; return how many different people asked it.

        Return 0 if nothing is recorded, because the queue has MAX_PER_QUEUE askers already, or
        doesn't exist anymore.
        """
        row = {"queue": queue, "fingerprint": fingerprint, "member": member, "at": at}

        async def work(session: Session) -> int:
            if await session.execute(self._sql.lock, queue=queue) == 0:
                return 0
            if await session.fetch_value(self._sql.count_askers, queue=queue) < self.MAX_PER_QUEUE:
                await session.execute(self._sql.add_asker, **row)
            question = {"queue": queue, "fingerprint": fingerprint}
            count: int = await session.fetch_value(self._sql.count_people, **question)
            return count

        return await self._transaction(work)

    async def forget_askers(self, queue: str, fingerprint: str) -> int:
        """Delete who asked a question; return how many people that were."""
        question = {"queue": queue, "fingerprint": fingerprint}
        return await self._writes.execute(self._sql.forget_askers, **question)

    async def forget_all_askers(self, queue: str) -> None:
        """Delete who asked any question of a queue."""
        await self._writes.execute(self._sql.delete_askers, queue=queue)

    async def list_by_member(self, member: str) -> tuple[Asker, ...]:
        """Return the questions that *member* is recorded to have asked, oldest first."""
        return await self._reads.fetch_all(self._sql.list_by_member, Asker, member=member)

    async def prune(self, before: datetime) -> None:
        """Delete the askers from before *before*, and the counts of earlier months."""
        await self._writes.execute(self._sql.prune_askers, before=before)
        month = before.date().replace(day=1)
        await self._writes.execute(self._sql.prune_counts, before=month)

    async def merge(self, session: Session, ours: str, theirs: str) -> None:
        """Add the counts and askers of the queue *ours* to those of *theirs*."""
        await session.execute(self._sql.add_counts, ours=ours, theirs=theirs)
        await session.execute(self._sql.copy_askers, ours=ours, theirs=theirs)
        await self.delete(session, ours)

    async def copy(self, session: Session, shared: str, queue: str, community: str) -> None:
        """Do nothing: a community that leaves a queue starts to count at 0."""

    async def delete(self, session: Session, queue: str) -> None:
        """Delete all counts and askers of a queue."""
        await session.execute(self._sql.delete_counts, queue=queue)
        await session.execute(self._sql.delete_askers, queue=queue)

    async def erase(self, session: Session, owner: str) -> int:
        """Delete which questions the person *owner* asked; return their number."""
        return await session.execute(self._sql.erase, owner=owner)
