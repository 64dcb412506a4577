"""The implementation of Database for PostgreSQL, with asyncpg's connection pools."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Self, TypeVar

import asyncpg

from storage.engine.address import PostgresAddress
from storage.engine.database import Database, ReadSession, Session, Work
from storage.errors import BUSY, GONE, StoreUnavailable, translate_error
from storage.queries import Query
from storage.values import Row, to_postgres

T = TypeVar("T")

_STATEMENT_TIMEOUT = 15.0  # seconds until a silent server counts as unreachable
_MAX_READERS = 5
_ACQUIRE_TIMEOUT = 5.0  # minimum seconds to wait for a free connection
_CLOSE_TIMEOUT = 5.0  # seconds for connections to close cleanly


def connect_options(address: PostgresAddress, wait: float) -> dict[str, Any]:
    """Return the arguments for asyncpg's connect(); *wait* is the lock timeout in seconds."""
    settings = {} if address.behind_pooler else {"lock_timeout": f"{round(wait * 1000)}ms"}
    return {
        "dsn": address.dsn,
        "timeout": address.connect_timeout or max(2.0, wait),
        "command_timeout": max(_STATEMENT_TIMEOUT, 2 * wait),
        "server_settings": settings,
        # With a pooler, the next transaction may use a connection without the prepared statement.
        "statement_cache_size": 0 if address.behind_pooler else 100,
    }


CONNECTION_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError)


def to_unavailable(error: Exception) -> StoreUnavailable:
    """Convert *error*, a failure to connect, to a StoreUnavailable and return it."""
    failure = translate_error(error)
    return failure if isinstance(failure, StoreUnavailable) else StoreUnavailable(GONE, str(error))


