"""HTTP sessions for the platforms' APIs, with proxies from the environment and metrics.

HTTPS_PROXY and HTTP_PROXY name the proxy, NO_PROXY the hosts to reach without it. The libraries
read these variables differently or not at all, so every session is created here.
"""

from types import SimpleNamespace
from typing import Any

import aiohttp
from aiohttp.helpers import get_env_proxy_for_url
from aiohttp.tracing import Trace
from yarl import URL

from bot.app import App

_HTTP = {"ws": "http", "wss": "https"}  # the environment variables name proxies only for HTTP
_NONE: tuple[None, None] = (None, None)
_Proxy = tuple[URL | None, aiohttp.BasicAuth | None]


class ProxyConnector(aiohttp.TCPConnector):
    """A connector that always uses the proxy set in the environment variables.

    A proxy set by the library that sends the request is ignored.
    """

    def __init__(self) -> None:
        """Allow any number of connections, because the platforms limit the rate of requests."""
        super().__init__(limit=0)
        self._proxies: dict[URL, _Proxy] = {}

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109  # aiohttp's
    ) -> aiohttp.connector.Connection:
        """Return a connection to the request's host, through its proxy if it has one."""
        origin = req.url.origin()
        if origin not in self._proxies:
            self._proxies[origin] = proxy_for(origin)
        proxy, auth = self._proxies[origin]
        req.update_proxy(proxy, auth, None)
        return await super().connect(req, traces, timeout)


def proxy_for(url: URL) -> _Proxy:
    """Return the proxy's URL and credentials for *url*, or (None, None) if it has no proxy."""
    try:
        return get_env_proxy_for_url(url.with_scheme(_HTTP.get(url.scheme, url.scheme)))
    except LookupError:
        return _NONE


def create_session(**options: Any) -> aiohttp.ClientSession:
    """Return an aiohttp session that uses the environment's proxy; *options* go to aiohttp."""
    return aiohttp.ClientSession(connector=ProxyConnector(), **options)


def count_requests(app: App, platform: str) -> aiohttp.TraceConfig:
    """Return an aiohttp trace that counts a session's responses by status in *app*'s metrics."""
    trace = aiohttp.TraceConfig()

    async def count(
        _: aiohttp.ClientSession, __: SimpleNamespace, end: aiohttp.TraceRequestEndParams
    ) -> None:
        scope = end.response.headers.get("X-RateLimit-Scope", "")
        app.metrics.count_request(platform, end.response.status, scope)

    trace.on_request_end.append(count)
    return trace
