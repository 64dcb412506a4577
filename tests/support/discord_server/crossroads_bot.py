"""The bot on the loopback Discord, with the real discord.py, in this process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters import discord
from adapters.discord.client import ShardRange
from bot.app import App
from discord_server.server import LoopbackDiscord


@asynccontextmanager
async def serve_discord(
    app: App, platform: LoopbackDiscord, shards: ShardRange | None = None, sessions: int = 1
) -> AsyncIterator[asyncio.Event]:
    """Run *app* until the block ends or the test sets the event that is yielded."""
    stop = asyncio.Event()
    bot = asyncio.create_task(discord.serve(app, platform.token, platform.api_base, stop, shards))
    ready = asyncio.create_task(platform.ready(sessions))
    await asyncio.wait({bot, ready}, return_when=asyncio.FIRST_COMPLETED)
    if bot.done():
        ready.cancel()
        bot.result()
    try:
        yield stop
    finally:
        stop.set()
        await bot
