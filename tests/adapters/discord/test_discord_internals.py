"""The undocumented parts of discord.py that the bot uses; a failure names the part to adapt."""

import asyncio
from types import MappingProxyType
from typing import Any

import discord
import pytest
import structlog
from discord.gateway import DiscordWebSocket, KeepAliveHandler
from discord.http import HTTPClient, Route
from discord.state import ConnectionState
from discord_server.crossroads_bot import serve_discord
from discord_server.server import LoopbackDiscord

from adapters.discord import internals
from adapters.discord.client import Client
from bot.app import App

MANAGE_GUILD = 1 << 5


def changed(part: str) -> str:
    return f"discord.py {discord.__version__} changed {part}: see adapters/discord/internals.py"


async def test_interactions_reach_the_handler_unparsed(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[discord.Interaction] = []

    async def on_interaction(_: Client, interaction: discord.Interaction) -> None:
        parsed.append(interaction)

    monkeypatch.setattr(Client, "on_interaction", on_interaction)
    async with LoopbackDiscord() as platform, serve_discord(app, platform):
        played = await platform.slash("help")
        assert "quiz" in (await played.answer()).text, changed("ConnectionState.parsers")
    assert not parsed, changed("ConnectionState.parsers")


@pytest.fixture
def no_hook(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make discord.py's table of parsers read-only, as a future version might."""
    create = ConnectionState.__init__

    def create_read_only(self: Any, *args: Any, **options: Any) -> None:
        create(self, *args, **options)
        self.parsers = MappingProxyType(self.parsers)

    monkeypatch.setattr(ConnectionState, "__init__", create_read_only)


@pytest.mark.usefixtures("no_hook")
async def test_without_the_hook_answers_come_by_the_public_event(keeping: App) -> None:
    async with LoopbackDiscord() as platform, serve_discord(keeping, platform):
        offered = await platform.autocomplete("salary", {"level": "sen"})
        assert (await offered.responded())["type"] == 8
        answer = await (await platform.slash("salary", {"role": "ml-engineer"})).answer()
        assert answer.ephemeral
        shared = await (await platform.click(answer, label="Share")).answer()
        assert not shared.ephemeral
        question = await (await platform.slash("quiz", {"name": "hire"})).answer()
        code = question.buttons[0]["custom_id"]
        clicked = await platform.click(question, custom_id=code)
        assert "1 of 10" in (await clicked.answer()).text
        assert (await clicked.responded())["type"] == 7  # the answer replaces the question


@pytest.mark.usefixtures("no_hook")
async def test_without_the_hook_no_message_is_taken_for_a_direct_one(keeping: App) -> None:
    with structlog.testing.capture_logs() as lines:
        async with LoopbackDiscord() as platform, serve_discord(keeping, platform):
            said = await platform.say("privacy export", guild=platform.guild)
            await (await platform.slash("salary", {"role": "ml-engineer"})).answer()
            assert not platform.replies_to(said)
    assert "mentions turned off, because discord.py's internals changed" in [
        each["event"] for each in lines
    ]


@pytest.mark.usefixtures("no_hook")
async def test_without_the_hook_permissions_and_forms_work(keeping: App) -> None:
    async with LoopbackDiscord() as platform, serve_discord(keeping, platform):
        shown = await (await platform.slash("help")).answer()
        refused = await (await platform.send_component(shown, "r|tips-starter")).answer()
        assert "moderators" in refused.text
        tip = {"text": "Read the posting twice."}
        added = await (await platform.write("tips-add", tip, permissions=MANAGE_GUILD)).answer()
        assert "Added: “Read the posting twice" in added.text


async def test_the_addresses_can_be_set() -> None:
    base = Route.BASE
    try:
        internals.set_api_base("http://127.0.0.1:1/api/")
        url = Route("GET", "/channels/{channel_id}", channel_id=7).url
        assert url == "http://127.0.0.1:1/api/channels/7", changed("Route.BASE")
    finally:
        internals.set_api_base(base)


async def test_requests_and_the_gateway_address_go_through_the_library() -> None:
    async with LoopbackDiscord() as platform:
        internals.set_api_base(platform.api_base)
        async with discord.Client(intents=discord.Intents.none()) as client:
            await client.login(platform.token)
            assert isinstance(client.http, HTTPClient), changed("Client.http")
            gateway = await internals.fetch_gateway(client)
        assert str(DiscordWebSocket.DEFAULT_GATEWAY).startswith(gateway["url"])
        found = str(DiscordWebSocket.DEFAULT_GATEWAY.host)
        assert found == "127.0.0.1", changed("DiscordWebSocket.DEFAULT_GATEWAY")


async def test_a_forgotten_heartbeat_thread_is_stopped() -> None:
    class Socket:
        thread_id = 0
        _max_heartbeat_timeout = 60.0

    thread = KeepAliveHandler(ws=Socket(), interval=60.0, shard_id=0)  # type: ignore[arg-type]  # only these are used
    thread.start()
    internals.stop_heartbeats()
    await asyncio.to_thread(thread.join, 5)
    assert not thread.is_alive(), changed("KeepAliveHandler")
