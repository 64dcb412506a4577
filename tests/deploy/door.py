"""The door of a stand-in's container, by which whoever plays a member comes in."""

import asyncio
from collections.abc import Iterable

from aiohttp import web

DOOR = 8001


async def opened(routes: Iterable[web.RouteDef]) -> None:
    """Serve *routes* at the door, for ever."""
    door = web.Application()
    door.add_routes(routes)
    runner = web.AppRunner(door, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, None, DOOR).start()
    await asyncio.Event().wait()
