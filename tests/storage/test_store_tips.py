"""Tips and schedules, and the audit."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from databases.manual_changes import change_by_hand
from databases.tip_rows import HOME, LEASE, NOON, PLAN, WEEK, add_schedule, fill_queue, list_texts

from storage import NewTip, OccurrenceState, ScheduleState, Store, TipState


async def test_concurrent_adds_get_distinct_numbers(store: Store) -> None:
    queues = await asyncio.gather(*(store.queues.get_or_create(HOME) for _ in range(20)))
    assert len(set(queues)) == 1
    adds = (store.tips.add(queues[0], [NewTip(str(n))], NOON) for n in range(20))
    added = [tip for found in await asyncio.gather(*adds) for tip in found]
    assert sorted(tip.number for tip in added) == list(range(1, 21))


async def test_a_tip_is_moved_edited_and_decided_only_from_the_states_that_allow_it(
    store: Store,
) -> None:
    queue, _ = await fill_queue(store, "a", "b", "c")
    assert await store.tips.move(queue, 3, 1)
    assert await list_texts(store, queue) == ["c", "a", "b"]
    assert await store.tips.move(queue, 3, 99)
    assert await list_texts(store, queue) == ["a", "b", "c"]
    assert not await store.tips.move(queue, 9, 1)
    edited = await store.tips.edit(queue, 2, NewTip("B", "https://x.y"))
    assert edited
    assert (edited.text, edited.link, edited.state) == ("B", "https://x.y", TipState.QUEUED)
    of = [TipState.SUGGESTED]
    assert (
        await store.tips.decide(queue, 2, TipState.DENIED, current_states=of, reason="no") is None
    )
    [mine] = await store.tips.add(queue, [NewTip("d")], NOON, ("discord:5", HOME))
    assert (mine.state, mine.suggested_by, mine.suggested_in) == ("suggested", "discord:5", HOME)
    denied = await store.tips.decide(queue, 4, TipState.DENIED, current_states=of, reason="no")
    assert denied
    assert denied.reason == "no"
    assert await store.tips.decide(queue, 4, TipState.QUEUED, current_states=of) is None


async def test_a_schedule_is_kept_changed_and_advanced_once(store: Store) -> None:
    schedule = await add_schedule(store)
    assert schedule.plan == PLAN
    assert await store.schedules.get(schedule.queue, 1) == schedule
    advances = (
        store.schedules.advance(schedule, [(NOON, OccurrenceState.DUE)], NOON + WEEK)
        for _ in range(10)
    )
    assert sorted(await asyncio.gather(*advances)) == [False] * 9 + [True]
    [occurrence] = await store.occurrences.list_due()
    assert (occurrence.due_at, occurrence.channel) == (NOON, PLAN.channel)
    paused = await store.schedules.update(schedule.id, state=ScheduleState.PAUSED)
    assert paused
    assert await store.schedules.list_active() == ()
    assert not await store.schedules.advance(paused, [], NOON + 2 * WEEK)
    await store.schedules.update(schedule.id, state=ScheduleState.REMOVED)
    assert await store.schedules.list_for_queue(schedule.queue) == ()
    assert await store.schedules.get(schedule.queue, 1) is None


async def test_the_audit_and_notices(store: Store) -> None:
    queue = await store.queues.get_or_create(HOME)
    for n in range(3):
        await store.audit.add(queue, NOON, "discord:7", "added", f"tip {n}")
    await store.audit.add_refusal(queue, NOON, "discord:9", "tips-add")
    await store.audit.add_refusal(queue, NOON + timedelta(seconds=5), "discord:9", "tips-add")
    entries = await store.audit.list_for_queue(queue, 10)
    assert [(each.action, each.details) for each in entries][:2] == [
        ("refused", "tips-add"),
        ("added", "tip 2"),
    ]
    assert await store.audit.count(queue) == 4
    told = await asyncio.gather(*(store.audit.add_notice(queue, "x", NOON) for _ in range(5)))
    assert sorted(told) == [False] * 4 + [True]
    await store.audit.delete_notice(queue, "x")
    assert await store.audit.add_notice(queue, "x", NOON)


async def test_a_persons_data_can_be_listed_and_erased(store: Store) -> None:
    queue, _ = await fill_queue(store, "a")
    for text in ("mine", "taken"):
        await store.tips.add(queue, [NewTip(text)], NOON, ("discord:7", HOME))
    await store.tips.decide(queue, 3, TipState.QUEUED, current_states=[TipState.SUGGESTED])
    schedule = await add_schedule(store)
    await store.audit.add(queue, NOON, "discord:7", "suggested", "tip 2")
    await store.queues.create_join_code(HOME, "discord:7", NOON, NOON + LEASE)
    assert [tip.text for tip in await store.tips.list_by_owner("discord:7")] == ["mine", "taken"]
    assert await store.schedules.list_by_owner("discord:7") == (schedule,)
    assert [entry.details for entry in await store.audit.list_by_owner("discord:7")] == ["tip 2"]
    await store.erase("discord:7")
    for repository in (store.tips, store.schedules, store.audit):
        assert await repository.list_by_owner("discord:7") == ()
    assert await change_by_hand(store, "DELETE FROM link_codes") == 0
    assert await list_texts(store, queue) == ["a", "taken"]
    assert [each.actor for each in await store.audit.list_for_queue(queue, 9)] == [None]


async def test_an_edit_keeps_the_origin_of_a_tip(store: Store) -> None:
    queue, _ = await fill_queue(store)
    await store.tips.add(queue, [NewTip("a", "https://a.b", cites=("x/y", "z"), origin="o")], NOON)
    assert await store.tips.edit(queue, 1, NewTip("b", cites=("z",), cited_content="s"))
    tip = await store.tips.get(queue, 1)
    assert tip
    assert (tip.text, tip.link, tip.cites, tip.cited_content) == ("b", None, ("z",), "s")
    assert tip.origin == "o"


async def test_a_number_too_large_for_the_column_finds_no_tip(store: Store) -> None:
    queue, _ = await fill_queue(store, "a")
    for number in (2**31, 2**63, 10**30):
        assert await store.tips.get(queue, number) is None
        assert await store.schedules.get(queue, number) is None
        assert await store.tips.edit(queue, number, NewTip("b")) is None
        assert not await store.tips.move(queue, number, 1)
    assert await store.tips.move(queue, 1, 10**30)
    assert await list_texts(store, queue) == ["a"]


async def test_a_change_of_a_schedule_leaves_the_rest_of_it(store: Store) -> None:
    schedule = await add_schedule(store)
    change = store.schedules.update
    stopped = await change(schedule.id, state=ScheduleState.STOPPED, reason="It is gone.")
    assert stopped == replace(schedule, state=ScheduleState.STOPPED, reason="It is gone.")
    plan = replace(PLAN, zone="Asia/Tokyo", pin=True)
    assert await change(schedule.id, plan=plan) == replace(stopped, plan=plan)
    active = await change(schedule.id, state=ScheduleState.ACTIVE, next_due=NOON + WEEK)
    assert active == replace(schedule, plan=plan, next_due=NOON + WEEK)
    assert await change("gone", plan=plan) is None
