"""The undocumented parts of aiohttp that we use, each with the reason.

A connector chooses the proxy when it connects, with `get_env_proxy_for_url` and
`ClientRequest.update_proxy`. aiohttp's own `trust_env` isn't enough, because it finds no proxy for
WebSockets, and ignores the environment if a library passes a proxy. discord.py and slack_sdk read
the environment differently or not at all.
"""

import aiohttp
from aiohttp.helpers import get_env_proxy_for_url
from aiohttp.tracing import Trace
from yarl import URL

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
