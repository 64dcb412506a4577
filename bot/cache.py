"""Caches in memory: a least-recently-used (LRU) one, and one whose values expire."""

import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class LruCache(Generic[K, V]):
    """A cache of at most *max_size* values, which drops the least recently used one if full."""

    def __init__(self, max_size: int) -> None:
        self._max_size = max_size
        self._items: dict[K, V] = {}

    def get(self, key: K) -> V | None:
        """Return the value cached under *key*, or None. The value then counts as just used."""
        found = self._items.pop(key, None)
        if found is not None:
            self._items[key] = found
        return found

    def put(self, key: K, value: V) -> V:
        """Cache *value* under *key* and return *value*."""
        self._items[key] = value
        if len(self._items) > self._max_size:
            del self._items[next(iter(self._items))]
        return value

    def discard(self, key: K) -> None:
        """Remove the value cached under *key*, if there is one."""
        self._items.pop(key, None)


class TimedCache(Generic[K, V]):
    """A cache whose values are dropped *lifetime* seconds after they were put in.

    It has at most *max_size* values: beyond that, the oldest is dropped. *clock* returns seconds
    that never go back.
    """

    def __init__(
        self, lifetime: float, max_size: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._lifetime, self._max_size, self._clock = lifetime, max_size, clock
        self._items: dict[K, tuple[float, V]] = {}  # the next to expire first

    def __len__(self) -> int:
        """Return how many values are kept."""
        self._drop_expired()
        return len(self._items)

    def get(self, key: K) -> V | None:
        """Return the value cached under *key*, or None."""
        self._drop_expired()
        found = self._items.get(key)
        return found[1] if found else None

    def put(self, key: K, value: V) -> V:
        """Cache *value* under *key* and return *value*."""
        self._drop_expired()
        self._items.pop(key, None)
        self._items[key] = (self._clock() + self._lifetime, value)
        if len(self._items) > self._max_size:
            del self._items[next(iter(self._items))]
        return value

    def _drop_expired(self) -> None:
        """Delete what is too old, so that nothing is kept longer than until the next request."""
        now = self._clock()
        while self._items:
            key = next(iter(self._items))
            if self._items[key][0] > now:
                return
            del self._items[key]
