"""The bare bot that ours is measured against: discord.py answering a constant string."""

import asyncio
import os

import discord
from discord.app_commands import Choice
from discord.http import Route

Route.BASE = os.environ["DISCORD_API_BASE"]


class Bare(discord.AutoShardedClient):
    def __init__(self) -> None:
        default = os.environ.get("INTENTS") == "default"
        intents = discord.Intents.default() if default else discord.Intents.none()
        super().__init__(intents=intents, guild_ready_timeout=2 if default else 0)
        self.tree = discord.app_commands.CommandTree(self)

    async def setup_hook(self) -> None:
        @self.tree.command(description="a constant")
        async def salary(interaction: discord.Interaction, role: str = "", level: str = "") -> None:
            await interaction.response.send_message("a constant", ephemeral=True)

        @salary.autocomplete("level")
        async def levels(_: discord.Interaction, typed: str) -> list[Choice[str]]:
            return [Choice(name="senior", value="senior")]

        await self.tree.sync()


async def main() -> None:
    async with Bare() as bot:
        await bot.start(os.environ["DISCORD_TOKEN"])


if __name__ == "__main__":
    asyncio.run(main())
