"""Every undocumented part of discord.py that the bot uses.

test_discord_internals.py fails with the name of the part if a new version changes one.
"""

import threading
from collections.abc import Callable
from typing import Any

import discord
import structlog
import yarl
from discord.gateway import DiscordWebSocket, KeepAliveHandler
from discord.http import Route

__all__ = [
    "Route", "api_base", "fetch_gateway", "intercept_interactions", "request", "set_api_base",
    "stop_heartbeats",
]  # fmt: skip

log = structlog.get_logger("crossroads.discord")


def set_api_base(url: str) -> None:
    """Set the address of Discord's API for the whole process.

    discord.py has no setting for it; DISCORD_API_BASE and the tests need one.
    """
    Route.BASE = url.rstrip("/")


def api_base() -> str:
    """Return the address of Discord's API, without a slash at its end."""
    return Route.BASE


async def request(client: discord.Client, route: Route, **options: Any) -> Any:
    """Send a request of Discord's documented API within its rate limits; return the JSON.

    Without a cache, discord.py's public methods need three requests where one does (to give a role
    they fetch the server and the member first), can't compute the bot's permissions in a thread,
    and declare commands only along with callbacks.
    """
    return await client.http.request(route, **options)


async def fetch_gateway(client: discord.Client) -> dict[str, Any]:
    """Return the recommended number of shards and the session start limit.

    Also set the gateway's address for the whole process: discord.py falls back to its default
    after an invalid session, and always uses it if the number of shards is set.
    """
    gateway: dict[str, Any] = await request(client, Route("GET", "/gateway/bot"))
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway["url"])
    return gateway


def stop_heartbeats() -> None:
    """Stop the heartbeat threads of connections that were cancelled before they were ready.

    discord.py forgets them: each runs for up to 41 s more and then fails with a traceback.
    """
    for thread in threading.enumerate():
        if isinstance(thread, KeepAliveHandler):
            thread.stop()


def intercept_interactions(
    client: discord.Client, handle: Callable[[dict[str, Any]], None]
) -> bool:
    """Pass raw interactions to *handle* instead of discord.py's parser; return whether it worked.

    discord.py builds an object for every component of the message. Without that an answer takes
    0.26 ms less, a quarter of the processor time at 64 in flight. If the parser can't be replaced,
    discord.py calls the client's `on_interaction`, which is public.
    """
    parsers = getattr(getattr(client, "_connection", None), "parsers", None)
    if not isinstance(parsers, dict) or "INTERACTION_CREATE" not in parsers:
        log.warning("interactions parsed by discord.py", version=discord.__version__)
        return False
    parsers["INTERACTION_CREATE"] = handle
    return True
