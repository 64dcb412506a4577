"""The one name that others use: it opens and closes a database, and has its repositories."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from types import TracebackType
from typing import Protocol, Self

from storage.address import SqliteAddress, read
from storage.audit import Audit
from storage.database import Database, Session
from storage.errors import plainly
from storage.installations import Installations
from storage.lock import hold, release
from storage.occurrences import Occurrences
from storage.opening import open_postgres, open_sqlite
from storage.preferences import Preferences
from storage.queues import Queues
from storage.quizzes import Attempts
from storage.schedules import Schedules
from storage.shards import Shards
from storage.tips import Tips
from storage.totals import CommunityTotals


class _OfPersons(Protocol):
    """A repository that keeps something about a person."""

    async def erase(self, session: Session, owner: str) -> int:
        """Delete what is kept of somebody, or their name in it; return how many rows went."""
        ...


class _OfCommunities(Protocol):
    """A repository that keeps something about a community."""

    async def erase_community(self, session: Session, community: str) -> None:
        """Delete what is kept of a community, or its name in it."""
        ...


class Store:
    """A database, and a repository for each subject that is kept.

    Every method raises StoreUnavailable if the database can't be used. What a method has
    returned is on disk. A method that is cancelled has either happened or not.
    """

    def __init__(self, database: Database, closing: AsyncExitStack) -> None:
        self._database, self._closing = database, closing
        self._sql = database.queries("store")
        self.attempts = Attempts(database)
        self.totals = CommunityTotals(database)
        self.preferences = Preferences(database)
        self.queues = Queues(database)
        self.tips = Tips(database)
        self.schedules = Schedules(database)
        self.occurrences = Occurrences(database)
        self.audit = Audit(database)
        self.installations = Installations(database)
        self.shards = Shards(database)
        # In the order in which nothing refers to what is deleted any more.
        self._of_persons: tuple[_OfPersons, ...] = (
            self.tips, self.schedules, self.audit, self.queues, self.attempts
        )  # fmt: skip
        self._of_communities: tuple[_OfCommunities, ...] = (
            self.totals, self.preferences, self.queues, self.attempts
        )  # fmt: skip

    @classmethod
    async def open(cls, address: str, *, wait: float = 5.0) -> Self:
        """Open ``sqlite:///path`` or ``postgresql://…``, bringing its tables up to date.

        *wait* is how many seconds a lock that somebody else holds is waited for. Raises
        StoreUnavailable, SchemaTooNew, and ValueError for an address that is neither. The store
        belongs to the event loop that opens it.
        """
        where = read(address)
        with plainly():
            async with AsyncExitStack() as stack:
                if isinstance(where, SqliteAddress):
                    where.path.parent.mkdir(parents=True, exist_ok=True)
                    stack.callback(release, await asyncio.to_thread(hold, where.path, wait))
                    database = await open_sqlite(where, wait)
                else:
                    database = await open_postgres(where, wait)
                stack.push_async_callback(database.close)
                return cls(database, stack.pop_all())
        raise AssertionError  # for mypy: the stack swallows nothing

    async def close(self) -> None:
        """Let what is in progress finish, and disconnect."""
        await self._closing.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    def observe(self, commit: Callable[[float], None]) -> None:
        """Have *commit* called for each write with the seconds until it was on disk."""
        self._database.observe = commit

    async def probe(self) -> None:
        """Write something; raises StoreUnavailable where that can't be done."""
        await self._database.writes.run(self._sql.check, now=datetime.now(UTC))

    async def erase(self, owner: str) -> int:
        """Delete all that is kept of a person; return the number of quiz attempts.

        No copy is left in the database's own files.
        """

        async def work(session: Session) -> int:
            counts = {each: await each.erase(session, owner) for each in self._of_persons}
            return counts[self.attempts]

        return await self._database.write(work, erases=True)

    async def erase_community(self, community: str) -> None:
        """Forget a community; its members' attempts stay theirs, and belong to no community."""

        async def work(session: Session) -> None:
            for each in self._of_communities:
                await each.erase_community(session, community)

        await self._database.write(work, erases=True)

    async def communities(self) -> frozenset[str]:
        """Return every community that something kept belongs to."""
        return frozenset(await self._database.reads.column(self._sql.communities))
