"""Durable answers a second, against the bare driver that commits as durably.

Run: make bench. For each database and number of answers in flight: the store's rate, the bare
rate (one INSERT a transaction over one connection, as fast as the driver goes), and their ratio,
each the median of ROUNDS alternations in this run. With several in flight on SQLite the ratio may
exceed one, since they share commits, which the bare driver does not. PostgreSQL is measured when
CROSSROADS_TEST_POSTGRES names a server.
"""

import asyncio
import secrets
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from report import ROUNDS, Report, spread
from servers import database

from storage import Edition, Store, Take

ANSWERS, ITEMS = 1_000, 10
NOW = datetime(2026, 1, 1, tzinfo=UTC)


async def store_rate(url: str, flight: int) -> float:
    """Give answers a second with *flight* owners answering at once, each one after another."""
    async with await Store.open(url) as store:
        await store.keep_edition(Edition("v", "quiz", "{}"))
        sittings = [await _sittings(store, ANSWERS // flight // ITEMS) for _ in range(flight)]

        async def answer(takes: list[Take]) -> None:
            for take in takes:
                for at in range(ITEMS):
                    await store.answer(take.id, take.owner, f"i{at}", "a", at, at + 1, NOW)

        begun = time.perf_counter()
        await asyncio.gather(*map(answer, sittings))
        answers = sum(map(len, sittings)) * ITEMS
        return answers / (time.perf_counter() - begun)


async def _sittings(store: Store, count: int) -> list[Take]:
    """Open *count* takes of somebody new."""
    owner = f"bench:{secrets.token_hex(4)}"
    return [await store.open_take(owner, None, f"quiz{n}", "v", NOW) for n in range(count)]


def bare_sqlite(path: Path) -> float:
    """Give commits a second of the bare sqlite3 module: WAL, synchronous FULL."""
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
    """Give commits a second of bare psycopg."""
    with psycopg.connect(url) as connection:
        connection.execute("create table if not exists bare (item text, option text)")
        connection.commit()
        begun = time.perf_counter()
        for place in range(ANSWERS):
            connection.execute("insert into bare values (%s, 'a')", (f"i{place}",))
            connection.commit()
        return ANSWERS / (time.perf_counter() - begun)


def measured(name: str, url: str, bare: Callable[[], float]) -> Iterator[list[str]]:
    """Alternate between the store and the bare driver."""
    for flight in (1, 50):
        pairs = [(asyncio.run(store_rate(url, flight)), bare()) for _ in range(ROUNDS)]
        ours, theirs = (spread(each, 0) for each in zip(*pairs, strict=True))
        yield [name, str(flight), ours, theirs, spread([one / other for one, other in pairs])]


def main() -> None:
    """Measure both databases."""
    report = Report("store")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        url = f"sqlite:///{path / 'store.db'}"
        rows = list(measured("SQLite", url, lambda: bare_sqlite(path / "bare.db")))
    with database() as url:
        rows += list(measured("PostgreSQL", url, lambda: bare_postgres(url))) if url else []
    skipped = (
        "" if rows[-1][0] == "PostgreSQL" else "; PostgreSQL skipped: set CROSSROADS_TEST_POSTGRES"
    )
    columns = ["database", "in flight", "answers/s", "bare commits/s", "ratio"]
    report.table(f"Durable answers{skipped}", columns, rows)
    report.write()


if __name__ == "__main__":
    main()
