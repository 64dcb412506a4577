"""SQLite through aiosqlite: one writer that commits what is queued as one, and a few readers.

Waiting for the disk costs more than everything else, so writes that come meanwhile share the next
commit. If one of them fails, none of that commit stays, and they run again one at a time.
"""

import asyncio
import sqlite3
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Self, TypeVar
from urllib.parse import urlencode

import aiosqlite
import structlog

from storage.database import Database, Session, Work
from storage.errors import StoreDown
from storage.failures import BUSY, plain
from storage.queries import Query
from storage.values import Row, for_sqlite

T = TypeVar("T")

log = structlog.get_logger("crossroads.storage")

LEAST = (3, 39)  # has RETURNING and IS DISTINCT FROM
_READERS = 2
_TOGETHER = 100  # writes that share a commit: the first of them waits for the last, some 10 ms
_AGAIN = 1.0  # seconds until a write-ahead log that somebody reads is tried to be emptied again
_PATIENCE = 50  # milliseconds for which emptying it waits for readers

# Python begins a transaction by itself before a statement that changes something. We begin first,
# but an error can end our transaction: what comes behind it must not be committed alone.
_ISOLATION = "IMMEDIATE"


async def connect(
    path: Path, options: Mapping[str, str], wait: float, *pragmas: str
) -> aiosqlite.Connection:
    """Connect to a file, write-ahead and durable; *wait* is how many seconds locks are waited for.

    *options* are those of SQLite's file addresses, such as ``mode``.
    """
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


class ConnectionSession(Session):
    """Queries over one connection, in whatever transaction it is."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def fetch(self, query: Query, values: Mapping[str, Any]) -> Sequence[Row]:
        """See Session."""
        (rows,) = await _together(self._connection, [_Query(query, values, counts=False)])
        return rows  # type: ignore[no-any-return]

    async def execute(self, query: Query, values: Mapping[str, Any]) -> int:
        """See Session."""
        (count,) = await _together(self._connection, [_Query(query, values, counts=True)])
        return int(count)


@dataclass(frozen=True, slots=True)
class _Query:
    """A query to run, and whether its number of changes is asked for instead of its rows."""

    query: Query
    values: Mapping[str, Any]
    counts: bool


async def _together(connection: aiosqlite.Connection, queries: Iterable[_Query]) -> list[Any]:
    """Run queries in their order; return what came of each.

    All are handed to the connection's thread at once: a change of threads takes longer than most
    of them. So one that fails doesn't keep those behind it from running: the caller rolls back.
    """
    running, last = [], []
    for each in queries:
        values = {name: for_sqlite(value) for name, value in each.values.items()}
        run = _changes if each.counts else _rows
        running += [run(connection, statement, values) for statement in each.query.statements]
        last.append(len(running) - 1)
    if len(running) == 1:
        return [await running[0]]
    results = await asyncio.gather(*running, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return [results[index] for index in last]


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


@dataclass(slots=True, eq=False)
class _Write:
    """A write that waits for its turn, and the future of whoever waits for it."""

    do: _Query | Work[Any]
    erases: bool
    latest: float  # on the monotonic clock, to begin
    future: asyncio.Future[Any]

    @property
    def is_query(self) -> bool:
        """Whether it is one query, which can run together with others."""
        return isinstance(self.do, _Query)

    def settle(self, result: Any) -> None:
        """Tell whoever waits; a cancelled one doesn't any more."""
        if self.future.done():
            return
        if isinstance(result, BaseException):
            self.future.set_exception(plain(result))
        else:
            self.future.set_result(result)


class _StatementFailed(Exception):
    """A write of a transaction failed, and the transaction was rolled back."""


class _Reads(Session):
    """Each query by itself, on any connection that is free."""

    def __init__(self, readers: "Readers") -> None:
        self._readers = readers

    async def fetch(self, query: Query, values: Mapping[str, Any]) -> Sequence[Row]:
        """See Session."""
        async with self._readers.one() as connection:
            return await ConnectionSession(connection).fetch(query, values)

    async def execute(self, query: Query, values: Mapping[str, Any]) -> int:
        """Refuse: a reader changes nothing."""
        del values
        raise TypeError(f"{query.name} is a write")


class _Writes(Session):
    """Each query as a transaction of its own."""

    def __init__(self, enqueue: Callable[[_Query], Awaitable[Any]]) -> None:
        self._enqueue = enqueue

    async def fetch(self, query: Query, values: Mapping[str, Any]) -> Sequence[Row]:
        """See Session."""
        rows: Sequence[Row] = await self._enqueue(_Query(query, values, counts=False))
        return rows

    async def execute(self, query: Query, values: Mapping[str, Any]) -> int:
        """See Session."""
        return int(await self._enqueue(_Query(query, values, counts=True)))


