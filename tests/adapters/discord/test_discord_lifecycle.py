"""Start, disconnects, rate limits and clean shutdown of the bot on Discord."""

import asyncio
import gc
import signal
import sqlite3
from pathlib import Path

import pytest
from discord_server.basics import User
from discord_server.crossroads_bot import serve_discord
from discord_server.server import LoopbackDiscord
from discord_server.world import Guild
from fault_matrix import Observe
from processes.bot_process import wait_for_end
from processes.discord_bot import discord_process
from structlog.testing import capture_logs

from adapters.discord import serve
from adapters.shared.contract import ConfigurationError
from bot.app import App
from content import Content
from storage import Store


async def answers(discord: LoopbackDiscord) -> bool:
    return "quiz" in (await (await discord.slash("help")).answer()).text


@pytest.mark.fault("bad token at the start")
async def test_a_wrong_token_ends_with_words_and_the_code_for_configuration(
    tmp_path: Path, observed: Observe
) -> None:
    wrong = {"DISCORD_TOKEN": "wrong-secret"}
    async with LoopbackDiscord() as discord, discord_process(discord, tmp_path, **wrong) as run:
        code, said = await wait_for_end(run)
    assert code == 78
    assert "DISCORD_TOKEN" in said
    assert "wrong-secret" not in said
    assert "Traceback" not in said
    observed(f"the bot stopped with exit code {code} and named DISCORD_TOKEN without showing it")


FATAL = [
    pytest.param(4004, marks=pytest.mark.fault("close 4004")),
    *(4010, 4011, 4012, 4013),
    pytest.param(4014, marks=pytest.mark.fault("close 4014")),
]


@pytest.mark.parametrize("code", FATAL)
async def test_a_fatal_close_ends_the_bot(app: App, code: int, observed: Observe) -> None:
    async with LoopbackDiscord() as discord:
        bot = asyncio.create_task(serve(app, discord.token, discord.api_base, asyncio.Event()))
        await discord.ready()
        await discord.gateway.close(code)
        with pytest.raises(ConfigurationError, match="Discord"):
            await asyncio.wait_for(bot, 5)
        assert discord.counters["identifies"] == 1
        observed(
            "after 1 identify, the bot stopped with a message for the admin and never reconnected"
        )


async def test_told_to_end_it_finishes_what_is_under_way(tmp_path: Path) -> None:
    async with LoopbackDiscord() as discord, discord_process(discord, tmp_path) as run:
        await discord.ready()
        held = discord.faults.hold("callback")
        played = await discord.slash("quiz", {"name": "hire"})
        await held.waiting.wait()
        run.send_signal(signal.SIGTERM)
        held.release()
        assert "0 of 10" in (await played.answer()).text
        code, said = await wait_for_end(run)
    assert code == 0
    assert "Traceback" not in said


@pytest.mark.fault("gateway drop", "op 7")
async def test_a_dropped_line_is_resumed_and_costs_no_identify(app: App, observed: Observe) -> None:
    async with LoopbackDiscord() as discord, serve_discord(app, discord):
        await discord.gateway.drop()
        await discord.until(lambda: discord.counters["resumes"] == 1, "a resume")
        assert await answers(discord)
        await discord.gateway.reconnect()
        await discord.until(lambda: discord.counters["resumes"] == 2, "another resume")
        assert await answers(discord)
        assert discord.counters["identifies"] == 1
        observed(
            f"the session resumed with {discord.counters['identifies'] - 1} more identifies, and "
            "the bot answered commands"
        )


@pytest.mark.fault("op 9 true")
async def test_a_session_that_can_be_resumed_is_resumed(app: App, observed: Observe) -> None:
    async with LoopbackDiscord() as discord, serve_discord(app, discord):
        await discord.gateway.invalidate(resumable=True)
        await discord.until(lambda: discord.counters["connections"] == 2, "a connection", 15)
        await discord.ready()
        assert await answers(discord)
        assert discord.counters["identifies"] == 1
        observed(
            f"the session resumed with {discord.counters['identifies'] - 1} more identifies, and "
            "the bot answered commands"
        )


@pytest.mark.fault("op 9 false")
async def test_a_lost_session_is_begun_anew(app: App, observed: Observe) -> None:
    async with LoopbackDiscord() as discord, serve_discord(app, discord):
        await discord.gateway.invalidate(resumable=False)
        await discord.until(lambda: discord.counters["identifies"] == 2, "an identify", 15)
        await discord.ready()
        assert await answers(discord)
        observed(
            f"a new session started with {discord.counters['identifies'] - 1} more identify, and "
            "the bot answered commands"
        )


async def test_no_start_is_spent_when_few_are_left(app: App) -> None:
    async with LoopbackDiscord() as discord:
        discord.gateway.budget = 20
        stop = asyncio.Event()
        bot = asyncio.create_task(serve(app, discord.token, discord.api_base, stop))
        await discord.until(lambda: discord.counters["gateway_bot"] == 1, "a look at the budget")
        await asyncio.sleep(0.1)
        assert discord.counters["connections"] == 0
        stop.set()
        await asyncio.wait_for(bot, 5)


