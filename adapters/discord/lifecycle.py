"""A client's life: log in, listen, drain, close; and again while Discord is out of reach."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import aiohttp
import discord
import structlog

from adapters.discord.client import PATIENCE, Client, wait_for_budget
from adapters.shared.contract import ConfigurationError

log = structlog.get_logger("crossroads.discord")

_LOGIN = "Discord does not take DISCORD_TOKEN: copy it anew from the developer portal, page Bot."
_OUT_OF_REACH = (
    discord.HTTPException,
    discord.GatewayNotFound,
    aiohttp.ClientError,
    OSError,
)
_FATAL = {
    4004: _LOGIN,
    4010: "Discord refuses the shard that was asked for.",
    4011: "Discord wants more shards for so many servers: see CROSSROADS_SHARDS.",
    4012: "Discord no longer speaks this version of its gateway: upgrade the bot.",
    4013: "Discord does not know the intents that were asked for: upgrade the bot.",
    4014: "Discord does not grant the intents that were asked for.",
}


async def lived(
    make: Callable[[], Client], use: Callable[[Client], Awaitable[None]], stop: asyncio.Event
) -> None:
    """*use* a client; with another one after a while, as long as Discord is out of reach."""
    pause = 1.0
    while not stop.is_set():
        try:
            async with make() as client:
                await use(client)
                return
        except _OUT_OF_REACH as error:
            log.warning("Discord can't be reached", detail=str(error), again_in=pause)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)
        pause = min(pause * 2, PATIENCE)


async def listened(client: Client, token: str, stop: asyncio.Event) -> None:
    """Log in and listen until *stop* is set, then let answers under way end."""
    ending = asyncio.create_task(stop.wait())
    living = asyncio.create_task(_listen(client, token))
    try:
        await asyncio.wait({ending, living}, return_when=asyncio.FIRST_COMPLETED)
        await client.drain()
    finally:
        ending.cancel()
        living.cancel()  # before its session is closed, which it would take for a fault
        await client.close()
    with suppress(asyncio.CancelledError):
        await living


async def logged_in(client: Client, token: str) -> None:
    """Log in; raises ConfigurationError where Discord does not take the token."""
    try:
        await client.login(token)
    except discord.LoginFailure as error:
        raise ConfigurationError(_LOGIN) from error


async def _listen(client: Client, token: str) -> None:
    try:
        await logged_in(client, token)
        await wait_for_budget(client)
        await client.connect()
    except discord.ConnectionClosed as error:
        raise ConfigurationError(
            _FATAL.get(error.code, f"Discord closed with {error.code}.")
        ) from error
    except discord.PrivilegedIntentsRequired as error:
        raise ConfigurationError(_FATAL[4014]) from error
