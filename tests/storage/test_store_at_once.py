"""Writes that two moderators make at once, of which only one counts."""

import asyncio

from databases.tip_rows import HOME, NOON, PLAN, WEEK, add_schedule, fill_queue

from storage import NewTip, OccurrenceState, Store


async def test_of_two_who_post_at_once_one_does(store: Store) -> None:
    schedule = await add_schedule(store)
    later = NOON.replace(second=1)
    asked = [
        store.occurrences.plan_now(schedule.id, at, schedule.plan.channel, None)
        for at in (NOON, later, NOON)
    ]
    assert sorted(await asyncio.gather(*asked)) == [False, False, True]
    found = await store.occurrences.list_for_queue(schedule.queue, OccurrenceState.DUE)
    assert len(found) == 1


async def test_of_two_equal_schedules_one_is_stored(store: Store) -> None:
    queue, _ = await fill_queue(store)
    add = [store.schedules.add(queue, PLAN, "discord:7", NOON, NOON + WEEK) for _ in range(2)]
    made = [each for each in await asyncio.gather(*add) if each]
    assert len(made) == 1
    assert await store.schedules.list_for_queue(queue) == tuple(made)


async def test_of_two_equal_packs_one_is_stored(store: Store) -> None:
    queue, _ = await fill_queue(store)
    pack = [NewTip(f"Tip {n}", origin=f"tip-{n}") for n in range(5)]
    added = await asyncio.gather(*(store.tips.add(queue, pack, NOON) for _ in range(2)))
    assert sorted(map(len, added)) == [0, 5]
    assert len(await store.tips.list_for_queue(queue)) == 5


async def test_of_two_who_add_a_preference_one_does(store: Store) -> None:
    add = (store.preferences.add(HOME, "offered", value) for value in ("a", "b"))
    assert sorted(await asyncio.gather(*add)) == [False, True]
