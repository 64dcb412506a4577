"""SIGTERM and SIGINT: end the bot cleanly, and in time even if something hangs."""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

import structlog

_LATEST = 7.3  # seconds: answers under way get 7, and we promise to end within 8
_LATE = 1  # exit code


class Ending:
    """Handles the end of the process: at once before the loop runs, cleanly after that."""

    def __init__(self) -> None:
        """Handle SIGTERM from now on: a container's first process ignores it by default."""
        self.told = False
        self._stop: Callable[[], object] = lambda: sys.exit(0)
        # Windows has no signal handlers on the event loop.
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, self._heard)

    def sets(self, stop: asyncio.Event) -> None:
        """From now on, set *stop* on a signal."""
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
    """End without waiting for hung threads, which can't be stopped."""
    structlog.get_logger("crossroads").error("ended with work under way")
    os._exit(_LATE)
