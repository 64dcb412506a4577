"""The loopback Discord: HTTP API and gateway on a real socket, for tests and benchmarks.

    async with LoopbackDiscord() as discord:
        ...  # start the bot with DISCORD_API_BASE=discord.api_base, DISCORD_TOKEN=discord.token
        await discord.ready()
        played = await discord.slash("compare", {"first": "ai"})
        message = await played.answer()
        assert "AI Engineer" in message.text
        again = await discord.click(message, "Share")
        await again.answer()

A test waits with the methods of `PlayedInteraction`: responded, answer, followup, edited, modal,
choices. `Message` has text, labels, buttons, selects, ephemeral, edits and attachments. Clicks,
choices and modals come from the message's only reader or `discord.user`, unless `user=` is given.

It refuses what Discord refuses, with Discord's codes, and has planned faults (`discord.faults`).
`python -m discord_server.server` in tests/support runs one and prints its address.
"""

import asyncio
import contextlib
import sys
from collections import Counter, deque
from collections.abc import Callable
from types import TracebackType
from typing import Self

from aiohttp import web

from discord_server.basics import User
from discord_server.command_rules import SUBCOMMAND
from discord_server.errors import Json
from discord_server.gateway import GUILDS, Gateway
from discord_server.http_side import LARGEST, PREFIX, add_routes
from discord_server.members import Members
from discord_server.planned_faults import Faults
from discord_server.platform_state import Platform
from discord_server.played_interaction import PlayedInteraction
from discord_server.received_request import ReceivedRequest
from discord_server.stored_message import Message
from discord_server.world import Channel, Guild


