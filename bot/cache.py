"""Results kept for as long as they are among the last that were asked for."""

from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class LruCache(Generic[K, V]):
    """The last results, *most* of them at the most."""

    def __init__(self, max_size: int) -> None:
        self._max_size = max_size
        self._items: dict[K, V] = {}

    def get(self, key: K) -> V | None:
        """Give what is kept under *key*, and count it as used just now."""
        found = self._items.pop(key, None)
        if found is not None:
            self._items[key] = found
        return found

    def put(self, key: K, value: V) -> V:
        """Keep *value*, and let go of what was not used for the longest time."""
        self._items[key] = value
        if len(self._items) > self._max_size:
            del self._items[next(iter(self._items))]
        return value

    def discard(self, key: K) -> None:
        """Drop the value cached under *key*."""
        self._items.pop(key, None)
