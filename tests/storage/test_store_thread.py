"""The threads that SQLite's connections have: whom they serve, and when they end."""

import asyncio
import inspect
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import aiosqlite
import pytest
from storefiles import ME, NOON, answered, begun, scribble

from storage import Store, StoreDown
from storage.thread import SqliteThread

ROOT = Path(__file__).parents[2]


def new_threads(before: set[threading.Thread]) -> set[threading.Thread]:
    """Give the threads that aiosqlite has started since; asyncio's own pool has names."""
    started = set(threading.enumerate()) - before
    return {each for each in started if not each.name.startswith("asyncio")}


async def test_each_connection_has_a_thread_that_ends_at_close(sqlite_url: str) -> None:
    before = set(threading.enumerate())
    async with await Store.open(sqlite_url) as store:
        await answered(store, await begun(store), 0)
        assert len(new_threads(before)) == 2
    assert new_threads(before) == set()


async def test_an_open_that_fails_leaves_no_thread(sqlite_url: str, file: Path) -> None:
    await (await Store.open(sqlite_url)).close()
    before = set(threading.enumerate())
    scribble(b"no database" * 1000, file)
    with pytest.raises(StoreDown):
        await Store.open(sqlite_url)
    assert new_threads(before) == set()


def test_a_connection_that_cannot_be_made_leaves_no_thread() -> None:
    before = set(threading.enumerate())

    def connector() -> sqlite3.Connection:
        raise OSError("no such file")

    with pytest.raises(OSError, match="no such file"):
        SqliteThread(connector)
    assert new_threads(before) == set()


def test_a_store_outlives_the_loops_that_use_it(url: str) -> None:
    store = asyncio.run(Store.open(url))
    take = asyncio.run(begun(store))
    asyncio.run(answered(store, take, 0))
    asyncio.run(store.close())


def test_a_loop_that_is_closed_early_harms_nobody_else(sqlite_url: str, file: Path) -> None:
    before = set(threading.enumerate())
    store = asyncio.run(Store.open(sqlite_url))
    take = asyncio.run(begun(store))
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    loop = asyncio.new_event_loop()
    click = loop.create_task(answered(store, take, 0))
    loop.run_until_complete(asyncio.sleep(0.05))
    click.cancel()
    loop.run_until_complete(asyncio.wait([click]))
    loop.close()
    other.execute("ROLLBACK")
    other.close()
    kept = asyncio.run(store.finish(take.id, ME, NOON))
    assert kept
    assert dict(kept.answers) == {"i0": "a"}
    asyncio.run(store.close())
    assert new_threads(before) == set()


def test_a_store_that_nobody_closes_does_not_keep_the_process(url: str) -> None:
    line = f"import asyncio, storage\nstore = asyncio.run(storage.Store.open({url!r}))"
    subprocess.run([sys.executable, "-c", line], cwd=ROOT, timeout=30, check=True)


def test_aiosqlite_still_has_the_inside_that_is_relied_on() -> None:
    """If this fails, storage/thread.py has to follow aiosqlite, or pyproject.toml to hold it."""
    made = aiosqlite.Connection(lambda: sqlite3.connect(":memory:"), 1)
    assert isinstance(made._thread, threading.Thread)  # noqa: SLF001
    assert made._connection is None  # noqa: SLF001
    assert list(inspect.signature(made.stop).parameters) == []
    ran: list[int] = []
    made._tx.put_nowait((None, lambda: ran.append(1)))  # noqa: SLF001
    made._thread.start()  # noqa: SLF001
    made.stop()
    made._thread.join(5)  # noqa: SLF001
    assert ran == [1]
    assert not made._thread.is_alive()  # noqa: SLF001


async def test_a_cancelled_wait_leaves_the_thread_to_the_next(sqlite_url: str) -> None:
    async with await Store.open(sqlite_url) as store:
        take = await begun(store)
        clicks = [asyncio.create_task(answered(store, take, 0)) for _ in range(20)]
        await asyncio.sleep(0)
        for click in clicks:
            click.cancel()
        await asyncio.wait(clicks)
        finished = await store.finish(take.id, ME, NOON)
        assert finished
        assert finished.position == len(finished.answers)
