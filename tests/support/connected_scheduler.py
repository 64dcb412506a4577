"""The runner beside a bot that is connected, on a clock that a test turns."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.app import App
from bot.tips.scheduler import TipScheduler
from content import Content
from storage import Occurrence, OccurrenceState, Store

MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)  # 09:00 in Berlin
WEEK, HOUR = timedelta(weeks=1), timedelta(hours=1)
_POLL = 4 * 3600.0  # seconds


@asynccontextmanager
async def connected_scheduler(
    content: Content, database: str, community: str
) -> AsyncIterator["ConnectedScheduler"]:
    """Give an app that lives in a time of its own."""

    def clock() -> datetime:
        return made.now

    app = App(content, clock=clock, open_store=lambda: Store.open(database))
    made = ConnectedScheduler(app, community, TipScheduler(app, clock, _POLL))
    try:
        yield made
    finally:
        await app.close()


@dataclass(slots=True)
class ConnectedScheduler:
    """A community's tips, and the moment it is."""

    app: App
    community: str
    runner: TipScheduler
    now: datetime = MONDAY - timedelta(days=2)

    async def look(self, at: datetime) -> float:
        self.now = at
        return await self.runner.run_once()

    async def until(self, end: datetime) -> None:
        """Let time pass, with a look whenever the runner wants one."""
        while self.now < end:
            wait = timedelta(seconds=await self.runner.run_once())
            self.now = min(end, self.now + wait)
        await self.runner.run_once()

    async def occurrences(self) -> list[Occurrence]:
        store = await self.app.store()
        queue = await store.queues.get_or_create(self.community)
        return list(reversed(await store.occurrences.list_for_queue(queue, *OccurrenceState)))

    async def states(self) -> list[str]:
        return [each.state.value for each in await self.occurrences()]

    async def steps(self) -> dict[str, str]:
        """Give the receipts of the last occurrence: what became of each step."""
        last = (await self.occurrences())[-1]
        return {step.value: each.state.value for step, each in last.receipts.items()}
