"""Running a client: log in, connect, reconnect, and close after the answers in progress."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import aiohttp
import discord

from adapters.discord.client import Client
from adapters.shared.contract import ConfigurationError
from adapters.shared.retry import connect

_DRAIN_TIMEOUT = 7.0  # seconds that a stopping bot waits for answers in progress
_LOGIN_REFUSED = (
    "Discord rejected DISCORD_TOKEN. Get a new one on the Bot page of the developer portal."
)
_CONNECTION_ERRORS = (
    discord.HTTPException,
    discord.GatewayNotFound,
    aiohttp.ClientError,
    OSError,
)
_FATAL_CLOSE_CODES = {
    4004: _LOGIN_REFUSED,
    4010: "Discord rejected the shard number.",
    4011: "Discord wants more shards for this many servers. See CROSSROADS_SHARDS.",
    4012: "Discord no longer supports this gateway version. Upgrade the bot.",
    4013: "Discord doesn't recognize the requested intents. Upgrade the bot.",
    4014: "Discord doesn't grant the requested intents. See the Bot page of the developer portal.",
}


async def run_with_reconnects(
    create_client: Callable[[], Client],
    run: Callable[[Client], Awaitable[None]],
    stop: asyncio.Event,
) -> None:
    """Create a client and await ``run(client)``.

    If that fails because Discord can't be reached, wait and repeat with a new client, until *stop*
    is set.
    """

    async def attempt() -> None:
        async with create_client() as client:
            await run(client)

    await connect("Discord", attempt, _CONNECTION_ERRORS, stop)


async def run_client(client: Client, token: str, stop: asyncio.Event) -> None:
    """Log in and answer until *stop* is set, then finish the answers in progress and disconnect."""
    stopping = asyncio.create_task(stop.wait())
    connection = asyncio.create_task(_connect(client, token))
    try:
        await asyncio.wait({stopping, connection}, return_when=asyncio.FIRST_COMPLETED)
        await client.drain(_DRAIN_TIMEOUT)
    finally:
        stopping.cancel()
        connection.cancel()  # before close(): a closed session would look like a lost connection
        await client.close()
    with suppress(asyncio.CancelledError):
        await connection


async def log_in(client: Client, token: str) -> None:
    """Log *client* in with *token*; raise ConfigurationError if Discord refuses the token."""
    try:
        await client.login(token)
    except discord.LoginFailure as error:
        raise ConfigurationError(_LOGIN_REFUSED) from error


async def _connect(client: Client, token: str) -> None:
    try:
        await log_in(client, token)
        await client.wait_for_identify_budget()
        await client.connect()
    except discord.ConnectionClosed as error:
        message = _FATAL_CLOSE_CODES.get(error.code, f"Discord closed with {error.code}.")
        raise ConfigurationError(message) from error
    except discord.PrivilegedIntentsRequired as error:
        raise ConfigurationError(_FATAL_CLOSE_CODES[4014]) from error
