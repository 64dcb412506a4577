"""The loopback Slack in a container beside the bot, with a port for acting as a member.

    GET /slash/salary?text=ml+senior   types /salary ml senior and returns the answer's text
    GET /ready                         answers once the bot is connected

It listens on its own host name, where the bot finds it.
"""

import asyncio
import contextlib
import socket

from aiohttp import web
from control import serve_forever
from slack_server.plain_text import lines
from slack_server.server import LoopbackSlack

API = 8000


async def serve() -> None:
    async with LoopbackSlack(host=socket.gethostname(), port=API) as slack:

        async def slash(request: web.Request) -> web.Response:
            name, text = request.match_info["name"], request.query.get("text", "")
            played = await slack.slash(f"/{name}", text)
            return web.Response(text="\n".join(lines((await played.message()).blocks)))

        async def ready(_: web.Request) -> web.Response:
            await slack.connected(seconds=60)
            return web.Response(text="connected\n")

        await serve_forever([web.get("/slash/{name}", slash), web.get("/ready", ready)])


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve())
