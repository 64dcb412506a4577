"""The way back: each version of the bot registers its own commands when it starts."""

from discord_server.crossroads_bot import serve_discord
from discord_server.raw_client import RawClient
from discord_server.server import LoopbackDiscord

from bot.app import App
from bot.former_names import FORMER_NAMES


async def test_the_names_switch_with_the_version_that_starts(app: App) -> None:
    former = [{"name": name, "description": "As up to version 0.1"} for name in FORMER_NAMES]
    async with LoopbackDiscord() as discord:
        for _ in range(2):
            async with serve_discord(app, discord):
                await discord.until(lambda: "settings" in names(discord), "commands to be declared")
                current = names(discord)
            assert {"tips", "schedule", "settings", "ask", "suggest"} <= current
            assert not current & FORMER_NAMES.keys()
            async with RawClient(discord) as older:
                status, _ = await older.declare(*former)
            assert status == 200
            assert names(discord) == FORMER_NAMES.keys()


def names(discord: LoopbackDiscord) -> set[str]:
    return {each["name"] for each in discord.commands}
