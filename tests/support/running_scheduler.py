"""The tip scheduler as it runs beside a connected bot, with its usual polling interval."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.app import App
from bot.tips.scheduler import TipScheduler


@asynccontextmanager
async def running_scheduler(app: App) -> AsyncIterator[None]:
    """Run a scheduler for *app* in the block, which begins when its first run is over."""
    stop = asyncio.Event()
    scheduler = TipScheduler(app, app._clock)  # noqa: SLF001 - the same moments
    await scheduler.run_once()
    running = asyncio.create_task(scheduler.run(stop))
    try:
        await asyncio.sleep(0.2)
        yield
    finally:
        stop.set()
        await running
