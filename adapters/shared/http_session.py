"""Connections to the platforms, through a proxy where the environment names one.

HTTPS_PROXY and HTTP_PROXY name it; NO_PROXY lists the hosts reached without one. Every session is
made here, since our libraries read these variables differently or not at all.
"""

from typing import Any

import aiohttp
from aiohttp.helpers import get_env_proxy_for_url
from aiohttp.tracing import Trace
from yarl import URL

_HTTP = {"ws": "http", "wss": "https"}  # the environment has proxies for these
_NONE: tuple[None, None] = (None, None)
_Proxy = tuple[URL | None, aiohttp.BasicAuth | None]


class ProxyConnector(aiohttp.TCPConnector):
    """Connects through the environment's proxy, whatever proxy a library asks for."""

    def __init__(self) -> None:
        """Set no limit: each session talks to one platform, which limits us."""
        super().__init__(limit=0)
        self._proxies: dict[URL, _Proxy] = {}

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109  # aiohttp's
    ) -> aiohttp.connector.Connection:
        """Connect."""
        origin = req.url.origin()
        if origin not in self._proxies:
            self._proxies[origin] = proxy_for(origin)
        proxy, auth = self._proxies[origin]
        req.update_proxy(proxy, auth, None)
        return await super().connect(req, traces, timeout)


def proxy_for(url: URL) -> _Proxy:
    """Return the proxy for *url* and its credentials, or None twice."""
    try:
        return get_env_proxy_for_url(url.with_scheme(_HTTP.get(url.scheme, url.scheme)))
    except LookupError:
        return _NONE


def create_session(**options: Any) -> aiohttp.ClientSession:
    """Make an aiohttp session with *options*."""
    return aiohttp.ClientSession(connector=ProxyConnector(), **options)
