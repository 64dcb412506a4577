"""Reloading of valid content on SIGHUP.

The process finishes the answers in progress and then replaces itself with a new one, so that no
cache keeps old content.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

import structlog

from content import ContentError

log = structlog.get_logger("crossroads")


class ContentReloader:
    """Checks the content on SIGHUP and requests a restart if it is valid."""

    def __init__(self, overlay: Path | None, stop: asyncio.Event) -> None:
        """Watch for SIGHUP; *stop* is set once valid content is found.

        *overlay* is the admin's folder of content, if there is one.
        """
        self._overlay, self._stop = overlay, stop
        self._checking: asyncio.Task[None] | None = None
        self.restart_wanted = False
        if hasattr(signal, "SIGHUP"):  # Windows has none
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._on_sighup)

    def _on_sighup(self) -> None:
        if self._checking is None or self._checking.done():
            self._checking = asyncio.create_task(self._check())

    async def _check(self) -> None:
        from bot.ops.content_lint import load_checked  # noqa: PLC0415  # it reads YAML

        try:
            await asyncio.to_thread(load_checked, self._overlay)
        except ContentError as error:
            log.error("content not reloaded", faults=str(error))  # noqa: TRY400  # the message names every fault
            return
        except Exception:  # a bug in the checks must not stop the bot
            log.exception("content not reloaded")
            return
        log.info("content reloaded")
        self.restart_wanted = True
        self._stop.set()


def restart_process() -> NoReturn:
    """Replace this process with a new one that has the same command line."""
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - no shell
