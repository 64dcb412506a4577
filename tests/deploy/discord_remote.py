"""The loopback Discord in a container beside the bot, with a port for acting as a member.

    GET /slash/salary?level=senior   types a command and returns the answer's text
    GET /ready                       answers once the bot is connected

It listens on its own host name, where the bot finds it.
"""

import asyncio
import contextlib
import socket

from aiohttp import web
from control import serve_forever
from discord_server.basics import User
from discord_server.server import LoopbackDiscord
from discord_server.world import Guild

API = 8000
USER_ID, GUILD_ID = 1234567890123456789, 1234567890123456788  # the same after each restart


async def serve() -> None:
    async with LoopbackDiscord(host=socket.gethostname(), port=API) as discord:
        discord.platform.guilds.clear()
        discord.add_guild(Guild(id=GUILD_ID))
        user = User("somebody", id=USER_ID)

        async def slash(request: web.Request) -> web.Response:
            name = request.match_info["name"]
            played = await discord.slash(name, dict(request.query), user=user)
            return web.Response(text=(await played.answer()).text)

        async def ready(_: web.Request) -> web.Response:
            await discord.ready(within=60)
            await discord.declared(within=60)
            return web.Response(text="connected\n")

        await serve_forever([web.get("/slash/{name}", slash), web.get("/ready", ready)])


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve())
