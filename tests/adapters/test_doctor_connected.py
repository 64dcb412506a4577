"""The doctor checks the channels of schedules on both platforms while no bot runs."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest
from discord_server.server import LoopbackDiscord
from scheduler_harness import PLAN
from slack_server.crossroads_bot import settings
from slack_server.server import LoopbackSlack

from adapters import discord, slack
from bot.app import App
from bot.ops.health import State
from bot.tips.health import offline_check
from bot.tips.recurrence import next_due
from content import Content
from storage import Store


@pytest.fixture
async def both() -> AsyncIterator[tuple[LoopbackDiscord, LoopbackSlack]]:
    async with LoopbackDiscord() as there, LoopbackSlack() as here:
        here.grant(*slack.SCOPES)
        yield there, here


async def test_what_each_platform_would_refuse_is_named(
    content: Content, database: str, both: tuple[LoopbackDiscord, LoopbackSlack]
) -> None:
    there, here = both
    room = there.guild.add_channel("tips")
    async with await Store.open(database) as store:
        now = datetime.now(UTC)
        queue = await store.queues.get_or_create("slack:T1")
        for community, channel in (
            (f"discord:{there.guild.id}", f"discord:{room.id}"), ("slack:T1", "slack:T1/C1"),
            ("slack:T1", "slack:T1/C2"),
        ):  # fmt: skip
            plan = replace(PLAN, community=community, channel=channel, pin=False, thread=False)
            await store.schedules.add(queue, plan, "slack:T1/UADMIN", now, next_due(plan, now))
    reach = {
        "discord": partial(discord.open_platform, there.token, there.api_base),
        "slack": partial(slack.open_platform, settings(here)),
    }
    check = offline_check(App(content), database, reach)
    found = await check()
    assert found.state is State.WARNING
    assert "3 schedules" in found.message
    assert "slack:T1/C2: I'm not in #c2" in found.message
    assert "slack:T1/C1" not in found.message
    here.world.channels["C2"].members.add("UBOT")
    there.guild.bot_permissions &= ~(1 << 11)
    there.guild.roles[there.guild.id].permissions &= ~(1 << 11)
    assert f"discord:{room.id}: I need the Send Messages permission" in (await check()).message
    wrong = {**reach, "discord": partial(discord.open_platform, "wrong", there.api_base)}
    assert (await offline_check(App(content), database, wrong)()).state is State.OK
    assert there.gateway.budget == LoopbackDiscord().gateway.budget
