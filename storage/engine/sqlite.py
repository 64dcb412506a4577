"""The implementation of Database for SQLite: one task writes, and two connections read.

A commit waits for the disk, which takes longest. Writes that are queued meanwhile share the next
commit. If one of them fails, the transaction is rolled back, and the others run again without it.
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

import aiosqlite
import structlog

from storage.engine.database import Database, ReadSession, Session, Work
from storage.engine.sqlite_session import (
    BoundQuery,
    BulkMismatch,
    SqliteSession,
    connect,
    file_identity,
    is_statement_error,
    run_bulk,
    run_pipelined,
)
from storage.errors import BUSY, StoreUnavailable, translate_error
from storage.queries import Query
from storage.values import Row

T = TypeVar("T")

log = structlog.get_logger("crossroads.storage")

MIN_VERSION = (3, 39)  # needed for RETURNING and IS DISTINCT FROM
_READERS = 2
_MAX_BATCH = 100  # writes in one commit, which take about 10 ms
_CHECKPOINT_RETRY = 1.0  # seconds until the next attempt to empty the write-ahead log
_CHECKPOINT_TIMEOUT = 50  # milliseconds that an attempt waits for readers of the log


@dataclass(slots=True, eq=False)
class _Write:
    """A queued write, with the future that its caller awaits."""

    job: BoundQuery | Work[Any]
    erases: bool
    deadline: float  # monotonic time by which it must start
    future: asyncio.Future[Any]

    @property
    def kind(self) -> Query | str:
        """The key by which successive writes of a batch are grouped, to be run together."""
        if isinstance(self.job, BoundQuery):
            many = self.job.returns_count and len(self.job.query.statements) > 1
            return self.job.query if many else "query"
        return "work"

    def resolve(self, result: Any) -> None:
        """Pass *result*, which may be an exception, to the caller unless it was cancelled."""
        if self.future.done():
            return
        if isinstance(result, BaseException):
            self.future.set_exception(translate_error(result))
        else:
            self.future.set_result(result)


class _BatchFailed(Exception):
    """A transaction was rolled back because some of its writes failed."""

    def __init__(self, errors: Mapping[_Write, Exception]) -> None:
        """Create the error; *errors* maps each failed write to its exception."""
        super().__init__()
        self.errors = errors


class _Writes(Session):
    """Runs each query as its own transaction."""

    def __init__(self, enqueue: Callable[[BoundQuery], Awaitable[Any]]) -> None:
        self._enqueue = enqueue

    async def fetch(self, query: Query, /, **values: Any) -> Sequence[Row]:
        """Run a query as a transaction and return its rows."""
        rows: Sequence[Row] = await self._enqueue(BoundQuery(query, values, returns_count=False))
        return rows

    async def execute(self, query: Query, /, **values: Any) -> int:
        """Run a query as a transaction and return the number of changed rows."""
        return int(await self._enqueue(BoundQuery(query, values, returns_count=True)))


class Readers:
    """A pool of read-only connections, which connect on first use."""

    def __init__(self, path: Path, options: Mapping[str, str], wait: float) -> None:
        self._path, self._options, self._wait = path, options, wait
        self._free: asyncio.LifoQueue[_Reader] = asyncio.LifoQueue()
        for _ in range(_READERS):
            self._free.put_nowait(_Reader())
        self.closed = False

    async def run(self, work: Work[T]) -> T:
        """Call *work* with a session on any free connection, and return the result."""
        async with self.acquire() as connection:
            return await work(SqliteSession(connection))

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[aiosqlite.Connection]:
        """Yield a free connection; when the ``with`` block ends, it is free again.

        Raise StoreUnavailable if none is free in time, or if the database fails.
        """
        if self.closed:
            raise RuntimeError("the store is closed")
        try:
            async with asyncio.timeout(self._wait):
                reader = await self._free.get()
        except TimeoutError as error:
            raise StoreUnavailable(BUSY, "earlier reads took too long") from error
        try:
            yield await self._connect(reader)
        except (sqlite3.Error, OSError) as error:
            await reader.close()  # a new connection sees changed files and permissions
            failure = translate_error(error)
            if failure is error:
                raise
            raise failure from error
        finally:
            self._free.put_nowait(reader)

    async def close(self) -> None:
        """Wait until all connections are free, then close them; they reconnect on the next use."""
        readers = [await self._free.get() for _ in range(_READERS)]
        for reader in readers:
            await reader.close()
            self._free.put_nowait(reader)

    async def _connect(self, reader: "_Reader") -> aiosqlite.Connection:
        file = file_identity(self._path)
        if reader.connection is not None and reader.file != file:  # a backup was restored
            await reader.close()
        if reader.connection is None:
            reader.file = file
            reader.connection = await connect(
                self._path, self._options, self._wait, "query_only = ON"
            )
        return reader.connection


@dataclass(slots=True, eq=False)
class _Reader:
    """A read connection, with the identity of its file as `file_identity` returns it."""

    connection: aiosqlite.Connection | None = None
    file: tuple[int, int] | None = None

    async def close(self) -> None:
        if self.connection is not None:
            connection, self.connection = self.connection, None
            await connection.close()


class SqliteDatabase(Database):
    """A Database in a SQLite file, usable only in the event loop that opened it."""

    dialect = "sqlite"

    def __init__(self, path: Path, options: Mapping[str, str], wait: float) -> None:
        self._path, self._options, self._wait = path, options, wait
        self._readers = Readers(path, options, wait)
        self.reads, self.writes = ReadSession(self._readers.run), _Writes(self._enqueue)
        self._queue: deque[_Write] = deque()
        self._wakeup = asyncio.Event()
        self._closing = False
        self._connection: aiosqlite.Connection | None = None
        self._files: tuple[object, object] | None = None
        # Monotonic time of the next attempt to empty the write-ahead log, which may hold erased
        # data; None if it holds none.
        self._checkpoint_at: float | None = None
        self._writer: asyncio.Task[None] | None = None

    @classmethod
    async def open(cls, path: Path, options: Mapping[str, str], wait: float) -> Self:
        """Open a file that is already migrated, and return the database.

        *options* are parameters of SQLite's URI, and *wait* is the lock timeout in seconds. Raise
        sqlite3.Error if that fails.
        """
        database = cls(path, options, wait)
        await database._connect()
        # The task closes the connections at its end, even if the loop stops without close().
        database._writer = asyncio.create_task(database._run_writer())
        return database

    async def read_snapshot(self, work: Work[T]) -> T:
        """Run *work* in a read transaction, and return its result."""
        async with self._readers.acquire() as connection:
            await connection.execute_fetchall("BEGIN")
            try:
                return await work(SqliteSession(connection))
            finally:
                await connection.rollback()

    async def transaction(self, work: Work[T], *, erases: bool = False) -> T:
        """Queue *work* as one transaction; return the result once the transaction is on disk."""
        result: T = await self._enqueue(work, erases=erases)
        return result

    async def close(self) -> None:
        """Wait until all queued writes are done, then close all connections."""
        self._closing = self._readers.closed = True
        self._wakeup.set()
        if self._writer is not None:
            await self._writer

    async def _enqueue(self, job: "BoundQuery | Work[Any]", *, erases: bool = False) -> Any:
        if self._closing:
            raise RuntimeError("the store is closed")
        began = time.monotonic()
        future = asyncio.get_running_loop().create_future()
        self._queue.append(_Write(job, erases, began + self._wait, future))
        self._wakeup.set()
        result = await future
        self.observe_write(time.monotonic() - began)
        return result

    async def _run_writer(self) -> None:
        """Commit queued writes until the database is closed and the queue is empty."""
        try:
            while self._queue or not self._closing:
                await self._wait_for_work()
                if self._queue:
                    batch = [
                        self._queue.popleft() for _ in range(min(len(self._queue), _MAX_BATCH))
                    ]
                    await self._commit([write for write in batch if _check_deadline(write)])
                if self._checkpoint_at is not None and self._checkpoint_at <= time.monotonic():
                    await self._checkpoint()
        finally:
            await self._readers.close()
            await self._disconnect()  # closing the last connection empties the write-ahead log

    async def _wait_for_work(self) -> None:
        if not self._queue and not self._closing:
            self._wakeup.clear()
            pause = None if self._checkpoint_at is None else self._checkpoint_at - time.monotonic()
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._wakeup.wait()

    async def _commit(self, batch: list[_Write]) -> None:
        """Run the writes of *batch* as one transaction and pass the results to their callers.

        If some writes fail, run the others again without them.
        """
        if not batch:
            return
        try:
            results = await self._transaction(batch)
        except _BatchFailed as failed:
            await self._retry_separately(batch, failed.errors)
        except Exception as error:  # noqa: BLE001 - passed on to the caller
            # The file can't be opened, or the commit failed. The writes may still be on disk, so
            # don't run them again.
            await self._disconnect()
            for write in batch:
                write.resolve(error)
        else:
            if any(write.erases for write in batch):
                await self._checkpoint()
            for write, result in zip(batch, results, strict=True):
                write.resolve(result)

    async def _retry_separately(
        self, batch: list[_Write], errors: Mapping[_Write, Exception]
    ) -> None:
        """Run the writes of a failed batch again, after its transaction was rolled back.

        The writes without an error run as one transaction, then each write in *errors* as its own.
        """
        if len(batch) == 1:
            batch[0].resolve(errors[batch[0]])
            return
        await self._commit([each for each in batch if each not in errors and _check_deadline(each)])
        for write in errors:
            await self._commit([write] if _check_deadline(write) else [])

    async def _transaction(self, batch: list[_Write], *, bulk: bool = True) -> list[Any]:
        connection = await self._connect()
        await connection.execute_fetchall("BEGIN IMMEDIATE")
        self._files = self._files or _file_identities(self._path)
        try:
            results = await _run_batch(connection, batch, bulk=bulk)
        except BulkMismatch:
            await self._roll_back(connection)
            return await self._transaction(batch, bulk=False)
        # After a failed write there are fewer results than writes.
        errors = {
            write: result
            for write, result in zip(batch, results, strict=False)
            if isinstance(result, Exception)
        }
        if errors:
            await self._roll_back(connection, *errors.values())
            raise _BatchFailed(errors)
        await connection.commit()
        return results

    async def _roll_back(self, connection: aiosqlite.Connection, *errors: Exception) -> None:
        try:
            await connection.rollback()
        except sqlite3.Error:
            await self._disconnect()
        if any(isinstance(each, sqlite3.Error) and not is_statement_error(each) for each in errors):
            await (
                self._disconnect()
            )  # a new connection sees changed files, permissions and disk space

    async def _connect(self) -> aiosqlite.Connection:
        if self._connection is not None and self._files is not None:
            await self._reconnect_if_replaced(_file_identities(self._path))
        if self._connection is None:
            self._connection = await connect(
                # secure_delete overwrites deleted rows.
                self._path, self._options, self._wait, "foreign_keys = ON", "secure_delete = ON"
            )  # fmt: skip
        return self._connection

    async def _reconnect_if_replaced(self, files: tuple[object, object]) -> None:
        """Disconnect if the database file or its write-ahead log was replaced or deleted.

        *files* are their current identities, as `_file_identities` returns them.
        """
        if files == self._files:
            return
        database, write_ahead_log = self._files or (None, None)
        if files[0] == database and write_ahead_log != files[1] and self._connection is not None:
            # The deleted log is still open here and may hold commits. Copy them into the file
            # before another connection starts a new log.
            log.warning(
                "write-ahead log deleted", remedy="Don't delete the files next to the database."
            )
            await self._readers.close()
            ((_, pages, copied),) = await self._connection.execute_fetchall(
                "PRAGMA wal_checkpoint(TRUNCATE)"
            )
            if copied < pages:
                raise StoreUnavailable(
                    BUSY, "a program is still reading the deleted write-ahead log"
                )
        await self._disconnect()

    async def _disconnect(self) -> None:
        connection, self._connection, self._files = self._connection, None, None
        if connection is not None:
            with suppress(sqlite3.Error):
                await connection.close()

    async def _checkpoint(self) -> None:
        """Copy the write-ahead log into the file and empty it; retry later if a reader uses it."""
        self._checkpoint_at = time.monotonic() + _CHECKPOINT_RETRY
        try:
            connection = await self._connect()
            await connection.execute_fetchall(f"PRAGMA busy_timeout = {_CHECKPOINT_TIMEOUT}")
            ((busy, *_),) = await connection.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
            await connection.execute_fetchall(f"PRAGMA busy_timeout = {round(self._wait * 1000)}")
        except (sqlite3.Error, OSError):
            await self._disconnect()
        else:
            if not busy:
                self._checkpoint_at = None


async def _run_batch(
    connection: aiosqlite.Connection, batch: Sequence[_Write], *, bulk: bool
) -> list[Any]:
    """Run the writes of *batch* in order; return a list with the result or exception of each.

    Successive writes of the same kind run together. Stop after the first group with an exception,
    so there may be fewer results than writes. With *bulk*, raise BulkMismatch if it is unknown how
    many rows each query changed.
    """
    results: list[Any] = []
    session = SqliteSession(connection)
    for kind, neighbors in groupby(batch, lambda write: write.kind):
        writes = list(neighbors)
        if kind == "work":
            results += await _run_in_turn(session, [write.job for write in writes])
        else:
            queries = [write.job for write in writes if isinstance(write.job, BoundQuery)]
            run = (
                run_bulk if bulk and isinstance(kind, Query) and len(queries) > 1 else run_pipelined
            )
            results += await run(connection, queries)
        if any(isinstance(each, Exception) for each in results):
            break
    return results


async def _run_in_turn(session: Session, works: Iterable[Any]) -> list[Any]:
    """Call *works* one after another until one raises; return their results.

    The last result is the exception, if there was one.
    """
    results: list[Any] = []
    for work in works:
        try:
            results.append(await work(session))
        except Exception as error:  # noqa: BLE001 - passed on to the caller
            return [*results, error]
    return results


def _check_deadline(write: _Write) -> bool:
    """Return True if *write* may still start; otherwise raise StoreUnavailable in its caller.

    Without this limit every queued write would wait in turn for a locked database.
    """
    if time.monotonic() <= write.deadline:
        return True
    write.resolve(StoreUnavailable(BUSY, "earlier writes took too long"))
    return False


def _file_identities(path: Path) -> tuple[object, object]:
    """Return the (device, inode) pairs of the database file and its log, None if one is missing."""
    return file_identity(path), file_identity(path.with_name(path.name + "-wal"))
