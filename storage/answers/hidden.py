"""Storage of the shipped statements that a community's moderators have hidden."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from storage.engine.database import Session
from storage.queues import QueueRecords


@dataclass(frozen=True, slots=True)
class HiddenStatement:
    """A statement that isn't shown to the communities of a queue.

    *entry* is the content entry that it belongs to, such as ``faq/which-to-choose``. *hidden_by* is
    None if that person has had their data erased. *change_told* is True once the moderators have
    heard that the shipped statement has changed.
    """

    id: str
    queue: str
    entry: str
    text: str  # the statement when it was hidden
    reason: str
    hidden_by: str | None
    at: datetime
    change_told: bool = False


class HiddenStatements(QueueRecords):
    """The hidden statements of all queues.

    Every change increases the queue's revision (see Queues.revision).
    """

    async def hide(  # noqa: PLR0913
        self, queue: str, entry: str, text: str, reason: str, *, by: str, at: datetime
    ) -> HiddenStatement | None:
        """Hide the statement *text* of the content entry *entry*, and return it as stored.

        *by* is the moderator's id. Return None if the statement is hidden already, or if the queue
        doesn't exist anymore.
        """
        place = {"queue": queue, "entry": entry, "text": text}
        row = {"id": secrets.token_urlsafe(9), "reason": reason, "hidden_by": by, "at": at}

        async def work(session: Session) -> HiddenStatement | None:
            if await session.execute(self._sql.lock, queue=queue) == 0:
                return None
            if await session.fetch_value(self._sql.find, **place) is not None:
                return None
            await session.execute(self._sql.increase_revision, queue=queue)
            return await session.fetch_one(self._sql.add, HiddenStatement, **place, **row)

        return await self._transaction(work)

    async def show(self, queue: str, statement: str) -> HiddenStatement | None:
        """Show a statement again, by its id, and return it; return None if it isn't hidden."""

        async def work(session: Session) -> HiddenStatement | None:
            await session.execute(self._sql.lock, queue=queue)
            shown = await session.fetch_one(
                self._sql.remove, HiddenStatement, queue=queue, id=statement
            )
            if shown:
                await session.execute(self._sql.increase_revision, queue=queue)
            return shown

        return await self._transaction(work)

    async def list_for_queue(self, queue: str) -> tuple[HiddenStatement, ...]:
        """Return the hidden statements of a queue, oldest first."""
        return await self._reads.fetch_all(self._sql.list_for_queue, HiddenStatement, queue=queue)

    async def list_all(self) -> tuple[HiddenStatement, ...]:
        """Return the hidden statements of all queues."""
        return await self._reads.fetch_all(self._sql.list_all, HiddenStatement)

    async def list_by_owner(self, owner: str) -> tuple[HiddenStatement, ...]:
        """Return the statements that the person *owner* has hidden, oldest first."""
        return await self._reads.fetch_all(self._sql.list_by_owner, HiddenStatement, owner=owner)

    async def mark_told(self, statement: str, *, told: bool = True) -> bool:
        """Record that the moderators are told of the change of a statement; *statement* is its id.

        Return False if they were told before. Of several processes, only one gets True. With
        *told* False, forget it, so that they are told again.
        """
        return await self._writes.execute(self._sql.mark_told, id=statement, told=told) == 1

    async def merge(self, session: Session, ours: str, theirs: str) -> None:
        """Move the hidden statements of the queue *ours* to *theirs*, without duplicates."""
        await session.execute(self._sql.delete_duplicates, ours=ours, theirs=theirs)
        await session.execute(self._sql.move, ours=ours, theirs=theirs)

    async def copy(self, session: Session, shared: str, queue: str, community: str) -> None:
        """Copy the hidden statements of the queue *shared* to the new queue *queue*."""
        del community
        await session.execute(self._sql.copy, shared=shared, queue=queue)

    async def delete(self, session: Session, queue: str) -> None:
        """Delete all hidden statements of a queue, which shows them again."""
        await session.execute(self._sql.delete, queue=queue)

    async def erase(self, session: Session, owner: str) -> int:
        """Remove the id of the person *owner* from the statements that this person has hidden.

        Return their number. They stay hidden.
        """
        return await session.execute(self._sql.erase, owner=owner)
