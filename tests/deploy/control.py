"""The port of a loopback platform's container, through which a script acts as a member."""

import asyncio
from collections.abc import Iterable

from aiohttp import web

PORT = 8001


async def serve_forever(routes: Iterable[web.RouteDef]) -> None:
    app = web.Application()
    app.add_routes(routes)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, None, PORT).start()
    await asyncio.Event().wait()