class Readers:
    """A few connections that change nothing. Each connects when it is first needed."""

    def __init__(self, path: Path, options: Mapping[str, str], wait: float) -> None:
        self._path, self._options, self._wait = path, options, wait
        self._free: asyncio.LifoQueue[_Reader] = asyncio.LifoQueue()
        for _ in range(_READERS):
            self._free.put_nowait(_Reader())
        self.closed = False

    @asynccontextmanager
    async def one(self) -> AsyncIterator[aiosqlite.Connection]:
        """Lend a connection; raises StoreDown if none is free for too long."""
        if self.closed:
            raise RuntimeError("the store is closed")
        try:
            async with asyncio.timeout(self._wait):
                reader = await self._free.get()
        except TimeoutError as error:
            raise StoreDown(BUSY, "the reads before it took too long") from error
        try:
            yield await self._connected(reader)
        except (sqlite3.Error, OSError) as error:
            await reader.close()  # a new one sees the rights or the file of then
            failure = plain(error)
            if failure is error:
                raise
            raise failure from error
        finally:
            self._free.put_nowait(reader)

    async def close(self) -> None:
        """Close all connections, once nobody uses them; they are made anew when needed."""
        readers = [await self._free.get() for _ in range(_READERS)]
        for reader in readers:
            await reader.close()
            self._free.put_nowait(reader)

    async def _connected(self, reader: "_Reader") -> aiosqlite.Connection:
        file = _identity(self._path)
        if reader.connection is not None and reader.file != file:  # a backup was put in its place
            await reader.close()
        if reader.connection is None:
            reader.file = file
            reader.connection = await connect(
                self._path, self._options, self._wait, "query_only = ON"
            )
        return reader.connection


@dataclass(slots=True, eq=False)
class _Reader:
    """A connection for reads, and the file that it has open."""

    connection: aiosqlite.Connection | None = None
    file: tuple[int, int] | None = None

    async def close(self) -> None:
        if self.connection is not None:
            connection, self.connection = self.connection, None
            await connection.close()


