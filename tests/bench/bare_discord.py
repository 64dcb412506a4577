"""The bare bot that Crossroads is compared with: discord.py answering with constants.

`/quiz`, and each click there, is answered with a constant message like a question of the quiz, made
with discord.py's own views. `/picture` uploads PICTURE bytes each time.
"""

import asyncio
import os
from io import BytesIO

import discord
from discord.app_commands import Choice
from discord.http import Route

Route.BASE = os.environ["DISCORD_API_BASE"]


LABELS = (
    (
        "Tables or time series",
        "Text or recorded calls",
        "We have yet to find out",
        "Both",
    ),
    ("Skip", "Back one question"),
)
PICTURE = bytes(int(os.environ.get("PICTURE", "0")))
ASKED = f"## Who should you hire first?\n{'A text as long as that of a question. ' * 6}"


class Answer(discord.ui.Button["Question"]):
    async def callback(self, interaction: discord.Interaction) -> None:
        await interaction.response.edit_message(view=Question())


class Question(discord.ui.LayoutView):
    def __init__(self) -> None:
        super().__init__(timeout=None)
        rows = [
            discord.ui.ActionRow["Question"](*(Answer(label=text, custom_id=text) for text in row))
            for row in LABELS
        ]
        text = discord.ui.TextDisplay["Question"](ASKED)
        self.add_item(discord.ui.Container(text, *rows, accent_colour=2792847))


class Bare(discord.AutoShardedClient):
    def __init__(self) -> None:
        default = os.environ.get("INTENTS") == "default"
        intents = discord.Intents.default() if default else discord.Intents.none()
        super().__init__(intents=intents, guild_ready_timeout=2 if default else 0)
        self.tree = discord.app_commands.CommandTree(self)

    async def setup_hook(self) -> None:
        @self.tree.command(description="a constant")
        async def salary(
            interaction: discord.Interaction, role: str = "", level: str = "", view: str = ""
        ) -> None:
            await interaction.response.send_message("a constant", ephemeral=True)

        @salary.autocomplete("level")
        async def levels(_: discord.Interaction, typed: str) -> list[Choice[str]]:
            return [Choice(name="senior", value="senior")]

        @self.tree.command(description="a constant message")
        async def quiz(interaction: discord.Interaction, name: str = "") -> None:
            await interaction.response.send_message(view=Question(), ephemeral=True)

        @self.tree.command(description="a constant picture")
        async def picture(interaction: discord.Interaction) -> None:
            file = discord.File(BytesIO(PICTURE), "picture.png")
            await interaction.response.send_message(file=file, ephemeral=True)

        self.add_view(Question())
        await self.tree.sync()


async def main() -> None:
    async with Bare() as bot:
        await bot.start(os.environ["DISCORD_TOKEN"])


if __name__ == "__main__":
    asyncio.run(main())
