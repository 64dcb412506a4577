"""The tip scheduler of a connected bot, on a clock that the test sets."""

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
    """Yield a scheduler for *community*, with an app of its own on a clock that the test sets."""

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
    """The tip scheduler of one community, with the time on its clock."""

    app: App
    community: str
    runner: TipScheduler
    now: datetime = MONDAY - timedelta(days=2)

    async def look(self, at: datetime) -> float:
        self.now = at
        return await self.runner.run_once()

    async def until(self, end: datetime) -> None:
        """Advance the clock to *end*; run the scheduler whenever it asks to run."""
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
        """Return the state of each step of the last occurrence, by the step's name."""
        last = (await self.occurrences())[-1]
        return {step.value: each.state.value for step, each in last.receipts.items()}
