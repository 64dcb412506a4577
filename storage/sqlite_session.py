"""One connection to SQLite through aiosqlite, and how queries run on it."""

import asyncio
import sqlite3
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiosqlite

from storage.database import Session
from storage.queries import Query
from storage.values import Row, for_sqlite

# Python begins a transaction by itself before a statement that changes something. We begin first,
# but an error can end our transaction: what comes behind it must not be committed alone.
_ISOLATION = "IMMEDIATE"


async def connect(
    path: Path, options: Mapping[str, str], wait: float, *pragmas: str
) -> aiosqlite.Connection:
    """Connect to a file, write-ahead and durable; *wait* is how many seconds locks are waited for.

    *options* are those of SQLite's file addresses, such as ``mode``.
    """
    connecting = asyncio.create_task(_connected(path, options, wait, pragmas))
    try:
        return await asyncio.shield(connecting)
    except asyncio.CancelledError:
        # Left alone, a connection that is only being made has a thread that outlives the loop.
        with suppress(Exception):
            await (await connecting).close()
        raise


async def _connected(
    path: Path, options: Mapping[str, str], wait: float, pragmas: Sequence[str]
) -> aiosqlite.Connection:
    connection = await aiosqlite.connect(
        f"{path.as_uri()}?{urlencode(options)}", uri=True, timeout=wait, isolation_level=_ISOLATION
    )
    try:
        connection.row_factory = sqlite3.Row
        await _write_ahead(connection, time.monotonic() + wait)
        for pragma in ("synchronous = FULL", *pragmas):
            await connection.execute_fetchall(f"PRAGMA {pragma}")
    except BaseException:
        await connection.close()
        raise
    return connection


async def _write_ahead(connection: aiosqlite.Connection, latest: float) -> None:
    """Enter WAL mode. SQLite doesn't wait for the lock that this needs, so we do."""
    while True:
        try:
            await connection.execute_fetchall("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > latest:
                raise
            await asyncio.sleep(0.02)
        else:
            return


class SqliteSession(Session):
    """Queries over one connection, in whatever transaction it is."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def fetch(self, query: Query, values: Mapping[str, Any]) -> Sequence[Row]:
        """See Session."""
        rows: Sequence[Row] = await self._alone(BoundQuery(query, values, counts=False))
        return rows

    async def execute(self, query: Query, values: Mapping[str, Any]) -> int:
        """See Session."""
        return int(await self._alone(BoundQuery(query, values, counts=True)))

    async def _alone(self, query: "BoundQuery") -> Any:
        (result,) = await together(self._connection, [query])
        if isinstance(result, Exception):
            raise result
        return result


@dataclass(frozen=True, slots=True)
class BoundQuery:
    """A query to run, and whether its number of changes is asked for instead of its rows."""

    query: Query
    values: Mapping[str, Any]
    counts: bool


async def together(connection: aiosqlite.Connection, queries: Sequence[BoundQuery]) -> list[Any]:
    """Run queries in their order; return what came of each, which can be an exception.

    All are handed to the connection's thread at once: a change of threads takes longer than most
    of them. So one that fails doesn't keep those behind it from running: the caller rolls back.
    """
    running, ends = [], []
    for each in queries:
        values = _encoded(each.values)
        run = _changes if each.counts else _rows
        running += [run(connection, statement, values) for statement in each.query.statements]
        ends.append(len(running))
    results = await asyncio.gather(*running, return_exceptions=True)
    # A query whose last statement succeeded can have failed with one before it.
    return [_worst(results[first:end]) for first, end in pairwise((0, *ends))]


def _worst(results: Sequence[Any]) -> Any:
    """Return the first exception of a query's statements, or what came of the last one."""
    return next((each for each in results if isinstance(each, BaseException)), results[-1])


async def in_bulk(connection: aiosqlite.Connection, queries: Sequence[BoundQuery]) -> list[Any]:
    """Run one query with many parameters; raises NotEach unless each of them changed a row.

    That is far quicker than one after another, and what most answers to a quiz need: each changes
    one row with every statement, as Query says of a query with several.
    """
    values = [_encoded(each.values) for each in queries]
    running = (_total(connection, each, values) for each in queries[0].query.statements)
    totals = await asyncio.gather(*running, return_exceptions=True)
    if any(total != len(queries) for total in totals):
        raise NotEach
    return [1] * len(queries)


class NotEach(Exception):
    """How many rows each of many queries changed has to be looked at one by one."""


def _encoded(values: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: for_sqlite(value) for name, value in values.items()}


async def _rows(
    connection: aiosqlite.Connection, statement: str, values: Mapping[str, Any]
) -> list[Any]:
    return list(await connection.execute_fetchall(statement, values))


async def _changes(
    connection: aiosqlite.Connection, statement: str, values: Mapping[str, Any]
) -> int:
    # A statement without rows is done when it has run: closing its cursor would be one more
    # change of threads.
    return (await connection.execute(statement, values)).rowcount


async def _total(
    connection: aiosqlite.Connection, statement: str, values: Sequence[Mapping[str, Any]]
) -> int:
    return (await connection.executemany(statement, values)).rowcount


def is_about_statement(error: sqlite3.Error) -> bool:
    """Return whether an error is about a statement, not about the file."""
    return isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError)


def identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from another one of the same name; None if there is no file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
