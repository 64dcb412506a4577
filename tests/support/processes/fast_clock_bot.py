"""The production bot on a clock that tests set, for processes that would take days.

It has one more metric, the number of its tasks: ``crossroads_test_tasks``.
"""

import asyncio
import multiprocessing
import os
import sys
from functools import partial
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from prometheus_client import Gauge

import bot.cli.bootstrap
import bot.cli.main
import bot.tips.scheduler
from bot.app import App
from bot.ops.settings import Settings
from processes.shared_clock import SharedClock

CLOCK, POLL = "CROSSROADS_TEST_CLOCK", 0.1  # a file; seconds between checks for due tips
# A fork server that has imported everything; the bots are forked from it.
SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(["processes.fast_clock_bot", "adapters.discord.serving"])
_shipped = bot.cli.bootstrap.create_app


def app(settings: Settings, *, quiet: bool = True, **parts: Any) -> App:
    """Return the production App, on the clock in a file."""
    made = _shipped(settings, quiet=quiet, **parts)
    made._clock = SharedClock(Path(os.environ[CLOCK]))  # noqa: SLF001 - no user sets the time
    tasks = Gauge("crossroads_test_tasks", "Tasks of asyncio.", registry=made.metrics.registry)
    tasks.set_function(lambda: len(asyncio.all_tasks()))
    return made


def main() -> None:
    """Run the bot."""
    clock = SharedClock(Path(os.environ[CLOCK]))
    runner = partial(bot.tips.scheduler.TipScheduler, clock=clock, poll=POLL)
    setattr(bot.tips.scheduler, "TipScheduler", runner)  # noqa: B010  # mypy
    setattr(bot.cli.bootstrap, "create_app", app)  # noqa: B010  # likewise
    sys.argv[1:] = ["run"]
    bot.cli.main.main()


def fork_bot(folder: Path, settings: dict[str, str]) -> ForkServerProcess:
    """Start the bot in *folder*, where it logs to ``log``; forking takes only a moment."""
    process = SERVER.Process(target=_forked, args=(folder, settings), daemon=True)
    process.start()
    return process


def _forked(folder: Path, settings: dict[str, str]) -> None:
    os.chdir(folder)
    os.environ.update(settings)
    with Path("log").open("ab") as log:
        os.dup2(log.fileno(), 2)
    main()


if __name__ == "__main__":
    main()
