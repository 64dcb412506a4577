"""Commands at the wrong moment, retries, leases, and the lists of posts and audit lines."""

from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from fake_platform import FakePlatform
from scheduler_harness import (
    CHANNEL,
    HOME,
    HOUR,
    MAKER,
    MONDAY,
    WEEK,
    SchedulerHarness,
    posting_log,
    scheduler_harness,
)

from bot.app import App
from bot.call import Call, Caller
from bot.reply import Outcome
from bot.tips.delivery import LEASE_DURATION
from bot.tips.validation import MAX_TEXT_LENGTH
from content import Content
from storage import OccurrenceState, ScheduleState, Step, StepState, Store, TipState

MODERATOR = Caller(MAKER, moderator=True, community=HOME)
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def here(store: Store, content: Content, tmp_path: Path) -> SchedulerHarness:
    return await scheduler_harness(
        store, content, tmp_path / "square.db", [f"tip number {n}" for n in range(4)]
    )


class Moderator:
    """Types lines and clicks buttons."""

    def __init__(self, here: SchedulerHarness) -> None:
        async def opened() -> Store:
            return here.store

        self._here, self._app = here, App(here.content, clock=here.clock, open_store=opened)

    async def __call__(self, line: str | Call, *, refused: bool = False) -> str:
        self._app.platforms["test"] = self._here.platform
        call = self._app.parse(line) if isinstance(line, str) else line
        reply = await self._app.handle(call, MODERATOR)
        assert reply.outcome is (Outcome.REFUSED if refused else Outcome.DONE), reply
        return str(reply)


@pytest.fixture
def said(here: SchedulerHarness) -> Moderator:
    return Moderator(here)


async def test_posts_are_listed_with_steps_and_open_decisions(
    here: SchedulerHarness, said: Moderator
) -> None:
    await here.schedule()
    here.platform.fail("pin", "forbidden", times=1000)
    await here.until(MONDAY + HOUR)
    here.platform = FakePlatform(here.platform._path, here.clock, may_look=False)  # noqa: SLF001
    here.runners.clear()
    here.platform.fail("post", "lost-undone")
    await here.until(MONDAY + WEEK + HOUR)
    listed = await said("schedule history")
    choices = ("Mark it as posted", "Post it now")
    for shown in ("posted", "pin: ", "may have been posted", *choices):
        assert shown in listed, (shown, listed)


async def test_a_decision_is_made_only_once(
    here: SchedulerHarness, said: Moderator, tmp_path: Path
) -> None:
    here.platform = FakePlatform(tmp_path / "square.db", here.clock, may_look=False)
    await here.schedule()
    here.platform.fail("post", "lost")
    await here.until(MONDAY + HOUR)
    due = f"{MONDAY:%Y-%m-%dT%H:%MZ}"
    [it] = await here.occurrences()
    assert it.state is OccurrenceState.UNCERTAIN
    listed = await said("schedule history")
    stamp = listed.partition("'due': '")[2].partition("'")[0]
    args = {"schedule": "1", "due": stamp, "decision": "leave"}
    assert "Marked as posted" in await said(Call("schedule-settle", args))
    again = await said(Call("schedule-settle", args), refused=True)
    assert "already made that decision" in again
    for wrong in ({"due": "2001-01-01"}, {"due": "soon"}, {"decision": "burn"}, {"due": due}):
        forged = Call("schedule-settle", args | wrong)
        if stamp not in wrong.values():
            assert "nothing to decide" in await said(forged, refused=True)
    assert await here.states() == ["done"]


async def test_a_schedule_that_is_not_active_posts_nothing_now(
    here: SchedulerHarness, said: Moderator
) -> None:
    made = await here.schedule()
    await here.store.schedules.update(made.id, state=ScheduleState.PAUSED)
    assert "Resume it first" in await said("schedule post-now 1", refused=True)


async def test_only_a_queued_tip_can_be_posted_next(
    here: SchedulerHarness, said: Moderator
) -> None:
    await here.schedule()
    await here.store.tips.decide(here.queue, 2, TipState.HELD, current_states=[TipState.QUEUED])
    assert "Approve it first" in await said("schedule swap 1 2", refused=True)
    await said("schedule swap 1 3")
    assert "tip number 2" in await said("tips preview schedule:1")
    await here.until(MONDAY + HOUR)
    assert "tip number 2" in here.platform.messages(CHANNEL)[0]["says"]


async def test_a_skipped_or_planned_time_isnt_reported_as_empty(
    here: SchedulerHarness, said: Moderator
) -> None:
    for number in (2, 3, 4):
        await here.store.tips.decide(
            here.queue, number, TipState.REMOVED, current_states=[TipState.QUEUED]
        )
    await here.schedule()
    await said("schedule swap 1 1")
    await here.until(MONDAY - timedelta(days=1))
    await here.until(MONDAY + HOUR)
    await said("schedule skip 1")
    await here.until(MONDAY + WEEK + HOUR)
    assert here.platform.direct_messages() == []
    assert await here.states() == ["done", "skipped"]


