"""One server for whoever watches the bot, and for a platform that calls us."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.web_routedef import AbstractRouteDef

from adapters.contract import Misconfigured
from bot.app import App
from bot.health import Finding, Findings, State, worst

_FRESH = 1.0  # seconds: however often somebody asks, the checks run no more often
_UNAVAILABLE = 503


@asynccontextmanager
async def serving(
    app: App, port: int | None, routes: Iterable[AbstractRouteDef] = ()
) -> AsyncIterator[int | None]:
    """Serve within the block, on *port* of every interface; gives the port, None for no server.

    *routes* are those of a platform that calls us. Raises Misconfigured where the port is taken.
    """
    if port is None:
        yield None
        return
    served = web.Application()
    served.add_routes([*_Watched(app).routes(), *routes])
    runner = web.AppRunner(served, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await _listen(runner, port)
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, port: int) -> None:
    try:
        await web.TCPSite(runner, None, port).start()
    except OSError as error:
        says = f"CROSSROADS_HTTP_PORT {port} can't be listened on: {error.strerror}."
        raise Misconfigured(says) from error


class _Watched:
    """What is told to whoever watches; all of them share an answer while it is fresh."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._asking = asyncio.Lock()
        self._found: Findings = {}
        self._until = 0.0  # on the monotonic clock

    def routes(self) -> list[web.RouteDef]:
        """Give the routes."""
        return [
            web.get("/livez", self.live),
            web.get("/readyz", self.ready),
            web.get("/metrics", self.metrics),
        ]

    async def live(self, _: web.Request) -> web.Response:
        """Answer: the event loop turns."""
        return web.Response(text="alive\n")

    async def ready(self, _: web.Request) -> web.Response:
        """Tell which parts work; 503 if one that is needed does not."""
        found = await self._fresh()
        state = worst(found.values())
        body = {"state": state, "checks": {name: _told(found[name]) for name in found}}
        status = _UNAVAILABLE if state is State.BROKEN else 200
        return web.json_response(body, status=status)

    async def metrics(self, _: web.Request) -> web.Response:
        """Give the figures in Prometheus' text format."""
        body, kind = self._app.metrics.text()
        return web.Response(body=body, headers={"Content-Type": kind})

    async def _fresh(self) -> Findings:
        async with self._asking:
            if time.monotonic() > self._until:
                self._found = await self._app.health.quick()
                self._until = time.monotonic() + _FRESH
            return self._found


def _told(finding: Finding) -> dict[str, str]:
    return {"state": finding.state, "says": finding.says, "mend": finding.mend}
