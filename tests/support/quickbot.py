"""The bot as it is shipped, on a clock that others turn, for what would take days.

Beside what it counts anyway it counts its tasks: ``crossroads_test_tasks``.
"""

import asyncio
import os
import sys
from functools import partial
from pathlib import Path

from prometheus_client import Gauge
from tipposter import Clock

import bot.__main__
import bot.jobs.tips
import bot.parts
from bot.app import App
from bot.settings import Settings

CLOCK, POLL = "CROSSROADS_TEST_CLOCK", 0.1  # a file, seconds between looks for what is due


def quicken(settings: Settings, *, quiet: bool = True) -> App:
    """Make the App as shipped, on the clock in a file."""
    made = bot.parts.app(settings, quiet=quiet)
    made._clock = Clock(Path(os.environ[CLOCK]))  # noqa: SLF001 - no user sets the time
    tasks = Gauge("crossroads_test_tasks", "Tasks of asyncio.", registry=made.metrics.registry)
    tasks.set_function(lambda: len(asyncio.all_tasks()))
    return made


def main() -> None:
    """Run the bot."""
    clock = Clock(Path(os.environ[CLOCK]))
    bot.jobs.tips.Runner = partial(bot.jobs.tips.Runner, clock=clock, poll=POLL)  # type: ignore[misc,assignment]
    bot.__main__.parts = _Parts()  # type: ignore[assignment]
    sys.argv[1:] = ["run"]
    bot.__main__.main()


class _Parts:
    """The parts as shipped, but for the App."""

    app = staticmethod(quicken)

    def __getattr__(self, name: str) -> object:
        return getattr(bot.parts, name)


if __name__ == "__main__":
    main()
