"""The gateway of the loopback Discord: single frames, and reconnects of the real client."""

from collections.abc import AsyncIterator
from typing import Any

import discord
import pytest
from discord_server.bare_bot import SampleBot
from discord_server.raw_client import RawClient
from discord_server.server import LoopbackDiscord
from discord_server.world import Guild


@pytest.fixture
async def server() -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord() as running:
        yield running


async def answers(server: LoopbackDiscord) -> bool:
    """Return True if a command gets an answer now."""
    played = await server.slash("hello")
    return (await played.answer()).text == "hello you"


@pytest.mark.parametrize("compress", ["", "zlib-stream"])
async def test_hello_ready_heartbeat(server: LoopbackDiscord, compress: str) -> None:
    async with RawClient(server, compress=compress) as bot:
        assert bot.hello == {"op": 10, "d": {"heartbeat_interval": 41250}, "s": None, "t": None}
        ready = await bot.frame()
        assert (ready["op"], ready["t"], ready["s"]) == (0, "READY", 1)
        assert ready["d"]["application"]["id"] == str(server.platform.application_id)
        assert ready["d"]["guilds"] == [{"id": str(server.guild.id), "unavailable": True}]
        await bot.send(1, 1)
        assert (await bot.frame())["op"] == 11
        assert server.counters["heartbeats"] == 1


@pytest.mark.parametrize(
    ("identify", "code"),
    [
        ({"token": "another"}, 4004),
        ({"shard": [2, 2]}, 4010),
        ({"intents": 1 << 15}, 4014),
        ({"properties": None}, 4002),
    ],
)
async def test_identify_that_is_refused(
    server: LoopbackDiscord, identify: dict[str, Any], code: int
) -> None:
    async with RawClient(server, **identify) as bot:
        assert await bot.frame() == {"closed": code}
        assert server.counters[f"close {code}"] == 1
        assert not server.gateway.sessions


@pytest.mark.parametrize(("op", "code"), [(2, 4005), (99, 4001), (None, 4001)])
async def test_frames_that_are_refused(server: LoopbackDiscord, op: int, code: int) -> None:
    async with RawClient(server) as bot:
        await bot.event("READY")
        await bot.send(op, bot.identify)
        assert await bot.frame() == {"closed": code}


async def test_the_budget_counts_down_and_its_end_resets_the_token(
    server: LoopbackDiscord,
) -> None:
    server.gateway.budget = 1
    async with RawClient(server) as first:
        await first.event("READY")
        _, told = await first.call("GET", "/gateway/bot")
        assert told["session_start_limit"]["remaining"] == 0
    async with RawClient(server) as second:
        assert await second.frame() == {"closed": 4004}
        assert (await second.call("GET", "/gateway/bot"))[0] == 200
        assert server.token != second.identify["token"]


async def test_servers_are_told_of_to_those_who_asked(server: LoopbackDiscord) -> None:
    async with RawClient(server, intents=1) as asked, RawClient(server) as silent:
        assert (await asked.event("GUILD_CREATE"))["id"] == str(server.guild.id)
        await silent.event("READY")
        other = await server.join(Guild("other"))
        await server.remove_guild(other.id)
        assert (await asked.event("GUILD_CREATE"))["id"] == str(other.id)
        assert await asked.event("GUILD_DELETE") == {"id": str(other.id)}
        await silent.send(1, 1)
        assert (await silent.frame())["op"] == 11


async def test_a_drop_is_resumed_and_what_was_missed_is_replayed(server: LoopbackDiscord) -> None:
    async with SampleBot(server):
        await server.gateway.drop()
        assert server.gateway.connected == 0
        assert await answers(server)
        assert (server.counters["resumes"], server.counters["identifies"]) == (1, 1)
        assert server.counters["connections to /resume"] == 1


async def test_op_7_is_resumed(server: LoopbackDiscord) -> None:
    async with SampleBot(server):
        await server.gateway.reconnect()
        await server.until(lambda: server.counters["resumes"] == 1, "a resume")
        assert await answers(server)
        assert server.counters["identifies"] == 1


@pytest.mark.parametrize("resumable", [True, False])
async def test_op_9(server: LoopbackDiscord, *, resumable: bool) -> None:
    async with SampleBot(server):
        await server.gateway.invalidate(resumable=resumable)
        what = "resumes" if resumable else "identifies"
        await server.until(lambda: server.counters[what] == 2 - resumable, what)
        await server.ready()
        assert await answers(server)


async def test_a_resume_of_a_lost_session_identifies_anew(server: LoopbackDiscord) -> None:
    async with SampleBot(server):
        server.gateway.sessions.clear()
        await server.gateway.drop()
        await server.until(lambda: server.counters["identifies"] == 2, "a second identify")
        await server.ready()
        assert server.counters["refused resumes"] == 1
        assert await answers(server)


async def test_a_close_that_can_be_resumed(server: LoopbackDiscord) -> None:
    async with SampleBot(server):
        await server.gateway.close(4000)
        await server.until(lambda: server.counters["resumes"] == 1, "a resume")
        assert await answers(server)


@pytest.mark.parametrize(
    ("code", "error"),
    [(4004, discord.ConnectionClosed), (4014, discord.PrivilegedIntentsRequired)],
)
async def test_a_close_that_is_final(
    server: LoopbackDiscord, code: int, error: type[Exception]
) -> None:
    async with SampleBot(server) as bot:
        await server.gateway.close(code)
        assert bot.running is not None
        with pytest.raises(error):
            await bot.running
        assert server.counters["resumes"] == 0


async def test_a_zombie_connection_is_left() -> None:
    async with LoopbackDiscord(heartbeat=0.05) as server:
        server.gateway.acknowledges = False
        async with SampleBot(server, heartbeat_timeout=0.2):
            await server.until(lambda: server.counters["resumes"] >= 1, "a resume")
            server.gateway.acknowledges = True
            await server.ready()
            assert await answers(server)


async def test_a_session_ends_when_the_bot_leaves(server: LoopbackDiscord) -> None:
    async with SampleBot(server):
        assert len(server.gateway.sessions) == 1
    await server.until(lambda: not server.gateway.sessions, "the session to end")
    with pytest.raises(RuntimeError, match="no bot is connected"):
        await server.slash("hello")
