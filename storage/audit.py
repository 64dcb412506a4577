"""Storage of each tip queue's audit log, and of the notices sent to its moderators."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from storage.engine.database import Repository, Session

_REFUSAL_INTERVAL = timedelta(minutes=1)  # the same refusal isn't logged again within it


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """An entry of the audit log.

    *actor* is the id of the person who acted. It is None if the bot acted, or if the person has had
    their data erased.
    """

    at: datetime
    actor: str | None = field(metadata={"column": "who"})
    action: str
    details: str = field(metadata={"column": "about"})


class Audit(Repository):
    """The audit logs of all tip queues. They hold people's ids, never their names or messages."""

    async def add(
        self, queue: str, at: datetime, actor: str | None, action: str, details: str
    ) -> None:
        """Add an entry to a queue's log.

        *actor* is the person who acted, or None for the bot. *at* is the time of the action.
        """
        line = {"queue": queue, "at": at, "who": actor, "action": action, "about": details}
        await self._writes.execute(self._sql.add, **line)

    async def add_refusal(self, queue: str, at: datetime, actor: str, details: str) -> None:
        """Log that *actor* lacked the permission for an action, which *details* describes.

        The same refusal isn't logged again within a minute.
        """
        same = {"queue": queue, "who": actor, "about": details, "since": at - _REFUSAL_INTERVAL}
        if await self._reads.fetch_value(self._sql.find_refusal, **same) is None:
            await self.add(queue, at, actor, "refused", details)

    async def list_for_queue(
        self, queue: str, limit: int, offset: int = 0
    ) -> tuple[AuditEntry, ...]:
        """Return up to *limit* entries of a queue's log, newest first, after skipping *offset*."""
        wanted = {"queue": queue, "most": limit, "skip": offset}
        return await self._reads.fetch_all(self._sql.list_for_queue, AuditEntry, **wanted)

    async def count(self, queue: str) -> int:
        """Return the number of entries in a queue's log."""
        count: int = await self._reads.fetch_value(self._sql.count, queue=queue)
        return count

    async def count_actions(self, queue: str, actions: Iterable[str]) -> int:
        """Return the number of a queue's entries with one of *actions*."""
        wanted = {"queue": queue, "actions": frozenset(actions)}
        count: int = await self._reads.fetch_value(self._sql.count_actions, **wanted)
        return count

    async def list_by_owner(self, owner: str) -> tuple[AuditEntry, ...]:
        """Return all entries about the actions of the person *owner*, oldest first."""
        return await self._reads.fetch_all(self._sql.list_by_owner, AuditEntry, owner=owner)

    async def add_notice(self, queue: str, notice: str, at: datetime) -> bool:
        """Record that a notice is sent to a queue's moderators.

        Return False if the notice was recorded before. *notice* is a key that identifies the
        notice.
        """
        row = {"queue": queue, "about": notice, "at": at}
        return await self._writes.execute(self._sql.add_notice, **row) == 1

    async def delete_notice(self, queue: str, notice: str) -> None:
        """Delete the record of a notice, so that the notice can be sent again."""
        await self._writes.execute(self._sql.delete_notice, queue=queue, about=notice)

    async def erase(self, session: Session, owner: str) -> int:
        """Remove the id of the person *owner* from all log entries.

        Return the number of entries about the person's own actions.
        """
        await session.execute(self._sql.erase_subject, owner=owner)
        return await session.execute(self._sql.erase, owner=owner)
