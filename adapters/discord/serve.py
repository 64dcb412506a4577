"""The bot on Discord, with the shards that are set or claimed."""

import asyncio
from functools import partial
from typing import Literal

from discord.http import Route

from adapters.discord.client import Client
from adapters.discord.lifecycle import listened, lived
from adapters.discord.sharding.coordinator import Claims
from adapters.discord.watch import TAG, Shards
from bot.app import App


async def serve(
    app: App,
    token: str,
    base: str,
    stop: asyncio.Event,
    shards: Shards | Literal["auto"] | None = None,
) -> None:
    """Serve until *stop* is set, waiting for Discord as long as it is out of reach.

    *base* is the address of the API; without *shards*, all are served, with "auto" those that no
    other instance on the same database serves. Raises ConfigurationError if only an admin can
    help.
    """
    Route.BASE = base.rstrip("/")

    def made() -> Client:
        client = Client(app, None if shards == "auto" else shards)
        app.health.readiness_checks[TAG] = client.health
        return client

    async def claimed(client: Client) -> None:
        await Claims(app, client, token).run(stop)

    await lived(
        made, claimed if shards == "auto" else partial(listened, token=token, stop=stop), stop
    )
