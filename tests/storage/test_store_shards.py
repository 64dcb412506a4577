"""Leases of shards: no two owners, renewal, equal shares, and expiry."""

import asyncio
from datetime import timedelta

from storage import ShardAllocation, Store

LEASE = timedelta(seconds=30)
EXPIRED = timedelta(seconds=-1)  # a lease that has ended already


async def test_the_first_instance_runs_all_shards_until_others_come(store: Store) -> None:
    shards = store.shards
    first = await shards.renew("a", 4, LEASE)
    assert first == ShardAllocation(
        shard_count=4, shards=frozenset(range(4)), surplus=0, retry_after=None
    )
    second = await shards.renew("b", 4, LEASE)
    assert not second.shards
    assert second.surplus == 0
    assert second.retry_after is not None
    assert 0 < second.retry_after <= 30
    assert (await shards.renew("a", 4, LEASE)).surplus == 2
    await shards.release("a", [1, 3])
    await shards.release("b", [0])  # no effect, because b doesn't own it
    assert (await shards.renew("b", 4, LEASE)).shards == {1, 3}
    assert (await shards.renew("a", 4, LEASE)).shards == {0, 2}


async def test_shares_are_equal_and_the_remainder_does_not_move(store: Store) -> None:
    shards = store.shards
    assert len((await shards.renew("z", 5, LEASE)).shards) == 5
    for name in ("a", "b"):
        await shards.renew(name, 5, LEASE)
    assert (await shards.renew("z", 5, LEASE)).surplus == 3
    await shards.release("z", [2, 3, 4])
    found = [(await shards.renew(name, 5, LEASE)).shards for name in ("a", "b", "z")]
    assert sorted(map(len, found)) == [1, 2, 2]
    assert sorted(number for mine in found for number in mine) == [0, 1, 2, 3, 4]


async def test_a_lost_instance_loses_its_shards_when_its_lease_ends(store: Store) -> None:
    await store.shards.renew("dead", 2, EXPIRED)
    assert (await store.shards.renew("b", 2, LEASE)).shards == {0, 1}
    assert (await store.shards.renew("dead", 2, LEASE)).shards == set()


async def test_an_instance_that_unregisters_loses_its_shards_at_once(store: Store) -> None:
    await store.shards.renew("a", 2, LEASE)
    await store.shards.unregister("a")
    assert (await store.shards.renew("b", 2, LEASE)).shards == {0, 1}


async def test_the_shard_count_changes_only_without_leases(store: Store) -> None:
    await store.shards.renew("a", 2, LEASE)
    assert (await store.shards.renew("b", 8, LEASE)).shard_count == 2
    await store.shards.unregister("a")
    assert (await store.shards.renew("b", 8, LEASE)).shards == set(range(8))
    await store.shards.unregister("b")
    assert (await store.shards.renew("b", 1, LEASE)).shards == {0}


async def test_no_shard_has_two_owners_under_concurrency(store: Store) -> None:
    names = [f"i{n}" for n in range(6)]
    for _ in range(5):
        found = await asyncio.gather(*(store.shards.renew(name, 16, LEASE) for name in names))
        every = [number for each in found for number in each.shards]
        assert len(every) == len(set(every))
        for name, each in zip(names, found, strict=True):
            await store.shards.release(name, sorted(each.shards)[: each.surplus])
    assert sorted(len(each.shards) for each in found) == [2, 2, 3, 3, 3, 3]


async def test_sessions_begin_one_after_another_in_all_instances(store: Store) -> None:
    shards, pause = store.shards, timedelta(seconds=5)
    await shards.renew("a", 4, LEASE)
    await shards.renew("b", 4, LEASE)
    await shards.release("a", [1, 2])
    await shards.renew("b", 4, LEASE)
    assert await shards.reserve_start("a", 0, 2, pause) == timedelta()
    assert await shards.reserve_start("b", 1, 2, pause) == timedelta()  # another bucket
    waits = await shards.reserve_start("b", 2, 2, pause)
    assert waits is not None
    assert timedelta() < waits <= pause
    assert await shards.reserve_start("b", 2, 2, timedelta()) == timedelta()
    assert await shards.reserve_start("b", 0, 2, pause) is None  # shard 0 is a's
