"""The bot's HTTP server for monitoring, and its log, as monitoring reads them."""

import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from socket import socket

import aiohttp
import structlog
from prometheus_client.parser import text_string_to_metric_families

from adapters import http
from bot.app import App
from bot.ops import logging as log


def free_port() -> int:
    with socket() as probe:
        probe.bind(("", 0))
        return int(probe.getsockname()[1])


class BotMonitor:
    """Sends requests to the monitoring endpoints."""

    def __init__(self, port: int | None, session: aiohttp.ClientSession) -> None:
        self.port, self._session = port, session

    async def get(self, path: str) -> tuple[int, str]:
        async with self._session.get(f"http://127.0.0.1:{self.port}{path}") as answer:
            return answer.status, await answer.text()

    async def figures(self) -> dict[str, float]:
        """Return the metrics by name, such as ``name{label=value,…}``, as Prometheus reads them."""
        _, text = await self.get("/metrics")
        return {
            sample.name
            + "{"
            + ",".join(f"{key}={sample.labels[key]}" for key in sorted(sample.labels))
            + "}": sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }


@asynccontextmanager
async def monitor_bot(app: App) -> AsyncIterator[BotMonitor]:
    async with (
        http.serve(app, free_port()) as port,
        aiohttp.ClientSession() as session,
    ):
        yield BotMonitor(port, session)


@contextmanager
def logging_json() -> Iterator[None]:
    """Log as JSON, as the bot does in production."""
    before, handlers = structlog.get_config(), logging.root.handlers
    log.configure("json")
    try:
        yield
    finally:
        structlog.configure(**before)
        logging.root.handlers = handlers
