"""Invalid rows: edited by hand, or written by another version of the bot."""

import pytest
import structlog
from databases.manual_changes import change_by_hand
from databases.tip_rows import NOON, PLAN, WEEK, add_schedule, claim_due, fill_queue, list_texts

from storage import (
    Missed,
    OccurrenceState,
    ScheduleState,
    Step,
    StepState,
    Store,
    TipState,
)


async def test_an_unknown_word_is_read_as_unknown(store: Store) -> None:
    queue, _ = await fill_queue(store, "a", "b")
    it = await claim_due(store, await add_schedule(store))
    await store.occurrences.record_step(it, Step.POST, StepState.TRYING, NOON)
    for table, column, where in (
        ("tips", "state", "number = 1"),
        ("schedules", "missed", "number = 1"),
        ("receipts", "state", "step = 'post'"),
    ):
        statement = f"UPDATE {table} SET {column} = 'later' WHERE {where}"  # noqa: S608
        assert await change_by_hand(store, statement) == 1
    assert [tip.state for tip in await store.tips.list_for_queue(queue)] == [
        TipState.UNKNOWN,
        TipState.QUEUED,
    ]
    assert await list_texts(store, queue, TipState.QUEUED) == ["b"]
    [schedule] = await store.schedules.list_active()
    assert schedule.plan.missed is Missed.UNKNOWN
    [found] = await store.occurrences.list_due()
    assert found.receipts[Step.POST].state is StepState.UNKNOWN
    await change_by_hand(store, "UPDATE occurrences SET state = 'later'")
    assert await store.occurrences.list_due() == ()
    one = await store.occurrences.get(it.schedule, it.due_at)
    assert one
    assert one.state is OccurrenceState.UNKNOWN
    await change_by_hand(store, "UPDATE schedules SET state = 'later'")
    assert [each.state for each in await store.schedules.list_for_queue(queue)] == [
        ScheduleState.UNKNOWN
    ]


async def test_an_unknown_word_is_kept_when_another_column_changes(store: Store) -> None:
    schedule = await add_schedule(store)
    await change_by_hand(store, "UPDATE schedules SET missed = 'later'")
    changed = await store.schedules.update(schedule.id, state=ScheduleState.PAUSED)
    assert changed
    assert (changed.state, changed.plan.missed) == (ScheduleState.PAUSED, Missed.UNKNOWN)
    assert await change_by_hand(store, "UPDATE schedules SET why = 'x' WHERE missed = 'later'") == 1


@pytest.mark.parametrize(
    "change",
    ["next_due = 'soon'", "first = 'one day'", "weekday = 'Monday'", "made_at = x'00'"],
)
async def test_a_schedule_that_cannot_be_read_does_not_hide_the_others(
    sqlite_url: str, change: str
) -> None:
    async with await Store.open(sqlite_url) as store:
        await add_schedule(store)
        sound = await add_schedule(store, weekday=1)
        await change_by_hand(store, f"UPDATE schedules SET {change} WHERE number = 1")  # noqa: S608
        assert await store.schedules.list_active() == (sound,)
        assert await store.schedules.list_for_queue(sound.queue) == (sound,)
        with structlog.testing.capture_logs() as logs:
            assert await store.schedules.get(sound.queue, 1) is None
        [line] = logs
        assert (line["event"], line["log_level"]) == ("row skipped", "error")
        assert change.partition(" ")[0] in line["reason"]


async def test_a_tip_that_cannot_be_read_does_not_hide_the_others(sqlite_url: str) -> None:
    async with await Store.open(sqlite_url) as store:
        queue, _ = await fill_queue(store, "a", "b", "c")
        await change_by_hand(store, "UPDATE tips SET added_at = 'once' WHERE number = 1")
        assert await list_texts(store, queue) == ["b", "c"]
        assert await store.tips.move(queue, 3, 1)
        assert await list_texts(store, queue) == ["c", "b"]


async def test_an_occurrence_is_left_out_with_a_receipt_that_cannot_be_read(
    sqlite_url: str,
) -> None:
    async with await Store.open(sqlite_url) as store:
        schedule = await add_schedule(store)
        for n in range(2):
            it = await claim_due(store, schedule, NOON + n * WEEK)
            await store.occurrences.record_step(it, Step.POST, StepState.TRYING, NOON)
            await store.occurrences.record_step(it, Step.PIN, StepState.WAITING, NOON)
            schedule = await store.schedules.get_by_id(schedule.id) or schedule
        by = "schedule = (SELECT id FROM schedules) AND step = 'post'"
        first = f"{by} AND due_at < '2026-11-22'"
        assert await change_by_hand(store, f"UPDATE receipts SET at = 'then' WHERE {first}") == 1  # noqa: S608
        [found] = await store.occurrences.list_due()  # without its receipt it could be posted twice
        assert (found.due_at, found.channel) == (NOON + WEEK, PLAN.channel)
