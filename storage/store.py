"""The Store, which gives the bot access to the database."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from datetime import UTC, datetime
from typing import Self

from storage.answers.community_answers import Answers
from storage.answers.feedback import FeedbackBox
from storage.answers.hidden import HiddenStatements
from storage.answers.question_counts import QuestionCounts
from storage.audit import Audit
from storage.blocks import Blocks
from storage.cards import Cards
from storage.engine.address import SqliteAddress, parse_address
from storage.engine.database import Database, Session
from storage.engine.lock import lock_database, release_lock
from storage.engine.opening import open_postgres, open_sqlite
from storage.errors import translate_errors
from storage.installations import Installations
from storage.occurrences import Occurrences
from storage.preferences import Preferences
from storage.queries import load_queries
from storage.queues import Queues
from storage.quizzes import Attempts
from storage.schedules import Schedules
from storage.shards import Shards
from storage.tips import Tips
from storage.totals import CommunityTotals


class Store(AbstractAsyncContextManager["Store"]):
    """The bot's database, with one repository for each subject, such as `attempts` and `tips`.

    Every method raises StoreUnavailable if the database can't be used. When a method returns, its
    writes are on disk. If the task that awaits a method is cancelled, either all of the method's
    writes are stored or none. *owner* is the id of a person and *community* that of a server or
    workspace. Ids have the platform in front, such as ``discord:123`` or ``slack:T1/U2``.
    """

    def __init__(self, database: Database, closing: AsyncExitStack) -> None:
        self._database, self._closing = database, closing
        self._sql = load_queries("store", database.dialect)
        self.attempts = Attempts(database)
        self.totals = CommunityTotals(database)
        self.preferences = Preferences(database)
        self.feedback = FeedbackBox(database)
        self.answers = Answers(database)
        self.hidden = HiddenStatements(database)
        self.question_counts = QuestionCounts(database)
        # Feedback comes before answers, because its references change with their numbers.
        taught = (self.feedback, self.answers, self.hidden, self.question_counts)
        self.queues = Queues(database, taught)
        self.tips = Tips(database)
        self.schedules = Schedules(database)
        self.occurrences = Occurrences(database)
        self.audit = Audit(database)
        self.cards = Cards(database)
        self.blocks = Blocks(database)
        self.installations = Installations(database)
        self.shards = Shards(database)

    @classmethod
    async def open(cls, address: str, *, wait: float = 5.0) -> Self:
        """Open the database ``sqlite:///path`` or ``postgresql://…`` and run pending migrations.

        *wait* is the lock timeout in seconds. Raise ValueError for any other address,
        StoreUnavailable if the database can't be used, and SchemaTooNew if a newer version of the
        bot has migrated it. The store can be used only in the event loop that opens it.
        """
        where = parse_address(address)
        with translate_errors():
            async with AsyncExitStack() as stack:
                if isinstance(where, SqliteAddress):
                    where.path.parent.mkdir(parents=True, exist_ok=True)
                    stack.callback(
                        release_lock, await asyncio.to_thread(lock_database, where.path, wait)
                    )
                    database = await open_sqlite(where, wait)
                else:
                    database = await open_postgres(where, wait)
                stack.push_async_callback(database.close)
                return cls(database, stack.pop_all())
        raise AssertionError  # for mypy: the stack suppresses no exceptions

    async def close(self) -> None:
        """Wait for running transactions, then disconnect."""
        await self._closing.aclose()

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def observe_writes(self, callback: Callable[[float], None]) -> None:
        """Call *callback* after each write with its duration in seconds, including waiting time."""
        self._database.observe_write = callback

    async def probe(self) -> None:
        """Write a row as a test; raise StoreUnavailable if that fails."""
        await self._database.writes.execute(self._sql.check, now=datetime.now(UTC))

    async def erase(self, owner: str) -> int:
        """Delete all data about the person *owner*; return the number of deleted quiz attempts.

        Blocks on the person's suggestions stay, because only moderators lift them.
        No copy of the data remains in SQLite's files.
        """

        async def work(session: Session) -> int:
            # In the order of the foreign keys: rows before the rows that they refer to.
            await self.tips.erase(session, owner)
            await self.schedules.erase(session, owner)
            await self.audit.erase(session, owner)
            await self.blocks.erase(session, owner)
            await self.feedback.erase(session, owner)
            await self.answers.erase(session, owner)
            await self.hidden.erase(session, owner)
            await self.question_counts.erase(session, owner)
            await self.preferences.erase(session, owner)
            await self.queues.erase(session, owner)
            return await self.attempts.erase(session, owner)

        return await self._database.transaction(work, erases=True)

    async def erase_community(self, community: str) -> None:
        """Delete a community's data.

        The quiz attempts of its members stay, but without the community's id.
        """

        async def work(session: Session) -> None:
            await self.totals.erase_community(session, community)
            await self.preferences.erase_community(session, community)
            await self.queues.erase_community(session, community)
            await self.feedback.erase_community(session, community)
            await self.attempts.erase_community(session, community)

        await self._database.transaction(work, erases=True)

    async def list_communities(self) -> frozenset[str]:
        """Return the ids of all communities that have stored data."""
        return frozenset(await self._database.reads.fetch_column(self._sql.list_communities))
