"""Content that was changed while the bot runs: taken up on SIGHUP, if it is sound.

The whole process begins anew in its own place, after the answers under way: so nothing that was
drawn from the old content is left in any memory of it.
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
    """Looks at the content when it is asked to; what is not sound changes nothing."""

    def __init__(self, overlay: Path | None, stop: asyncio.Event) -> None:
        """Set *stop* once sound content is to be taken up; *overlay* is the admin's folder."""
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
            log.error("content not taken up", faults=str(error))  # noqa: TRY400  # its words say it all
            return
        except Exception:  # the boundary: the bot goes on as it is
            log.exception("content not taken up")
            return
        log.info("content taken up")
        self.wanted = True
        self._stop.set()


def begin_anew() -> NoReturn:
    """Run the same command line in this process's place."""
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - no shell
