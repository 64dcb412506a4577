"""The interface of both databases: queries in transactions, rows as dataclasses."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

from storage.queries import Dialect, Queries, Query, load
from storage.values import Row, records

T = TypeVar("T")


class Session(ABC):
    """Runs queries. Whoever hands it out says how long its transaction lasts."""

    @abstractmethod
    async def fetch(self, query: Query, values: Mapping[str, Any]) -> Sequence[Row]:
        """Run a query; return its rows."""

    @abstractmethod
    async def execute(self, query: Query, values: Mapping[str, Any]) -> int:
        """Run a query that returns no rows; return how many rows it changed."""

    async def all(self, query: Query, kind: type[T], /, **values: Any) -> tuple[T, ...]:
        """Return every row as a *kind*, a frozen dataclass; leave out those that can't be read."""
        rows = await self.fetch(query, values)
        return tuple(record for _, record in records(kind, rows) if record is not None)

    async def one(self, query: Query, kind: type[T], /, **values: Any) -> T | None:
        """Return the first row as a *kind*; None where there is none that can be read."""
        return next(iter(await self.all(query, kind, **values)), None)

    async def column(self, query: Query, /, **values: Any) -> tuple[Any, ...]:
        """Return the first column of every row."""
        return tuple(row[0] for row in await self.fetch(query, values))

    async def value(self, query: Query, /, **values: Any) -> Any:
        """Return the first column of the first row; None where there is none."""
        rows = await self.fetch(query, values)
        return rows[0][0] if rows else None

    async def run(self, query: Query, /, **values: Any) -> int:
        """Run a query that returns no rows; return how many rows it changed."""
        return await self.execute(query, values)


Work = Callable[[Session], Awaitable[T]]


class Database(ABC):
    """A database whose tables are up to date. Methods raise StoreUnavailable if it can't be used.

    *reads* runs each query by itself on what is committed. *writes* makes each query a transaction
    of its own, which is on disk when it returns. Cancelling whoever waits for a write doesn't
    cancel the write.
    """

    dialect: Dialect
    reads: Session
    writes: Session
    observe: Callable[[float], None] = staticmethod(lambda _: None)
    """Called for each write on disk with the seconds that it took, waiting included."""

    @abstractmethod
    async def read(self, work: Work[T]) -> T:
        """Run several queries on one state of the database."""

    @abstractmethod
    async def write(self, work: Work[T], *, erases: bool = False) -> T:
        """Run several queries as one transaction; return when it is on disk.

        *work* can be run more than once, each time from the start: it must draw on nothing but the
        session. With *erases* no copy of what it deleted is left in the database's files.
        """

    @abstractmethod
    async def close(self) -> None:
        """Let what is in progress finish, and disconnect."""

    def queries(self, file: str) -> Queries:
        """Return the queries of a file."""
        return load(file, self.dialect)
