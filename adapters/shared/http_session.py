"""HTTP sessions for the platforms' APIs, with proxies from the environment and metrics.

HTTPS_PROXY and HTTP_PROXY name the proxy, NO_PROXY the hosts to reach without it. The libraries
read these variables differently or not at all, so every session is created here.
"""

from types import SimpleNamespace
from typing import Any

import aiohttp

from adapters.shared.internals import ProxyConnector
from bot.app import App


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
