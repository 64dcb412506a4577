"""Queues of tips: joining by a code, leaving with a copy, and removing a community."""

import asyncio
from dataclasses import replace

from databases.tip_rows import (
    AWAY,
    HOME,
    LEASE,
    NOON,
    PLAN,
    add_schedule,
    claim_due,
    fill_queue,
    list_texts,
)

from storage import NewTip, OccurrenceState, Store, TipState


async def test_a_community_has_one_queue_and_numbers_are_never_given_twice(store: Store) -> None:
    queue, (one, two) = await fill_queue(store, "a", "b")
    assert await store.queues.get_or_create(HOME) == queue
    assert await store.queues.get_or_create(AWAY) != queue
    assert [one.number, two.number] == [1, 2]
    gone = await store.tips.decide(queue, 2, TipState.REMOVED, current_states=[TipState.QUEUED])
    assert gone
    [third] = await store.tips.add(queue, [NewTip("c")], NOON)
    assert third.number == 3
    assert await list_texts(store, queue, TipState.QUEUED) == ["a", "c"]


async def test_two_communities_join_their_queues_and_leave_with_a_copy_each(store: Store) -> None:
    mine, _ = await fill_queue(store, "a", "b")
    theirs, _ = await fill_queue(store, "b", "c", community=AWAY)
    schedule = await add_schedule(store, AWAY)
    await store.audit.add(theirs, NOON, "slack:T2/U1", "added", "tip 1")
    code = await store.queues.create_join_code(HOME, "discord:7", NOON, NOON + LEASE)
    assert await store.queues.join(code, HOME, NOON) is None
    assert await store.queues.join(code, AWAY, NOON + LEASE) is None
    assert await store.queues.join(code, AWAY, NOON) == HOME
    assert await store.queues.join(code, AWAY, NOON) is None
    assert await store.queues.get_or_create(AWAY) == mine
    assert await list_texts(store, mine) == ["a", "b", "c"]
    assert await store.queues.list_communities(mine) == (HOME, AWAY)
    assert [each.id for each in await store.schedules.list_for_queue(mine)] == [schedule.id]
    assert await store.audit.count(mine) == 1
    assert await store.queues.leave(AWAY)
    assert not await store.queues.leave(AWAY)
    away = await store.queues.get_or_create(AWAY)
    assert await list_texts(store, away) == await list_texts(store, mine) == ["a", "b", "c"]
    assert await store.schedules.list_for_queue(mine) == ()
    assert [each.id for each in await store.schedules.list_for_queue(away)] == [schedule.id]
    assert await store.audit.count(away) == await store.audit.count(mine) == 1


async def test_the_history_of_a_channel_survives_joining_and_leaving(store: Store) -> None:
    await fill_queue(store, "a", "b")
    theirs, (b,) = await fill_queue(store, "b", community=AWAY)
    done = await claim_due(store, await add_schedule(store, AWAY))
    await store.occurrences.set_tip(done, b.id)
    await store.occurrences.record_post(done, "m", NOON)
    await store.occurrences.finish(done, OccurrenceState.DONE)
    assert await store.occurrences.list_posted_tips(theirs, PLAN.channel) == (b.id,)
    code = await store.queues.create_join_code(HOME, "discord:7", NOON, NOON + LEASE)
    await store.queues.join(code, AWAY, NOON)
    for leaves in (False, True):
        if leaves:
            await store.queues.leave(AWAY)
        queue = await store.queues.get_or_create(AWAY)
        [had] = await store.occurrences.list_posted_tips(queue, PLAN.channel)
        tip = await store.tips.get_by_id(had)
        assert tip
        assert (tip.queue, tip.text) == (queue, "b")


