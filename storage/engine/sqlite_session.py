"""SQLite connections, and the running of queries on one of them."""

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

from storage.engine.database import Session
from storage.queries import Query
from storage.values import Row, to_sqlite

# The bot begins transactions itself, but an error can end one. With this isolation level sqlite3
# then begins another before the next change, so that later statements aren't committed one by one.
_ISOLATION = "IMMEDIATE"


async def connect(
    path: Path, options: Mapping[str, str], wait: float, *pragmas: str
) -> aiosqlite.Connection:
    """Open a SQLite file in WAL mode with synchronous commits, and return the connection.

    *options* are parameters of SQLite's URI, such as ``mode``, *wait* is the lock timeout in
    seconds, and *pragmas* are run afterward, such as ``query_only = ON``.
    """
    connecting = asyncio.create_task(_open_connection(path, options, wait, pragmas))
    try:
        return await asyncio.shield(connecting)
    except asyncio.CancelledError:
        # Close the connection, since its thread would run on after the event loop has ended.
        with suppress(Exception):
            await (await connecting).close()
        raise


async def _open_connection(
    path: Path, options: Mapping[str, str], wait: float, pragmas: Sequence[str]
) -> aiosqlite.Connection:
    connection = await aiosqlite.connect(
        f"{path.as_uri()}?{urlencode(options)}", uri=True, timeout=wait, isolation_level=_ISOLATION
    )
    try:
        connection.row_factory = sqlite3.Row
        await _enable_wal(connection, time.monotonic() + wait)
        for pragma in ("synchronous = FULL", *pragmas):
            await connection.execute_fetchall(f"PRAGMA {pragma}")
    except BaseException:
        await connection.close()
        raise
    return connection


async def _enable_wal(connection: aiosqlite.Connection, deadline: float) -> None:
    """Switch to WAL mode; retry until *deadline*, because SQLite doesn't wait for the lock.

    *deadline* is a monotonic time.
    """
    while True:
        try:
            await connection.execute_fetchall("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.02)
        else:
            return


class SqliteSession(Session):
    """A Session on one aiosqlite connection."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def fetch(self, query: Query, /, **values: Any) -> Sequence[Row]:
        """Run a query on the connection and return its rows."""
        rows: Sequence[Row] = await self._run_query(BoundQuery(query, values, returns_count=False))
        return rows

    async def execute(self, query: Query, /, **values: Any) -> int:
        """Run a query on the connection and return the number of changed rows."""
        return int(await self._run_query(BoundQuery(query, values, returns_count=True)))

    async def _run_query(self, query: "BoundQuery") -> Any:
        (result,) = await run_pipelined(self._connection, [query])
        if isinstance(result, Exception):
            raise result
        return result


@dataclass(frozen=True, slots=True)
class BoundQuery:
    """A query with its parameters.

    Its result is the number of changed rows if *returns_count* is True, otherwise its rows.
    """

    query: Query
    values: Mapping[str, Any]
    returns_count: bool


async def run_pipelined(
    connection: aiosqlite.Connection, queries: Sequence[BoundQuery]
) -> list[Any]:
    """Run queries in order; return a list with the result or exception of each.

    All are passed to the connection's thread together, because switching threads takes longer than
    most queries. Queries after a failed one still run, so the caller must then roll back.
    """
    running, ends = [], []
    for each in queries:
        values = _encode(each.values)
        run = _count_changes if each.returns_count else _fetch_rows
        running += [run(connection, statement, values) for statement in each.query.statements]
        ends.append(len(running))
    results = await asyncio.gather(*running, return_exceptions=True)
    # An earlier statement of a query can fail while its last one succeeds.
    return [_first_error(results[first:end]) for first, end in pairwise((0, *ends))]


def _first_error(results: Sequence[Any]) -> Any:
    """Return the first exception in *results*, or the last result if there is no exception.

    *results* are those of one query's statements.
    """
    return next((each for each in results if isinstance(each, BaseException)), results[-1])


async def run_bulk(connection: aiosqlite.Connection, queries: Sequence[BoundQuery]) -> list[Any]:
    """Run *queries*, the same query with different parameters, in one call, which is much faster.

    Return a list with 1, the number of changed rows, for each query. SQLite only returns the total,
    so raise BulkMismatch unless every query changed one row. Quiz answers nearly always do.
    """
    values = [_encode(each.values) for each in queries]
    running = (_execute_many(connection, each, values) for each in queries[0].query.statements)
    totals = await asyncio.gather(*running, return_exceptions=True)
    if any(total != len(queries) for total in totals):
        raise BulkMismatch
    return [1] * len(queries)


class BulkMismatch(Exception):
    """`run_bulk` didn't change exactly one row for each query."""


def _encode(values: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: to_sqlite(value) for name, value in values.items()}


async def _fetch_rows(
    connection: aiosqlite.Connection, statement: str, values: Mapping[str, Any]
) -> list[Any]:
    return list(await connection.execute_fetchall(statement, values))


async def _count_changes(
    connection: aiosqlite.Connection, statement: str, values: Mapping[str, Any]
) -> int:
    # The cursor stays open, since closing it would switch threads again and has no benefit here.
    return (await connection.execute(statement, values)).rowcount


async def _execute_many(
    connection: aiosqlite.Connection, statement: str, values: Sequence[Mapping[str, Any]]
) -> int:
    return (await connection.executemany(statement, values)).rowcount


def is_statement_error(error: sqlite3.Error) -> bool:
    """Return True if the SQL statement caused *error*, and False if the file or the disk did."""
    return isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError)


def file_identity(path: Path) -> tuple[int, int] | None:
    """Return a file's device and inode numbers, or None if the file doesn't exist.

    They change if the file is replaced by another.
    """
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
