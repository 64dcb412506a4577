"""Requests to a platform's API, counted by how they were answered."""

from types import SimpleNamespace

import aiohttp

from bot.app import App


def count_requests(app: App, platform: str) -> aiohttp.TraceConfig:
    """Count the answers of a session of aiohttp's."""
    trace = aiohttp.TraceConfig()

    async def ended(
        _: aiohttp.ClientSession, __: SimpleNamespace, end: aiohttp.TraceRequestEndParams
    ) -> None:
        answer = end.response
        scope = answer.headers.get("X-RateLimit-Scope", "")
        app.metrics.requested(platform, answer.status, scope)

    trace.on_request_end.append(ended)
    return trace
