"""Two instances on one database, each with shards of its own."""

import asyncio

import pytest
from discord_server.basics import User
from discord_server.crossroads_bot import serve_discord
from discord_server.server import LoopbackDiscord
from discord_server.world import Guild

from bot.app import App
from bot.ops.settings import Settings
from content import Content
from storage import Store


def guild_of(shard: int) -> Guild:
    """Return a server that belongs to *shard*, one of two."""
    while (guild := Guild(f"of {shard}")).id >> 22 & 1 != shard:
        pass
    return guild


def instance(content: Content, url: str) -> App:
    return App(content, open_store=lambda: Store.open(url))


def answered(app: App) -> float:
    samples = (s for each in app.metrics.registry.collect() for s in each.samples)
    return sum(s.value for s in samples if s.name == "crossroads_interactions_total")


async def test_each_instance_answers_for_its_shard_and_parts_no_others(
    content: Content, url: str
) -> None:
    one, two = instance(content, url), instance(content, url)
    async with LoopbackDiscord(shards=2) as discord:
        left, right, gone = (discord.add_guild(guild_of(shard)) for shard in (0, 1, 0))
        async with (
            serve_discord(one, discord, (range(1), 2)),
            serve_discord(two, discord, (range(1, 2), 2), sessions=2),
        ):
            for guild in (left, right, right, gone):
                user = User(guild.name)
                played = await discord.slash("quiz", {"name": "hire"}, guild=guild, user=user)
                assert "0 of 10" in (await played.answer()).text
            assert (answered(one), answered(two)) == (2, 2)
            assert "1 of 1 shard" in (await one.health.check_readiness())["discord"].message
        await discord.remove_guild(gone.id)
        async with serve_discord(one, discord, (range(1), 2)):
            store = await one.store()
            kept = frozenset({f"discord:{left.id}", f"discord:{right.id}"})
            async with asyncio.timeout(10):
                while await store.list_communities() != kept:  # noqa: ASYNC110  # nobody tells
                    await asyncio.sleep(0.01)
    await one.close()
    await two.close()


@pytest.mark.parametrize("wrong", ["4", "0-8/8", "3-2/8", "a-b/c", "0-1", "-1-2/3"])
def test_a_range_that_makes_no_sense_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="must be auto or look like 0-3/8"):
        Settings(CROSSROADS_SHARDS=wrong)


def test_a_range_of_shards() -> None:
    assert Settings(CROSSROADS_SHARDS="4-7/8").shard_range() == (range(4, 8), 8)
    assert Settings().shard_range() is None
