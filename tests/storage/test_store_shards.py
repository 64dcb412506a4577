"""Claims of shards: disjoint, renewed, equal, and free again when their lease is over."""

import asyncio
from datetime import timedelta

from storage import Holding, Store

LEASE = timedelta(seconds=30)
OVER = timedelta(seconds=-1)  # a lease that has ended already


async def test_the_first_serves_all_and_shares_with_who_comes(store: Store) -> None:
    shards = store.shards
    first = await shards.hold("a", 4, LEASE)
    assert first == Holding(count=4, mine=frozenset(range(4)), surplus=0, wait=None)
    second = await shards.hold("b", 4, LEASE)
    assert not second.mine
    assert second.surplus == 0
    assert second.wait is not None
    assert 0 < second.wait <= 30
    assert (await shards.hold("a", 4, LEASE)).surplus == 2
    await shards.release("a", [1, 3])
    await shards.release("b", [0])  # is not b's to give
    assert (await shards.hold("b", 4, LEASE)).mine == {1, 3}
    assert (await shards.hold("a", 4, LEASE)).mine == {0, 2}


async def test_shares_are_equal_and_what_is_left_over_stays_where_it_is(store: Store) -> None:
    shards = store.shards
    assert len((await shards.hold("z", 5, LEASE)).mine) == 5
    for name in ("a", "b"):
        await shards.hold(name, 5, LEASE)
    assert (await shards.hold("z", 5, LEASE)).surplus == 3
    await shards.release("z", [2, 3, 4])
    found = [(await shards.hold(name, 5, LEASE)).mine for name in ("a", "b", "z")]
    assert sorted(map(len, found)) == [1, 2, 2]
    assert sorted(number for mine in found for number in mine) == [0, 1, 2, 3, 4]


async def test_who_is_gone_loses_its_shards_when_its_lease_ends(store: Store) -> None:
    await store.shards.hold("dead", 2, OVER)
    assert (await store.shards.hold("b", 2, LEASE)).mine == {0, 1}
    assert (await store.shards.hold("dead", 2, LEASE)).mine == set()


async def test_who_leaves_loses_them_at_once(store: Store) -> None:
    await store.shards.hold("a", 2, LEASE)
    await store.shards.leave("a")
    assert (await store.shards.hold("b", 2, LEASE)).mine == {0, 1}


async def test_their_number_changes_when_nobody_serves_any(store: Store) -> None:
    await store.shards.hold("a", 2, LEASE)
    assert (await store.shards.hold("b", 8, LEASE)).count == 2
    await store.shards.leave("a")
    assert (await store.shards.hold("b", 8, LEASE)).mine == set(range(8))
    await store.shards.leave("b")
    assert (await store.shards.hold("b", 1, LEASE)).mine == {0}


async def test_no_shard_has_two_owners_however_many_come_at_once(store: Store) -> None:
    names = [f"i{n}" for n in range(6)]
    for _ in range(5):
        found = await asyncio.gather(*(store.shards.hold(name, 16, LEASE) for name in names))
        every = [number for each in found for number in each.mine]
        assert len(every) == len(set(every))
        for name, each in zip(names, found, strict=True):
            await store.shards.release(name, sorted(each.mine)[: each.surplus])
    assert sorted(len(each.mine) for each in found) == [2, 2, 3, 3, 3, 3]


async def test_sessions_begin_one_after_another_in_all_instances(store: Store) -> None:
    shards, pause = store.shards, timedelta(seconds=5)
    await shards.hold("a", 4, LEASE)
    await shards.hold("b", 4, LEASE)
    await shards.release("a", [1, 2])
    await shards.hold("b", 4, LEASE)
    assert await shards.turn("a", 0, 2, pause) == timedelta()
    assert await shards.turn("b", 1, 2, pause) == timedelta()  # another bucket
    waits = await shards.turn("b", 2, 2, pause)
    assert waits is not None
    assert timedelta() < waits <= pause
    assert await shards.turn("b", 2, 2, timedelta()) == timedelta()
    assert await shards.turn("b", 0, 2, pause) is None  # a's
