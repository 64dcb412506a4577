"""An unusable row stops only itself, and moderators and admins are notified."""

import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from databases.manual_changes import change_by_hand
from scheduler_harness import (
    CHANNEL,
    HOME,
    HOUR,
    MAKER,
    MONDAY,
    PLAN,
    SchedulerHarness,
    scheduler_harness,
)

from bot.app import App
from bot.call import Call, Caller
from bot.ops.health import State
from bot.reply import Outcome
from bot.tips import scheduler as job
from bot.tips.context import TipContext
from bot.tips.delivery import PostDelivery
from bot.tips.health import check_schedules
from bot.tips.scheduler import POLL_INTERVAL, record_due
from bot.tips.validation import find_plan_problem
from content import Content
from storage import NewTip, OccurrenceState, Schedule, Step, StepState, Store, TipState

OTHER, THEIRS = "test:12", "test:2"
UNREADABLE = {
    "no such zone": {"zone": "Mars/Olympus_Mons"},
    "a folder of zones": {"zone": "America"},
    "no name of a zone": {"zone": "../../etc/passwd"},
    "an empty zone": {"zone": ""},
    "a weekday that is none": {"weekday": 9},
    "a time that is none": {"minute": 5000},
    "no weeks": {"weeks": 0},
    "a rule of a later version": {"missed": "postpone"},
}


@pytest.fixture
async def here(store: Store, content: Content, tmp_path: Path) -> SchedulerHarness:
    made = await scheduler_harness(store, content, tmp_path / "square.db", ["tip one", "tip two"])
    made.platform.opened(OTHER, THEIRS)
    return made


async def add_bad_schedule(here: SchedulerHarness, **values: object) -> Schedule:
    """Store a schedule that no command could create."""
    plan = replace(PLAN, **values)  # type: ignore[arg-type]
    made = await here.store.schedules.add(here.queue, plan, MAKER, here.now, MONDAY)
    assert made
    return made


async def add_other_community(here: SchedulerHarness) -> None:
    """Start weekly tips in another community, with its own queue and schedule."""
    queue = await here.store.queues.get_or_create(THEIRS)
    await here.store.tips.add(queue, [NewTip("theirs")], here.now)
    plan = replace(PLAN, community=THEIRS, channel=OTHER)
    assert await here.store.schedules.add(queue, plan, "test:8", here.now, MONDAY)


def tip_context(here: SchedulerHarness) -> TipContext:
    app = here.app
    return TipContext(app.content, app.platforms, here.store, here.clock, app.metrics)


async def ready(here: SchedulerHarness) -> tuple[State, str]:
    here.app  # noqa: B018  # creates the scheduler
    found = await here.runners[0].check_ready()
    return found.state, found.message


def says(here: SchedulerHarness, channel: str) -> list[str]:
    return [row["says"].splitlines()[1] for row in here.platform.messages(channel)]


@pytest.mark.parametrize("values", UNREADABLE.values(), ids=UNREADABLE)
async def test_an_unusable_schedule_is_reported_and_the_others_post(
    here: SchedulerHarness, values: dict[str, object]
) -> None:
    made = await add_bad_schedule(here, **values)
    assert find_plan_problem(made.plan)
    await add_other_community(here)
    with structlog.testing.capture_logs() as logs:
        await here.until(MONDAY + HOUR)
    assert says(here, OTHER) == ["theirs"]
    assert says(here, CHANNEL) == []
    [told] = here.platform.direct_messages()
    assert "Nothing is posted" in told
    assert [each["event"] for each in logs if each["log_level"] == "error"] == [
        "schedule can't be used"
    ]
    state, said = await ready(here)
    assert (state, "1 schedule can't be used" in said) == (State.WARNING, True)
    assert CHANNEL not in said
    found = await check_schedules(tip_context(here), show_channels=True)
    assert (found.state, f"{CHANNEL} gets no tips" in found.message) == (State.WARNING, True)
    unnamed = await check_schedules(tip_context(here), show_channels=False)
    assert (unnamed.state, CHANNEL in unnamed.message) == (State.WARNING, False)


async def test_an_unusable_schedule_doesnt_shorten_the_schedulers_pause(
    here: SchedulerHarness,
) -> None:
    await add_bad_schedule(here, zone="Mars/Olympus_Mons")
    scheduler = here.runner(POLL_INTERVAL)
    assert await here.look(MONDAY + HOUR, scheduler) == POLL_INTERVAL


