"""The bot as Discord sees it: declares the commands, answers, knows its servers."""

import asyncio
import threading
from collections.abc import Coroutine
from functools import partial
from typing import Any

import aiohttp
import discord
import structlog
import yarl
from discord.gateway import DiscordWebSocket, KeepAliveHandler
from discord.http import Route

from adapters.discord.commands import declarations, same
from adapters.discord.interaction import Event
from adapters.discord.platform import DiscordPlatform
from adapters.discord.request_handler import Interactions
from adapters.discord.responses import Responses
from adapters.discord.watch import TAG, Shards, Watched
from adapters.shared import http_session as outgoing
from bot.app import App

log = structlog.get_logger("crossroads.discord")

DRAIN = 7.0  # seconds for answers under way when the bot is told to end
SILENCE = 60.0  # seconds without a word after which a connection is taken for dead
_RESERVE = 20  # one in so many IDENTIFYs of a day is left alone, for a restart by hand
PATIENCE = 60.0  # seconds that Discord is waited for at a time, at most


class Client(Watched):
    """discord.py's client without caches: interactions carry all that an answer needs."""

    def __init__(self, app: App, shards: Shards | None = None, **options: object) -> None:
        super().__init__(
            app,
            shards,
            **options,
            connector=outgoing.ProxyConnector(),
            intents=discord.Intents.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            chunk_guilds_at_startup=False,
            guild_ready_timeout=0,
            heartbeat_timeout=SILENCE,
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=PATIENCE,
        )
        self._app = app
        self._under_way: set[asyncio.Task[None]] = set()
        self._parting: set[asyncio.Task[None]] = set()
        self._interactions: Interactions | None = None
        self._session: aiohttp.ClientSession | None = None
        # In place of discord.py's own reading, which is thorough: see adapters.discord.interaction.
        self._connection.parsers["INTERACTION_CREATE"] = self.take

    async def setup_hook(self) -> None:
        """Get ready to answer, and declare the commands; called once, after the login."""
        self._session = outgoing.create_session(
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self.http.user_agent},
        )
        responses = Responses(
            self._session, Route.BASE, partial(self._app.metrics.count_request, TAG)
        )
        self._interactions = Interactions(self._app, responses)
        self._app.platforms["discord"] = DiscordPlatform(self)
        await self._declare()

    def take(self, event: Event) -> None:
        """Answer an interaction."""
        if self._interactions is not None:
            _start(self._interactions.take(event), self._under_way)

    async def on_ready(self) -> None:
        """Part what is kept from servers that the bot was removed from while nobody listened.

        Without the intent for servers no event tells of a removal; the list at the start does.
        """
        self._part(self._part_absent())

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Part what is kept from a server that the bot was removed from."""
        self._part(self._app.detach_community(f"discord:{guild.id}"))

    def _part(self, work: Coroutine[Any, Any, None]) -> None:
        """Do *work* on what is kept, but not past the end: the next start makes up for it."""
        if self.is_closed():
            work.close()
            return
        _start(_parted(work), self._parting)

    async def _part_absent(self) -> None:
        present = [f"discord:{each.id}" for each in self.guilds]
        await self._app.detach_absent_communities("discord", present, self.serves)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait before an IDENTIFY, so that no loop of reconnects spends the day's budget."""
        await super().before_identify_hook(shard_id, initial=initial)
        if not initial:
            await wait_for_budget(self)

    async def drain(self) -> None:
        """Let answers under way end."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=DRAIN)

    async def close(self) -> None:
        """Disconnect."""
        await super().close()
        for task in self._parting.copy():
            task.cancel()
        await asyncio.gather(*self._parting, return_exceptions=True)
        for thread in threading.enumerate():
            # discord.py forgets the heartbeat of a connection that was still being made.
            if isinstance(thread, KeepAliveHandler):
                thread.stop()
        if self._session is not None:
            await self._session.close()

    async def _declare(self) -> None:
        """Tell Discord the commands if it has others; the bot serves without that, too."""
        application, ours = self.application_id or 0, declarations(self._app)
        try:
            if same(ours, await self.http.get_global_commands(application)):
                return
            await self.http.bulk_upsert_global_commands(application, payload=ours)
            log.info("commands declared", count=len(ours))
        except (discord.DiscordException, aiohttp.ClientError) as error:
            log.warning("commands not declared", detail=str(error))


def _start(work: Coroutine[Any, Any, None], tasks: set[asyncio.Task[None]]) -> None:
    """Do *work*, which stands among *tasks* while it goes on."""
    task = asyncio.create_task(work)
    tasks.add(task)
    task.add_done_callback(tasks.discard)


async def _parted(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Exception:  # the members' answers don't depend on it
        log.exception("servers not compared")


async def wait_for_budget(client: Client) -> None:
    """Wait while the day's IDENTIFYs are all but spent: past the last one the token is reset."""
    while True:
        shards, gateway, limits = await client.http.get_bot_gateway()
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)  # where discord.py falls back to
        client.starts_left(limits["remaining"])
        due = len(client.shard_ids or range(shards))
        if limits["remaining"] >= due + limits["total"] // _RESERVE:
            return
        seconds = limits["reset_after"] / 1000
        log.warning("too many starts today", remaining=limits["remaining"], waits=seconds)
        await asyncio.sleep(max(1.0, seconds))
