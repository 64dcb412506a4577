"""Platforms break a running bot's connection or revoke its token."""

from pathlib import Path

import pytest
from discord_server.crossroads_bot import serve_discord
from discord_server.server import LoopbackDiscord
from fault_matrix import Observe
from processes.bot_process import wait_for_end
from processes.discord_bot import discord_process

from adapters.discord import client
from bot.app import App


async def answers(discord: LoopbackDiscord) -> bool:
    return "KORE1" in (await (await discord.slash("salary")).answer()).text


@pytest.mark.fault("zombie heartbeat")
async def test_a_gateway_that_says_nothing_any_more_is_left(
    app: App, observed: Observe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "HEARTBEAT_TIMEOUT", 1.0)
    async with LoopbackDiscord(heartbeat=0.4) as discord, serve_discord(app, discord):
        await discord.until(lambda: discord.counters["heartbeats"] >= 2, "heartbeats")
        discord.gateway.acknowledges = False
        await discord.until(lambda: discord.counters["connections"] == 2, "another line", 15)
        discord.gateway.acknowledges = True
        await discord.until(lambda: discord.counters["resumes"] >= 1, "a resume")
        await discord.ready()
        assert await answers(discord)
        assert discord.counters["identifies"] == 1
    observed(
        "the bot dropped the connection and resumed the session with 0 more identifies, and "
        "answered commands"
    )


@pytest.mark.fault("bad token mid-run")
async def test_a_token_that_is_reset_ends_the_bot_with_words(
    tmp_path: Path, observed: Observe
) -> None:
    async with LoopbackDiscord() as discord:
        async with discord_process(discord, tmp_path, DISCORD_TOKEN=discord.token) as run:
            await discord.ready(within=30)
            assert await answers(discord)
            discord.platform.token = "another"  # noqa: S105  # of nothing
            await discord.gateway.drop()
            code, said = await wait_for_end(run)
        assert code == 78
        assert "DISCORD_TOKEN" in said
        assert "Traceback" not in said
        assert discord.counters["invalid requests"] <= 2
    observed(
        f"Discord: the bot stopped with exit code {code}, named DISCORD_TOKEN, and didn't try again"
    )