async def test_a_schedule_of_a_disconnected_platform_doesnt_shorten_the_pause(
    here: SchedulerHarness,
) -> None:
    await add_bad_schedule(here, channel="elsewhere:1", community="elsewhere:2")
    scheduler = here.runner(POLL_INTERVAL)
    assert await here.look(MONDAY + HOUR, scheduler) == POLL_INTERVAL


async def test_every_command_works_beside_an_unusable_schedule(here: SchedulerHarness) -> None:
    await add_bad_schedule(here, zone="Mars/Olympus_Mons", weekday=9)
    await here.schedule()

    async def opened() -> Store:
        return here.store

    app = App(here.content, clock=here.clock, open_store=opened)
    app.platforms["test"] = here.platform
    who = Caller(MAKER, moderator=True, community=HOME)

    async def said(line: str, outcome: Outcome = Outcome.DONE) -> str:
        reply = await app.handle_line(line, who)
        assert reply.outcome is outcome, reply
        return str(reply)

    for line in ("schedule calendar", "schedule show 1"):
        assert "Mars/Olympus_Mons" in await said(line)
    assert "can't be used" in await said("schedule list")
    for line in ("tips", "tips preview", "tips preview schedule:1", "schedule history"):
        await said(line)
    assert "Edit the schedule" in await said("schedule post-now 1", Outcome.REFUSED)
    await said("schedule pause 1")
    for line in ("schedule resume 1", "schedule edit 1 monday 10:00"):
        assert "Edit the schedule" in await said(line, Outcome.REFUSED)
    notify = Call("schedule-notify", {"schedule": "1", "role": "test:role"})
    assert (await app.handle(notify, who)).outcome is Outcome.REFUSED
    await said("schedule edit 1 monday 10:00 Europe/Berlin")
    await said("schedule resume 1")
    await said("schedule stop 1")


async def test_a_repaired_schedule_posts_and_is_reported_when_it_breaks_again(
    here: SchedulerHarness,
) -> None:
    made = await add_bad_schedule(here, zone="Mars/Olympus_Mons")
    await here.look()
    await here.look()
    assert len(here.platform.direct_messages()) == 1
    await here.store.schedules.update(made.id, plan=PLAN)
    await here.look()
    assert (await ready(here))[0] is State.OK
    await here.store.schedules.update(made.id, plan=replace(PLAN, zone="Mars/Olympus_Mons"))
    await here.look()
    assert len(here.platform.direct_messages()) == 2
    await here.store.schedules.update(made.id, plan=PLAN)
    await here.until(MONDAY + HOUR)
    assert says(here, CHANNEL) == ["tip one"]


async def test_an_unreadable_receipt_counts_as_unconfirmed_and_the_others_post(
    here: SchedulerHarness,
) -> None:
    await here.schedule()
    await add_other_community(here)
    here.platform.deduplicates_for = 0
    here.platform.fail("post", "later", times=2, seconds=600)
    await here.look(MONDAY)
    for it in await here.store.occurrences.list_due():
        claimed = await here.store.occurrences.claim(
            it.schedule, it.due_at, "hand", MONDAY + HOUR, MONDAY + HOUR
        )
        if claimed and claimed.channel == CHANNEL:
            odd = StepState("of a later version")
            assert odd is StepState.UNKNOWN
            await here.store.occurrences.record_step(claimed, Step.POST, odd, MONDAY)
        if claimed:
            await here.store.occurrences.release(claimed, None)
    await here.until(MONDAY + 2 * HOUR)
    assert says(here, OTHER) == ["theirs"]
    assert here.platform.asked("find") == 1
    assert says(here, CHANNEL) == ["tip one"]


@pytest.mark.parametrize(
    "new",
    [
        NewTip("gone", cites=("market/not-any-more",)),
        NewTip("gone", cites=("nothing-like-it/x",), cited_content="{}"),
        NewTip("gone", cites=("size/x",)),
        NewTip("gone", cites=("market/bls-developers-growth",), cited_content="{not JSON"),
        NewTip("gone", cites=("market/bls-developers-growth",), cited_content="[]"),
    ],
)
async def test_a_tip_that_cites_deleted_content_is_held_and_the_next_one_is_posted(
    here: SchedulerHarness, new: NewTip
) -> None:
    for number in (1, 2):
        await here.store.tips.decide(
            here.queue, number, TipState.REMOVED, current_states=[TipState.QUEUED]
        )
    await here.store.tips.add(here.queue, [new, NewTip("sound")], here.now)
    await here.schedule()
    await add_other_community(here)
    await here.until(MONDAY + HOUR)
    assert says(here, CHANNEL) == ["sound"]
    assert says(here, OTHER) == ["theirs"]
    [held] = await here.store.tips.list_for_queue(here.queue, TipState.HELD)
    assert held.text == "gone"
    assert any("On hold" in each for each in here.platform.direct_messages())


