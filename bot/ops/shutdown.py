"""SIGTERM and SIGINT: shut down cleanly, and on time even if something hangs."""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

import structlog

_LATEST = 7.3  # seconds: answers in progress get 7, and docs/admins.md promises 8
_LATE = 1  # exit code


class Ending:
    """Exits at once on a signal before the event loop runs; after that, cleanly."""

    def __init__(self) -> None:
        """Install the handlers; by default, a container's first process ignores SIGTERM."""
        self.told = False
        self._stop: Callable[[], object] = lambda: sys.exit(0)
        # Windows has no signal handlers on the event loop.
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, self._heard)

    def sets(self, stop: asyncio.Event) -> None:
        """Set *stop* on a signal instead of exiting."""
        loop = asyncio.get_running_loop()
        self._stop = lambda: loop.call_soon_threadsafe(stop.set)

    def _heard(self, *_: object) -> None:
        self.told = True
        late = threading.Timer(_LATEST, _end)
        late.daemon = True
        late.start()
        with suppress(RuntimeError):  # the loop has ended
            self._stop()


def _end() -> None:
    """Exit without waiting for hung threads, which can't be stopped."""
    structlog.get_logger("crossroads").error("ended with work under way")
    os._exit(_LATE)