class ConnectionSession(Session):
    """A Session on one asyncpg connection."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def fetch(self, query: Query, /, **values: Any) -> Sequence[Row]:
        """Run a query on the connection and return its rows."""
        (statement,) = query.statements
        rows: Sequence[Row] = await self._connection.fetch(statement, *_positional(query, values))
        return rows

    async def execute(self, query: Query, /, **values: Any) -> int:
        """Run a query on the connection and return the number of changed rows."""
        (statement,) = query.statements
        status: str = await self._connection.execute(statement, *_positional(query, values))
        return int(status.rpartition(" ")[2])  # "UPDATE 1", "INSERT 0 1"


def _positional(query: Query, values: Mapping[str, Any]) -> list[Any]:
    return [to_postgres(values[name]) for name in query.parameters]


class _Writes(Session):
    """Runs each query as its own transaction."""

    def __init__(self, database: "PostgresDatabase") -> None:
        self._database = database

    async def fetch(self, query: Query, /, **values: Any) -> Sequence[Row]:
        """Run a query as a transaction and return its rows."""
        return await self._database.run_write(lambda session: session.fetch(query, **values))

    async def execute(self, query: Query, /, **values: Any) -> int:
        """Run a query as a transaction and return the number of changed rows."""
        return await self._database.run_write(lambda session: session.execute(query, **values))


class _Pool:
    """A connection pool whose `close` waits until all connections are returned."""

    def __init__(self, pool: Any, wait: float) -> None:
        self._pool, self._wait = pool, wait
        self._users = 0  # tasks that have a connection or wait for one
        self._idle = asyncio.Event()
        self._idle.set()

    @classmethod
    async def open(cls, address: PostgresAddress, wait: float, max_size: int) -> Self:
        """Return a pool of up to *max_size* connections, which connect on first use."""
        pool = await asyncpg.create_pool(
            min_size=0, max_size=max_size, reset=_skip_reset, **connect_options(address, wait)
        )
        return cls(pool, wait)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Any]:
        """Yield a connection; when the ``with`` block ends, return the connection to the pool.

        Raise StoreUnavailable if no connection is free in time, or for an error in the block that
        isn't a bug.
        """
        self._users += 1
        self._idle.clear()
        try:
            async with self._acquire() as connection:
                yield connection
        finally:
            self._users -= 1
            if not self._users:
                self._idle.set()

    async def close(self) -> None:
        """Wait until all connections are returned to the pool, then disconnect."""
        await self._idle.wait()
        try:
            await asyncio.wait_for(self._pool.close(), _CLOSE_TIMEOUT)
        except TimeoutError:
            self._pool.terminate()

    @asynccontextmanager
    async def _acquire(self) -> AsyncIterator[Any]:
        try:
            connection = await self._pool.acquire(timeout=max(_ACQUIRE_TIMEOUT, self._wait))
        except TimeoutError as error:
            raise StoreUnavailable(BUSY, "earlier transactions took too long") from error
        except CONNECTION_ERRORS as error:
            raise to_unavailable(error) from error
        try:
            yield connection
        except (StoreUnavailable, _StaleConnection):
            raise
        except Exception as error:
            if _is_closed(connection):
                raise StoreUnavailable(GONE, str(error)) from error
            failure = translate_error(error)
            if failure is error:
                raise
            raise failure from error
        finally:
            await self._pool.release(connection)


class PostgresDatabase(Database):
    """A Database on a PostgreSQL server, usable only in the event loop that opened it.

    Reads have their own connections, so they don't wait for writes.
    """

    dialect = "postgres"

    def __init__(self, reading: _Pool, writing: _Pool, wait: float, *, pooled: bool) -> None:
        self._read_pool, self._write_pool = reading, writing
        self._wait, self._behind_pooler = wait, pooled
        self.reads, self.writes = ReadSession(self.run_read), _Writes(self)
        self._write_tasks: set[asyncio.Task[Any]] = set()
        self._closed = False

    @classmethod
    async def open(cls, address: PostgresAddress, wait: float) -> Self:
        """Return the database at *address*, which must already be migrated.

        *wait* is the lock timeout in seconds. The connection pools connect on first use.
        """
        readers = min(_MAX_READERS, max(1, address.pool_size // 4))
        return cls(
            await _Pool.open(address, wait, readers),
            await _Pool.open(address, wait, max(1, address.pool_size - readers)),
            wait,
            pooled=address.behind_pooler,
        )

    async def read_snapshot(self, work: Work[T]) -> T:
        """Run *work* in a read-only transaction, and return its result."""
        self._check_open()
        snapshot = {"isolation": "repeatable_read", "readonly": True}
        return await self._transaction(self._read_pool, work, snapshot)

    async def run_read(self, work: Work[T]) -> T:
        """Run *work*, a single read query, without a transaction; return its result."""
        self._check_open()

        async def attempt() -> T:
            async with self._read_pool.connection() as connection:
                try:
                    return await work(ConnectionSession(connection))
                except Exception as error:
                    if _is_closed(connection):  # a read is safe to repeat
                        raise _StaleConnection from error
                    raise

        return await _retry_stale(attempt)

    async def transaction(self, work: Work[T], *, erases: bool = False) -> T:
        """Run *work* as one transaction and return the result.

        *erases* has no effect, because it only concerns SQLite's files.
        """
        del erases
        return await self._shield_write(self._transaction(self._write_pool, work, {}))

    async def run_write(self, work: Work[T]) -> T:
        """Run *work*, a single write query, in autocommit mode, which saves two round trips.

        If the connection is lost, the query isn't repeated, since it may have been committed.
        """
        if self._behind_pooler:  # a pooler keeps settings only within a transaction
            return await self.transaction(work)
        return await self._shield_write(self._autocommit(work))

    async def close(self) -> None:
        """Wait for running queries, then close all connections."""
        self._closed = True
        await asyncio.gather(*self._write_tasks, return_exceptions=True)
        await self._read_pool.close()
        await self._write_pool.close()

    async def _autocommit(self, work: Work[T]) -> T:
        async with self._write_pool.connection() as connection:
            return await work(ConnectionSession(connection))

    async def _transaction(
        self, pool: _Pool, work: Work[T], characteristics: Mapping[str, Any]
    ) -> T:
        async def attempt() -> T:
            async with pool.connection() as connection:
                transaction = connection.transaction(**characteristics)
                await _begin(connection, transaction)
                try:
                    if self._behind_pooler:  # a pooler keeps settings only within a transaction
                        await connection.execute(self._set_lock_timeout)
                    result = await work(ConnectionSession(connection))
                except BaseException:
                    if not _is_closed(connection):
                        await transaction.rollback()
                    raise
                await transaction.commit()
                return result

        return await _retry_stale(attempt)

    @property
    def _set_lock_timeout(self) -> str:
        return f"SET LOCAL lock_timeout = {round(self._wait * 1000)}"

    def _check_open(self) -> None:
        if self._closed:
            raise RuntimeError("the store is closed")

    async def _shield_write(self, writing: Coroutine[Any, Any, T]) -> T:
        """Await *writing* and return its result.

        If the awaiting task is cancelled, the write continues in its own task.
        """
        if self._closed:
            writing.close()
            self._check_open()
        began = time.monotonic()
        task = asyncio.create_task(writing)
        self._write_tasks.add(task)
        task.add_done_callback(self._write_tasks.discard)
        task.add_done_callback(_retrieve_exception)
        result = await asyncio.shield(task)
        self.observe_write(time.monotonic() - began)
        return result


class _StaleConnection(Exception):
    """The connection was already closed before anything was sent."""


async def _begin(connection: Any, transaction: Any) -> None:
    try:
        await transaction.start()
    except Exception as error:
        if _is_closed(connection):
            raise _StaleConnection from error
        raise


def _is_closed(connection: Any) -> bool:
    try:
        return bool(connection.is_closed())
    except asyncpg.InterfaceError:  # it is back in the pool already
        return True


async def _retry_stale(attempt: Callable[[], Awaitable[T]]) -> T:
    """Call *attempt* and return its result; call it again if its connection was already closed."""
    try:
        return await attempt()
    except _StaleConnection:
        pass
    try:
        return await attempt()
    except _StaleConnection as stale:
        raise StoreUnavailable(GONE, str(stale.__cause__)) from stale.__cause__


def _retrieve_exception(task: asyncio.Task[Any]) -> None:
    """Read the task's exception; otherwise asyncio would warn if nobody awaits the task."""
    if not task.cancelled():
        task.exception()


async def _skip_reset(connection: Any) -> None:
    """Do nothing in place of asyncpg's reset of returned connections, to save a round trip."""
