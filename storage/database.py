"""Transactions: each runs as a whole, on a thread of its own, and fails in plain words."""

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Self, TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from storage.engines import Engines, engines
from storage.errors import StoreDown
from storage.failures import BUSY, down
from storage.schema import prepare
from storage.takes import Takes

T = TypeVar("T")


class Lane:
    """Threads, each with a connection.

    A transaction is one function on one of them. Who stops waiting for it does not stop it, so none
    is left halfway; and nobody hops between threads for each statement, which costs more than the
    statement.
    """

    def __init__(self, engine: Engine, threads: int, wait: float) -> None:
        """Take an engine whose pool is as large as the number of threads."""
        self._engine, self._wait = engine, wait
        self._threads = ThreadPoolExecutor(threads, "store")

    async def run(self, work: Callable[[Takes], T]) -> T:
        """Do *work* in a transaction; return when it is committed."""
        latest = time.monotonic() + self._wait
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._transaction, work, latest)

    def close(self) -> None:
        """Let what is under way end, and disconnect."""
        self._threads.shutdown()
        self._engine.dispose()

    def _transaction(self, work: Callable[[Takes], T], latest: float) -> T:
        if time.monotonic() > latest:  # else each of a queue would wait for the same lock in turn
            raise StoreDown(BUSY, "the transactions before it took too long")
        with _plainly(), self._engine.connect() as connection:
            try:
                with connection.begin():
                    return work(Takes(connection))
            except DBAPIError:
                connection.invalidate()  # a new one sees the room, the rights or the file of then
                raise


class Database:
    """A database whose tables are up to date."""

    def __init__(self, connected: Engines, wait: float) -> None:
        """Give SQLite's one writer a lane of its own; PostgreSQL has one for all."""
        self._reads = Lane(connected.reader, connected.each, wait)
        shared = connected.writer is connected.reader
        self._writes = self._reads if shared else Lane(connected.writer, connected.each, wait)
        self._closed = False

    @classmethod
    def open(cls, url: str, wait: float) -> Self:
        """Connect, and bring the tables up to date. Takes its time: call it from a thread."""
        with _plainly():
            connected = engines(url, wait)
            prepare(connected.migrator)
        return cls(connected, wait)

    async def close(self) -> None:
        """Disconnect; the writer last, so that SQLite's last connection is one that may write."""
        self._closed = True
        await asyncio.to_thread(self._reads.close)
        await asyncio.to_thread(self._writes.close)

    async def read(self, work: Callable[[Takes], T]) -> T:
        """Do *work* on what is committed."""
        return await self._open(self._reads).run(work)

    async def write(self, work: Callable[[Takes], T]) -> T:
        """Do *work*, and return when it is on disk."""
        return await self._open(self._writes).run(work)

    def _open(self, lane: Lane) -> Lane:
        if self._closed:
            raise RuntimeError("the store is closed")
        return lane


@contextmanager
def _plainly() -> Iterator[None]:
    """Turn what time or an admin can mend into StoreDown; a bug of ours stays what it is."""
    try:
        yield
    except (DBAPIError, OSError) as error:
        failure = down(error)
        if failure is None:
            raise
        raise failure from error
