"""Transactions: one writer and one reader for SQLite, many of either for PostgreSQL."""

import asyncio
import time
from collections.abc import Callable
from typing import Self, TypeVar

from sqlalchemy import Connection

from storage.engines import CONNECTIONS, Engines, engines, file_of
from storage.failures import plainly
from storage.lanes import FileLane, Lane, ServerLane
from storage.lock import hold, release
from storage.schema import prepare

T = TypeVar("T")

_WRITES = 100  # that share a commit: the first of them waits for the last, some 10 ms


class Database:
    """A database whose tables are up to date."""

    def __init__(self, reads: Lane, writes: Lane, held: int | None = None) -> None:
        """Take the lanes, which may be the same, and the lock on the file if there is one."""
        self._reads, self._writes, self._held = reads, writes, held
        self._closed = False
        self.observe: Callable[[float], None] = lambda _: None
        """Told of each write that is on disk: the seconds that it took, waiting included."""

    @classmethod
    def open(cls, url: str, wait: float) -> Self:
        """Connect, and bring the tables up to date. Takes its time: call it from a thread."""
        with plainly():
            connected, path = engines(url, wait), file_of(url)
            held = hold(path, wait) if path else None
            try:
                prepare(connected.migrator)
                return cls(*_lanes(connected, wait), held)
            except BaseException:
                if held is not None:
                    release(held)
                raise

    async def close(self) -> None:
        """Disconnect; the writer last, so that SQLite's last connection is one that may write."""
        self._closed = True
        await asyncio.to_thread(self._reads.close)
        await asyncio.to_thread(self._writes.close)
        if self._held is not None:
            release(self._held)
            self._held = None

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Do *work* on what is committed."""
        return await self._open(self._reads).run(work)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Do *work*, and return when it is on disk."""
        began = time.perf_counter()
        result = await self._open(self._writes).run(work)
        self.observe(time.perf_counter() - began)
        return result

    def _open(self, lane: Lane) -> Lane:
        if self._closed:
            raise RuntimeError("the store is closed")
        return lane


def _lanes(connected: Engines, wait: float) -> tuple[Lane, Lane]:
    if connected.writer is connected.reader:
        shared = ServerLane(connected.writer, CONNECTIONS, wait)
        return shared, shared
    reads = FileLane(connected.reader, wait, 1)  # a read waits for no disk
    try:
        return reads, FileLane(connected.writer, wait, _WRITES)
    except BaseException:
        reads.close()
        raise
