"""The HTTP server for monitoring, with the real bot on the loopback Discord."""

import asyncio
import json
from contextlib import suppress

import aiohttp
import pytest
from aiohttp import web
from bot_monitoring import free_port, monitor_bot
from discord_server.crossroads_bot import serve_discord
from discord_server.server import LoopbackDiscord
from fault_matrix import Observe

from adapters import http
from adapters.discord import serve
from adapters.shared.contract import ConfigurationError
from adapters.slack import EventsEndpoint
from bot.app import App
from bot.ops.health import State, ok


async def test_ready_is_who_can_write_and_is_connected(keeping: App) -> None:
    async with LoopbackDiscord() as discord, monitor_bot(keeping) as watcher:
        async with serve_discord(keeping, discord):
            await discord.declared()
            assert await watcher.get("/livez") == (200, "alive\n")
            status, text = await watcher.get("/readyz")
            told = json.loads(text)
            assert (status, told["state"]) == (200, "ok")
            assert set(told["checks"]) == {"database", "discord"}
        watcher_of_then = await keeping.health.check_readiness()
        assert "not connected" in watcher_of_then["discord"].message


async def test_a_bot_whose_gateway_is_down_is_alive_and_not_ready(app: App) -> None:
    async with LoopbackDiscord() as discord, monitor_bot(app) as watcher:
        held, stop = discord.faults.hold("gateway_bot"), asyncio.Event()
        bot = asyncio.create_task(serve(app, discord.token, discord.api_base, stop))
        await held.waiting.wait()
        status, text = await watcher.get("/readyz")
        assert (await watcher.get("/livez"))[0] == 200
        stop.set()
        held.release()
        await bot
    assert status == 503
    assert json.loads(text)["checks"]["discord"]["state"] == "broken"


async def test_a_shard_that_lost_its_connection_is_noticed_and_that_it_is_back(app: App) -> None:
    async with LoopbackDiscord() as discord, serve_discord(app, discord):
        await discord.declared()
        seen: list[State] = []

        async def until(state: State) -> None:
            async with asyncio.timeout(10):
                while (await app.health.check_readiness())["discord"].state is not state:  # noqa: ASYNC110  # untold
                    await asyncio.sleep(0)
            seen.append(state)

        await until(State.OK)
        dropping = asyncio.create_task(discord.gateway.drop())
        await until(State.BROKEN)
        await dropping
        await until(State.OK)
    assert seen == [State.OK, State.BROKEN, State.OK]


async def test_however_often_somebody_asks_the_checks_run_once_a_second(app: App) -> None:
    fresh, asked = App(app.content), list[int]()

    async def counted() -> object:
        asked.append(1)
        return ok("fine")

    fresh.health.readiness_checks["counted"] = counted  # type: ignore[assignment]  # a Finding
    async with monitor_bot(fresh) as watcher:
        for _ in range(20):
            await watcher.get("/readyz")
    assert len(asked) < 20


async def test_a_taken_port_is_the_admins_to_mend(app: App) -> None:
    port = free_port()
    async with http.serve(app, port):
        with pytest.raises(ConfigurationError, match=f"CROSSROADS_HTTP_PORT {port}"):
            async with http.serve(app, port):
                pass


async def test_a_platform_that_calls_us_has_its_routes_beside_ours(app: App) -> None:
    async def take(request: web.Request) -> web.Response:
        return web.Response(text=await request.text())

    async with (
        http.serve(app, free_port(), [web.post("/platform/events", take)]) as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session,
    ):
        assert await (await session.post("/platform/events", data="hello")).text() == "hello"
        assert (await session.get("/livez")).status == 200
        assert (await session.get("/other")).status == 404


HALF = {
    "nothing": b"",
    "half a line": b"GET /liv",
    "half of the headers": b"GET /livez HTTP/1.1\r\nHost: x\r\nX-Half: ",
    "no body": b"POST /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n",
    "half a body": b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{",
    "half a chunk": (
        b"POST /slack/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\na"
    ),
    "a request, and then nothing": b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n",
    "a request, and half of one": b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\nGET /li",
}


@pytest.mark.fault("half-sent requests")
@pytest.mark.parametrize("sent", HALF)
async def test_two_hundred_half_sent_requests_are_closed_and_hold_nobody_up(
    app: App, sent: str, observed: Observe
) -> None:
    timeouts = http.ClientTimeouts(headers=0.5, body=0.5, idle=1.0)
    port, silent = free_port(), list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]()
    async with (
        http.serve(app, port, EventsEndpoint("secret").routes(), timeouts),
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session,
    ):
        for _ in range(200):
            silent.append(await asyncio.open_connection("127.0.0.1", port))
            silent[-1][1].write(HALF[sent])
        assert (await session.get("/livez")).status == 200
        async with asyncio.timeout(20):  # Slack's bodies have 5 seconds
            for reader, _ in silent:
                with suppress(ConnectionResetError):  # the server didn't read the whole request
                    await reader.read()  # until the connection closes
        assert (await session.get("/livez")).status == 200
    for _, writer in silent:
        writer.close()
    observed("others got answers meanwhile, and every connection was closed in time")


async def test_a_slow_request_within_the_limits_is_answered(app: App) -> None:
    timeouts, port = http.ClientTimeouts(headers=2.0, body=2.0, idle=2.0), free_port()
    async with http.serve(app, port, timeouts=timeouts):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(2):  # on one connection, which outlives the limit of its first headers
            for part in (b"GET /livez HT", b"TP/1.1\r\nHost: x\r\n", b"\r\n"):
                writer.write(part)
                await asyncio.sleep(0.4)
            assert b"200 OK" in await reader.readuntil(b"alive")
        writer.close()
