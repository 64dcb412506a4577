"""Serving the App on Discord, on all shards or on some."""

import asyncio
from functools import partial
from typing import Literal

from adapters.discord.client import Client, ShardRange
from adapters.discord.commands import PLATFORM
from adapters.discord.internals import set_api_base
from adapters.discord.lifecycle import run_client, run_with_reconnects
from adapters.discord.sharding.coordinator import ShardCoordinator
from bot.app import App


async def serve(  # noqa: PLR0913  # by keyword
    app: App,
    token: str,
    base: str,
    stop: asyncio.Event,
    shards: ShardRange | Literal["auto"] | None = None,
    *,
    reads_messages: bool = True,
) -> None:
    """Run the bot on Discord until *stop* is set; while Discord can't be reached, wait and retry.

    *base* is the API's address. *shards* are the shards to serve: None means all, and "auto" those
    that no other instance on the same database serves. With *reads_messages*, direct messages and
    mentions are answered. Raise ConfigurationError if Discord refuses the token or the settings,
    since only an admin can correct them.
    """
    set_api_base(base)

    def create_client() -> Client:
        own = None if shards == "auto" else shards
        client = Client(app, own, reads_messages=reads_messages)
        app.health.readiness_checks[PLATFORM] = client.health
        return client

    async def coordinate(client: Client) -> None:
        await ShardCoordinator(app, client, token).run(stop)

    run = coordinate if shards == "auto" else partial(run_client, token=token, stop=stop)
    await run_with_reconnects(create_client, run, stop)
