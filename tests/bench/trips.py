"""Measurements of round trips: one at a time, many in flight, compared with the bare bot."""

import asyncio
import gc
import os
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from report import spread

CALLS = int(os.environ.get("CALLS", "1000"))
FLIGHTS = (1, 16, 64, 256)
_UNITS = ("p50 ms", "p99 ms", "p999 ms", "a second")
COLUMNS = ("answer", "in flight", *(cell for unit in _UNITS for cell in (unit, "× bare")))
_PARTS = (("median", 1e3, 2), ("p99", 1e3, 1), ("p999", 1e3, 1), ("rate", 1, 0))
Once = Callable[[int], Awaitable[float | None]]  # returns seconds if only a part counts


@dataclass(frozen=True)
class Speed:
    """The seconds of a round trip (median and percentiles), and round trips per second."""

    median: float
    p99: float
    p999: float
    rate: float


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """Disable this process's garbage collector: the loopback platforms hold many objects."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


async def speed(once: Once, flight: int, calls: int = CALLS) -> Speed:
    """Make round trips, *flight* at a time; *once* receives the number of each.

    The rate counts whole round trips, even if *once* returns the seconds of a part.
    """
    times: list[float] = []
    numbers = iter(range(calls))

    async def worker() -> None:
        for number in numbers:
            begun = time.perf_counter()
            counted = await once(number)
            times.append(time.perf_counter() - begun if counted is None else counted)

    with without_garbage_collection():
        begun = time.perf_counter()
        await asyncio.gather(*(worker() for _ in range(flight)))
        taken = time.perf_counter() - begun
    cuts = statistics.quantiles(times, n=1000, method="inclusive")
    return Speed(statistics.median(times), cuts[989], cuts[998], calls / taken)


async def speeds(once: Once) -> dict[int, Speed]:
    """Warm up, then measure with each number of round trips in flight."""
    await speed(once, 8, 200)
    return {flight: await speed(once, flight) for flight in FLIGHTS}


@dataclass
class Trips:
    """The measurements of all rounds: pairs of Crossroads and the bare bot."""

    pairs: dict[tuple[str, int], list[tuple[Speed, Speed]]] = field(default_factory=dict)

    def add(self, name: str, ours: dict[int, Speed], bare: dict[int, Speed]) -> None:
        """Add the measurements of one round."""
        for flight, found in ours.items():
            self.pairs.setdefault((name, flight), []).append((found, bare[flight]))

    def rows(self) -> Iterator[list[str]]:
        """Yield the rows of the table: medians over the rounds, with minimum and maximum."""
        for (name, flight), pairs in self.pairs.items():
            cells = [name, str(flight)]
            for part, scale, digits in _PARTS:
                ours = [getattr(one, part) * scale for one, _ in pairs]
                ratios = [getattr(one, part) / getattr(two, part) for one, two in pairs]
                cells += [spread(ours, digits), spread(ratios)]
            yield cells