async def test_a_warning_is_repeated_if_the_platform_was_disconnected(
    here: SchedulerHarness,
) -> None:
    await here.schedule()
    here.platform.fail("lacks", "later", times=1)
    here.platform.fail("lacks", "forbidden", times=1)
    await here.until(MONDAY - timedelta(hours=30))
    [told] = here.platform.direct_messages()
    assert "give me the permission" in told


async def test_the_same_tip_twice_is_refused(here: SchedulerHarness, said: Moderator) -> None:
    assert "already in the queue" in await said("tips add Tip  number 0", refused=True)


async def test_a_too_long_tip_or_topic_is_refused_with_its_length(
    here: SchedulerHarness, said: Moderator
) -> None:
    long = Call("tips-import", {"text": f"- {'x' * (MAX_TEXT_LENGTH + 1)}"})
    assert f"{MAX_TEXT_LENGTH + 1:,} characters. The limit is {MAX_TEXT_LENGTH:,}" in await said(
        long
    )
    wordy = Call("tips-add", {"text": "short", "topic": "t" * 200})
    assert "limit" in await said(wordy, refused=True)


async def test_a_tip_with_a_link_is_posted_with_it(here: SchedulerHarness, said: Moderator) -> None:
    await said("tips add text:Read this. link:https://x.example/a")
    assert "https://x.example/a" in await said("tips preview 5")


async def test_the_audit_can_be_exported(here: SchedulerHarness, said: Moderator) -> None:
    await said("tips add Another one.")
    written = await said(Call("settings-audit", {"form": "csv"}))
    assert "added" in written


async def test_tips_tell_without_a_channel_changes_nothing(
    here: SchedulerHarness, said: Moderator
) -> None:
    assert "direct message" in await said("settings notifications")
    here.platform.opened("test:12", HOME)
    assert "test:12" in await said("settings notifications channel:test:12")
    assert "test:12" in await said("settings notifications")


async def test_a_stopped_schedule_goes_on_in_another_channel(
    here: SchedulerHarness, said: Moderator
) -> None:
    made = await here.schedule()
    here.platform.fail("post", "gone")
    await here.until(MONDAY + MINUTE)
    here.platform.opened("test:12", HOME)
    assert "Changed: " in await said("schedule edit 1 channel:test:12")
    again = await here.store.schedules.get_by_id(made.id)
    assert again
    assert again.state is ScheduleState.ACTIVE
    await here.until(MONDAY + WEEK + HOUR)
    assert len(here.platform.messages("test:12")) == 1


async def test_an_empty_import_is_refused(here: SchedulerHarness, said: Moderator) -> None:
    assert "That contains no tips" in await said(Call("tips-import", {"text": "[]"}))


@pytest.mark.parametrize("kind", ["bug", "later"])
async def test_a_step_that_fails_temporarily_is_retried(here: SchedulerHarness, kind: str) -> None:
    await here.schedule()
    here.platform.fail("pin", kind)
    with structlog.testing.capture_logs():
        await here.until(MONDAY + HOUR)
    [it] = await here.occurrences()
    assert posting_log(it)[Step.PIN] is StepState.DONE
    assert here.platform.direct_messages() == []


async def test_a_refused_post_without_a_delay_is_retried_soon(here: SchedulerHarness) -> None:
    await here.schedule()
    here.platform.fail("post", "later", times=3)
    await here.until(MONDAY + HOUR)
    assert here.platform.asked("post") == 4
    assert await here.states() == ["done"]


@pytest.mark.parametrize(("times", "state"), [(2, "done"), (1000, "uncertain")])
async def test_the_search_for_a_lost_post_is_retried_until_it_is_late(
    here: SchedulerHarness, times: int, state: str
) -> None:
    await here.schedule()
    here.platform.deduplicates_for = 0
    here.platform.fail("post", "lost")
    here.platform.fail("find", "later", times=times)
    await here.until(MONDAY + 30 * HOUR)
    assert await here.states() == [state]
    assert len(here.platform.messages(CHANNEL)) == 1


async def test_only_one_of_two_instances_records_a_due_time(here: SchedulerHarness) -> None:
    schedule = await here.schedule()
    later = MONDAY + WEEK
    due = [(MONDAY, OccurrenceState.DUE)]
    assert await here.store.schedules.advance(schedule, due, later)
    assert not await here.store.schedules.advance(schedule, due, later)
    await here.until(MONDAY + HOUR)
    assert await here.states() == ["done"]


async def test_the_lease_of_a_dead_instance_expires(here: SchedulerHarness) -> None:
    schedule = await here.schedule()
    await here.store.schedules.advance(schedule, [(MONDAY, OccurrenceState.DUE)], MONDAY + WEEK)
    lease = (MONDAY, MONDAY + LEASE_DURATION)
    assert await here.store.occurrences.claim(schedule.id, MONDAY, "dead", *lease)
    await here.look(MONDAY + LEASE_DURATION / 2)
    assert here.platform.messages(CHANNEL) == []
    await here.look(MONDAY + LEASE_DURATION)
    [posted] = here.platform.messages(CHANNEL)
    assert "tip number 0" in posted["says"]
