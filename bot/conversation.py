"""The memory of what each member asked last, so that "and in the UK?" can change that question."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.call import Call

LIFETIME = 600.0  # seconds
_MAX_MEMBERS = 10_000  # one for each place in which a member asks


@dataclass(frozen=True, slots=True)
class LastCall:
    """The last question of a member in one place, and the call that explains its answer.

    *call* is None if the question can't be changed, *why* is None if nothing explains the answer.
    """

    call: Call | None
    why: Call | None = None


class Conversations:
    """The last question of each member in each place, kept in memory for ten minutes.

    A place is a chat, a channel or a thread, by its platform-tagged id. Nothing is stored, so a
    restart forgets all of it.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, max_size: int = _MAX_MEMBERS
    ) -> None:
        """*clock* returns seconds that never go back. Beyond *max_size*, the oldest is dropped."""
        self._clock, self._max_size = clock, max_size
        self._last: dict[tuple[str, str], tuple[float, LastCall]] = {}  # the next to expire first

    def __len__(self) -> int:
        """Return how many questions are kept."""
        self._drop_expired()
        return len(self._last)

    def remember(self, member: str, place: str, last: LastCall) -> None:
        """Keep *last* as what *member* asked last in *place*; an empty place keeps nothing."""
        self._drop_expired()
        self.forget(member, place)
        if place:
            self._last[member, place] = (self._clock() + LIFETIME, last)
        if len(self._last) > self._max_size:
            del self._last[next(iter(self._last))]

    def recall(self, member: str, place: str) -> LastCall | None:
        """Return what *member* asked last in *place*, or None if that is unknown or too old."""
        self._drop_expired()
        found = self._last.get((member, place))
        return found[1] if found else None

    def forget(self, member: str, place: str) -> None:
        """Forget what *member* asked last in *place*."""
        self._last.pop((member, place), None)

    def _drop_expired(self) -> None:
        """Delete what is too old, so that nothing is kept longer than until the next request."""
        now = self._clock()
        while self._last:
            key = next(iter(self._last))
            if self._last[key][0] > now:
                return
            del self._last[key]
