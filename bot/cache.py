"""A cache that drops what was not used for the longest time."""

from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class LruCache(Generic[K, V]):
    """A least recently used cache of at most *max_size* values."""

    def __init__(self, max_size: int) -> None:
        self._max_size = max_size
        self._items: dict[K, V] = {}

    def get(self, key: K) -> V | None:
        """Return the cached value, which then counts as just used, or None."""
        found = self._items.pop(key, None)
        if found is not None:
            self._items[key] = found
        return found

    def put(self, key: K, value: V) -> V:
        """Cache *value* and return it; a full cache drops its least recently used value."""
        self._items[key] = value
        if len(self._items) > self._max_size:
            del self._items[next(iter(self._items))]
        return value

    def discard(self, key: K) -> None:
        """Drop the value cached under *key*."""
        self._items.pop(key, None)
