"""A small bot of the real discord.py, for tests of the stand-in and as a bare bot to measure by."""

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
    """Send every request of discord.py in this process to another server."""
    Route.BASE = api_base
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)


class Form(ui.Modal, title="Which role"):
    """Asks for a role and answers with it."""

    role: ui.TextInput["Form"] = ui.TextInput(label="Role", max_length=40)

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"you chose {self.role.value}")


class Card(ui.LayoutView):
    """A container with a button that edits it."""

    def __init__(self, words: str) -> None:
        super().__init__(timeout=None)
        button: ui.Button[Self] = ui.Button(label="Again", custom_id="again")
        self.add_item(ui.Container(ui.TextDisplay(words), ui.ActionRow(button)))


class SampleBot(discord.AutoShardedClient):
    """An async context manager: connected to a stand-in within, closed after."""

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
        """Identify again at once, where the library waits 5 s for the sake of Discord's limit."""

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
    """One command for each way to answer."""

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
