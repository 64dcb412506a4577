"""Posts of the scheduler, also when a platform or a clock fails."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from fake_platform import FakePlatform
from fault_matrix import Observe
from scheduler_harness import (
    CHANNEL,
    HOUR,
    MONDAY,
    PLAN,
    WEEK,
    SchedulerHarness,
    posting_log,
    scheduler_harness,
)

from bot.tips.scheduler import POLL_INTERVAL
from content import Content
from storage import Missed, OccurrenceState, ScheduleState, Step, StepState, Store, TipState

MINUTE = timedelta(minutes=1)
TEXTS = [f"tip number {n}" for n in range(8)]
ALL_DONE = dict.fromkeys((Step.POST, Step.UNPIN, Step.PIN, Step.THREAD), StepState.DONE)


@pytest.fixture
async def here(store: Store, content: Content, tmp_path: Path) -> SchedulerHarness:
    return await scheduler_harness(store, content, tmp_path / "square.db", TEXTS)


def posted(here: SchedulerHarness) -> list[str]:
    return [row["says"].splitlines()[1] for row in here.platform.messages(CHANNEL)]


async def test_a_month_of_tips_is_posted_pinned_and_threaded(here: SchedulerHarness) -> None:
    await here.schedule()
    await here.until(MONDAY + 3 * WEEK + HOUR)
    assert posted(here) == TEXTS[:4]
    assert await here.states() == ["done"] * 4
    assert [row["pinned"] for row in here.platform.messages()] == [0, 0, 0, 1]
    assert [row["threads"] for row in here.platform.messages()] == [1] * 4
    assert all(posting_log(each) == ALL_DONE for each in await here.occurrences())
    assert here.platform.direct_messages() == []
    assert await here.actions() == ["posted"] * 4


async def test_two_instances_post_each_tip_once(here: SchedulerHarness) -> None:
    await here.schedule()
    other = here.runner()
    for week in range(4):
        for minute in range(-1, 3):
            now = MONDAY + week * WEEK + minute * MINUTE
            await here.look(now)
            await here.look(now, other)
    assert posted(here) == TEXTS[:4]


async def test_the_scheduler_sleeps_until_something_is_due(here: SchedulerHarness) -> None:
    await here.schedule()
    scheduler = here.runner(POLL_INTERVAL)
    assert await here.look(MONDAY - 10 * MINUTE, scheduler) == 30.0
    assert await here.look(MONDAY - timedelta(seconds=12), scheduler) == 12.0
    assert await here.look(MONDAY, scheduler) == 30.0
    assert posted(here) == TEXTS[:1]


async def test_a_lost_answer_causes_no_second_post(here: SchedulerHarness) -> None:
    await here.schedule()
    here.platform.fail("post", "lost")
    await here.look(MONDAY)
    assert await here.states() == ["due"]
    await here.look(MONDAY + timedelta(seconds=6))
    assert posted(here) == TEXTS[:1]
    assert await here.states() == ["done"]


@pytest.mark.parametrize("kind", ["lost", "lost-undone", "bug"])
async def test_an_expired_key_makes_the_bot_look_for_the_post(
    here: SchedulerHarness, kind: str
) -> None:
    await here.schedule()
    here.platform.fail("post", kind)
    with structlog.testing.capture_logs():
        await here.look(MONDAY)
    await here.until(MONDAY + HOUR)
    assert posted(here) == TEXTS[:1]
    assert await here.states() == ["done"]


async def test_a_refusal_after_a_lost_answer_leaves_the_post_unconfirmed(
    here: SchedulerHarness,
) -> None:
    await here.schedule()
    here.platform.fail("post", "lost")
    await here.look(MONDAY)
    here.platform.fail("post", "later", seconds=600)
    await here.until(MONDAY + HOUR)
    assert posted(here) == TEXTS[:1]


@pytest.mark.parametrize("kind", ["lost", "lost-undone"])
async def test_a_moderator_decides_if_the_bot_cant_look_for_the_post(
    here: SchedulerHarness, kind: str, tmp_path: Path
) -> None:
    here.platform = FakePlatform(tmp_path / "square.db", here.clock, may_look=False)
    await here.schedule()
    here.platform.fail("post", kind)
    await here.until(MONDAY + HOUR)
    assert await here.states() == ["uncertain"]
    [told] = here.platform.direct_messages()
    assert "may have been posted" in told
    there = kind == "lost"
    state = OccurrenceState.DONE if there else OccurrenceState.DUE
    [it] = await here.occurrences()
    of = [OccurrenceState.UNCERTAIN]
    assert await here.store.occurrences.decide(
        it.schedule, it.due_at, state, current_states=of, at=here.now
    )
    await here.until(MONDAY + 3 * HOUR)
    assert posted(here) == TEXTS[:1]
    assert await here.states() == ["done"]


@pytest.mark.fault("429 for an hour")
async def test_an_hour_of_too_many_requests_delays_the_post(
    here: SchedulerHarness, observed: Observe
) -> None:
    await here.schedule()
    here.platform.fail("post", "later", times=1, seconds=3600)
    await here.until(MONDAY + HOUR - MINUTE)
    assert posted(here) == []
    assert here.platform.asked("post") == 1
    await here.until(MONDAY + HOUR + 5 * MINUTE)
    assert posted(here) == TEXTS[:1]
    [it] = await here.occurrences()
    assert it.receipts[Step.POST].tries == 3  # two attempts and a postponement
    assert here.platform.direct_messages() == []
    observed("a tip was posted once, after the hour")


@pytest.mark.fault("revoked permission")
async def test_a_missing_permission_is_reported_once_and_the_post_follows(
    here: SchedulerHarness, observed: Observe
) -> None:
    await here.schedule()
    here.platform.fail("post", "forbidden", times=1000)
    await here.until(MONDAY + 5 * HOUR)
    [told] = here.platform.direct_messages()
    assert "give me the permission" in told
    assert 20 <= here.platform.asked("post") <= 22  # every quarter of an hour
    here.platform.clear_failures()
    await here.until(MONDAY + 6 * HOUR)
    assert posted(here) == TEXTS[:1]
    observed(
        "the bot told a moderator once which permission was missing, and posted the tip when it "
        "was back"
    )


async def test_a_post_that_fails_all_day_is_reported_as_missed(here: SchedulerHarness) -> None:
    await here.schedule()
    here.platform.fail("post", "forbidden", times=1000)
    await here.until(MONDAY + 30 * HOUR)
    assert await here.states() == ["missed"]
    assert len(here.platform.direct_messages()) == 2
    assert "Not posted" in here.platform.direct_messages()[1]
    here.platform.clear_failures()
    await here.until(MONDAY + WEEK + HOUR)
    assert posted(here) == TEXTS[:1]


@pytest.mark.fault("deleted channel")
async def test_a_schedule_of_a_deleted_channel_is_stopped_and_reported_once(
    here: SchedulerHarness, observed: Observe
) -> None:
    schedule = await here.schedule()
    here.platform.fail("post", "gone", times=1000)
    await here.until(MONDAY + 2 * WEEK)
    assert here.platform.asked("post") == 1
    stopped = await here.store.schedules.get_by_id(schedule.id)
    assert stopped
    assert stopped.state is ScheduleState.STOPPED
    [told] = here.platform.direct_messages()
    assert "no longer exists" in told
    assert await here.states() == ["gone"]
    observed("the bot stopped the schedule and told a moderator once")


@pytest.mark.parametrize(("step", "kind"), [("pin", "full"), ("pin", "forbidden")])
async def test_a_pin_that_needs_help_doesnt_delay_the_other_steps(
    here: SchedulerHarness, step: str, kind: str
) -> None:
    await here.schedule()
    here.platform.fail(step, kind, times=1000)
    await here.until(MONDAY + HOUR)
    [it] = await here.occurrences()
    assert posting_log(it) == {**ALL_DONE, Step(step): StepState.WAITING}
    assert len(here.platform.direct_messages()) == 1
    here.platform.clear_failures()
    await here.until(MONDAY + 2 * HOUR)
    [it] = await here.occurrences()
    assert posting_log(it) == ALL_DONE
    assert (here.platform.asked("post"), here.platform.asked("thread")) == (1, 1)


async def test_a_thread_that_keeps_failing_is_given_up_and_reported(here: SchedulerHarness) -> None:
    await here.schedule()
    here.platform.fail("thread", "forbidden", times=1000)
    await here.until(MONDAY + 26 * HOUR)
    [it] = await here.occurrences()
    assert it.state is OccurrenceState.DONE
    assert posting_log(it)[Step.THREAD] is StepState.FAILED
    assert it.receipts[Step.THREAD].error == "I may not do that here: give me the permission."
    assert here.platform.asked("post") == 1
    assert len(here.platform.direct_messages()) == 1


async def test_channel_problems_are_reported_two_days_ahead(here: SchedulerHarness) -> None:
    await here.schedule()
    here.platform.fail("lacks", "forbidden", times=1)
    await here.until(MONDAY - timedelta(days=2) - MINUTE)
    assert here.platform.direct_messages() == []
    await here.until(MONDAY - timedelta(days=2) + HOUR)
    [told] = here.platform.direct_messages()
    assert "give me the permission" in told


async def test_a_week_without_a_tip_is_reported_once_two_days_ahead(here: SchedulerHarness) -> None:
    for number in range(2, 9):
        await here.store.tips.decide(
            here.queue, number, TipState.REMOVED, current_states=[TipState.QUEUED]
        )
    await here.schedule()
    await here.until(MONDAY + WEEK - timedelta(days=2) - MINUTE)
    assert here.platform.direct_messages() == []
    await here.until(MONDAY + 3 * WEEK)
    [told] = here.platform.direct_messages()
    assert "Every tip in the queue" in told
    assert await here.states() == ["done", "empty", "empty", "empty"]


@pytest.mark.parametrize(
    ("missed", "late", "expected"),
    [
        (Missed.CATCH_UP, 20 * HOUR, "done"),
        (Missed.CATCH_UP, 25 * HOUR, "missed"),
        (Missed.SKIP, 10 * MINUTE, "done"),
        (Missed.SKIP, HOUR, "missed"),
        (Missed.ASK, HOUR, "asking"),
    ],
)
async def test_posts_missed_during_downtime_follow_the_schedules_rule(
    here: SchedulerHarness, missed: Missed, late: timedelta, expected: str
) -> None:
    await here.schedule(replace(PLAN, missed=missed))
    await here.look()
    await here.look(MONDAY + late)
    assert await here.states() == [expected]
    assert len(posted(here)) == (expected == "done")
    assert len(here.platform.direct_messages()) == (expected != "done")


async def test_three_missed_weeks_give_one_post_and_a_report_of_the_others(
    here: SchedulerHarness,
) -> None:
    await here.schedule()
    await here.look()
    await here.look(MONDAY + 3 * WEEK + HOUR)
    assert await here.states() == ["missed", "missed", "missed", "done"]
    assert posted(here) == TEXTS[:1]
    [told] = here.platform.direct_messages()
    assert "Not posted" in told
    await here.until(MONDAY + 4 * WEEK + HOUR)
    assert posted(here) == TEXTS[:2]


@pytest.mark.fault("clock jump")
@pytest.mark.parametrize("jump", [HOUR, -HOUR])
async def test_a_clock_jump_neither_repeats_nor_drops_a_tip(
    here: SchedulerHarness, jump: timedelta, observed: Observe
) -> None:
    await here.schedule()
    for week in range(4):
        due = MONDAY + week * WEEK
        await here.until(due - 30 * MINUTE)
        here.now += jump  # the clock jumps
        await here.until(max(here.now, due) + 10 * MINUTE)
        here.now -= jump  # and jumps back
        await here.until(due + 3 * HOUR)
    assert posted(here) == TEXTS[:4]
    observed(f"{len(posted(here))} weeks, {len(posted(here))} posts")


async def test_a_paused_schedule_posts_nothing_even_if_a_post_is_due(
    here: SchedulerHarness,
) -> None:
    schedule = await here.schedule()
    here.platform.fail("post", "later", times=1, seconds=600)
    await here.look(MONDAY)
    await here.store.schedules.update(schedule.id, state=ScheduleState.PAUSED)
    await here.until(MONDAY + WEEK + HOUR)
    assert posted(here) == []
    assert await here.states() == ["skipped"]


async def test_without_its_platform_an_occurrence_waits_for_an_instance_that_has_it(
    here: SchedulerHarness,
) -> None:
    await here.schedule()
    lame = here.runner()
    lame._app.platforms.clear()  # noqa: SLF001 - an instance that serves another platform
    await here.look(MONDAY, lame)
    assert await here.states() == []
    await here.look(MONDAY + MINUTE)
    assert posted(here) == TEXTS[:1]
