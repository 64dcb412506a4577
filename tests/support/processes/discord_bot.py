"""The bot in a separate process, connected to the loopback Discord."""

from asyncio.subprocess import Process
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from discord_server.server import LoopbackDiscord

from processes.bot_process import run_bot


def discord_process(
    discord: LoopbackDiscord, folder: Path, *module: str, **settings: str
) -> AbstractAsyncContextManager[Process]:
    """Run the bot, or another *module*, with the settings for Discord."""
    given = {"DISCORD_TOKEN": discord.token, "DISCORD_API_BASE": discord.api_base}
    return run_bot(folder, {**given, **settings}, *module)