class LoopbackDiscord(Members):
    """An async context manager; leaving it raises AssertionError if `errors` isn't empty.

    deadline: the seconds within which the first response must come (Discord: 3).
    token_life: for how many seconds an interaction's token works (Discord: 900).
    heartbeat: the seconds between heartbeats in HELLO.
    shards: the number that /gateway/bot recommends.
    host: the host name to listen on; other containers need one that isn't 127.0.0.1.
    """

    def __init__(  # noqa: PLR0913  # by keyword
        self,
        *,
        token: str = "loopback-token",  # noqa: S107 - only for the loopback Discord
        deadline: float = 3.0,
        token_life: float = 900.0,
        heartbeat: float = 41.25,
        shards: int = 1,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self.platform = Platform(token, deadline, token_life, shards)
        self.gateway = Gateway(self.platform, heartbeat)
        self.platform.identifies_left = lambda: self.gateway.budget
        self.user = User("ada")
        self.add_guild(Guild())
        self._runner: web.AppRunner | None = None
        self.host, self.port = host, port

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=LARGEST)
        app.router.add_get("/", self.gateway.handle)
        app.router.add_get("/resume", self.gateway.handle)
        app.router.add_get("/attachments/{file}/{name}", self._file)
        add_routes(app, self.platform)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.host, self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self.platform.gateway_url = f"ws://{self.host}:{self.port}"
        self.platform.files_url = f"http://{self.host}:{self.port}"
        return self

    async def _file(self, request: web.Request) -> web.Response:
        """Serve an attached file to any client that has its address."""
        self.platform.counters["attachment"] += 1
        if (fault := self.platform.faults.take("attachment")) is not None and fault.status:
            return web.Response(status=fault.status)
        found = self.platform.uploads.get(int(request.match_info["file"]))
        return web.Response(body=found.content) if found else web.Response(status=404)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for played in self.platform.interactions.values():
            if played.timer is not None:
                played.timer.cancel()
        await self.gateway.drop()
        if self._runner is not None:
            await self._runner.cleanup()
        if kind is None and self.errors:
            raise AssertionError("the stand-in of Discord saw:\n" + "\n".join(self.errors))

    @property
    def api_base(self) -> str:
        """Return the value for DISCORD_API_BASE."""
        return f"http://{self.host}:{self.port}{PREFIX}"

    @property
    def token(self) -> str:
        """Return the bot's token; Discord resets it after too many IDENTIFYs."""
        return self.platform.token

    @property
    def faults(self) -> Faults:
        """Return the planned faults, to which a test can add."""
        return self.platform.faults

    @property
    def errors(self) -> list[str]:
        """Return unexpected errors: unknown routes, bodies off Discord's schema, bugs in here."""
        return self.platform.errors

    @property
    def counters(self) -> Counter[str]:
        """Return the number of requests by route name, by "name status", and of "invalid requests",
        "unknown route", "connections", "identifies", "identified too soon", "shards served twice",
        "resumes", "refused resumes", "heartbeats", "close 4004" ...
        """
        return self.platform.counters

    @property
    def requests(self) -> deque[ReceivedRequest]:
        """Return the last 10,000 requests with their bodies."""
        return self.platform.requests

    @property
    def missed(self) -> list[PlayedInteraction]:
        """Return the interactions whose first response missed the deadline."""
        return self.platform.missed

    @property
    def unsafe_mentions(self) -> list[Json]:
        """Return bodies that may notify people: allowed_mentions is absent or not empty."""
        return self.platform.unsafe_mentions

    @property
    def commands(self) -> list[Json]:
        """Return the global commands in Discord's format."""
        return self.platform.commands.get(None, [])

    def usable_commands(self) -> list[tuple[str, Json]]:
        """Return each global command and subcommand that can be typed, with its words."""
        return [
            (f"{command['name']} {part['name']}" if part is not command else command["name"], part)
            for command in self.commands
            for part in (subcommands_of(command) or [command])
        ]

    def messages(self, channel: Channel | None = None) -> list[Message]:
        """Return a channel's public messages, oldest first (default: the first server's first)."""
        shown = (channel or self.guild.channel).messages
        return [m for m in shown if not (m.deleted or m.ephemeral or m.loading)]

    async def until(self, look: Callable[[], bool], what: str, within: float = 10) -> None:
        """Wait until *look* returns True; raise AssertionError after `within` seconds."""
        await self.platform.bell.wait_until(look, what, within)

    async def ready(self, sessions: int = 1, within: float = 10) -> None:
        """Wait until this many shards are connected and have identified or resumed."""
        await self.until(lambda: self.gateway.connected >= sessions, "the bot to connect", within)

    async def declared(self, within: float = 10) -> list[Json]:
        """Wait until global commands are declared, and return them."""
        await self.until(lambda: bool(self.commands), "commands to be declared", within)
        return self.commands

    def add_guild(self, guild: Guild) -> Guild:
        """Add the bot to a server without an event; for a connected bot, use `join`."""
        self.platform.lost.pop(guild.id, None)
        self.platform.guilds[guild.id] = guild
        return guild

    async def join(self, guild: Guild) -> Guild:
        """Add the bot to a server; send GUILD_CREATE only to sessions with the GUILDS intent."""
        self.add_guild(guild)
        told = self.platform.guild_payload(guild)
        await self.gateway.dispatch("GUILD_CREATE", told, guild.id, intents=GUILDS)
        return guild

    async def remove_guild(self, guild_id: int) -> None:
        """Remove the bot from a server; send GUILD_DELETE to sessions with the GUILDS intent.

        The server answers 404 (10004), its channels 403 (50001), until `join` or `add_guild`.
        """
        self.platform.lost[guild_id] = self.platform.guilds.pop(guild_id)
        told = {"id": str(guild_id)}
        await self.gateway.dispatch("GUILD_DELETE", told, guild_id, intents=GUILDS)

    def delete_channel(self, channel: Channel) -> None:
        """Delete a channel; its routes answer 404 with code 10003."""
        self.platform.guild(channel.guild_id or 0).channels.pop(channel.id)

    def expire(self, played: PlayedInteraction) -> None:
        """Let an interaction's token expire, as after 15 minutes."""
        played.expired = True

    def forget(self) -> None:
        """Delete messages, interactions and records, so that a long run doesn't fill the memory."""
        self.platform.forget()


def subcommands_of(command: Json) -> list[Json]:
    return [each for each in command.get("options", ()) if each["type"] == SUBCOMMAND]


async def serve() -> None:
    """Run until interrupted; print the base URL on the first line and a token on the second."""
    async with LoopbackDiscord() as discord:
        sys.stdout.write(f"{discord.api_base}\n{discord.token}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve())
