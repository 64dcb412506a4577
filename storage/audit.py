"""Who did what to a queue, and what its moderators have been told."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from storage.database import Database
from storage.tip_records import Deed
from storage.tip_rows import deed_of, insert_unless_there
from storage.tip_tables import audit, notices

_AGAIN = timedelta(minutes=1)  # in which the same refusal is not written down again


class Audit:
    """The audit of all queues, by ids only. Every method raises StoreDown as the Store's do."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def write(self, queue: str, at: datetime, who: str | None, deed: str, about: str) -> None:
        """Write a line."""
        line = {"queue": queue, "at": at, "who": who, "deed": deed, "about": about}
        await self._database.write(lambda connection: connection.execute(audit.insert(), line))

    async def refused(self, queue: str, at: datetime, who: str, about: str) -> None:
        """Write down that somebody tried what they may not; a flood of it fills one line."""
        c = audit.c
        same = select(func.max(c.at)).where(c.queue == queue, c.who == who)
        same = same.where(c.deed == "refused", c.about == about)
        last = await self._database.read(lambda connection: connection.scalar(same))
        if last is None or at - last >= _AGAIN:
            await self.write(queue, at, who, "refused", about)

    async def of(self, queue: str, most: int, skip: int = 0) -> tuple[Deed, ...]:
        """Give the lines of a queue, the newest first."""
        c = audit.c
        wanted = select(audit).where(c.queue == queue).order_by(c.id.desc())
        wanted = wanted.limit(most).offset(skip)
        return await self._database.read(lambda on: tuple(map(deed_of, on.execute(wanted))))

    async def count(self, queue: str) -> int:
        """Count the lines of a queue."""
        wanted = select(func.count()).where(audit.c.queue == queue)
        return await self._database.read(lambda connection: connection.scalar(wanted) or 0)

    async def tell_once(self, queue: str, about: str, at: datetime) -> bool:
        """Tell whether the moderators are to be told of something: the first who asks is."""
        new = {"queue": queue, "about": about, "at": at}
        return await self._database.write(lambda on: insert_unless_there(on, notices, new))

    async def untold(self, queue: str, about: str) -> None:
        """Let the moderators be told of something again."""
        here = (notices.c.queue == queue, notices.c.about == about)
        await self._database.write(lambda on: on.execute(delete(notices).where(*here)))
