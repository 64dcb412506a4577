"""Shard leases in this process: without the database, and as admins see them."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta

import pytest
from databases.postgres_sql import run
from discord_server.server import LoopbackDiscord

from adapters.discord import serve
from adapters.discord.sharding import lease as shard_lease
from adapters.shared.contract import ConfigurationError
from bot.app import App
from bot.ops.health import Finding, State
from bot.ops.settings import Settings
from bot.reply import Reply
from content import Content
from storage import Store


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shard_lease, "LEASE_SECONDS", 3.0)
    monkeypatch.setattr(shard_lease, "SESSION_START_INTERVAL", 0.05)


@asynccontextmanager
async def claiming(
    content: Content, url: str, discord: LoopbackDiscord, wait: float = 5
) -> AsyncIterator[App]:
    """Run an instance in this process; it waits *wait* seconds for its database."""
    app, stop = App(content, open_store=lambda: Store.open(url, wait=wait)), asyncio.Event()
    bot = asyncio.create_task(serve(app, discord.token, discord.api_base, stop, "auto"))
    try:
        yield app
    finally:
        stop.set()
        try:
            await asyncio.wait_for(bot, 30)
        finally:
            await app.close()


@contextmanager
def no_connections(url: str) -> Iterator[None]:
    """Make the database refuse connections inside the block, as if its server were down."""
    server, _, name = url.rpartition("/")
    other = f"{server}/postgres"
    run(
        other,
        f"ALTER DATABASE {name} ALLOW_CONNECTIONS false",
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",  # noqa: S608
    )
    try:
        yield
    finally:
        run(other, f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


async def found(app: App, state: State, words: str) -> Finding:
    """Wait until the check of Discord has this state and these words; return its finding."""
    async with asyncio.timeout(30):
        while True:
            now = (await app.health.check_readiness()).get("discord")
            if now and now.state is state and words in now.message:
                return now
            await asyncio.sleep(0.02)


def metrics(app: App) -> str:
    return app.metrics.exposition()[0].decode()


async def test_without_the_database_an_instance_falls_silent_before_its_lease_ends(
    content: Content, postgres_url: str
) -> None:
    async with LoopbackDiscord(shards=2) as discord:
        async with claiming(content, postgres_url, discord, wait=0.5) as app:
            await found(app, State.OK, "2 of 2 shards")
            with no_connections(postgres_url):
                gone = await found(app, State.BROKEN, "")
                assert "password" not in gone.message
                await discord.until(lambda: discord.gateway.connected == 0, "silence", 30)
            await discord.ready(2, 30)
            await found(app, State.OK, "2 of 2 shards")
        assert discord.counters["shards served twice"] == 0
        assert discord.gateway.connected == 0


async def test_who_comes_second_is_well_while_there_is_nothing_to_claim(
    content: Content, postgres_url: str
) -> None:
    async with (
        LoopbackDiscord() as discord,
        claiming(content, postgres_url, discord) as one,
    ):
        await found(one, State.OK, "1 of 1 shard")
        async with claiming(content, postgres_url, discord) as two:
            await found(two, State.OK, "0 of 1 shard")
            channel, tip = discord.guild.channel, Reply("A tip.")
            await two.platforms["discord"].post(f"discord:{channel.id}", tip, "key")
            assert "A tip." in discord.messages(channel)[0].text
            for app, here in ((one, 1), (two, 0)):
                assert f'shards_claimed{{platform="discord"}} {here}.0' in metrics(app)
        assert discord.counters["identifies"] == 1
        assert discord.counters["commands_put"] == 1


async def test_a_shard_that_is_given_up_is_not_told_of_any_more(
    content: Content, postgres_url: str
) -> None:
    async with (
        LoopbackDiscord(shards=2) as discord,
        claiming(content, postgres_url, discord) as one,
    ):
        await found(one, State.OK, "2 of 2 shards")
        async with claiming(content, postgres_url, discord) as two:
            await found(one, State.OK, "1 of 2 shards")
            await found(two, State.OK, "1 of 2 shards")
            told = [app for app in (one, two) if 'connected{platform="discord",shard="0"}' in
                    metrics(app)]  # fmt: skip
            assert len(told) == 1


async def test_a_token_that_was_reset_ends_it_and_leaves_its_shards_to_others(
    content: Content, postgres_url: str
) -> None:
    app, never = App(content, open_store=lambda: Store.open(postgres_url)), asyncio.Event()
    async with LoopbackDiscord() as discord:
        bot = asyncio.create_task(serve(app, discord.token, discord.api_base, never, "auto"))
        await discord.ready()
        await discord.gateway.close(4004)
        with pytest.raises(ConfigurationError, match="DISCORD_TOKEN"):
            await asyncio.wait_for(bot, 30)
        async with await Store.open(postgres_url) as store:
            assert (await store.shards.renew("another", 1, timedelta(minutes=1))).shards == {0}
    await app.close()


def test_claims_need_the_database_that_all_share() -> None:
    with pytest.raises(ValueError, match="needs a DATABASE_URL=postgresql"):
        Settings(CROSSROADS_SHARDS="auto")
    shared = Settings(CROSSROADS_SHARDS="auto", DATABASE_URL="postgresql://h/d")
    assert shared.shard_range() == "auto"
