"""Stored answers per second compared with the bare driver, and read times meanwhile.

Run: make bench. For each database and number of answers in flight: the store's rate, the bare
rate (one INSERT per transaction on one connection, as durable and as fast as the driver can), and
their ratio, each the median of ROUNDS rounds. An answer is `Attempts.advance`, as in production;
with "1 % failing" every hundredth write has an invalid reference and is refused. With several in
flight the ratio may exceed one, since they share commits or connections. PostgreSQL is measured if
CROSSROADS_TEST_POSTGRES names a server.
"""

import asyncio
import secrets
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
from report import ROUNDS, Report, spread
from servers import database

from storage import Advance, Attempt, QuizVersion, Store

ANSWERS, ITEMS = 1_920, 10
NOW = datetime(2026, 1, 1, tzinfo=UTC)
REFUSED = (sqlite3.IntegrityError, asyncpg.IntegrityConstraintViolationError)


async def store_rate(url: str, flight: int, *, failing: bool = False) -> float:
    """Return answers per second with *flight* owners answering at once, each one after another."""
    async with await Store.open(url) as store:
        await store.attempts.save_version(QuizVersion("v", "quiz", "{}"))
        sittings = [await _start_attempts(store, ANSWERS // flight // ITEMS) for _ in range(flight)]
        begun = time.perf_counter()
        await asyncio.gather(*(_answered(store, each, failing=failing) for each in sittings))
        return sum(map(len, sittings)) * ITEMS / (time.perf_counter() - begun)


async def _answered(store: Store, attempts: list[Attempt], *, failing: bool) -> None:
    for attempt in attempts:
        for at in range(ITEMS):
            on = Advance(attempt.id, attempt.owner, "v", at, f"i{at}", "a", f"i{at + 1}")
            if not await store.attempts.advance(on, NOW):
                raise RuntimeError("an answer was not taken")
            if failing and secrets.randbelow(100) == 0:
                with suppress(*REFUSED):
                    await store.attempts.start(attempt.owner, None, "other", "nothing", NOW)


async def _start_attempts(store: Store, count: int) -> list[Attempt]:
    """Start *count* attempts, each of a new owner."""
    owner = f"bench:{secrets.token_hex(4)}"
    return [await store.attempts.start(owner, None, f"quiz{n}", "v", NOW) for n in range(count)]


def bare_sqlite(path: Path) -> float:
    """Return commits per second of the bare sqlite3 module: WAL, synchronous FULL."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = full")
    connection.execute("create table if not exists bare (item text, option text)")
    begun = time.perf_counter()
    for place in range(ANSWERS):
        connection.execute("begin immediate")
        connection.execute("insert into bare values (?, 'a')", (f"i{place}",))
        connection.execute("commit")
    rate = ANSWERS / (time.perf_counter() - begun)
    connection.close()
    return rate


def bare_postgres(url: str) -> float:
    """Return commits per second of bare asyncpg on one connection."""
    return asyncio.run(_bare_postgres(url))


async def _bare_postgres(url: str) -> float:
    connection = await asyncpg.connect(url)
    await connection.execute("create table if not exists bare (item text, option text)")
    begun = time.perf_counter()
    for place in range(ANSWERS):
        await connection.execute("insert into bare values ($1, 'a')", f"i{place}")
    rate = ANSWERS / (time.perf_counter() - begun)
    await connection.close()
    return rate


def measured(name: str, url: str, bare: Callable[[], float]) -> Iterator[list[str]]:
    """Measure the store and the bare driver in turn; yield rows of the table."""
    for flight, failing in ((1, False), (64, False), (64, True)):
        pairs = [
            (asyncio.run(store_rate(url, flight, failing=failing)), bare()) for _ in range(ROUNDS)
        ]
        ours, theirs = (spread(each, 0) for each in zip(*pairs, strict=True))
        ratio = spread([one / other for one, other in pairs])
        yield [name, f"{flight}{', 1 % failing' if failing else ''}", ours, theirs, ratio]


async def read_times(url: str) -> list[float]:
    """Return the seconds of reads while 64 members answer."""
    times: list[float] = []
    async with await Store.open(url) as store:
        await store.attempts.save_version(QuizVersion("v", "quiz", "{}"))
        sittings = [await _start_attempts(store, 6) for _ in range(64)]

        async def reading() -> None:
            while True:
                begun = time.perf_counter()
                await store.attempts.list_unfinished(sittings[0][0].owner)
                times.append(time.perf_counter() - begun)
                await asyncio.sleep(0.002)

        reader = asyncio.create_task(reading())
        await asyncio.gather(*(_answered(store, each, failing=False) for each in sittings))
        reader.cancel()
    return times


def reads(name: str, url: str) -> list[str]:
    """Measure reads beside 64 answers in flight; return the row of the table."""
    rounds = [asyncio.run(read_times(url)) for _ in range(ROUNDS)]
    cuts = [statistics.quantiles(each, n=100) for each in rounds]
    return [name, *(spread([each[at] * 1e3 for each in cuts]) for at in (49, 98))]


def main() -> None:
    """Measure both databases."""
    report = Report("store")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        url = f"sqlite:///{path / 'store.db'}"
        rows = list(measured("SQLite", url, lambda: bare_sqlite(path / "bare.db")))
        waits = [reads("SQLite", url)]
    with database() as url:
        if url:
            rows += measured("PostgreSQL", url, lambda: bare_postgres(url))
            waits.append(reads("PostgreSQL", url))
    skipped = "" if len(waits) > 1 else "; PostgreSQL skipped: set CROSSROADS_TEST_POSTGRES"
    columns = ["database", "in flight", "answers/s", "bare commits/s", "ratio"]
    report.table(f"Durable answers{skipped}", columns, rows)
    report.table("A read while 64 answers are in flight, ms", ["database", "p50", "p99"], waits)
    report.write()


if __name__ == "__main__":
    main()
