"""The bot's HTTP server: health checks, metrics, and the routes of a platform."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler
from aiohttp.web_routedef import AbstractRouteDef

from adapters.shared.contract import ConfigurationError
from bot.app import App
from bot.ops.health import Finding, Findings, State, worst_state

_CACHE_SECONDS = 1.0  # seconds for which the results of the checks are reused
_UNAVAILABLE = 503
_BACKLOG = 128  # connections waiting to be accepted


@dataclass(frozen=True, slots=True)
class ClientTimeouts:
    """Seconds after which the connection of a slow client is closed."""

    headers: float = 10.0  # from connecting to the end of the first request's headers
    body: float = 5.0  # for a body that no handler reads; handlers that read one set a limit
    idle: float = 75.0  # from a response to the end of the next headers; proxies give up after 60


@asynccontextmanager
async def serve(
    app: App,
    port: int,
    routes: Iterable[AbstractRouteDef] = (),
    timeouts: ClientTimeouts = ClientTimeouts(),  # immutable, so a shared default is safe
) -> AsyncIterator[int]:
    """Run the server on all interfaces during the block, and yield its port.

    *routes* are those of a platform that sends its events as requests. Raise ConfigurationError if
    the port can't be used.
    """
    served = web.Application()
    served.add_routes([*_HealthEndpoints(app).routes(), *routes])
    try:
        async with serve_application(served, None, port, timeouts) as chosen:
            yield chosen
    except CannotListen as error:
        says = f"Can't listen on CROSSROADS_HTTP_PORT {port}: {error}."
        raise ConfigurationError(says) from error


class CannotListen(Exception):
    """The address or the port can't be used; the message is the operating system's reason."""


@asynccontextmanager
async def serve_application(
    served: web.Application,
    host: str | None,
    port: int,
    timeouts: ClientTimeouts = ClientTimeouts(),  # immutable, so a shared default is safe
) -> AsyncIterator[int]:
    """Serve *served* on *host* (None: all interfaces) during the block, and yield the port.

    Port 0 stands for any free port. Raise CannotListen if the port can't be used.
    """
    clients = _SilentClients(timeouts.headers)
    served.middlewares.insert(0, clients.note_request)
    runner = web.AppRunner(
        served,
        access_log=None,
        shutdown_timeout=1,
        keepalive_timeout=timeouts.idle,
        lingering_time=timeouts.body,
    )
    await runner.setup()
    try:
        server = await _listen(clients, runner, host, port)
        try:
            yield int(server.sockets[0].getsockname()[1])
        finally:
            server.close()
    finally:
        await runner.cleanup()


async def _listen(
    clients: "_SilentClients", runner: web.AppRunner, host: str | None, port: int
) -> asyncio.Server:
    accept = runner.server
    if accept is None:
        raise RuntimeError("the runner is not set up")
    try:
        return await asyncio.get_running_loop().create_server(
            lambda: clients.accept(accept), host, port, backlog=_BACKLOG
        )
    except OSError as error:
        raise CannotListen(_reason(error)) from error


def _reason(error: OSError) -> str:
    """Return the operating system's reason; asyncio's own repeats the address."""
    if error.errno is not None and error.errno > 0:
        return os.strerror(error.errno)
    return error.strerror or str(error)


class _SilentClients:
    """Closes connections that send no request in time.

    Without this class, aiohttp would close them only after its idle timeout.
    """

    def __init__(self, within: float) -> None:
        self._within = within
        self._silent: set[asyncio.BaseProtocol] = set()

    def accept(self, accept: Callable[[], web.RequestHandler]) -> web.RequestHandler:
        """Create the protocol of a new connection by calling *accept*, and start its timeout."""
        connection = accept()
        self._silent.add(connection)
        asyncio.get_running_loop().call_later(self._within, self._close, connection)
        return connection

    @web.middleware
    async def note_request(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Cancel the timeout of the connection on which *request* arrived.

        Then call *handler* with the request and return its response.
        """
        self._silent.discard(request.protocol)
        return await handler(request)

    def _close(self, connection: web.RequestHandler) -> None:
        if connection in self._silent:
            self._silent.discard(connection)
            connection.force_close()


class _HealthEndpoints:
    """The endpoints for monitoring. Simultaneous requests share one run of the health checks."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._lock = asyncio.Lock()
        self._findings: Findings = {}
        self._expires_at = 0.0  # on the monotonic clock

    def routes(self) -> list[web.RouteDef]:
        """Return the routes /livez, /readyz and /metrics."""
        return [
            web.get("/livez", self.live),
            web.get("/readyz", self.ready),
            web.get("/metrics", self.metrics),
        ]

    async def live(self, _: web.Request) -> web.Response:
        """Respond to /livez with status 200, which shows that the event loop is running."""
        return web.Response(text="alive\n")

    async def ready(self, _: web.Request) -> web.Response:
        """Respond to /readyz with the results of the checks; the status is 503 if one is broken."""
        found = await self._current_findings()
        state = worst_state(found.values())
        body = {"state": state, "checks": {name: _finding_json(found[name]) for name in found}}
        status = _UNAVAILABLE if state is State.BROKEN else 200
        return web.json_response(body, status=status)

    async def metrics(self, _: web.Request) -> web.Response:
        """Respond to /metrics with all metrics in Prometheus's text format."""
        body, kind = self._app.metrics.exposition()
        return web.Response(body=body, headers={"Content-Type": kind})

    async def _current_findings(self) -> Findings:
        async with self._lock:
            if time.monotonic() > self._expires_at:
                self._findings = await self._app.health.check_readiness()
                self._expires_at = time.monotonic() + _CACHE_SECONDS
            return self._findings


def _finding_json(finding: Finding) -> dict[str, str]:
    return {"state": finding.state, "says": finding.message, "mend": finding.remedy}
