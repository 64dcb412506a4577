"""Clean shutdown on SIGTERM and SIGINT, within a time limit even if something hangs."""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

import structlog

_GRACE_SECONDS = 7.3  # seconds: answers in progress get 7, and docs/reliability.md promises 8
_EXIT_LATE = 1  # exit code
_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Shutdown:
    """Handles SIGTERM and SIGINT by an immediate exit or, after `set_on_signal`, a clean stop."""

    def __init__(self) -> None:
        """Install the handlers, because a container's first process ignores SIGTERM without one."""
        self.requested = False
        self._stop: Callable[[], object] = lambda: sys.exit(0)
        # Not loop.add_signal_handler, which Windows doesn't have.
        for sign in _SIGNALS:
            signal.signal(sign, self._on_signal)
        if hasattr(signal, "pthread_sigmask"):
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)

    def set_on_signal(self, stop: asyncio.Event) -> None:
        """From now on, set the event *stop* on a signal instead of exiting."""
        loop = asyncio.get_running_loop()
        self._stop = lambda: loop.call_soon_threadsafe(stop.set)

    def hold_signals(self) -> None:
        """Hold further signals until the program that replaces this one has its own Shutdown."""
        if hasattr(signal, "pthread_sigmask"):  # Windows has none
            signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)

    def _on_signal(self, *_: object) -> None:
        self.requested = True
        late = threading.Timer(_GRACE_SECONDS, _exit_now)
        late.daemon = True
        late.start()
        with suppress(RuntimeError):  # the loop has ended
            self._stop()


def _exit_now() -> None:
    """Exit without waiting for threads that hang, because threads can't be stopped."""
    structlog.get_logger("crossroads").error("stopped with work still in progress")
    os._exit(_EXIT_LATE)