async def test_a_tip_whose_role_is_deleted_is_posted_without_it(here: SchedulerHarness) -> None:
    await here.store.tips.decide(here.queue, 1, TipState.REMOVED, current_states=[TipState.QUEUED])
    await here.store.tips.decide(here.queue, 2, TipState.REMOVED, current_states=[TipState.QUEUED])
    await here.store.tips.add(here.queue, [NewTip("of a role", role="alchemist")], here.now)
    await here.schedule()
    await here.until(MONDAY + HOUR)
    assert says(here, CHANNEL) == ["of a role"]


async def test_a_schedule_with_an_internal_error_is_reported_and_the_others_post(
    here: SchedulerHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await here.schedule()
    await add_other_community(here)
    original = record_due

    async def breaks(context: TipContext, schedule: Schedule) -> None:
        if schedule.id == made.id:
            raise ZeroDivisionError
        await original(context, schedule)

    monkeypatch.setattr("bot.tips.scheduler.record_due", breaks)
    with structlog.testing.capture_logs():
        await here.until(MONDAY + timedelta(minutes=5))  # it retries every second
    assert says(here, OTHER) == ["theirs"]
    [told] = here.platform.direct_messages()
    assert "broke on our side" in told
    assert (await ready(here))[0] is State.WARNING


async def test_a_scheduler_whose_every_run_fails_is_not_ready(
    here: SchedulerHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    await here.schedule()

    async def breaks(context: TipContext, schedule: Schedule) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("bot.tips.scheduler.record_due", breaks)
    await _turns(here, monkeypatch)
    assert (await ready(here))[0] is State.BROKEN


async def test_a_scheduler_whose_every_post_fails_is_not_ready(
    here: SchedulerHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    await here.schedule()

    async def breaks(posting: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(PostDelivery, "run", breaks)
    here.now = MONDAY
    await _turns(here, monkeypatch)
    assert (await ready(here))[0] is State.BROKEN
    monkeypatch.undo()
    await here.until(MONDAY + HOUR)
    assert says(here, CHANNEL) == ["tip one"]
    assert (await ready(here))[0] is State.OK


async def _turns(here: SchedulerHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the scheduler without success until it counts as stuck."""
    began = time.monotonic()
    here.app  # noqa: B018  # creates the scheduler
    for second in range(0, int(job.STUCK_AFTER) + 60, 30):
        monkeypatch.setattr(time, "monotonic", lambda at=second: began + at)
        here.now += timedelta(seconds=30)
        with structlog.testing.capture_logs():
            await here.look()


async def test_a_post_with_an_internal_error_is_reported_once_and_retried(
    here: SchedulerHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    await here.schedule()

    async def breaks(posting: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(PostDelivery, "run", breaks)
        with structlog.testing.capture_logs() as logs:
            await here.until(MONDAY + HOUR)
    assert 4 <= sum(each["event"] == "bug in tips" for each in logs) <= 6
    assert len(here.platform.direct_messages()) == 1
    await here.until(MONDAY + 2 * HOUR)
    assert says(here, CHANNEL) == ["tip one"]


async def test_a_due_post_of_an_unusable_schedule_doesnt_block_others(
    sqlite_url: str, content: Content, tmp_path: Path
) -> None:
    async with await Store.open(sqlite_url) as store:
        here = await scheduler_harness(store, content, tmp_path / "square.db", ["tip one"])
        here.platform.opened(OTHER, THEIRS)
        made = await here.schedule()
        due = [(MONDAY, OccurrenceState.DUE)]
        assert await store.schedules.advance(made, due, MONDAY + timedelta(weeks=1))
        await change_by_hand(store, "UPDATE schedules SET next_due = 'soon'")
        await add_other_community(here)
        with structlog.testing.capture_logs() as logs:
            await here.until(MONDAY + HOUR)
        assert says(here, OTHER) == ["theirs"]
        assert says(here, CHANNEL) == []
        errors = {each["event"] for each in logs if each["log_level"] == "error"}
        assert errors == {"row skipped"}
