"""Processes that use the store and are killed, compete, or run out of disk space."""

import asyncio
import itertools
import os
import random
import resource
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import aiosqlite  # noqa: F401 - imported once, before the forks
import asyncpg  # noqa: F401 - likewise

from storage import Attempt, FeedbackKind, NewAnswer, QuizVersion, Store, StoreUnavailable

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


async def start_attempt(store: Store, owner: str) -> Attempt:
    await store.attempts.save_version(QuizVersion("v1", "roles", "{}"))
    return await store.attempts.start(owner, None, "roles", "v1", NOON)


async def answer_for_ever(url: str, owner: str, ready: int) -> None:
    """Print each answer once it is acknowledged, until the process is killed."""
    async with await Store.open(url) as store:
        attempt = await start_attempt(store, owner)
        os.write(ready, b"!")
        for n in itertools.count():
            await store.attempts.answer(attempt.id, owner, f"i{n}", str(n), n, n + 1, NOON)
            os.write(1, f"{owner} {n}\n".encode())


async def teach_for_ever(url: str, community: str, ready: int) -> None:
    """Print each answer, report and hidden statement once it is acknowledged, until the kill."""
    async with await Store.open(url) as store:
        queue = await store.queues.get_or_create(community)
        for n in itertools.count():
            await store.answers.add(queue, NewAnswer(f"q{n}", ("x", "y"), "a"), community, NOON)
            os.write(1, f"{community} answer\n".encode())
            os.write(ready, b"!")
            await store.answers.edit(queue, n + 1, NewAnswer(f"Q{n}"), community, NOON)
            os.write(1, f"{community} edit\n".encode())
            await store.feedback.add(queue, FeedbackKind.REPORT, f"{n}", NOON, member=community)
            os.write(1, f"{community} report\n".encode())
            await store.hidden.hide(queue, "faq/a", f"{n}", "wrong", by=community, at=NOON)
            os.write(1, f"{community} hide\n".encode())
            await store.question_counts.add(queue, "f", NOON.date())
            os.write(1, f"{community} count\n".encode())


async def open_and_use(url: str) -> None:
    async with await Store.open(url) as store:
        await start_attempt(store, f"terminal:{os.getpid()}")


async def outgrow(url: str, wal: Path) -> None:
    """Write until the file size limit is reached; raise the limit and write once more."""
    async with await Store.open(url) as store:
        attempt: Attempt | None = await start_attempt(store, "terminal:x")
        resource.setrlimit(resource.RLIMIT_FSIZE, (size(wal) + 1_000_000, resource.RLIM_INFINITY))
        try:
            while attempt:
                last = attempt
                attempt = await answer_questions(store, last)
        except StoreUnavailable as down:
            sys.stdout.write(f"{down.message}\n")
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
        after = await answer_questions(store, last)
        assert after
        sys.stdout.write(f"{last.position} {len(after.answers)}\n")


async def outgrow_together(url: str, wal: Path) -> None:
    """Queue 30 writes for a commit that fails at a file size limit; repeat without the limit."""
    async with await Store.open(url) as store:
        attempts = [await start_attempt(store, f"terminal:{n}") for n in range(30)]
        resource.setrlimit(resource.RLIMIT_FSIZE, (size(wal) + 100_000, resource.RLIM_INFINITY))
        refused = await queue_answers(store, url, attempts)
        for attempt in attempts:
            if await store.attempts.get(attempt.id, attempt.owner) != attempt:
                sys.stdout.write("kept, but not acknowledged\n")
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
        sys.stdout.write(f"{refused} {await queue_answers(store, url, attempts)}\n")


async def queue_answers(store: Store, url: str, attempts: list[Attempt]) -> int:
    """Queue a 20 kB answer per attempt while the file is locked; return how many were refused."""
    other = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    first = asyncio.create_task(store.attempts.prune(NOON))  # its thread waits for the lock
    await asyncio.sleep(0.1)
    answers = (answer_questions(store, attempt, 20) for attempt in attempts)
    tasks = asyncio.gather(*answers, return_exceptions=True)
    await asyncio.sleep(0.1)
    other.close()
    await first
    return sum(isinstance(each, StoreUnavailable) for each in await tasks)


async def answer_questions(store: Store, attempt: Attempt, kilobytes: int = 1) -> Attempt | None:
    n, text = attempt.position, "x" * 1000 * kilobytes
    return await store.attempts.answer(attempt.id, attempt.owner, f"i{n}", text, n, n + 1, NOON)


def size(path: Path) -> int:
    return path.stat().st_size


def run_in_fork(work: Callable[[], Coroutine[Any, Any, None]]) -> int:
    """Run *work* in a child process; return its process id."""
    child = os.fork()
    if child == 0:
        failed = 1
        try:
            asyncio.run(work())
            failed = 0
        finally:
            sys.stderr.flush()
            os._exit(failed)
    return child


def kill(
    url: str,
    rounds: str,
    seed: str,
    write: Callable[[str, str, int], Coroutine[Any, Any, None]] = answer_for_ever,
) -> None:
    """Kill one writer after another: most while they write, every fourth while it starts."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    for n in range(int(rounds)):
        heard, ready = os.pipe()
        child = run_in_fork(partial(write, url, f"terminal:{n}", ready))
        os.close(ready)
        if n % 4:
            os.read(heard, 1)
        time.sleep(chance.uniform(0, 0.1))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(heard)


def race(*urls: str) -> None:
    """Open each empty database from several processes at once."""
    for url in urls:
        children = [run_in_fork(partial(open_and_use, url)) for _ in range(4)]
        ends = [os.waitpid(child, 0)[1] for child in children]
        if any(ends):
            sys.exit(1)


def limit(url: str, path: str, *, together: bool = False) -> None:
    """Write up to a file size limit, then without it."""
    work = outgrow_together if together else outgrow
    asyncio.run(work(url, Path(path + "-wal")))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["kill", url, rounds, seed]:
            kill(url, rounds, seed)
        case ["kill-teaching", url, rounds, seed]:
            kill(url, rounds, seed, teach_for_ever)
        case ["race", *urls]:
            race(*urls)
        case ["limit", url, path]:
            limit(url, path)
        case ["limit-together", url, path]:
            limit(url, path, together=True)
