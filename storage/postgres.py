"""PostgreSQL through an asyncpg pool, with writes that can't be cancelled halfway."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Self, TypeVar

import asyncpg

from storage.address import PostgresAddress
from storage.database import Database, Session, Work
from storage.errors import BUSY, GONE, StoreUnavailable, plain
from storage.queries import Query
from storage.values import Row, for_postgres

T = TypeVar("T")

_STATEMENT = 15.0  # seconds until a silent server counts as unreachable
_READERS = 5
_QUEUE = 5.0  # minimum seconds to wait for a free connection
_END = 5.0  # seconds for connections to close cleanly


def options(address: PostgresAddress, wait: float) -> dict[str, Any]:
    """Return asyncpg's connection options; *wait* is the lock timeout in seconds."""
    settings = {} if address.pooled else {"lock_timeout": f"{round(wait * 1000)}ms"}
    return {
        "dsn": address.dsn,
        "timeout": address.connect_timeout or max(2.0, wait),
        "command_timeout": max(_STATEMENT, 2 * wait),
        "server_settings": settings,
        # With a pooler, the next transaction may use a connection without the prepared statement.
        "statement_cache_size": 0 if address.pooled else 100,
    }


UNREACHABLE = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError)


def unreachable(error: Exception) -> StoreUnavailable:
    """Return the StoreUnavailable for a failed connection."""
    failure = plain(error)
    return failure if isinstance(failure, StoreUnavailable) else StoreUnavailable(GONE, str(error))


class ConnectionSession(Session):
    """A Session on one asyncpg connection."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def fetch(self, query: Query, values: Mapping[str, Any]) -> Sequence[Row]:
        """Implement Session.fetch."""
        (statement,) = query.statements
        rows: Sequence[Row] = await self._connection.fetch(statement, *_numbered(query, values))
        return rows

    async def execute(self, query: Query, values: Mapping[str, Any]) -> int:
        """Implement Session.execute."""
        (statement,) = query.statements
        status: str = await self._connection.execute(statement, *_numbered(query, values))
        return int(status.rpartition(" ")[2])  # "UPDATE 1", "INSERT 0 1"


def _numbered(query: Query, values: Mapping[str, Any]) -> list[Any]:
    return [for_postgres(values[name]) for name in query.parameters]


class _Reads(Session):
    """Runs each query on its own."""

    def __init__(self, database: "PostgresDatabase") -> None:
        self._database = database

    async def fetch(self, query: Query, values: Mapping[str, Any]) -> Sequence[Row]:
        """Implement Session.fetch."""

        async def work(session: Session) -> Sequence[Row]:
            return await session.fetch(query, values)

        return await self._database.read_alone(work)

    async def execute(self, query: Query, values: Mapping[str, Any]) -> int:
        """Raise TypeError: a read can't change anything."""
        del values
        raise TypeError(f"{query.name} is a write")


class _Writes(Session):
    """Runs each query as its own transaction."""

    def __init__(self, database: "PostgresDatabase") -> None:
        self._database = database

    async def fetch(self, query: Query, values: Mapping[str, Any]) -> Sequence[Row]:
        """Implement Session.fetch."""
        return await self._database.write_alone(lambda session: session.fetch(query, values))

    async def execute(self, query: Query, values: Mapping[str, Any]) -> int:
        """Implement Session.execute."""
        return await self._database.write_alone(lambda session: session.execute(query, values))


class _Pool:
    """A connection pool that waits for its users when it closes."""

    def __init__(self, pool: Any, wait: float) -> None:
        self._pool, self._wait = pool, wait
        self._using = 0  # number of users, including those that wait for a connection
        self._idle = asyncio.Event()
        self._idle.set()

    @classmethod
    async def open(cls, address: PostgresAddress, wait: float, most: int) -> Self:
        """Create a pool of at most *most* connections, which connect on first use."""
        pool = await asyncpg.create_pool(
            min_size=0, max_size=most, reset=_left_as_it_is, **options(address, wait)
        )
        return cls(pool, wait)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Any]:
        """Lend a connection; raises StoreUnavailable for errors that time or an admin can fix."""
        self._using += 1
        self._idle.clear()
        try:
            async with self._acquired() as connection:
                yield connection
        finally:
            self._using -= 1
            if not self._using:
                self._idle.set()

    async def close(self) -> None:
        """Disconnect once all connections have been returned."""
        await self._idle.wait()
        try:
            await asyncio.wait_for(self._pool.close(), _END)
        except TimeoutError:
            self._pool.terminate()

    @asynccontextmanager
    async def _acquired(self) -> AsyncIterator[Any]:
        try:
            connection = await self._pool.acquire(timeout=max(_QUEUE, self._wait))
        except TimeoutError as error:
            raise StoreUnavailable(BUSY, "the transactions before it took too long") from error
        except UNREACHABLE as error:
            raise unreachable(error) from error
        try:
            yield connection
        except (StoreUnavailable, _Stale):
            raise
        except Exception as error:
            if _is_closed(connection):
                raise StoreUnavailable(GONE, str(error)) from error
            failure = plain(error)
            if failure is error:
                raise
            raise failure from error
        finally:
            await self._pool.release(connection)


