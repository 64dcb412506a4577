"""SIGTERM and SIGINT: the bot ends in order, and in time whatever hangs."""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

import structlog

_LATEST = 7.3  # seconds: answers under way have 7, and the promise is 8
_LATE = 1  # exit code


class Ending:
    """Hears that the process is to end: before the loop runs it ends at once, then in order."""

    def __init__(self) -> None:
        """Listen from now on: a container's first process would ignore SIGTERM by default."""
        self.told = False
        self._stop: Callable[[], object] = lambda: sys.exit(0)
        # Windows has no handlers of a loop's own.
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, self._heard)

    def sets(self, stop: asyncio.Event) -> None:
        """Set *stop* when it is heard from now on."""
        loop = asyncio.get_running_loop()
        self._stop = lambda: loop.call_soon_threadsafe(stop.set)

    def _heard(self, *_: object) -> None:
        self.told = True
        late = threading.Timer(_LATEST, _end)
        late.daemon = True
        late.start()
        with suppress(RuntimeError):  # the loop has ended meanwhile
            self._stop()


def _end() -> None:
    """End without waiting for what hangs: a thread can't be stopped."""
    structlog.get_logger("crossroads").error("ended with work under way")
    os._exit(_LATE)
