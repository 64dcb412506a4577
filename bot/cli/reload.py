"""Reload the content on SIGHUP, if it is valid.

The process finishes the answers in progress and then replaces itself, so that no cache keeps old
content.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

import structlog

from bot.ops.content_lint import checked
from content import ContentError

log = structlog.get_logger("crossroads")


class Reload:
    """Checks the content on SIGHUP; invalid content changes nothing."""

    def __init__(self, overlay: Path | None, stop: asyncio.Event) -> None:
        """Set *stop* when valid content is found; *overlay* is the admin's folder."""
        self._overlay, self._stop = overlay, stop
        self._looking: asyncio.Task[None] | None = None
        self.wanted = False
        if hasattr(signal, "SIGHUP"):  # Windows has none
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._asked)

    def _asked(self) -> None:
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())

    async def _look(self) -> None:
        try:
            await asyncio.to_thread(checked, self._overlay)
        except ContentError as error:
            log.error("content not taken up", faults=str(error))  # noqa: TRY400  # the message names every fault
            return
        except Exception:  # the bot keeps running with the old content
            log.exception("content not taken up")
            return
        log.info("content taken up")
        self.wanted = True
        self._stop.set()


def begin_anew() -> NoReturn:
    """Replace this process with a new one that has the same command line."""
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - no shell
