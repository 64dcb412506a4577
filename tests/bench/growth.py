"""Speed with many stored results: the same transactions with 0, 10⁴ and 10⁶ results.

Run: make bench (the largest takes a minute to fill). Figures are 99th percentiles in milliseconds
of a member's actions, one at a time, on SQLite and, if CROSSROADS_TEST_POSTGRES names a server, on
PostgreSQL.
"""

import asyncio
import os
import secrets
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Awaitable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import asyncpg
from report import Report
from servers import database

from storage import QuizVersion, Store

SIZES = tuple(int(each) for each in os.environ.get("SIZES", "0,10000,1000000").split(","))
ITEMS, MEMBERS, BATCH = 10, 100, 5_000
NOW = datetime(2026, 1, 1, tzinfo=UTC)


_ATTEMPT = (
    "id", "owner", "community", "quiz", "version", "position", "started_at", "touched_at",
    "finished_at",
)  # fmt: skip
_ANSWER = ("attempt", "item", "option", "answered_at")


async def fill(url: str, since: int, until: int) -> None:
    """Insert finished results number *since* to *until*, of as many members in 100 communities."""
    if url.startswith("sqlite"):
        await asyncio.to_thread(_fill_file, url.removeprefix("sqlite:///"), since, until)
    else:
        await _fill_server(url, since, until)


def _fill_file(path: str, since: int, until: int) -> None:
    with closing(sqlite3.connect(path)) as file:
        for table, columns, rows in _rows(since, until, "2026-01-01 00:00:00.000000"):
            marks = ", ".join("?" * len(columns))
            named = ", ".join(columns)
            file.executemany(f"INSERT INTO {table} ({named}) VALUES ({marks})", rows)  # noqa: S608
            file.commit()
        file.execute("ANALYZE")


async def _fill_server(url: str, since: int, until: int) -> None:
    server = await asyncpg.connect(url)
    for table, columns, rows in _rows(since, until, NOW):
        await server.copy_records_to_table(table, columns=columns, records=rows)
    await server.execute("VACUUM ANALYZE")
    await server.close()


def _rows(
    since: int, until: int, now: object
) -> Iterator[tuple[str, tuple[str, ...], list[tuple[object, ...]]]]:
    for start in range(since, until, BATCH):
        numbers = range(start, min(start + BATCH, until))
        yield "attempts", _ATTEMPT, [_attempt(number, now) for number in numbers]
        given: list[tuple[object, ...]] = [
            (f"filled{number}", f"i{item}", "a", now) for number in numbers for item in range(ITEMS)
        ]
        yield "answers", _ANSWER, given


def _attempt(number: int, now: object) -> tuple[object, ...]:
    who, where = f"bench:filled{number}", f"bench:{number % 100}"
    return (f"filled{number}", who, where, "quiz", "v", ITEMS, now, now, now)


async def timed(store: Store, filled: int) -> dict[str, float]:
    """Return the 99th percentile of each action of a member, in milliseconds."""
    times: dict[str, list[float]] = {"open": [], "answer": [], "results": [], "export": []}

    async def clocked(name: str, doing: Awaitable[Any]) -> Any:
        begun = time.perf_counter()
        try:
            return await doing
        finally:
            times[name].append(time.perf_counter() - begun)

    for _ in range(MEMBERS):
        owner = f"bench:{secrets.token_hex(4)}"
        attempt = await clocked("open", store.attempts.start(owner, "bench:1", "quiz", "v", NOW))
        for at in range(ITEMS):
            answer = store.attempts.answer(attempt.id, owner, f"i{at}", "a", at, at + 1, NOW)
            await clocked("answer", answer)
            some = f"bench:filled{secrets.randbelow(max(1, filled))}"
            await clocked("results", store.attempts.list_finished(some))
            await clocked("export", store.attempts.list_by_owner(some))
    return {name: statistics.quantiles(each, n=100)[98] * 1e3 for name, each in times.items()}


async def measured(report: Report, name: str, url: str) -> None:
    """Insert results, and measure at each size."""
    rows, filled = [], 0
    for size in SIZES:
        async with await Store.open(url) as store:
            await store.attempts.save_version(QuizVersion("v", "quiz", "{}"))
            await fill(url, filled, size)
            filled = size
            found = await timed(store, filled)
            rows.append([f"{size:,}", *(f"{each:.2f}" for each in found.values())])
    columns = ("stored results", "begin a quiz", "answer", "results", "export")
    report.table(f"{name}: ms at the 99th percentile", columns, rows)


async def main() -> None:
    """Measure both databases."""
    report = Report("growth")
    with tempfile.TemporaryDirectory() as folder:
        await measured(report, "SQLite", f"sqlite:///{folder}/growth.db")
    with database() as url:
        if url:
            await measured(report, "PostgreSQL", url)
    report.write()


if __name__ == "__main__":
    asyncio.run(main())
