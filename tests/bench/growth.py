"""Does it stay fast as results pile up? The same transactions with 0, 10⁴ and 10⁶ stored results.

Run: make bench (the largest takes a minute to fill). Milliseconds at the 99th percentile of what a
member does, one at a time, on SQLite, and on PostgreSQL where CROSSROADS_TEST_POSTGRES names a
server.
"""

import asyncio
import os
import secrets
import statistics
import tempfile
import time
from collections.abc import Awaitable
from datetime import UTC, datetime
from typing import Any

from report import Report
from servers import database
from sqlalchemy import create_engine, insert

from storage import Edition, Store
from storage.tables import answers, takes

SIZES = tuple(int(each) for each in os.environ.get("SIZES", "0,10000,1000000").split(","))
ITEMS, MEMBERS, BATCH = 10, 100, 5_000
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def fill(url: str, since: int, until: int) -> None:
    """Put in finished results of as many members, in a hundred communities."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    for start in range(since, until, BATCH):
        numbers = range(start, min(start + BATCH, until))
        with engine.begin() as connection:
            connection.execute(insert(takes), [_take(number) for number in numbers])
            given = [_answer(number, item) for number in numbers for item in range(ITEMS)]
            connection.execute(insert(answers), given)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE" if "postgres" in url else "ANALYZE")
    engine.dispose()


def _take(number: int) -> dict[str, object]:
    return {
        "id": f"filled{number}",
        "owner": f"bench:filled{number}",
        "community": f"bench:{number % 100}",
        "quiz": "quiz",
        "version": "v",
        "position": ITEMS,
        "started_at": NOW,
        "touched_at": NOW,
        "finished_at": NOW,
    }


def _answer(number: int, item: int) -> dict[str, object]:
    return {"take": f"filled{number}", "item": f"i{item}", "option": "a", "answered_at": NOW}


async def timed(store: Store, filled: int) -> dict[str, float]:
    """Give the 99th percentile of each thing that a member does, in milliseconds."""
    times: dict[str, list[float]] = {"open": [], "answer": [], "results": [], "export": []}

    async def clocked(name: str, doing: Awaitable[Any]) -> Any:
        begun = time.perf_counter()
        try:
            return await doing
        finally:
            times[name].append(time.perf_counter() - begun)

    for _ in range(MEMBERS):
        owner = f"bench:{secrets.token_hex(4)}"
        take = await clocked("open", store.open_take(owner, "bench:1", "quiz", "v", NOW))
        for at in range(ITEMS):
            answer = store.answer(take.id, owner, f"i{at}", "a", at, at + 1, NOW)
            await clocked("answer", answer)
            some = f"bench:filled{secrets.randbelow(max(1, filled))}"
            await clocked("results", store.finished_takes(some))
            await clocked("export", store.export(some))
    return {name: statistics.quantiles(each, n=100)[98] * 1e3 for name, each in times.items()}


async def measured(report: Report, name: str, url: str) -> None:
    """Fill up, and measure at each size."""
    rows, filled = [], 0
    for size in SIZES:
        async with await Store.open(url) as store:
            await store.keep_edition(Edition("v", "quiz", "{}"))
            await asyncio.to_thread(fill, url, filled, size)
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
