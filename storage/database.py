"""The interface that both databases implement: queries, transactions and rows as dataclasses."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from storage.queries import Dialect, Queries, Query, load_queries
from storage.values import Row, read_rows

T = TypeVar("T")


class Session(ABC):
    """Runs queries. The code that creates it decides about the transaction."""

    @abstractmethod
    async def fetch(self, query: Query, /, **values: Any) -> Sequence[Row]:
        """Run a query and return its rows."""

    @abstractmethod
    async def execute(self, query: Query, /, **values: Any) -> int:
        """Run a query that returns no rows; return the number of changed rows."""

    async def fetch_all(self, query: Query, kind: type[T], /, **values: Any) -> tuple[T, ...]:
        """Return every row as a *kind*, a frozen dataclass; skip rows that can't be read."""
        rows = await self.fetch(query, **values)
        return tuple(record for _, record in read_rows(kind, rows) if record is not None)

    async def fetch_one(self, query: Query, kind: type[T], /, **values: Any) -> T | None:
        """Return the first row as a *kind*, or None if there is no readable row."""
        return next(iter(await self.fetch_all(query, kind, **values)), None)

    async def fetch_column(self, query: Query, /, **values: Any) -> tuple[Any, ...]:
        """Return the first column of every row."""
        return tuple(row[0] for row in await self.fetch(query, **values))

    async def fetch_value(self, query: Query, /, **values: Any) -> Any:
        """Return the first column of the first row, or None without rows."""
        rows = await self.fetch(query, **values)
        return rows[0][0] if rows else None


Work = Callable[[Session], Awaitable[T]]


class Database(ABC):
    """A migrated database. Every method raises StoreUnavailable if the database can't be used.

    *reads* runs each query on its own on committed data. *writes* runs each query as its own
    transaction, which is on disk when the call returns. Cancelling the awaiting task doesn't
    cancel the write.
    """

    dialect: Dialect
    reads: Session
    writes: Session
    observe_write: Callable[[float], None] = staticmethod(lambda _: None)
    """Called for each write on disk with the seconds that it took, waiting included."""

    @abstractmethod
    async def read_snapshot(self, work: Work[T]) -> T:
        """Run several queries on one snapshot of the database."""

    @abstractmethod
    async def transaction(self, work: Work[T], *, erases: bool = False) -> T:
        """Run several queries as one transaction; return once it is on disk.

        *work* may be run again from the start, so it must use only its session. With *erases*, no
        copy of the deleted data remains in the database's files.
        """

    @abstractmethod
    async def close(self) -> None:
        """Finish running transactions and disconnect."""

    def load_queries(self, file: str) -> Queries:
        """Load the queries of one file in `storage/queries`."""
        return load_queries(file, self.dialect)
