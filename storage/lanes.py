"""Lanes: where transactions run, each as one function on a thread that has a connection.

Who stops waiting for a transaction does not stop it, so none is left halfway.
"""

import asyncio
import sqlite3
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from storage.engines import begin, replaced
from storage.failures import DATABASE_ERRORS, plainly
from storage.thread import SqliteThread
from storage.work import Work, in_time, tell

T = TypeVar("T")


class Lane(Protocol):
    """What both databases have."""

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Do *work* in a transaction; return when it is committed."""
        ...

    def close(self) -> None:
        """Let what is under way end, and disconnect. Takes its time: call it from a thread."""
        ...


class ServerLane:
    """Threads, each with a connection to PostgreSQL."""

    def __init__(self, engine: Engine, threads: int, wait: float) -> None:
        """Take an engine whose pool is as large as the number of threads."""
        self._engine, self._wait = engine, wait
        self._threads = ThreadPoolExecutor(threads, "store")

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Do *work* in a transaction; return when it is committed."""
        latest = time.monotonic() + self._wait
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._transaction, work, latest)

    def close(self) -> None:
        """Let what is under way end, and disconnect."""
        self._threads.shutdown()
        self._engine.dispose()

    def _transaction(self, work: Callable[[Connection], T], latest: float) -> T:
        in_time(latest)
        with plainly(), self._engine.connect() as connection:
            try:
                with connection.begin():
                    return work(connection)
            except DBAPIError:
                connection.invalidate()  # a new one sees the server of then
                raise


class FileLane:
    """One connection to SQLite, on aiosqlite's thread, which commits what is queued as one.

    To wait for the disk costs more than all the rest, so those who come meanwhile share the next
    wait. Each has a savepoint: a work that fails is undone alone.
    """

    def __init__(self, engine: Engine, wait: float, most: int) -> None:
        """Connect, to commit *most* works at once. Takes its time: call it from a thread."""
        self._engine, self._wait, self._most = engine, wait, most
        self._queue: deque[Work[Any]] = deque()
        self._waking: asyncio.AbstractEventLoop | None = None
        self._connection: Connection | None = None
        self._thread = SqliteThread(self._connect)

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Do *work* in a transaction; return when it is committed."""
        latest, loop = time.monotonic() + self._wait, asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._queue.append(Work(work, future, latest))
        if self._waking is not loop:  # once for all that the loop queues in this turn
            self._waking = loop
            loop.call_soon(self._wake)
        return await future

    def close(self) -> None:
        """Let what is under way end, and disconnect."""
        self._thread.put(self._groups)  # what is queued may not have been told of yet
        self._thread.put(self._disconnect)
        self._thread.stop()

    def _wake(self) -> None:
        self._waking = None
        self._thread.put(self._groups)

    def _groups(self) -> None:
        while self._queue:
            self._group()

    def _group(self) -> None:
        """Commit what is queued, and tell who waits for it."""
        queued = [self._queue.popleft() for _ in range(min(len(self._queue), self._most))]
        works = [work for work in queued if work.due()]
        try:
            self._commit(works)
        except BaseException as error:  # noqa: BLE001 - those who wait are told of it
            for work in works:
                work.error = error
        tell(queued)

    def _commit(self, works: list[Work[Any]]) -> None:
        if not works:
            return
        connection = self._connected()
        try:
            with connection.begin():
                begin(connection)
                for work in works:
                    _attempt(work, connection)
        except DATABASE_ERRORS:
            self._disconnect()  # a new one sees the room, the rights or the file of then
            raise
        if any(isinstance(work.error, DATABASE_ERRORS) for work in works):
            self._disconnect()

    def _connected(self) -> Connection:
        if self._connection is not None and replaced(self._connection):
            self._disconnect()
        if self._connection is None:
            self._thread.exchange(self._connect())
        assert self._connection is not None  # noqa: S101 - says so to mypy
        return self._connection

    def _connect(self) -> sqlite3.Connection:
        self._connection = self._engine.connect()
        return _driver(self._connection)

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
        self._connection = None


def _attempt(work: Work[Any], connection: Connection) -> None:
    """Do a work of a group; raises only if the whole group is undone."""
    driver = _driver(connection)  # SQLAlchemy would take a fifth of a work's time for savepoints
    driver.execute("SAVEPOINT work")
    try:
        work.result = work.do(connection)
    except Exception as error:
        if not driver.in_transaction:  # some errors make SQLite undo it all
            raise
        driver.execute("ROLLBACK TO work")
        work.error = error
    driver.execute("RELEASE work")


def _driver(connection: Connection) -> sqlite3.Connection:
    made = connection.connection.driver_connection
    assert isinstance(made, sqlite3.Connection)  # noqa: S101 - says so to mypy
    return made
