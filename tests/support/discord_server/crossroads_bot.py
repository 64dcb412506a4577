"""The bot on the loopback Discord, with the real discord.py, in this process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Unpack

from adapters import discord
from adapters.discord.client import ShardRange
from adapters.shared.action_codec import decode
from bot.app import App
from bot.presentation import ClickKind
from discord_server.members import Invoker
from discord_server.played_interaction import PlayedInteraction
from discord_server.server import LoopbackDiscord
from discord_server.stored_message import Message


@asynccontextmanager
async def serve_discord(
    app: App,
    platform: LoopbackDiscord,
    shards: ShardRange | None = None,
    sessions: int = 1,
    *,
    reads_messages: bool = True,
) -> AsyncIterator[asyncio.Event]:
    """Run *app* until the block ends or the test sets the event that is yielded."""
    stop = asyncio.Event()
    base = platform.api_base
    serving = discord.serve(app, platform.token, base, stop, shards, reads_messages=reads_messages)
    bot = asyncio.create_task(serving)
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


async def follow(
    platform: LoopbackDiscord, message: Message, command: str, **by: Unpack[Invoker]
) -> PlayedInteraction:
    """Click the first button or line of a menu of *message* that runs *command*.

    Turn pages until there is one; raise LookupError if there is none.
    """
    while True:
        for part in message.walk():
            if _runs(str(part.get("custom_id", "")), command):
                return await platform.click(message, custom_id=part["custom_id"], **by)
            for option in part.get("options", ()):
                if _runs(option["value"], command):
                    chosen = {"custom_id": part["custom_id"], **by}
                    return await platform.choose(message, [option["value"]], **chosen)
        if "Next page" not in message.labels:
            raise LookupError(f"nothing runs {command} among {message.labels}")
        await (await platform.click(message, label="Next page", **by)).answer()


def _runs(code: str, command: str) -> bool:
    click = decode(code)
    return click is not None and click.kind is ClickKind.RUN and click.call.command == command
