"""Who did what to a queue, and what its moderators have been told."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.database import Database, Session

_AGAIN = timedelta(minutes=1)  # in which the same refusal is not written down again


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A line of the audit. No *who*: the bot itself, or somebody whose data was erased."""

    at: datetime
    who: str | None
    action: str
    about: str


class Audit:
    """The audit of all queues, by ids only."""

    def __init__(self, database: Database) -> None:
        self._database, self._sql = database, database.queries("audit")

    async def write(
        self, queue: str, at: datetime, who: str | None, action: str, about: str
    ) -> None:
        """Write a line."""
        line = {"queue": queue, "at": at, "who": who, "action": action, "about": about}
        await self._database.writes.run(self._sql.add, **line)

    async def refused(self, queue: str, at: datetime, who: str, about: str) -> None:
        """Write down that somebody tried what they may not; a flood of it fills one line."""
        same = {"queue": queue, "who": who, "about": about, "since": at - _AGAIN}
        if await self._database.reads.value(self._sql.refused_since, **same) is None:
            await self.write(queue, at, who, "refused", about)

    async def of(self, queue: str, most: int, skip: int = 0) -> tuple[AuditEntry, ...]:
        """Return the lines of a queue, the newest first."""
        wanted = {"queue": queue, "most": most, "skip": skip}
        return await self._database.reads.all(self._sql.of, AuditEntry, **wanted)

    async def count(self, queue: str) -> int:
        """Return how many lines a queue has."""
        count: int = await self._database.reads.value(self._sql.count, queue=queue)
        return count

    async def every(self, owner: str) -> tuple[AuditEntry, ...]:
        """Return all lines about what somebody did, the oldest first."""
        return await self._database.reads.all(self._sql.every, AuditEntry, owner=owner)

    async def tell_once(self, queue: str, about: str, at: datetime) -> bool:
        """Return whether the moderators are to be told of something: only the first time."""
        notice = {"queue": queue, "about": about, "at": at}
        return await self._database.writes.run(self._sql.tell_once, **notice) == 1

    async def untold(self, queue: str, about: str) -> None:
        """Let the moderators be told of something again."""
        await self._database.writes.run(self._sql.untold, queue=queue, about=about)

    async def erase(self, session: Session, owner: str) -> int:
        """Forget who did something; return how many lines were about them."""
        return await session.run(self._sql.erase, owner=owner)
