"""The playground for tests: its server with the real panes, or with scripted ones."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from adapters import web
from adapters.discord.playground import DiscordPane
from adapters.slack.playground import SlackPane
from bot.app import App
from bot.cli.main import PREVIEWS
from bot.cli.playground import Clock, Playground, open_playground
from bot.ops.settings import Settings

CreatePanes = Callable[[App, Clock], Iterable[Any]]


def real_panes(app: App, clock: Clock) -> Iterable[Any]:
    return DiscordPane(app, clock), SlackPane(app, clock)


@dataclass(slots=True)
class Running:
    """A playground that is being served."""

    playground: Playground[Any]
    address: str
    session: aiohttp.ClientSession

    @property
    def origin(self) -> str:
        return "{0.scheme}://{0.netloc}".format(urlsplit(self.address))

    async def post(self, path: str, body: Any, **headers: str) -> tuple[int, Any]:
        """Send JSON as the page does; return the status and the answer."""
        sent = {"Origin": self.origin, **headers}
        async with self.session.post(self.address + path, json=body, headers=sent) as response:
            kind = response.content_type
            text = await response.text()
            return response.status, await response.json() if kind == "application/json" else text

    async def act(self, pane: str, member: str, **action: Any) -> Any:
        """Carry out an action and return the answer, which must be no error."""
        status, answer = await self.post("act", {"pane": pane, "member": member, **action})
        assert status == 200, answer
        return answer


@asynccontextmanager
async def run_playground(
    create_panes: CreatePanes = real_panes,
    *,
    database: Path | None = None,
    content: Path | None = None,
    host: str = "127.0.0.1",
) -> AsyncIterator[Running]:
    stop = asyncio.Event()
    settings = Settings.model_validate({"CROSSROADS_CONTENT_DIR": content})
    async with (
        open_playground(settings, create_panes, database, stop, PREVIEWS) as opened,
        web.serve(opened, host, 0, stop) as address,
        aiohttp.ClientSession() as session,
    ):
        yield Running(opened, address, session)
