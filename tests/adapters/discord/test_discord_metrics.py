"""Metrics and logs of answers on Discord, and the secrets that never appear in them."""

import json

import pytest
from bot_monitoring import logging_json, monitor_bot
from discord_server.crossroads_bot import serve_discord
from discord_server.server import LoopbackDiscord

import bot.commands
from bot.app import App, CommandContext
from bot.command import Example, command
from bot.registry import discover_commands
from bot.reply import Reply

MARKED = "marked-secret-text"


async def test_an_interaction_a_write_and_the_gateway_are_counted(keeping: App) -> None:
    async with (
        LoopbackDiscord(shards=1) as discord,
        serve_discord(keeping, discord),
        monitor_bot(keeping) as watcher,
    ):
        await discord.declared()
        await (await discord.slash("quiz", {"name": "hire"})).answer()
        await (await discord.slash("salary", {"role": "ml-engineer"})).answer()
        seen = await watcher.figures()
    quiz = "crossroads_interactions_total{command=quiz,outcome=done,platform=discord}"
    assert seen[quiz] == 1
    assert seen["crossroads_ack_seconds_count{platform=discord}"] == 2
    assert seen["crossroads_answer_seconds_count{platform=discord}"] == 2
    assert seen["crossroads_database_commit_seconds_count{}"] >= 1
    assert seen["crossroads_gateway_connected{platform=discord,shard=0}"] == 1
    assert seen["crossroads_gateway_identifies_remaining{platform=discord}"] == 1000
    assert seen["crossroads_platform_requests_total{platform=discord,status=200}"] >= 3
    assert seen["process_resident_memory_bytes{}"] > 0


async def test_rate_limits_and_invalid_requests_are_told_apart(app: App) -> None:
    fresh = App(app.content)
    async with (
        LoopbackDiscord() as discord,
        serve_discord(fresh, discord),
        monitor_bot(fresh) as watcher,
    ):
        await discord.declared()
        discord.faults.limit("callback", scope="shared")
        discord.faults.limit("callback", scope="user")
        await (await discord.slash("salary")).answer()
        seen = await watcher.figures()
    limited = "crossroads_platform_rate_limited_total{platform=discord,scope=%s}"
    assert (seen[limited % "shared"], seen[limited % "user"]) == (1, 1)
    assert seen["crossroads_platform_invalid_requests_total{platform=discord}"] == 1


@command(Example("burn", shows=("",)))
async def burn(context: CommandContext) -> Reply:
    """Raise an error halfway."""
    raise ZeroDivisionError(MARKED)


def burning(app: App) -> App:
    return App(app.content, {**discover_commands(bot.commands), "burn": vars(burn)["command"]})


async def test_a_users_incident_is_the_id_of_the_one_line_and_the_traceback(
    app: App, capsys: pytest.CaptureFixture[str]
) -> None:
    with logging_json():
        async with LoopbackDiscord() as discord, serve_discord(burning(app), discord):
            await discord.declared()
            answer = await (await discord.slash("burn")).answer()
            await (await discord.slash("salary")).answer()
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    [bug] = [line for line in lines if line["event"] == "bug"]
    assert f"Incident {bug['interaction']}" in answer.text
    answered = {line["command"]: line for line in lines if line["event"] == "answered"}
    assert answered["burn"]["interaction"] == bug["interaction"]
    assert answered["burn"]["outcome"] == "bug"
    assert answered["salary"]["interaction"] != bug["interaction"]
    assert len([line for line in lines if line["event"] == "answered"]) == 2


async def test_what_members_type_who_they_are_and_tokens_are_not_logged(
    keeping: App, capsys: pytest.CaptureFixture[str]
) -> None:
    with logging_json():
        async with LoopbackDiscord(token=f"token-{MARKED}") as discord:
            discord.user.name = f"name-{MARKED}"
            async with serve_discord(keeping, discord):
                await discord.declared()
                for options in ({"question": MARKED}, {"question": f"do I need a {MARKED}?"}):
                    await (await discord.slash("ask", options)).answer()
                refused = await (await discord.slash("quiz", {"answers": MARKED})).answer()
                discord.faults.fail("callback", 400, times=1)
                broken = await (await discord.slash("ask", {"question": MARKED})).answer()
    assert refused.text
    assert "Incident" in broken.text
    written = capsys.readouterr()
    assert written.err.count('"answered"') == 4
    assert MARKED not in written.err + written.out
    assert str(discord.user.id) not in written.err + written.out
