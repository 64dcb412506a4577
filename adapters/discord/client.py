"""The client that connects to Discord's gateway and registers the slash commands."""

import asyncio
from collections.abc import Coroutine
from functools import partial
from typing import Any

import aiohttp
import discord
import structlog

from adapters.discord import internals
from adapters.discord.commands import PLATFORM, command_ids, command_payloads, commands_equal
from adapters.discord.interaction import public_payload
from adapters.discord.internals import Route
from adapters.discord.messages import MessageHandler
from adapters.discord.platform import DiscordPlatform
from adapters.discord.profile import fill_profile
from adapters.discord.rendering.markdown import CommandIds
from adapters.discord.request_handler import RequestHandler
from adapters.discord.responses import USER_AGENT, ResponseClient
from adapters.shared.http_session import count_requests, create_session
from adapters.shared.internals import ProxyConnector
from bot.app import App
from bot.formatting import pluralize
from bot.ops.health import Finding, broken, ok

log = structlog.get_logger("crossroads.discord")

ShardRange = tuple[range, int]  # the shards of this instance, and the number of all shards
HEARTBEAT_TIMEOUT = 60.0  # seconds without an event after which a connection counts as dead
_MAX_RATE_LIMIT_WAIT = 60.0  # seconds
_RESERVED_SHARE = 20  # one in 20 of a day's session starts is reserved for restarts by an admin


