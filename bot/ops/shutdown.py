"""SIGTERM and SIGINT: shut down cleanly, and on time even if something hangs."""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

import structlog

_GRACE_SECONDS = 7.3  # seconds: answers in progress get 7, and docs/admins.md promises 8
_EXIT_LATE = 1  # exit code


class Shutdown:
    """Exits at once on a signal before the event loop runs; after that, cleanly."""

    def __init__(self) -> None:
        """Install the handlers; by default, a container's first process ignores SIGTERM."""
        self.requested = False
        self._stop: Callable[[], object] = lambda: sys.exit(0)
        # Windows has no signal handlers on the event loop.
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, self._on_signal)

    def set_on_signal(self, stop: asyncio.Event) -> None:
        """Set *stop* on a signal instead of exiting."""
        loop = asyncio.get_running_loop()
        self._stop = lambda: loop.call_soon_threadsafe(stop.set)

    def _on_signal(self, *_: object) -> None:
        self.requested = True
        late = threading.Timer(_GRACE_SECONDS, _exit_now)
        late.daemon = True
        late.start()
        with suppress(RuntimeError):  # the loop has ended
            self._stop()


def _exit_now() -> None:
    """Exit without waiting for hung threads, which can't be stopped."""
    structlog.get_logger("crossroads").error("ended with work under way")
    os._exit(_EXIT_LATE)
