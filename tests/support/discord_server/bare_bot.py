"""A small discord.py bot, for tests of the loopback Discord and for benchmarks."""

import asyncio
from types import TracebackType
from typing import Any, Self

import discord
import yarl
from discord import app_commands, ui
from discord.gateway import DiscordWebSocket
from discord.http import Route

from discord_server.server import LoopbackDiscord


def patch_addresses(api_base: str, gateway: str) -> None:
    """Make discord.py in this process send its requests to another server."""
    Route.BASE = api_base
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)


class Form(ui.Modal, title="Which role"):
    """A modal that asks for a role and responds with the text that was entered."""

    role: ui.TextInput["Form"] = ui.TextInput(label="Role", max_length=40)

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"you chose {self.role.value}")


class Card(ui.LayoutView):
    """A container with a button; a click edits the message."""

    def __init__(self, words: str) -> None:
        super().__init__(timeout=None)
        button: ui.Button[Self] = ui.Button(label="Again", custom_id="again")
        self.add_item(ui.Container(ui.TextDisplay(words), ui.ActionRow(button)))


class SampleBot(discord.AutoShardedClient):
    """A bot that is connected to the loopback Discord inside its ``async with`` block."""

    def __init__(self, server: LoopbackDiscord, **more: Any) -> None:
        settings: dict[str, Any] = {
            "intents": discord.Intents.none(),
            "guild_ready_timeout": 0,
            "max_messages": None,
            "allowed_mentions": discord.AllowedMentions.none(),
        }
        super().__init__(**settings | more)
        self.server = server
        self.tree = app_commands.CommandTree(self)
        self.failures: list[BaseException] = []
        add_commands(self.tree)
        self.running: asyncio.Task[None] | None = None

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def before_identify_hook(self, _: int | None, *, initial: bool = False) -> None:
        """Identify again at once; the library waits 5 s because Discord limits how often it may."""

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        data: Any = interaction.data
        if interaction.type is discord.InteractionType.component and data["custom_id"] == "again":
            await interaction.response.edit_message(view=Card("changed"))

    async def __aenter__(self) -> Self:
        patch_addresses(self.server.api_base, self.server.platform.gateway_url)
        self.running = asyncio.create_task(self.start(self.server.token))
        ready = asyncio.create_task(self.server.ready())
        await asyncio.wait({self.running, ready}, return_when=asyncio.FIRST_COMPLETED)
        if self.running.done():
            ready.cancel()
            await self.running
        await ready
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()
        if self.running is not None:
            await asyncio.wait({self.running})
            self.running.exception()


def add_commands(tree: app_commands.CommandTree[Any]) -> None:
    """Add one command for each way to respond."""

    @tree.command(description="Answers at once")
    async def hello(interaction: discord.Interaction, who: str = "you") -> None:
        await interaction.response.send_message(f"hello {who}", ephemeral=True)

    @hello.autocomplete("who")
    async def complete(_: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"{typed}da", value="ada")]

    @tree.command(description="Asks for time, then answers twice")
    async def later(interaction: discord.Interaction) -> None:
        await interaction.response.defer(thinking=True)
        await interaction.edit_original_response(content="at last")
        await interaction.followup.send("and more", file=discord.File(__file__, "bot.py"))

    @tree.command(description="Opens a form")
    async def form(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Form())

    @tree.command(description="Shows a card")
    async def card(interaction: discord.Interaction) -> None:
        await interaction.response.send_message(view=Card("first"))
