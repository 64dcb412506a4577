"""The bot on the stand-in of Discord: the real client in this process."""

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
    """Serve *app* until the end of the block, or until the event that this gives is set."""
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