async def test_erasing_a_community_leaves_only_what_it_shared(store: Store) -> None:
    queue, _ = await fill_queue(store, "a")
    await claim_due(store, await add_schedule(store))
    await claim_due(store, await add_schedule(store, AWAY))
    code = await store.queues.create_join_code(HOME, "discord:7", NOON, NOON + LEASE)
    await store.queues.join(code, AWAY, NOON)
    assert {HOME, AWAY} <= await store.list_communities()
    await store.erase_community(HOME)
    assert await list_texts(store, queue) == ["a"]
    assert [each.plan.community for each in await store.schedules.list_for_queue(queue)] == [AWAY]
    await store.erase_community(AWAY)
    assert await store.queues.list_all() == ()
    assert await store.occurrences.list_due() == ()
    assert await store.schedules.list_for_queue(queue) == ()
    assert not {HOME, AWAY} & await store.list_communities()


async def test_queues_joined_one_after_another_stay_behind_one_another(store: Store) -> None:
    mine, _ = await fill_queue(store, "a", "b")
    for community, tips in ((AWAY, ("c", "d")), ("slack:T3", ("e", "f"))):
        await fill_queue(store, *tips, community=community)
        code = await store.queues.create_join_code(HOME, "discord:7", NOON, NOON + LEASE)
        assert await store.queues.join(code, community, NOON) == HOME
    assert await list_texts(store, mine) == list("abcdef")
    assert [tip.number for tip in await store.tips.list_for_queue(mine)] == [1, 2, 3, 4, 5, 6]
    [last] = await store.tips.add(mine, [NewTip("g")], NOON)
    assert last.number == 7
    assert await list_texts(store, mine) == list("abcdefg")


async def test_the_copy_of_a_queue_has_its_order_and_numbers_of_its_own(store: Store) -> None:
    mine, _ = await fill_queue(store, "a", "b", "c")
    await store.tips.move(mine, 3, 1)
    await store.tips.decide(mine, 1, TipState.REMOVED, current_states=[TipState.QUEUED])
    code = await store.queues.create_join_code(HOME, "discord:7", NOON, NOON + LEASE)
    await store.queues.join(code, AWAY, NOON)
    assert await store.queues.leave(AWAY)
    away = await store.queues.get_or_create(AWAY)
    copies = await store.tips.list_for_queue(away)
    assert [(tip.number, tip.text, tip.state) for tip in copies] == [
        (1, "c", TipState.QUEUED),
        (2, "a", TipState.REMOVED),
        (3, "b", TipState.QUEUED),
    ]
    [new] = await store.tips.add(away, [NewTip("d")], NOON)
    assert new.number == 4
    assert not {tip.id for tip in copies} & {
        tip.id for tip in await store.tips.list_for_queue(mine)
    }


async def test_concurrent_joins_and_leaves_end_with_a_queue_each(store: Store) -> None:
    towns = [f"slack:T{n}" for n in range(6)]
    for town in towns:
        queue, _ = await fill_queue(store, town, community=town)
        plan = replace(PLAN, community=town)
        assert await store.schedules.add(queue, plan, "discord:7", NOON, NOON)

    async def joins(town: str) -> None:
        code = await store.queues.create_join_code(town, "discord:7", NOON, NOON + LEASE)
        await store.queues.join(code, HOME, NOON)

    await asyncio.gather(*map(joins, towns))
    shared = await store.queues.get_or_create(HOME)
    assert await store.queues.list_all() == (shared,)
    assert await store.queues.list_communities(shared) == (HOME, *towns)
    assert sorted(await list_texts(store, shared)) == towns
    assert sorted(each.number for each in await store.schedules.list_for_queue(shared)) == [
        1,
        2,
        3,
        4,
        5,
        6,
    ]
    left = await asyncio.gather(*map(store.queues.leave, (HOME, *towns)))
    assert sorted(left) == [False] + [True] * 6  # the last one is already alone in its queue
    queues = await asyncio.gather(*map(store.queues.get_or_create, (HOME, *towns)))
    assert sorted(queues) == sorted(await store.queues.list_all())
    assert len(set(queues)) == 7
    for town, queue in zip(towns, queues[1:], strict=True):
        assert sorted(await list_texts(store, queue)) == towns
        assert [each.plan.community for each in await store.schedules.list_for_queue(queue)] == [
            town
        ]
