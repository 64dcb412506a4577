"""Simultaneous writes share a commit, but don't affect each other."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, cast

from databases.store_files import NOON, on_new_connections, start_attempt

from storage import Attempt, Store, StoreUnavailable


async def start_attempts(store: Store, count: int) -> list[Attempt]:
    """Start an attempt for each of several people who will answer."""
    await start_attempt(store)
    owners = (f"discord:{n}" for n in range(100, 100 + count))
    return [await store.attempts.start(owner, None, "roles", "v1", NOON) for owner in owners]


async def answer(store: Store, attempt: Attempt, option: str = "a") -> Attempt | None:
    return await store.attempts.answer(attempt.id, attempt.owner, "code", option, 0, 1, NOON)


@asynccontextmanager
async def queue_behind(file: Path, first: Coroutine[Any, Any, Any]) -> AsyncIterator[None]:
    """Lock the file until the writes of the block are queued behind *first*."""
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
def record_commits() -> Iterator[list[str]]:
    """Yield a list that collects the commits of connections made in the block."""
    seen: list[str] = []

    def note(statement: str) -> None:
        if statement == "COMMIT":
            seen.append(statement)

    with on_new_connections(trace=note):
        yield seen


async def test_waiting_writes_share_a_commit_and_return_in_order(
    sqlite_url: str, file: Path
) -> None:
    told: list[asyncio.Task[Attempt | None]] = []
    with record_commits() as seen:
        store = await Store.open(sqlite_url)
    async with store:
        alone, *attempts = await start_attempts(store, 40)
        seen.clear()
        async with queue_behind(file, answer(store, alone)):
            tasks = [asyncio.create_task(answer(store, attempt)) for attempt in attempts]
            for task in tasks:
                task.add_done_callback(told.append)
        await asyncio.wait(tasks)
        assert len(seen) == 2
        assert told == tasks
        for attempt, task in zip(attempts, tasks, strict=True):
            kept = await store.attempts.get(attempt.id, attempt.owner)
            assert kept == task.result() != attempt


async def test_what_is_queued_when_the_store_is_closed_is_done_first(
    sqlite_url: str, file: Path
) -> None:
    del file
    async with await Store.open(sqlite_url) as store:
        attempts = await start_attempts(store, 20)
        writes = [asyncio.create_task(answer(store, attempt)) for attempt in attempts]
        reads = [
            asyncio.create_task(store.attempts.get(attempt.id, attempt.owner))
            for attempt in attempts
        ]
        await asyncio.sleep(0)
    async with asyncio.timeout(10):
        assert [attempt.position for attempt in await asyncio.gather(*writes) if attempt] == [
            1
        ] * 20
        assert [attempt.id for attempt in await asyncio.gather(*reads) if attempt] == [
            t.id for t in attempts
        ]


async def test_a_failed_transaction_fails_alone(sqlite_url: str, file: Path) -> None:
    async with await Store.open(sqlite_url) as store:
        alone, *attempts = await start_attempts(store, 20)
        writes: list[Coroutine[Any, Any, Any]] = [answer(store, attempt) for attempt in attempts]
        # one fails at its first statement, the other at its second: the first must be undone
        writes.insert(7, store.attempts.start("discord:1", None, "other", "v9", NOON))
        writes.insert(9, answer(store, alone, cast("str", {})))
        async with queue_behind(file, store.attempts.prune(NOON)):
            tasks = asyncio.gather(*writes, return_exceptions=True)
        found = await tasks
        failed = [n for n, each in enumerate(found) if isinstance(each, Exception)]
        assert failed == [7, 9]
        assert isinstance(found[7], sqlite3.IntegrityError)
        assert await store.attempts.get(alone.id, alone.owner) == alone
        del found[9], found[7]
        for attempt, told in zip(attempts, found, strict=True):
            assert await store.attempts.get(attempt.id, attempt.owner) == told != attempt


async def test_a_full_disk_acknowledges_only_writes_on_disk(sqlite_url: str, file: Path) -> None:
    async with await Store.open(sqlite_url) as store:
        alone, *attempts = await start_attempts(store, 30)
    with on_new_connections("max_page_count = 25"):
        store = await Store.open(sqlite_url)
        async with queue_behind(file, answer(store, alone)):
            writes = [answer(store, attempt, "x" * 3000) for attempt in attempts]
            tasks = asyncio.gather(*writes, return_exceptions=True)
        found = await tasks
    assert any(isinstance(each, StoreUnavailable) for each in found)
    async with store:
        for attempt, told in zip(attempts, found, strict=True):
            kept = await store.attempts.get(attempt.id, attempt.owner)
            assert kept == (attempt if isinstance(told, StoreUnavailable) else told)
        assert await answer(store, attempts[0])
