"""The interface that the SQLite and PostgreSQL databases implement: queries and transactions."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from storage.queries import Dialect, Query, load_queries
from storage.values import Row, read_all, row_reader

T = TypeVar("T")


class Session(ABC):
    """Runs queries, in one transaction or each in its own, as the session's creator decides.

    *values* are the query's parameters by name.
    """

    @abstractmethod
    async def fetch(self, query: Query, /, **values: Any) -> Sequence[Row]:
        """Run a query and return its rows."""

    @abstractmethod
    async def execute(self, query: Query, /, **values: Any) -> int:
        """Run a query without a result set; return the number of changed rows."""

    async def fetch_all(self, query: Query, kind: type[T], /, **values: Any) -> tuple[T, ...]:
        """Run a query; return a tuple with each row as an object of the dataclass *kind*.

        A row with an invalid value is logged and skipped.
        """
        return read_all(row_reader(kind), await self.fetch(query, **values))

    async def fetch_one(self, query: Query, kind: type[T], /, **values: Any) -> T | None:
        """Run a query; return the first valid row as an object of *kind*, or None without one."""
        return next(iter(await self.fetch_all(query, kind, **values)), None)

    async def fetch_column(self, query: Query, /, **values: Any) -> tuple[Any, ...]:
        """Run a query; return a tuple with the first column of every row."""
        return tuple(row[0] for row in await self.fetch(query, **values))

    async def fetch_value(self, query: Query, /, **values: Any) -> Any:
        """Run a query; return the first column of the first row, or None if there are no rows."""
        rows = await self.fetch(query, **values)
        return rows[0][0] if rows else None


Work = Callable[[Session], Awaitable[T]]


class ReadSession(Session):
    """A session for reading, which passes each query to the function *run*."""

    def __init__(self, run: Callable[[Work[Any]], Awaitable[Any]]) -> None:
        self._run = run

    async def fetch(self, query: Query, /, **values: Any) -> Sequence[Row]:
        """Run a query and return its rows."""
        rows: Sequence[Row] = await self._run(lambda session: session.fetch(query, **values))
        return rows

    async def execute(self, query: Query, /, **values: Any) -> int:
        """Raise TypeError, because a session for reading can't change anything."""
        del values
        raise TypeError(f"{query.name} is a write")


class Database(ABC):
    """A database with the current schema.

    Every method raises StoreUnavailable if the database can't be used.

    *reads* runs each query separately and sees only committed data. *writes* runs each query as its
    own transaction, which is on disk when the method returns. Cancelling the task that awaits a
    write doesn't cancel the write.
    """

    dialect: Dialect
    reads: Session
    writes: Session
    observe_write: Callable[[float], None] = staticmethod(lambda _: None)
    """Called after each write with its duration in seconds, including the time in the queue."""

    @abstractmethod
    async def read_snapshot(self, work: Work[T]) -> T:
        """Call *work* with a session whose queries all see the same state; return the result."""

    @abstractmethod
    async def transaction(self, work: Work[T], *, erases: bool = False) -> T:
        """Call *work* with a session in one transaction; return the result once it is on disk.

        *work* may be called again if the transaction fails, so it must do nothing but use its
        session. With *erases*, no copy of deleted rows remains in SQLite's files.
        """

    @abstractmethod
    async def close(self) -> None:
        """Wait for running transactions, then disconnect."""


class Repository:
    """Base class of the repositories, each of which stores one subject.

    The queries of a repository are in the SQL file with the name of its module.
    """

    def __init__(self, database: Database) -> None:
        self._reads, self._writes = database.reads, database.writes
        self._transaction = database.transaction
        self._sql = load_queries(type(self).__module__.rpartition(".")[2], database.dialect)