@pytest.mark.parametrize("steps", [0, 1, 2, 4, 8, 16])
@pytest.mark.parametrize("route", ["me", "commands_get", "gateway_bot"])
async def test_told_to_end_while_it_starts_it_ends(app: App, route: str, steps: int) -> None:
    async with LoopbackDiscord() as discord:
        held = discord.faults.hold(route)
        stop = asyncio.Event()
        bot = asyncio.create_task(serve(app, discord.token, discord.api_base, stop))
        await held.waiting.wait()
        held.release()
        for _ in range(steps):  # steps of the event loop until the next request is sent
            await asyncio.sleep(0)
        stop.set()
        await asyncio.wait_for(bot, 5)
    gc.collect()  # warns about connections that are still open


async def test_told_to_end_before_the_gateway_greets_it_leaves_no_connection_open(app: App) -> None:
    async with LoopbackDiscord() as discord:
        discord.gateway.greets = False
        stop = asyncio.Event()
        bot = asyncio.create_task(serve(app, discord.token, discord.api_base, stop))
        await discord.until(lambda: discord.counters["connections"] == 1, "a connection")
        stop.set()
        await asyncio.wait_for(bot, 5)
        await discord.until(lambda: not discord.gateway.lines, "the end of the connection")
    gc.collect()  # warns about connections that are still open


async def test_discord_out_of_reach_at_the_start_is_waited_for(app: App) -> None:
    async with LoopbackDiscord() as discord:
        discord.faults.fail("me", 503, times=1)
        async with serve_discord(app, discord):
            assert await answers(discord)


async def test_commands_are_declared_once_and_again_when_they_change(
    app: App,
) -> None:
    async with LoopbackDiscord() as discord:
        for _ in range(2):
            async with serve_discord(app, discord):
                assert await answers(discord)
        assert discord.counters["commands_put"] == 1
        fewer = {name: each for name, each in app.commands.items() if name != "roadmap"}
        async with serve_discord(App(app.content, fewer), discord):
            assert await answers(discord)
        assert discord.counters["commands_put"] == 2
        assert "roadmap" not in [each["name"] for each in discord.commands]


async def test_undeclared_commands_do_not_keep_the_bot_from_serving(app: App) -> None:
    async with LoopbackDiscord() as discord:
        async with serve_discord(app, discord):
            pass
        discord.faults.fail("commands_get", 503)
        async with serve_discord(app, discord):
            assert await answers(discord)


async def test_servers_that_the_bot_was_removed_from_are_parted(keeping: App) -> None:
    async with LoopbackDiscord() as discord:
        gone, kept = discord.add_guild(Guild("gone")), discord.guild
        async with serve_discord(keeping, discord):
            for guild in (gone, kept):
                user = User(guild.name)
                await (
                    await discord.slash("quiz", {"name": "hire"}, guild=guild, user=user)
                ).answer()
        store = await keeping.store()
        assert await store.list_communities() == {f"discord:{gone.id}", f"discord:{kept.id}"}
        await discord.remove_guild(gone.id)
        async with serve_discord(keeping, discord):
            async with asyncio.timeout(10):
                while await store.list_communities() != {f"discord:{kept.id}"}:  # noqa: ASYNC110  # untold
                    await asyncio.sleep(0.01)


class SlowStore(Store):
    """A store that takes 0.1 seconds to list its communities."""

    async def list_communities(self) -> frozenset[str]:
        await asyncio.sleep(0.1)
        return await super().list_communities()


async def test_told_to_end_while_it_looks_who_is_gone_nothing_fails(
    content: Content, database: str
) -> None:
    app = App(content, open_store=lambda: SlowStore.open(database))
    await app.store()
    with capture_logs() as lines:
        async with LoopbackDiscord() as discord, serve_discord(app, discord):
            pass
        await app.close()
        await asyncio.sleep(0.2)
    assert [line["event"] for line in lines if line["log_level"] == "error"] == []


async def test_a_database_of_a_newer_version_stops_the_start_with_words(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "crossroads.db")
    database.execute("create table alembic_version (version_num text)")
    database.execute("insert into alembic_version values ('9999')")
    database.commit()
    database.close()
    async with LoopbackDiscord() as discord, discord_process(discord, tmp_path) as run:
        code, said = await wait_for_end(run)
    assert code == 78
    assert "newer" in said
    assert "Traceback" not in said


async def test_a_database_that_is_down_keeps_no_answer_back(tmp_path: Path) -> None:
    (tmp_path / "crossroads.db").mkdir()
    async with LoopbackDiscord() as discord, discord_process(discord, tmp_path) as run:
        await discord.ready()
        assert await answers(discord)
        refused = await (await discord.slash("quiz", {"name": "hire"})).answer()
        assert "admin" in refused.text
        run.terminate()
        assert (await wait_for_end(run))[0] == 0
