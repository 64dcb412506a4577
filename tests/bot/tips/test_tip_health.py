"""The health check and the metrics of weekly tips."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from scheduler_harness import (
    CHANNEL,
    HOUR,
    MONDAY,
    PLAN,
    WEEK,
    SchedulerHarness,
    replace,
    scheduler_harness,
)

from bot.app import App
from bot.ops.health import State
from bot.platform import Platform, Retryable
from bot.tips import scheduler as job
from bot.tips.context import TipContext
from bot.tips.health import check_schedules, offline_check
from content import Content
from storage import NewTip, ScheduleState, Store


@pytest.fixture
async def here(store: Store, content: Content, tmp_path: Path) -> SchedulerHarness:
    return await scheduler_harness(store, content, tmp_path / "square.db", ["one", "two"])


def counted(here: SchedulerHarness) -> dict[str, float]:
    registry = here.app.metrics.registry
    found = (each for each in registry.collect() if each.name == "crossroads_tips")
    samples = (each for family in found for each in family.samples)
    return {each.labels["outcome"]: each.value for each in samples if each.name.endswith("_total")}


def lag(here: SchedulerHarness) -> float | None:
    return here.app.metrics.registry.get_sample_value("crossroads_tips_lag_seconds")


def tip_context(here: SchedulerHarness) -> TipContext:
    app = here.app
    return TipContext(app.content, app.platforms, here.store, here.clock, app.metrics)


async def test_metrics_count_each_tip_by_its_outcome(here: SchedulerHarness) -> None:
    await here.schedule()
    await here.look(MONDAY)
    assert counted(here) == {"due": 1, "posted": 1, "done": 1}
    await here.look(MONDAY + 3 * WEEK)  # the scheduler was suspended for three weeks
    assert counted(here) == {"due": 2, "posted": 2, "done": 2, "missed": 2}
    await here.look(MONDAY + 4 * WEEK)
    assert counted(here)["empty"] == 1
    await here.store.tips.add(here.queue, [NewTip("three")], here.now)
    here.platform.fail("post", "gone")
    await here.look(MONDAY + 5 * WEEK)
    assert counted(here)["gone"] == 1


async def test_metrics_count_a_tip_with_unknown_outcome(here: SchedulerHarness) -> None:
    here.platform.deduplicates_for, here.platform.may_look = 0, False
    await here.schedule()
    here.platform.fail("post", "lost")
    await here.look(MONDAY)
    await here.until(MONDAY + HOUR)
    assert counted(here) == {"due": 1, "uncertain": 1}


async def test_metrics_measure_how_long_a_tip_waits(here: SchedulerHarness) -> None:
    await here.schedule()
    here.platform.fail("post", "forbidden", times=1_000)
    await here.look(MONDAY)
    await here.look(MONDAY + HOUR)
    assert lag(here) == 3600
    here.platform.clear_failures()
    await here.look(MONDAY + 2 * HOUR)
    assert lag(here) == 0


async def test_the_check_reports_the_next_tip_and_late_ones(here: SchedulerHarness) -> None:
    assert "no schedule" in (await check_schedules(tip_context(here), show_channels=True)).message
    await here.schedule()
    found = await check_schedules(tip_context(here), show_channels=True)
    assert (found.state, found.message) == (
        State.OK, "1 schedule, the next tip is due at 2026-01-05 09:00 UTC",
    )  # fmt: skip
    here.now = MONDAY + HOUR
    assert (
        "1 came due while no bot"
        in (await check_schedules(tip_context(here), show_channels=True)).message
    )
    here.platform.fail("post", "forbidden", times=1_000)
    await here.look(MONDAY + HOUR)
    here.now += HOUR
    found = await check_schedules(tip_context(here), show_channels=True)
    assert (found.state, "1 due but not posted yet" in found.message) == (State.WARNING, True)
    assert "schedule history" in found.remedy


async def test_only_admins_see_channels(here: SchedulerHarness) -> None:
    await here.schedule()
    here.platform.opened("test:12", "test:2")
    await here.schedule(replace(PLAN, community="test:2", channel="test:12"))
    here.platform.fail("lacks", "forbidden", times=2)
    found = await check_schedules(tip_context(here), show_channels=True)
    assert f"{CHANNEL}: I may not do that here" in found.message
    assert "test:12: " in found.message
    here.platform.fail("lacks", "gone", times=2)
    found = await check_schedules(tip_context(here), show_channels=False)
    assert (found.state, CHANNEL in found.message) == (State.WARNING, False)
    problem = "the bot lacks a permission in a channel, or the channel is gone"
    assert found.message.count(problem) == 1
    here.platform.fail("lacks", "later", times=2)  # the platform's own checks report that
    assert (await check_schedules(tip_context(here), show_channels=True)).state is State.OK


async def test_a_hanging_scheduler_is_not_ready(
    here: SchedulerHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop, scheduler = asyncio.Event(), here.runner(poll=0.01)
    running = asyncio.create_task(scheduler.run(stop))
    await asyncio.sleep(0)
    checks = here.apps[0].health
    assert (await checks.readiness_checks["tips"]()).state is State.OK
    assert "no schedule" in (await checks.diagnostic_checks["tips due"]()).message
    stop.set()
    await running
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + job.STUCK_AFTER + 1)
    found = await checks.readiness_checks["tips"]()
    assert (found.state, "Restart" in found.remedy) == (State.BROKEN, True)


async def test_the_offline_check_asks_every_platform_that_answers(
    here: SchedulerHarness, url: str
) -> None:
    @asynccontextmanager
    async def square() -> AsyncIterator[Platform]:
        yield here.platform

    @asynccontextmanager
    async def down() -> AsyncIterator[Platform]:
        raise Retryable("It is out of reach.")
        yield here.platform

    await here.schedule(replace(PLAN, first=PLAN.first.replace(year=2126)))
    app = App(here.content)
    here.platform.fail("lacks", "forbidden")
    found = await offline_check(app, url, {"test": square, "other": down})()
    assert f"{CHANNEL}: I may not" in found.message
    assert (await offline_check(app, url, {"test": down})()).state is State.OK
    for nowhere in ("sqlite:////nowhere/at/all.db", "sqlite:////dev/null"):
        nothing = await offline_check(app, nowhere, {"test": square})()
        assert (nothing.state, "not checked" in nothing.message) == (State.OK, True)


async def test_a_paused_schedule_isnt_counted(here: SchedulerHarness) -> None:
    made = await here.schedule()
    await here.store.schedules.update(made.id, state=ScheduleState.PAUSED)
    assert "no schedule" in (await check_schedules(tip_context(here), show_channels=True)).message
