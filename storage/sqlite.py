"""SQLite through aiosqlite: one writer that commits what is queued as one, and a few readers.

Waiting for the disk costs more than everything else, so writes that come meanwhile share the next
commit. If one of them fails, none of that commit stays: it runs again alone, the others together.
"""

import asyncio
import sqlite3
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import groupby, pairwise
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
        rows: Sequence[Row] = await self._alone(_Query(query, values, counts=False))
        return rows

    async def execute(self, query: Query, values: Mapping[str, Any]) -> int:
        """See Session."""
        return int(await self._alone(_Query(query, values, counts=True)))

    async def _alone(self, query: "_Query") -> Any:
        (result,) = await _together(self._connection, [query])
        if isinstance(result, Exception):
            raise result
        return result


@dataclass(frozen=True, slots=True)
class _Query:
    """A query to run, and whether its number of changes is asked for instead of its rows."""

    query: Query
    values: Mapping[str, Any]
    counts: bool


async def _together(connection: aiosqlite.Connection, queries: Sequence[_Query]) -> list[Any]:
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


async def _in_bulk(connection: aiosqlite.Connection, queries: Sequence[_Query]) -> list[Any]:
    """Run one query with many parameters; raises _NotEach unless each of them changed a row.

    That is far quicker than one after another, and what most answers to a quiz need: each changes
    one row with every statement, as Query says of a query with several.
    """
    values = [_encoded(each.values) for each in queries]
    running = (_total(connection, each, values) for each in queries[0].query.statements)
    totals = await asyncio.gather(*running, return_exceptions=True)
    if any(total != len(queries) for total in totals):
        raise _NotEach
    return [1] * len(queries)


class _NotEach(Exception):
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


@dataclass(slots=True, eq=False)
class _Write:
    """A write that waits for its turn, and the future of whoever waits for it."""

    do: _Query | Work[Any]
    erases: bool
    latest: float  # on the monotonic clock, to begin
    future: asyncio.Future[Any]

    @property
    def kind(self) -> Query | str:
        """What its neighbors must have, too, to run together with it."""
        if isinstance(self.do, _Query):
            many = self.do.counts and len(self.do.query.statements) > 1
            return self.do.query if many else "query"
        return "work"

    def settle(self, result: Any) -> None:
        """Tell whoever waits; a cancelled one doesn't any more."""
        if self.future.done():
            return
        if isinstance(result, BaseException):
            self.future.set_exception(plain(result))
        else:
            self.future.set_result(result)


class _Failed(Exception):
    """Writes of a transaction failed, and the transaction was rolled back."""

    def __init__(self, errors: Mapping[_Write, Exception]) -> None:
        """Take what each of them raised."""
        super().__init__()
        self.errors = errors


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
        """Run writes as one transaction, without those that fail in it."""
        if not batch:
            return
        try:
            results = await self._transaction(batch)
        except _Failed as failed:
            await self._apart(batch, failed.errors)
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

    async def _apart(self, batch: list[_Write], errors: Mapping[_Write, Exception]) -> None:
        """Run again what shared a transaction with a write that failed, and that one alone."""
        if len(batch) == 1:
            batch[0].settle(errors[batch[0]])
            return
        await self._commit([each for each in batch if each not in errors and _in_time(each)])
        for write in errors:
            await self._commit([write] if _in_time(write) else [])

    async def _transaction(self, batch: list[_Write], *, bulk: bool = True) -> list[Any]:
        connection = await self._connected()
        await connection.execute_fetchall("BEGIN IMMEDIATE")
        self._files = self._files or _files(self._path)
        try:
            results = await _run(connection, batch, bulk=bulk)
        except _NotEach:
            await self._roll_back(connection)
            return await self._transaction(batch, bulk=False)
        # Where a write ended the run there are fewer results than writes.
        errors = {
            write: result
            for write, result in zip(batch, results, strict=False)
            if isinstance(result, Exception)
        }
        if errors:
            await self._roll_back(connection, *errors.values())
            raise _Failed(errors)
        await connection.commit()
        return results

    async def _roll_back(self, connection: aiosqlite.Connection, *errors: Exception) -> None:
        try:
            await connection.rollback()
        except sqlite3.Error:
            await self._disconnect()
        if any(isinstance(each, sqlite3.Error) and not _is_ours(each) for each in errors):
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


async def _run(
    connection: aiosqlite.Connection, batch: Sequence[_Write], *, bulk: bool
) -> list[Any]:
    """Run writes in their order, neighbors that are queries together; return what came of each.

    An exception stands in the place of a result, and nothing runs after it. With *bulk* it raises
    _NotEach where that can't be said.
    """
    results: list[Any] = []
    session = ConnectionSession(connection)
    for kind, neighbors in groupby(batch, lambda write: write.kind):
        writes = list(neighbors)
        if kind == "work":
            results += await _in_turn(session, [write.do for write in writes])
        else:
            queries = [write.do for write in writes if isinstance(write.do, _Query)]
            in_bulk = bulk and isinstance(kind, Query) and len(queries) > 1
            results += await (_in_bulk if in_bulk else _together)(connection, queries)
        if any(isinstance(each, Exception) for each in results):
            break
    return results


async def _in_turn(session: Session, works: Iterable[Any]) -> list[Any]:
    """Run functions one after another, up to the first one that raises."""
    results: list[Any] = []
    for work in works:
        try:
            results.append(await work(session))
        except Exception as error:  # noqa: BLE001 - whoever waits is told of it
            return [*results, error]
    return results


def _in_time(write: _Write) -> bool:
    """Refuse what is late: else each of a queue would wait for the same lock in turn."""
    if time.monotonic() <= write.latest:
        return True
    write.settle(StoreDown(BUSY, "the writes before it took too long"))
    return False


def _is_ours(error: sqlite3.Error) -> bool:
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
