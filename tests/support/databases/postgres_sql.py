"""Plain SQL on PostgreSQL without the store, for tests with or without an event loop."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import asyncpg

T = TypeVar("T")

_OURS = """
SELECT table_name FROM information_schema.tables
WHERE table_schema = current_schema() AND table_name NOT IN ('migrations', 'alembic_version')
"""

_RESTART_SEQUENCES = """
SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false)
FROM pg_sequences WHERE schemaname = current_schema()
"""


def run(url: str, *statements: str) -> list[Any]:
    """Run statements one after another; return the rows of the last one."""

    async def running(server: Any) -> list[Any]:
        rows = [await server.fetch(statement) for statement in statements]
        return list(rows[-1])

    return _connected(url, running)


def empty_database(url: str) -> None:
    """Delete every row that the bot has written.

    One statement deletes from all tables, because foreign keys are checked at its end. TRUNCATE
    would write new files for each table and index, which takes half a second.
    """

    async def emptying(server: Any) -> None:
        tables = [row[0] for row in await server.fetch(_OURS)]
        deletions = ", ".join(f"d{at} AS (DELETE FROM {each})" for at, each in enumerate(tables))  # noqa: S608
        await server.execute(f"WITH {deletions} SELECT")
        await server.execute(_RESTART_SEQUENCES)

    _connected(url, emptying)


def _connected(url: str, work: Callable[[Any], Awaitable[T]]) -> T:
    async def connected() -> T:
        server = await asyncpg.connect(url)
        try:
            return await work(server)
        finally:
            await server.close()

    with ThreadPoolExecutor(1) as thread:  # the caller may be on an event loop
        return thread.submit(asyncio.run, connected()).result()


def disconnect_clients(url: str) -> int:
    """End every other connection to the database; return how many there were."""
    ended = run(
        url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    return len(ended)


@asynccontextmanager
async def lock_attempts(url: str) -> AsyncIterator[None]:
    """Lock every attempt, as another transaction would."""
    server = await asyncpg.connect(url)
    try:
        async with server.transaction():
            await server.fetch("SELECT FROM attempts FOR UPDATE")
            yield
    finally:
        await server.close()
