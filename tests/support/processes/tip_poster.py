"""A process that posts tips until it is killed, on a clock that tests set."""

import asyncio
import importlib
from pathlib import Path

from fake_platform import FakePlatform

from bot.app import App
from bot.tips.scheduler import TipScheduler
from content import load
from processes.shared_clock import SharedClock
from storage import Store

importlib.import_module("storage.engine.database")  # else each process would import it anew
CONTENT = load()  # loaded once, in the fork server


def post_tips(database: str, folder: Path, repeats_for: float, looks: str) -> None:
    """Post due tips forever."""
    asyncio.run(_post_tips(database, folder, repeats_for, looks))


async def _post_tips(database: str, folder: Path, repeats_for: float, looks: str) -> None:
    clock = SharedClock(folder / "clock")
    app = App(CONTENT, clock=clock, open_store=lambda: Store.open(database))
    app.platforms["test"] = FakePlatform(
        folder / "square.db", clock, repeats_for, may_look=looks == "looks", delay=0.005
    )
    await TipScheduler(app, clock, poll=0.02).run(asyncio.Event())
