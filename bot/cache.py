"""A least-recently-used (LRU) cache."""

from collections.abc import Hashable
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
