"""What whoever watches is told, with the real bot on the stand-in of Discord."""

import asyncio
import json

import aiohttp
import pytest
from aiohttp import web
from discord_server import LoopbackDiscord
from discordbot import serving
from watching import free_port, watching

from adapters import http
from adapters.contract import Misconfigured
from adapters.discord import serve
from bot.app import App
from bot.health import State, ok


async def test_no_port_means_no_server(app: App) -> None:
    async with http.serving(app, None) as port:
        assert port is None


async def test_ready_is_who_can_write_and_is_connected(keeping: App) -> None:
    async with LoopbackDiscord() as discord, watching(keeping) as watcher:
        async with serving(keeping, discord):
            await discord.declared()
            assert await watcher.get("/livez") == (200, "alive\n")
            status, text = await watcher.get("/readyz")
            told = json.loads(text)
            assert (status, told["state"]) == (200, "ok")
            assert set(told["checks"]) == {"database", "discord"}
        watcher_of_then = await keeping.health.quick()
        assert "not connected" in watcher_of_then["discord"].says


async def test_a_bot_whose_gateway_is_down_is_alive_and_not_ready(app: App) -> None:
    async with LoopbackDiscord() as discord, watching(app) as watcher:
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
    async with LoopbackDiscord() as discord, serving(app, discord):
        await discord.declared()
        seen: list[State] = []

        async def until(state: State) -> None:
            async with asyncio.timeout(10):
                while (await app.health.quick())["discord"].state is not state:  # noqa: ASYNC110  # untold
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

    fresh.health.ready["counted"] = counted  # type: ignore[assignment]  # a Finding
    async with watching(fresh) as watcher:
        for _ in range(20):
            await watcher.get("/readyz")
    assert len(asked) < 20


async def test_a_taken_port_is_the_admins_to_mend(app: App) -> None:
    port = free_port()
    async with http.serving(app, port):
        with pytest.raises(Misconfigured, match=f"CROSSROADS_HTTP_PORT {port}"):
            async with http.serving(app, port):
                pass


async def test_a_platform_that_calls_us_has_its_routes_beside_ours(app: App) -> None:
    async def take(request: web.Request) -> web.Response:
        return web.Response(text=await request.text())

    async with (
        http.serving(app, free_port(), [web.post("/platform/events", take)]) as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session,
    ):
        assert await (await session.post("/platform/events", data="hello")).text() == "hello"
        assert (await session.get("/livez")).status == 200
        assert (await session.get("/other")).status == 404
