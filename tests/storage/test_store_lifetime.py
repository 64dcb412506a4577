"""The lifetime of a store and its threads, and writes whose caller was cancelled."""

import asyncio
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from databases.store_files import ME, NOON, answer_question, overwrite, start_attempt

from storage import Store, StoreUnavailable

ROOT = Path(__file__).parents[2]


def new_threads(before: set[threading.Thread], count: int = 0) -> set[threading.Thread]:
    """Return the threads of connections that were started since, once they are *count*.

    A thread ends shortly after its connection. asyncio's pool threads have other names.
    """
    latest = time.monotonic() + 5
    while True:
        started = set(threading.enumerate()) - before
        found = {each for each in started if not each.name.startswith("asyncio")}
        if len(found) == count or time.monotonic() > latest:
            return found
        time.sleep(0.01)


async def test_each_connection_has_a_thread_that_ends_at_close(sqlite_url: str) -> None:
    before = set(threading.enumerate())
    async with await Store.open(sqlite_url) as store:
        await answer_question(store, await start_attempt(store), 0)
        await store.attempts.get("no", ME)
        assert len(new_threads(before, 2)) == 2
    assert new_threads(before) == set()


async def test_an_open_that_fails_leaves_no_thread(sqlite_url: str, file: Path) -> None:
    await (await Store.open(sqlite_url)).close()
    before = set(threading.enumerate())
    overwrite(b"no database" * 1000, file)
    with pytest.raises(StoreUnavailable):
        await Store.open(sqlite_url)
    assert new_threads(before) == set()


def test_a_loop_that_ends_early_loses_no_write_that_was_begun(sqlite_url: str, file: Path) -> None:
    before = set(threading.enumerate())

    async def cancelled() -> str:
        store = await Store.open(sqlite_url)
        attempt = await start_attempt(store)
        click = asyncio.create_task(answer_question(store, attempt, 0))
        await asyncio.sleep(0)
        click.cancel()
        await asyncio.wait([click])
        await store.close()
        return attempt.id

    attempt = asyncio.run(cancelled())
    assert new_threads(before) == set()
    with sqlite3.connect(file) as plain:
        answers = plain.execute("SELECT attempt, item FROM answers").fetchall()
    plain.close()
    assert answers == [(attempt, "i0")]


def test_a_store_that_nobody_closes_does_not_keep_the_process(url: str) -> None:
    lines = (
        "import asyncio, sys, storage",
        "async def opened(): global store; store = await storage.Store.open(sys.argv[1])",
        "asyncio.run(opened())",
    )
    line = "\n".join(lines)
    subprocess.run([sys.executable, "-c", line, url], cwd=ROOT, timeout=30, check=True)


async def test_a_cancelled_wait_leaves_the_thread_to_the_next(sqlite_url: str) -> None:
    async with await Store.open(sqlite_url) as store:
        attempt = await start_attempt(store)
        clicks = [asyncio.create_task(answer_question(store, attempt, 0)) for _ in range(20)]
        await asyncio.sleep(0)
        for click in clicks:
            click.cancel()
        await asyncio.wait(clicks)
        finished = await store.attempts.finish(attempt.id, ME, NOON)
        assert finished
        assert finished.position == len(finished.answers)


def test_a_read_that_is_cancelled_while_it_connects_leaves_nothing_to_the_thread(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise its thread would report to the event loop, which is closed by then."""
    failed: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", failed.append)
    connect = sqlite3.connect

    def slowly(*args: Any, **options: Any) -> sqlite3.Connection:
        time.sleep(0.1)
        made: sqlite3.Connection = connect(*args, **options)
        return made

    async def cancelled() -> None:
        async with await Store.open(sqlite_url) as store:
            with monkeypatch.context() as slow:
                slow.setattr(sqlite3, "connect", slowly)
                read = asyncio.create_task(store.attempts.list_by_owner(ME))
                await asyncio.sleep(0.02)
                read.cancel()
                await asyncio.wait([read])

    before = set(threading.enumerate())
    asyncio.run(cancelled())
    assert new_threads(before) == set()
    assert failed == []
