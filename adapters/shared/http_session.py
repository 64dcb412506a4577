"""HTTP sessions for the platforms' APIs: proxies from the environment, and counted requests.

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

_HTTP = {"ws": "http", "wss": "https"}  # the environment names proxies for HTTP only
_NONE: tuple[None, None] = (None, None)
_Proxy = tuple[URL | None, aiohttp.BasicAuth | None]


class ProxyConnector(aiohttp.TCPConnector):
    """A connector that uses the environment's proxy and ignores what a library asks for."""

    def __init__(self) -> None:
        """Allow any number of connections: the platform has rate limits of its own."""
        super().__init__(limit=0)
        self._proxies: dict[URL, _Proxy] = {}

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109  # aiohttp's
    ) -> aiohttp.connector.Connection:
        """Connect through the proxy for the request's host."""
        origin = req.url.origin()
        if origin not in self._proxies:
            self._proxies[origin] = proxy_for(origin)
        proxy, auth = self._proxies[origin]
        req.update_proxy(proxy, auth, None)
        return await super().connect(req, traces, timeout)


def proxy_for(url: URL) -> _Proxy:
    """Return the proxy for *url* and its credentials; (None, None) without a proxy."""
    try:
        return get_env_proxy_for_url(url.with_scheme(_HTTP.get(url.scheme, url.scheme)))
    except LookupError:
        return _NONE


def create_session(**options: Any) -> aiohttp.ClientSession:
    """Return an aiohttp session that uses the environment's proxy."""
    return aiohttp.ClientSession(connector=ProxyConnector(), **options)


def count_requests(app: App, platform: str) -> aiohttp.TraceConfig:
    """Return a trace that counts a session's responses by status in the metrics."""
    trace = aiohttp.TraceConfig()

    async def count(
        _: aiohttp.ClientSession, __: SimpleNamespace, end: aiohttp.TraceRequestEndParams
    ) -> None:
        scope = end.response.headers.get("X-RateLimit-Scope", "")
        app.metrics.count_request(platform, end.response.status, scope)

    trace.on_request_end.append(count)
    return trace
