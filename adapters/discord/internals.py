"""Every undocumented part of discord.py that the bot uses.

If a new version changes a part, test_discord_internals.py fails and names it.
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
    "Route", "api_base", "fetch_gateway", "intercept_interactions", "intercept_messages", "request",
    "set_api_base", "stop_heartbeats",
]  # fmt: skip

log = structlog.get_logger("crossroads.discord")


def set_api_base(url: str) -> None:
    """Set the address of Discord's API for the whole process; discord.py has no setting for it."""
    Route.BASE = url.rstrip("/")


def api_base() -> str:
    """Return the address of Discord's API, without a slash at its end."""
    return Route.BASE


async def request(client: discord.Client, route: Route, **options: Any) -> Any:
    """Send a request to Discord's API within its rate limits, and return the JSON of the response.

    *options* are those of discord.py's `HTTPClient.request`. The public methods of discord.py
    aren't used because, without a cache, they send more requests: to give a role, they first fetch
    the server and the member.
    """
    return await client.http.request(route, **options)


async def fetch_gateway(client: discord.Client) -> dict[str, Any]:
    """Return the response to ``/gateway/bot``: Discord's number of shards, and the start limit.

    Also set the gateway's address for the whole process, since discord.py uses its own default
    after an invalid session, and whenever the number of shards is set.
    """
    gateway: dict[str, Any] = await request(client, Route("GET", "/gateway/bot"))
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway["url"])
    return gateway


def stop_heartbeats() -> None:
    """Stop the heartbeat threads of connections that were cancelled before they were ready.

    discord.py doesn't stop them: each runs for up to 41 s and then fails with a traceback.
    """
    for thread in threading.enumerate():
        if isinstance(thread, KeepAliveHandler):
            thread.stop()


def intercept_interactions(
    client: discord.Client, handle: Callable[[dict[str, Any]], None]
) -> bool:
    """Make *handle* receive interactions instead of discord.py's parser; return True if it does.

    discord.py's parser builds an object for each component of the message. Without it an answer
    takes 0.26 ms less, a quarter of its processor time with 64 answers at a time. If the parser
    can't be replaced, discord.py calls the client's public `on_interaction`.
    """
    if _replace_parsers(client, {"INTERACTION_CREATE": handle}):
        return True
    log.warning(
        "slower parsing, because discord.py's internals changed", version=discord.__version__
    )
    return False


def intercept_messages(client: discord.Client, handle: Callable[[dict[str, Any]], None]) -> bool:
    """Make *handle* receive new messages instead of discord.py's parser; return True if it does.

    Edits and deletions are dropped, too, before discord.py builds objects for them. Its parser
    can't be used without a cache of servers: it takes a message in a server for a direct message.
    """
    dropped = ("MESSAGE_UPDATE", "MESSAGE_DELETE", "MESSAGE_DELETE_BULK")
    if _replace_parsers(client, {"MESSAGE_CREATE": handle, **dict.fromkeys(dropped, _drop)}):
        return True
    log.warning(
        "mentions turned off, because discord.py's internals changed", version=discord.__version__
    )
    return False


def _drop(_: dict[str, Any]) -> None:
    """Ignore an event."""


def _replace_parsers(
    client: discord.Client, handlers: dict[str, Callable[[dict[str, Any]], None]]
) -> bool:
    """Make *handlers* replace discord.py's parsers of these events; return True if they do."""
    parsers = getattr(getattr(client, "_connection", None), "parsers", None)
    if not isinstance(parsers, dict) or not handlers.keys() <= parsers.keys():
        return False
    parsers.update(handlers)
    return True
