"""The audit log of each tip queue, and the notices that its moderators have received."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.database import Database, Session

_AGAIN = timedelta(minutes=1)  # the same refusal isn't logged again within it


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A line of the audit log. *who* is None for the bot and for people whose data was erased."""

    at: datetime
    who: str | None
    action: str
    about: str


class Audit:
    """The audit logs of all queues. They hold ids, never names or messages."""

    def __init__(self, database: Database) -> None:
        self._database, self._sql = database, database.queries("audit")

    async def write(
        self, queue: str, at: datetime, who: str | None, action: str, about: str
    ) -> None:
        """Add a line to a queue's log."""
        line = {"queue": queue, "at": at, "who": who, "action": action, "about": about}
        await self._database.writes.run(self._sql.add, **line)

    async def refused(self, queue: str, at: datetime, who: str, about: str) -> None:
        """Log an action that somebody wasn't allowed to do, at most once a minute."""
        same = {"queue": queue, "who": who, "about": about, "since": at - _AGAIN}
        if await self._database.reads.value(self._sql.refused_since, **same) is None:
            await self.write(queue, at, who, "refused", about)

    async def of(self, queue: str, most: int, skip: int = 0) -> tuple[AuditEntry, ...]:
        """Return a queue's lines, newest first."""
        wanted = {"queue": queue, "most": most, "skip": skip}
        return await self._database.reads.all(self._sql.of, AuditEntry, **wanted)

    async def count(self, queue: str) -> int:
        """Return the number of a queue's lines."""
        count: int = await self._database.reads.value(self._sql.count, queue=queue)
        return count

    async def every(self, owner: str) -> tuple[AuditEntry, ...]:
        """Return all lines about one person's actions, oldest first."""
        return await self._database.reads.all(self._sql.every, AuditEntry, owner=owner)

    async def tell_once(self, queue: str, about: str, at: datetime) -> bool:
        """Record a notice to the moderators; return False if they already have it."""
        notice = {"queue": queue, "about": about, "at": at}
        return await self._database.writes.run(self._sql.tell_once, **notice) == 1

    async def untold(self, queue: str, about: str) -> None:
        """Delete a notice, so that it can be sent again."""
        await self._database.writes.run(self._sql.untold, queue=queue, about=about)

    async def erase(self, session: Session, owner: str) -> int:
        """Remove a person's id from their lines; return the number of lines."""
        return await session.run(self._sql.erase, owner=owner)
