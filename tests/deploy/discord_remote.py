"""The stand-in of Discord as a container beside the bot, with a door for whoever plays a member.

    GET /slash/salary?level=senior   types a command and gives the answer's text
    GET /ready                       answers once the bot is connected

It listens under its own host name, which is how the bot finds it.
"""

import asyncio
import contextlib
import socket

from aiohttp import web
from discord_server import LoopbackDiscord

API, DOOR = 8000, 8001


async def serve() -> None:
    async with LoopbackDiscord(host=socket.gethostname(), port=API) as discord:

        async def slash(request: web.Request) -> web.Response:
            played = await discord.slash(request.match_info["name"], dict(request.query))
            return web.Response(text=(await played.answer()).text)

        async def ready(_: web.Request) -> web.Response:
            await discord.ready(within=60)
            await discord.declared(within=60)
            return web.Response(text="connected\n")

        door = web.Application()
        door.add_routes([web.get("/slash/{name}", slash), web.get("/ready", ready)])
        runner = web.AppRunner(door, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, None, DOOR).start()
        await asyncio.Event().wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve())