class SqliteDatabase(Database):
    """A file. It belongs to the event loop that opened it."""

    dialect = "sqlite"

    def __init__(self, path: Path, options: Mapping[str, str], wait: float) -> None:
        self._path, self._options, self._wait = path, options, wait
        self._readers = Readers(path, options, wait)
        self.reads, self.writes = _Reads(self._readers), _Writes(self._enqueued)
        self._queue: deque[_Write] = deque()
        self._queued = asyncio.Event()
        self._closing = False
        self._connection: aiosqlite.Connection | None = None
        self._files: tuple[object, object] | None = None
        # When to empty the write-ahead log again, if what was erased may still be in it.
        self._empty_at: float | None = None  # on the monotonic clock
        self._writer: asyncio.Task[None] | None = None

    @classmethod
    async def open(cls, path: Path, options: Mapping[str, str], wait: float) -> Self:
        """Connect to a file that has its tables; raises what sqlite3 raises."""
        database = cls(path, options, wait)
        await database._connected()
        # The task owns the connections, so that a store which nobody closes ends with its loop.
        database._writer = asyncio.create_task(database._serve())
        return database

    async def read(self, work: Work[T]) -> T:
        """See Database."""
        async with self._readers.one() as connection:
            await connection.execute_fetchall("BEGIN")
            try:
                return await work(ConnectionSession(connection))
            finally:
                await connection.rollback()

    async def write(self, work: Work[T], *, erases: bool = False) -> T:
        """See Database."""
        result: T = await self._enqueued(work, erases=erases)
        return result

    async def close(self) -> None:
        """See Database."""
        self._closing = self._readers.closed = True
        self._queued.set()
        if self._writer is not None:
            await self._writer

    async def _enqueued(self, do: "_Query | Work[Any]", *, erases: bool = False) -> Any:
        if self._closing:
            raise RuntimeError("the store is closed")
        began = time.monotonic()
        future = asyncio.get_running_loop().create_future()
        self._queue.append(_Write(do, erases, began + self._wait, future))
        self._queued.set()
        result = await future
        self.observe(time.monotonic() - began)
        return result

    async def _serve(self) -> None:
        """Commit what is queued, until the store is closed and nothing is."""
        try:
            while self._queue or not self._closing:
                await self._wake()
                if self._queue:
                    batch = [self._queue.popleft() for _ in range(min(len(self._queue), _TOGETHER))]
                    await self._commit([write for write in batch if _in_time(write)])
                if self._empty_at is not None and self._empty_at <= time.monotonic():
                    await self._empty_log()
        finally:
            await self._readers.close()
            await self._disconnect()  # the last one, which empties the write-ahead log

    async def _wake(self) -> None:
        if not self._queue and not self._closing:
            self._queued.clear()
            pause = None if self._empty_at is None else self._empty_at - time.monotonic()
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._queued.wait()

    async def _commit(self, batch: list[_Write]) -> None:
        """Run writes as one transaction, or one by one if one of them fails."""
        if not batch:
            return
        try:
            results = await self._transaction(batch)
        except _StatementFailed as failed:
            await self._one_by_one(batch, failed)
        except Exception as error:  # noqa: BLE001 - whoever waits is told of it
            # The file can't be had, or the commit failed. That may have happened all the same, so
            # nothing must run again.
            await self._disconnect()
            for write in batch:
                write.settle(error)
        else:
            if any(write.erases for write in batch):
                await self._empty_log()
            for write, result in zip(batch, results, strict=True):
                write.settle(result)

    async def _one_by_one(self, batch: list[_Write], failed: "_StatementFailed") -> None:
        if len(batch) == 1:
            batch[0].settle(failed.__cause__)
            return
        for write in batch:
            await self._commit([write] if _in_time(write) else [])

    async def _transaction(self, batch: list[_Write]) -> list[Any]:
        connection = await self._connected()
        await connection.execute_fetchall("BEGIN IMMEDIATE")
        self._files = self._files or _files(self._path)
        try:
            results = await _run(connection, batch)
        except Exception as error:
            await self._roll_back(connection, error)
            raise _StatementFailed from error
        await connection.commit()
        return results

    async def _roll_back(self, connection: aiosqlite.Connection, error: Exception) -> None:
        try:
            await connection.rollback()
        except sqlite3.Error:
            await self._disconnect()
        if isinstance(error, sqlite3.DatabaseError) and not _is_ours(error):
            await self._disconnect()  # a new connection sees the room, the rights or the file

    async def _connected(self) -> aiosqlite.Connection:
        if self._connection is not None and self._files is not None:
            await self._notice(_files(self._path))
        if self._connection is None:
            self._connection = await connect(
                # What is erased is overwritten, not just unlinked.
                self._path, self._options, self._wait, "foreign_keys = ON", "secure_delete = ON"
            )  # fmt: skip
        return self._connection

    async def _notice(self, files: tuple[object, object]) -> None:
        """Connect anew if somebody has replaced or deleted the file, or its write-ahead log."""
        if files == self._files:
            return
        database, write_ahead_log = self._files or (None, None)
        if files[0] == database and write_ahead_log != files[1] and self._connection is not None:
            # What was committed is in a log that has no name any more, but is still open here:
            # bring it into the file before anybody begins a new log.
            log.warning("write-ahead log deleted", remedy="never delete files beside the database")
            await self._readers.close()
            ((_, pages, copied),) = await self._connection.execute_fetchall(
                "PRAGMA wal_checkpoint(TRUNCATE)"
            )
            if copied < pages:
                raise StoreDown(BUSY, "somebody reads in the deleted write-ahead log")
        await self._disconnect()

    async def _disconnect(self) -> None:
        connection, self._connection, self._files = self._connection, None, None
        if connection is not None:
            with suppress(sqlite3.Error):
                await connection.close()

    async def _empty_log(self) -> None:
        """Copy the write-ahead log into the file, and cut it, unless somebody reads in it."""
        self._empty_at = time.monotonic() + _AGAIN
        try:
            connection = await self._connected()
            await connection.execute_fetchall(f"PRAGMA busy_timeout = {_PATIENCE}")
            ((busy, *_),) = await connection.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
            await connection.execute_fetchall(f"PRAGMA busy_timeout = {round(self._wait * 1000)}")
        except (sqlite3.Error, OSError):
            await self._disconnect()
        else:
            if not busy:
                self._empty_at = None


async def _run(connection: aiosqlite.Connection, batch: list[_Write]) -> list[Any]:
    """Run writes in their order; neighbors that are single queries together."""
    results: list[Any] = []
    session = ConnectionSession(connection)
    for are_queries, writes in groupby(batch, lambda write: write.is_query):
        if are_queries:
            results += await _together(connection, [write.do for write in writes])  # type: ignore[misc]
        else:
            for write in writes:
                results.append(await write.do(session))  # type: ignore[operator]
    return results


def _in_time(write: _Write) -> bool:
    """Refuse what is late: else each of a queue would wait for the same lock in turn."""
    if time.monotonic() <= write.latest:
        return True
    write.settle(StoreDown(BUSY, "the writes before it took too long"))
    return False


def _is_ours(error: sqlite3.DatabaseError) -> bool:
    """Return whether an error is about a statement, not about the file."""
    return isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError)


def _files(path: Path) -> tuple[object, object]:
    return _identity(path), _identity(path.with_name(path.name + "-wal"))


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
