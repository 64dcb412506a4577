"""A tip scheduler on a clock that the test sets, with a fake platform in a file."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from fake_platform import FakePlatform

from bot.app import App
from bot.tips.recurrence import next_due
from bot.tips.scheduler import TipScheduler
from content import Content
from storage import NewTip, Occurrence, OccurrenceState, Plan, Schedule, Step, StepState, Store

HOME, CHANNEL, MAKER = "test:1", "test:11", "test:7"
MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)  # at which PLAN is due for the first time
PLAN = Plan(HOME, CHANNEL, 0, 9 * 60, "UTC", date(2026, 1, 5), thread=True, pin=True)
WEEK, HOUR = timedelta(weeks=1), timedelta(hours=1)
ALL = tuple(OccurrenceState)


@dataclass(slots=True)
class SchedulerHarness:
    """A community with a schedule, five days before it is due for the first time."""

    store: Store
    content: Content
    platform: FakePlatform
    queue: str = ""
    now: datetime = MONDAY - timedelta(days=5)
    runners: list[TipScheduler] = field(default_factory=list)
    apps: list[App] = field(default_factory=list)

    def clock(self) -> datetime:
        return self.now

    def runner(self, poll: float = 4 * 3600) -> TipScheduler:
        """Return another scheduler, as another instance of the bot would run it."""

        async def opened() -> Store:
            return self.store

        app = App(self.content, clock=self.clock, open_store=opened)
        app.platforms["test"] = self.platform
        self.apps.append(app)
        return TipScheduler(app, self.clock, poll)

    @property
    def app(self) -> App:
        """Return the first instance's app."""
        if not self.runners:
            self.runners.append(self.runner())
        return self.apps[0]

    async def look(self, at: datetime | None = None, runner: TipScheduler | None = None) -> float:
        """Set the clock and run a scheduler once; return in how many seconds to run it again."""
        self.now = at or self.now
        if not self.runners:
            self.runners.append(self.runner())
        return await (runner or self.runners[0]).run_once()

    async def until(self, end: datetime) -> None:
        """Advance the clock to *end*; run the scheduler whenever it asks to run."""
        while self.now < end:
            wait = timedelta(seconds=await self.look())
            self.now = min(end, self.now + wait)
        await self.look()

    async def schedule(self, plan: Plan = PLAN) -> Schedule:
        made = await self.store.schedules.add(
            self.queue, plan, MAKER, self.now, next_due(plan, self.now)
        )
        assert made
        return made

    async def occurrences(self) -> tuple[Occurrence, ...]:
        found = await self.store.occurrences.list_for_queue(self.queue, *ALL)
        return tuple(reversed(found))

    async def states(self) -> list[str]:
        return [each.state.value for each in await self.occurrences()]

    async def actions(self) -> list[str]:
        return [
            each.action for each in reversed(await self.store.audit.list_for_queue(self.queue, 100))
        ]


async def scheduler_harness(
    store: Store, content: Content, path: Path, texts: Sequence[str]
) -> SchedulerHarness:
    made = SchedulerHarness(store, content, FakePlatform(path, lambda: made.now, repeats_for=60))
    made.platform.opened(CHANNEL, HOME)
    made.queue = await store.queues.get_or_create(HOME)
    await store.tips.add(made.queue, [NewTip(text) for text in texts], made.now)
    return made


def posting_log(it: Occurrence) -> dict[Step, StepState]:
    return {step: receipt.state for step, receipt in it.receipts.items()}


__all__ = [
    "CHANNEL", "HOME", "HOUR", "MAKER", "MONDAY", "PLAN", "WEEK", "SchedulerHarness",
    "posting_log", "replace", "scheduler_harness",
]  # fmt: skip
