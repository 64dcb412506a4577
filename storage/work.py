"""Work that waits for its turn on a thread, and those on event loops who wait for it."""

import asyncio
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import Connection

from storage.errors import StoreDown
from storage.failures import BUSY, plain

T = TypeVar("T")


@dataclass(slots=True, eq=False)
class Work(Generic[T]):
    """A transaction's function, the future of who waits for it, and what has come of it."""

    do: Callable[[Connection], T]
    future: asyncio.Future[T]
    latest: float  # on the monotonic clock
    result: T | None = None
    error: BaseException | None = None

    def settle(self) -> None:
        """Tell the future; call it on the future's loop."""
        if self.future.done():  # cancelled: the work has happened all the same
            return
        if self.error is None:
            self.future.set_result(cast("T", self.result))
        else:
            self.future.set_exception(plain(self.error))

    def due(self) -> bool:
        """Say whether to do it: not if nobody waits for it any more, nor if it is late."""
        try:
            in_time(self.latest)
        except StoreDown as late:
            self.error = late
        return self.error is None and not self.future.cancelled()


def in_time(latest: float) -> None:
    """Refuse what is late: else each of a queue would wait for the same lock in turn."""
    if time.monotonic() > latest:
        raise StoreDown(BUSY, "the transactions before it took too long")


def tell(works: Iterable[Work[Any]]) -> None:
    """Tell each loop of its works, in their order."""
    for loop, its in groupby(works, lambda work: work.future.get_loop()):
        with suppress(RuntimeError):  # the loop was closed, and nobody waits any more
            loop.call_soon_threadsafe(_settle, list(its))


def _settle(works: Iterable[Work[Any]]) -> None:
    for work in works:
        work.settle()
