"""The audit log of each tip queue, and the notices that its moderators have received."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from storage.database import Database, Session

_REFUSAL_INTERVAL = timedelta(minutes=1)  # the same refusal isn't logged again within it


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A line of the audit log. *actor* is None for the bot and for people whose data was erased."""

    at: datetime
    actor: str | None = field(metadata={"column": "who"})
    action: str
    details: str = field(metadata={"column": "about"})


class Audit:
    """The audit logs of all queues. They hold ids, never names or messages."""

    def __init__(self, database: Database) -> None:
        self._database, self._sql = database, database.load_queries("audit")

    async def add(
        self, queue: str, at: datetime, actor: str | None, action: str, details: str
    ) -> None:
        """Add a line to a queue's log."""
        line = {"queue": queue, "at": at, "who": actor, "action": action, "about": details}
        await self._database.writes.execute(self._sql.add, **line)

    async def add_refusal(self, queue: str, at: datetime, actor: str, details: str) -> None:
        """Log an action that somebody wasn't allowed to do, at most once a minute."""
        same = {"queue": queue, "who": actor, "about": details, "since": at - _REFUSAL_INTERVAL}
        if await self._database.reads.fetch_value(self._sql.find_refusal, **same) is None:
            await self.add(queue, at, actor, "refused", details)

    async def list_for_queue(
        self, queue: str, limit: int, offset: int = 0
    ) -> tuple[AuditEntry, ...]:
        """Return a queue's lines, newest first."""
        wanted = {"queue": queue, "most": limit, "skip": offset}
        return await self._database.reads.fetch_all(self._sql.list_for_queue, AuditEntry, **wanted)

    async def count(self, queue: str) -> int:
        """Return the number of a queue's lines."""
        count: int = await self._database.reads.fetch_value(self._sql.count, queue=queue)
        return count

    async def list_by_owner(self, owner: str) -> tuple[AuditEntry, ...]:
        """Return all lines about one person's actions, oldest first."""
        return await self._database.reads.fetch_all(
            self._sql.list_by_owner, AuditEntry, owner=owner
        )

    async def add_notice(self, queue: str, notice: str, at: datetime) -> bool:
        """Record a notice to the moderators; return False if they already have it."""
        row = {"queue": queue, "about": notice, "at": at}
        return await self._database.writes.execute(self._sql.add_notice, **row) == 1

    async def delete_notice(self, queue: str, notice: str) -> None:
        """Delete a notice, so that it can be sent again."""
        await self._database.writes.execute(self._sql.delete_notice, queue=queue, about=notice)

    async def erase(self, session: Session, owner: str) -> int:
        """Remove a person's id from their lines; return the number of lines."""
        return await session.execute(self._sql.erase, owner=owner)