class Client(discord.AutoShardedClient):
    """discord.py's client without caches, since each interaction has all the data it needs."""

    def __init__(
        self,
        app: App,
        shards: ShardRange | None = None,
        *,
        reads_messages: bool = True,
        **options: Any,
    ) -> None:
        """*reads_messages* asks Discord for messages, to answer those to the bot."""
        if shards is not None:
            options |= {"shard_ids": list(shards[0]), "shard_count": shards[1]}
        super().__init__(
            **options,
            connector=ProxyConnector(),
            http_trace=count_requests(app, PLATFORM),
            intents=_intents(reads_messages=reads_messages),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            chunk_guilds_at_startup=False,
            guild_ready_timeout=0,
            heartbeat_timeout=HEARTBEAT_TIMEOUT,
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=_MAX_RATE_LIMIT_WAIT,
        )
        self.handler: RequestHandler | None = None
        self.messages: MessageHandler | None = None
        self.reads_messages = reads_messages
        self._app = app
        self._connected: dict[int, bool] = {}
        self._detaching: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None

    async def setup_hook(self) -> None:
        """Register the commands and create the request handler; discord.py calls it after login."""
        self._session = create_session(
            cookie_jar=aiohttp.DummyCookieJar(), headers={"User-Agent": USER_AGENT}
        )
        count = partial(self._app.metrics.count_request, PLATFORM)
        responses = ResponseClient(self._session, internals.api_base(), count)
        ids = await self._sync_commands()
        await fill_profile(self)
        platform = DiscordPlatform(self, ids)
        self._app.platforms[PLATFORM] = platform
        messages = MessageHandler(self._app, platform, ids) if self.reads_messages else None
        self.answer_with(RequestHandler(self._app, responses, platform, ids), messages)

    def answer_with(self, handler: RequestHandler, messages: MessageHandler | None) -> None:
        """Make *handler* answer all interactions that this client receives, *messages* the rest."""
        self.handler, self.messages = handler, messages
        internals.intercept_interactions(self, handler.accept)
        if messages is not None:
            internals.intercept_messages(self, messages.accept)

    async def drain(self, seconds: float) -> None:
        """Wait up to *seconds* for the answers in progress; those that take longer continue."""
        drains = [each.drain(seconds) for each in (self.handler, self.messages) if each is not None]
        await asyncio.gather(*drains)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Answer an interaction; discord.py calls it only if `intercept_interactions` failed."""
        if self.handler is not None:
            self.handler.accept(public_payload(interaction))

    async def on_ready(self) -> None:
        """Delete the data of servers that removed the bot while it was offline.

        Discord sends no event for such a removal, so compare the list of servers that it sends at
        the start with the stored servers. Members keep their quiz results.
        """
        present = [f"discord:{each.id}" for each in self.guilds]
        detach = self._app.detach_absent_communities(PLATFORM, present, self.serves_community)
        self._start_detaching(detach)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Delete the data of a server that removed the bot; its members keep their quiz results."""
        self._start_detaching(self._app.detach_community(f"discord:{guild.id}"))

    def _start_detaching(self, work: Coroutine[Any, Any, None]) -> None:
        """Start a task that runs *work*, the deletion of servers' data.

        The task is cancelled when the client closes. The bot finishes the deletion at its next
        start.
        """
        if self.is_closed():
            work.close()
            return
        task = asyncio.create_task(_log_failure(work))
        self._detaching.add(task)
        task.add_done_callback(self._detaching.discard)

    async def on_shard_ready(self, shard: int) -> None:
        """Record that a shard has connected with a new session."""
        self._set_connected(shard, now=True)

    async def on_shard_resumed(self, shard: int) -> None:
        """Record that a shard has reconnected and resumed its session."""
        self._set_connected(shard, now=True)

    async def on_shard_disconnect(self, shard: int) -> None:
        """Record that a shard has lost its connection."""
        self._set_connected(shard, now=False)

    def _set_connected(self, shard: int, *, now: bool) -> None:
        self._connected[shard] = now
        self._app.metrics.set_connected(PLATFORM, shard, now=now)

    def is_connected(self, shard: int) -> bool:
        """Return True if *shard* is connected, so that it receives events."""
        return self._connected.get(shard, False) and not self.is_closed()

    def serves_community(self, community: str) -> bool:
        """Return True if the server *community* (``discord:123``) belongs to a shard served here.

        The formula: https://discord.com/developers/docs/events/gateway#sharding-sharding-formula
        """
        number = community.rpartition(":")[2]
        if self.shard_ids is None or not number.isdigit():
            return True
        return (int(number) >> 22) % (self.shard_count or 1) in self.shard_ids

    async def health(self) -> Finding:
        """Return the finding of the health check: healthy unless a shard isn't connected."""
        expected = range(self.shard_count or 1) if self.shard_ids is None else self.shard_ids
        silent = sum(not self.is_connected(each) for each in expected)
        shards = pluralize(len(expected), "shard")
        if silent:
            return disconnected(silent, shards)
        return ok(f"connected: {len(expected)} of {shards}")

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait before a reconnect that starts a new session (IDENTIFY); discord.py calls it.

        Without the wait, reconnects could use up the daily limit of session starts.
        """
        await super().before_identify_hook(shard_id, initial=initial)
        if not initial:
            await self.wait_for_identify_budget()

    async def wait_for_identify_budget(self) -> None:
        """Wait while the day's session starts are nearly used up.

        After more starts than the daily limit, Discord would reset the bot's token.
        """
        while True:
            gateway = await internals.fetch_gateway(self)
            limits = gateway["session_start_limit"]
            self._app.metrics.set_identifies_remaining(PLATFORM, limits["remaining"])
            due = len(self.shard_ids or range(gateway["shards"]))
            if limits["remaining"] >= due + limits["total"] // _RESERVED_SHARE:
                return
            seconds = limits["reset_after"] / 1000
            log.warning(
                "too many session starts today", remaining=limits["remaining"], seconds=seconds
            )
            await asyncio.sleep(max(1.0, seconds))

    async def close(self) -> None:
        """Disconnect all shards, cancel running tasks and close the HTTP session."""
        await super().close()
        for task in self._detaching.copy():
            task.cancel()
        await asyncio.gather(*self._detaching, return_exceptions=True)
        internals.stop_heartbeats()
        if self._session is not None:
            await self._session.close()

    async def _sync_commands(self) -> CommandIds:
        """Register the commands with Discord if they have changed, and return their ids.

        If that fails, log the error and return the ids that Discord has sent until then.
        """
        path = f"/applications/{self.application_id}/commands"
        declared, registered = command_payloads(self._app), []
        try:
            registered = await internals.request(self, Route("GET", path))
            if not commands_equal(declared, registered):
                registered = await internals.request(self, Route("PUT", path), json=declared)
                log.info("commands registered", count=len(declared))
        except (discord.DiscordException, aiohttp.ClientError) as error:
            log.warning("commands not registered", detail=str(error))
        return command_ids(registered)


def _intents(*, reads_messages: bool) -> discord.Intents:
    """Return the events to receive. Interactions come without an intent, none is privileged."""
    intents = discord.Intents.none()
    intents.guild_messages = intents.dm_messages = reads_messages
    return intents


def disconnected(silent: int, shards: str) -> Finding:
    """Return a health check's finding that *silent* of *shards* aren't connected.

    *silent* is a number, *shards* a text such as "4 shards".
    """
    message = f"not connected: {silent} of {shards} can't receive events"
    return broken(message, "The bot reconnects by itself. If it doesn't, check the log.")


async def _log_failure(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Exception:  # the bot can answer without it
        log.exception("servers that removed the bot couldn't be looked up")
