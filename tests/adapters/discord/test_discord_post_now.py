"""Posting at once on Discord: the tip is there within two seconds, and the answer links to it."""

import time
from collections.abc import AsyncIterator

import pytest
from discord_server.crossroads_bot import serve_discord
from discord_server.members import Invoker
from discord_server.server import LoopbackDiscord
from discord_server.start_button import press_start
from running_scheduler import running_scheduler

from bot.app import App

BY: Invoker = {"permissions": 1 << 5}
SECONDS = 2.0


@pytest.fixture
async def discord(keeping: App) -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord() as platform, serve_discord(keeping, platform):
        yield platform
        assert not platform.missed
        assert not platform.unsafe_mentions


async def start_tips(discord: LoopbackDiscord) -> None:
    await (await discord.slash("tips starter", **BY)).answer()
    when = {"day": "Monday", "time": "9:00", "zone": "UTC"}
    given = {"channel": str(discord.guild.channel.id), **when}
    preview = await (await discord.slash("schedule new", given, **BY)).answer()
    assert "Started" in (await press_start(discord, preview, **BY)).text


async def test_a_tip_is_out_within_two_seconds_and_the_answer_links_to_it(
    keeping: App, discord: LoopbackDiscord
) -> None:
    await start_tips(discord)
    async with running_scheduler(keeping):
        asked = await (await discord.slash("schedule post-now", **BY)).answer()
        before = len(discord.guild.channel.messages)
        began = time.monotonic()
        done = await (await discord.click(asked, "Post it now", **BY)).answer()
        took = time.monotonic() - began
    posted = discord.guild.channel.messages[before:]
    [tip] = [each for each in posted if "Tip of the week" in each.text]
    place = f"{discord.guild.id}/{discord.guild.channel.id}/{tip.id}"
    assert f"https://discord.com/channels/{place}" in done.text
    assert "Posted in" in done.text
    assert took < SECONDS


async def test_without_a_scheduler_in_this_process_the_tip_is_on_its_way(
    discord: LoopbackDiscord,
) -> None:
    await start_tips(discord)
    asked = await (await discord.slash("schedule post-now", **BY)).answer()
    done = await (await discord.click(asked, "Post it now", **BY)).answer()
    assert "on its way" in done.text
