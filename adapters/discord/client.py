"""The Discord client: connects shards, declares the commands, follows the bot's servers."""

import asyncio
from collections.abc import Coroutine
from functools import partial
from typing import Any

import aiohttp
import discord
import structlog

from adapters.discord import internals
from adapters.discord.commands import command_payloads, commands_equal
from adapters.discord.interaction import public_payload
from adapters.discord.internals import Route
from adapters.discord.platform import DiscordPlatform
from adapters.discord.request_handler import PLATFORM, RequestHandler
from adapters.discord.responses import USER_AGENT, ResponseClient
from adapters.shared.http_session import ProxyConnector, count_requests, create_session
from bot.app import App
from bot.formatting import pluralize
from bot.ops.health import Finding, broken, ok

log = structlog.get_logger("crossroads.discord")

ShardRange = tuple[range, int]  # the shards of this instance, and the number of all shards
HEARTBEAT_TIMEOUT = 60.0  # seconds without an event after which a connection counts as dead
_MAX_RATE_LIMIT_WAIT = 60.0  # seconds
_RESERVED_SHARE = 20  # one in this many IDENTIFYs a day is reserved for restarts by hand


class Client(discord.AutoShardedClient):
    """discord.py's client without caches: an interaction carries all that its answer needs."""

    def __init__(self, app: App, shards: ShardRange | None = None, **options: Any) -> None:
        if shards is not None:
            options |= {"shard_ids": list(shards[0]), "shard_count": shards[1]}
        super().__init__(
            **options,
            connector=ProxyConnector(),
            http_trace=count_requests(app, PLATFORM),
            intents=discord.Intents.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            chunk_guilds_at_startup=False,
            guild_ready_timeout=0,
            heartbeat_timeout=HEARTBEAT_TIMEOUT,
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=_MAX_RATE_LIMIT_WAIT,
        )
        self.handler: RequestHandler | None = None
        self._app = app
        self._connected: dict[int, bool] = {}
        self._detaching: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None

    async def setup_hook(self) -> None:
        """Prepare to answer and declare the commands; called once, after the login."""
        self._session = create_session(
            cookie_jar=aiohttp.DummyCookieJar(), headers={"User-Agent": USER_AGENT}
        )
        count = partial(self._app.metrics.count_request, PLATFORM)
        responses = ResponseClient(self._session, internals.api_base(), count)
        self.answer_with(RequestHandler(self._app, responses))
        self._app.platforms[PLATFORM] = DiscordPlatform(self)
        await self._sync_commands()

    def answer_with(self, handler: RequestHandler) -> None:
        """Pass interactions to *handler*."""
        self.handler = handler
        internals.intercept_interactions(self, handler.accept)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Answer an interaction that discord.py has parsed; see `intercept_interactions`."""
        if self.handler is not None:
            self.handler.accept(public_payload(interaction))

    async def on_ready(self) -> None:
        """Detach results from servers that the bot was removed from while it was offline.

        Without the guilds intent no event reports a removal; the list at the start does.
        """
        present = [f"discord:{each.id}" for each in self.guilds]
        detach = self._app.detach_absent_communities(PLATFORM, present, self.serves_community)
        self._start_detaching(detach)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Detach results from a server that the bot was removed from."""
        self._start_detaching(self._app.detach_community(f"discord:{guild.id}"))

    def _start_detaching(self, work: Coroutine[Any, Any, None]) -> None:
        """Run *work* until the client closes; the next start makes up for the rest."""
        if self.is_closed():
            work.close()
            return
        task = asyncio.create_task(_log_failure(work))
        self._detaching.add(task)
        task.add_done_callback(self._detaching.discard)

    async def on_shard_ready(self, shard: int) -> None:
        """Record that a shard's session has begun."""
        self._set_connected(shard, now=True)

    async def on_shard_resumed(self, shard: int) -> None:
        """Record that a shard's session continues."""
        self._set_connected(shard, now=True)

    async def on_shard_disconnect(self, shard: int) -> None:
        """Record that a shard gets no events."""
        self._set_connected(shard, now=False)

    def _set_connected(self, shard: int, *, now: bool) -> None:
        self._connected[shard] = now
        self._app.metrics.set_connected(PLATFORM, shard, now=now)

    def is_connected(self, shard: int) -> bool:
        """Return whether a shard gets events."""
        return self._connected.get(shard, False) and not self.is_closed()

    def serves_community(self, community: str) -> bool:
        """Return whether a server belongs to this instance's shards.

        The rule: https://discord.com/developers/docs/events/gateway#sharding-sharding-formula
        """
        number = community.rpartition(":")[2]
        if self.shard_ids is None or not number.isdigit():
            return True
        return (int(number) >> 22) % (self.shard_count or 1) in self.shard_ids

    async def health(self) -> Finding:
        """Return whether all shards get events."""
        expected = range(self.shard_count or 1) if self.shard_ids is None else self.shard_ids
        silent = sum(not self.is_connected(each) for each in expected)
        shards = pluralize(len(expected), "shard")
        if silent:
            return disconnected(silent, shards)
        return ok(f"connected, {len(expected)} of {shards}")

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait before an IDENTIFY, so that repeated reconnects can't spend the day's budget."""
        await super().before_identify_hook(shard_id, initial=initial)
        if not initial:
            await self.wait_for_identify_budget()

    async def wait_for_identify_budget(self) -> None:
        """Wait while today's IDENTIFYs are nearly spent: after the last one the token is reset."""
        while True:
            gateway = await internals.fetch_gateway(self)
            limits = gateway["session_start_limit"]
            self._app.metrics.set_identifies_remaining(PLATFORM, limits["remaining"])
            due = len(self.shard_ids or range(gateway["shards"]))
            if limits["remaining"] >= due + limits["total"] // _RESERVED_SHARE:
                return
            seconds = limits["reset_after"] / 1000
            log.warning("too many starts today", remaining=limits["remaining"], waits=seconds)
            await asyncio.sleep(max(1.0, seconds))

    async def close(self) -> None:
        """Disconnect."""
        await super().close()
        for task in self._detaching.copy():
            task.cancel()
        await asyncio.gather(*self._detaching, return_exceptions=True)
        internals.stop_heartbeats()
        if self._session is not None:
            await self._session.close()

    async def _sync_commands(self) -> None:
        """Declare the commands if they have changed; if that fails, the bot serves anyway."""
        path = f"/applications/{self.application_id}/commands"
        declared = command_payloads(self._app)
        try:
            registered = await internals.request(self, Route("GET", path))
            if commands_equal(declared, registered):
                return
            await internals.request(self, Route("PUT", path), json=declared)
            log.info("commands declared", count=len(declared))
        except (discord.DiscordException, aiohttp.ClientError) as error:
            log.warning("commands not declared", detail=str(error))


def disconnected(silent: int, shards: str) -> Finding:
    """Return the finding that *silent* of *shards* ("4 shards") get no events."""
    message = f"not connected: {silent} of {shards} without events"
    return broken(message, "It reconnects by itself; if it lasts, read the log.")


async def _log_failure(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Exception:  # the members' answers don't depend on it
        log.exception("servers not compared")
