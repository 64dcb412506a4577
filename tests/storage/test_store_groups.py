"""Writes that come together share a commit, and nothing else."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import IntegrityError
from storefiles import NOON, begun, on_new_connections

from storage import Store, StoreDown, Take


async def sitting(store: Store, count: int) -> list[Take]:
    """Open a take for each of several people, all of whom are to answer."""
    await begun(store)
    owners = (f"discord:{n}" for n in range(100, 100 + count))
    return [await store.open_take(owner, None, "roles", "v1", NOON) for owner in owners]


async def answer(store: Store, take: Take, option: str = "a") -> Take | None:
    return await store.answer(take.id, take.owner, "code", option, 0, 1, NOON)


@asynccontextmanager
async def queue(file: Path, first: Coroutine[Any, Any, Any]) -> AsyncIterator[None]:
    """Hold the file until the block has queued its writes behind *first*."""
    with sqlite3.connect(file, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        waits = asyncio.create_task(first)
        await asyncio.sleep(0.1)
        yield
        await asyncio.sleep(0.1)
        other.execute("ROLLBACK")
    other.close()
    await waits


@contextmanager
def commits() -> Iterator[list[str]]:
    """Collect how each transaction began that is committed meanwhile."""
    seen: list[str] = []

    def note(connection: Connection) -> None:
        seen.append(connection.get_execution_options()["begin"])

    event.listen(Engine, "commit", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "commit", note)


async def test_those_who_wait_share_a_commit_and_are_told_in_their_order(
    sqlite_url: str, file: Path
) -> None:
    told: list[asyncio.Task[Take | None]] = []
    async with await Store.open(sqlite_url) as store:
        alone, *takes = await sitting(store, 40)
        with commits() as seen:
            async with queue(file, answer(store, alone)):
                tasks = [asyncio.create_task(answer(store, take)) for take in takes]
                for task in tasks:
                    task.add_done_callback(told.append)
            await asyncio.wait(tasks)
        assert seen.count("BEGIN IMMEDIATE") == 2
        assert told == tasks
        for take, task in zip(takes, tasks, strict=True):
            kept = await store.take(take.id, take.owner)
            assert kept == task.result() != take


async def test_what_is_queued_when_the_store_is_closed_is_done_first(
    sqlite_url: str, file: Path
) -> None:
    del file
    async with await Store.open(sqlite_url) as store:
        takes = await sitting(store, 20)
        writes = [asyncio.create_task(answer(store, take)) for take in takes]
        reads = [asyncio.create_task(store.take(take.id, take.owner)) for take in takes]
        await asyncio.sleep(0)
    async with asyncio.timeout(10):
        assert [take.position for take in await asyncio.gather(*writes) if take] == [1] * 20
        assert [take.id for take in await asyncio.gather(*reads) if take] == [t.id for t in takes]


async def test_a_work_that_fails_fails_alone(sqlite_url: str, file: Path) -> None:
    async with await Store.open(sqlite_url) as store:
        alone, *takes = await sitting(store, 20)
        writes: list[Coroutine[Any, Any, Any]] = [answer(store, take) for take in takes]
        # one fails at its first statement, the other at its second: the first must be undone
        writes.insert(7, store.open_take("discord:1", None, "other", "v9", NOON))
        writes.insert(9, answer(store, alone, cast("str", {})))
        async with queue(file, store.prune(NOON)):
            tasks = asyncio.gather(*writes, return_exceptions=True)
        found = await tasks
        failed = [n for n, each in enumerate(found) if isinstance(each, Exception)]
        assert failed == [7, 9]
        assert isinstance(found[7], IntegrityError)
        assert await store.take(alone.id, alone.owner) == alone
        del found[9], found[7]
        for take, told in zip(takes, found, strict=True):
            assert await store.take(take.id, take.owner) == told != take


async def test_a_group_that_finds_no_room_acknowledges_only_what_is_kept(
    sqlite_url: str, file: Path
) -> None:
    async with await Store.open(sqlite_url) as store:
        alone, *takes = await sitting(store, 30)
    with on_new_connections("max_page_count = 25"):
        store = await Store.open(sqlite_url)
        async with queue(file, answer(store, alone)):
            writes = [answer(store, take, "x" * 3000) for take in takes]
            tasks = asyncio.gather(*writes, return_exceptions=True)
        found = await tasks
    assert any(isinstance(each, StoreDown) for each in found)
    async with store:
        for take, told in zip(takes, found, strict=True):
            kept = await store.take(take.id, take.owner)
            assert kept == (take if isinstance(told, StoreDown) else told)
        assert await answer(store, takes[0])