class PostgresDatabase(Database):
    """A Database on a PostgreSQL server. It belongs to the event loop that opened it.

    Reads have their own connections, so they don't queue behind writes.
    """

    dialect = "postgres"

    def __init__(self, reading: _Pool, writing: _Pool, wait: float, *, pooled: bool) -> None:
        self._reading, self._writing = reading, writing
        self._wait, self._pooled = wait, pooled
        self.reads, self.writes = _Reads(self), _Writes(self)
        self._writes: set[asyncio.Task[Any]] = set()
        self._closed = False

    @classmethod
    async def open(cls, address: PostgresAddress, wait: float) -> Self:
        """Connect to a database that is already migrated."""
        readers = min(_READERS, max(1, address.connections // 4))
        return cls(
            await _Pool.open(address, wait, readers),
            await _Pool.open(address, wait, max(1, address.connections - readers)),
            wait,
            pooled=address.pooled,
        )

    async def read(self, work: Work[T]) -> T:
        """Implement Database.read."""
        self._refuse_closed()
        snapshot = {"isolation": "repeatable_read", "readonly": True}
        return await self._transaction(self._reading, work, snapshot)

    async def read_alone(self, work: Work[T]) -> T:
        """Run a single read query without a transaction."""
        self._refuse_closed()

        async def trying() -> T:
            async with self._reading.connection() as connection:
                try:
                    return await work(ConnectionSession(connection))
                except Exception as error:
                    if _is_closed(connection):  # a read is safe to repeat
                        raise _Stale from error
                    raise

        return await _twice(trying)

    async def write(self, work: Work[T], *, erases: bool = False) -> T:
        """Implement Database.write. How long the server keeps erased data is up to its admin."""
        del erases
        return await self._uncancelled(self._transaction(self._writing, work, {}))

    async def write_alone(self, work: Work[T]) -> T:
        """Run a single write query in autocommit mode, which saves two round trips.

        If the connection is lost, the outcome is unknown, so the query isn't repeated.
        """
        if self._pooled:  # a pooler keeps settings only within a transaction
            return await self.write(work)
        return await self._uncancelled(self._alone(work))

    async def close(self) -> None:
        """Implement Database.close."""
        self._closed = True
        await asyncio.gather(*self._writes, return_exceptions=True)
        await self._reading.close()
        await self._writing.close()

    async def _alone(self, work: Work[T]) -> T:
        async with self._writing.connection() as connection:
            return await work(ConnectionSession(connection))

    async def _transaction(
        self, pool: _Pool, work: Work[T], characteristics: Mapping[str, Any]
    ) -> T:
        async def trying() -> T:
            async with pool.connection() as connection:
                transaction = connection.transaction(**characteristics)
                await _begin(connection, transaction)
                try:
                    if self._pooled:  # a pooler keeps settings only within a transaction
                        await connection.execute(self._patience)
                    result = await work(ConnectionSession(connection))
                except BaseException:
                    if not _is_closed(connection):
                        await transaction.rollback()
                    raise
                await transaction.commit()
                return result

        return await _twice(trying)

    @property
    def _patience(self) -> str:
        return f"SET LOCAL lock_timeout = {round(self._wait * 1000)}"

    def _refuse_closed(self) -> None:
        if self._closed:
            raise RuntimeError("the store is closed")

    async def _uncancelled(self, writing: Coroutine[Any, Any, T]) -> T:
        """Wait for a write. It continues if the waiting task is cancelled."""
        if self._closed:
            writing.close()
            self._refuse_closed()
        began = time.monotonic()
        task = asyncio.create_task(writing)
        self._writes.add(task)
        task.add_done_callback(self._writes.discard)
        task.add_done_callback(_heard)
        result = await asyncio.shield(task)
        self.observe(time.monotonic() - began)
        return result


class _Stale(Exception):
    """The connection was already closed before anything was sent."""


async def _begin(connection: Any, transaction: Any) -> None:
    try:
        await transaction.start()
    except Exception as error:
        if _is_closed(connection):
            raise _Stale from error
        raise


def _is_closed(connection: Any) -> bool:
    try:
        return bool(connection.is_closed())
    except asyncpg.InterfaceError:  # it is back in the pool already
        return True


async def _twice(trying: Callable[[], Awaitable[T]]) -> T:
    """Try again on another connection if the first one was stale."""
    try:
        return await trying()
    except _Stale:
        pass
    try:
        return await trying()
    except _Stale as stale:
        raise StoreUnavailable(GONE, str(stale.__cause__)) from stale.__cause__


def _heard(task: asyncio.Task[Any]) -> None:
    """Retrieve the task's exception, so asyncio doesn't warn if nobody awaits it."""
    if not task.cancelled():
        task.exception()


async def _left_as_it_is(connection: Any) -> None:
    """Skip asyncpg's reset of returned connections: it costs a round trip and nothing needs it."""
