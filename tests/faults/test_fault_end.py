"""SIGTERM under load: pending answers are sent, and the process ends within 8 s."""

import asyncio
import signal
from pathlib import Path

import pytest
from discord_server.basics import User
from discord_server.played_interaction import PlayedInteraction
from discord_server.server import LoopbackDiscord
from fault_matrix import Observe
from processes import discord_bot, slack_bot
from processes.discord_load import Load
from slack_server.plain_text import visible_text
from slack_server.server import LoopbackSlack

UNDER_WAY = 64
WITHIN = 8.0  # seconds


@pytest.mark.fault("SIGTERM under load")
async def test_sixty_four_answers_under_way_are_given_on_discord(
    tmp_path: Path, observed: Observe
) -> None:
    async with LoopbackDiscord() as discord, discord_bot.discord_process(discord, tmp_path) as run:
        await discord.ready(within=30)
        load = Load(discord, members=UNDER_WAY // 2, seed=1)
        discord.faults.slow("callback", 1, times=None)
        async with load.running():
            await discord.until(lambda: discord.counters["callback"] >= UNDER_WAY // 2, "a load")
        before = discord.counters["callback"]
        asked = [await salary(discord, User(f"m{each}")) for each in range(UNDER_WAY // 2)]
        more = UNDER_WAY // 2
        await discord.until(lambda: discord.counters["callback"] >= before + more, "all under way")
        run.send_signal(signal.SIGTERM)
        out, err = await asyncio.wait_for(run.communicate(), WITHIN)
        for each in asked:
            assert "KORE1" in (await each.answer()).text
        assert not discord.missed
    assert run.returncode == 0
    assert b"Traceback" not in out + err
    assert load.lost(f"sqlite:///{tmp_path}/crossroads.db") == []
    observed(f"Discord: stopped within {WITHIN:.0f} s with exit code 0, after sending every answer")


async def salary(discord: LoopbackDiscord, user: User) -> PlayedInteraction:
    return await discord.slash("salary", user=user)


@pytest.mark.fault("SIGTERM under load")
async def test_sixty_four_answers_under_way_are_given_on_slack(
    tmp_path: Path, observed: Observe
) -> None:
    async with LoopbackSlack() as slack, slack_bot.slack_process(slack, tmp_path) as run:
        await slack.connected(seconds=30)
        shown = await (await slack.slash("/salary", "ml")).message()
        slack.fail("response_url", delay=1, times=None)
        asked = [await slack.click(shown, text="By year") for _ in range(UNDER_WAY)]
        await slack.until(lambda: slack.world.counts["response_url"] >= UNDER_WAY, "a load")
        run.send_signal(signal.SIGTERM)
        out, err = await asyncio.wait_for(run.communicate(), WITHIN)
        for each in asked:
            await each.ack()
        answers = [body for body in slack.calls("response_url") if "2023" in str(body["blocks"])]
        assert len(answers) == UNDER_WAY
        assert "2023" in visible_text(shown.blocks)
        assert not slack.missed
    assert run.returncode == 0
    assert b"Traceback" not in out + err
    observed(f"Slack: stopped within {WITHIN:.0f} s with exit code 0, after sending every answer")
