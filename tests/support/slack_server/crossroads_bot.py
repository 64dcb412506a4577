"""The bot on the loopback Slack: the real Bolt and SDK in this process, in both modes."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters import http, slack
from adapters.slack import EventsEndpoint, SlackSettings
from adapters.slack.ack_journal import parse_journal
from bot.app import App
from slack_server.server import LoopbackSlack

MODES = ("socket", "http")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def settings(
    platform: LoopbackSlack,
    mode: str = "socket",
    folder: Path | None = None,
    moderators: tuple[str, ...] = (),
) -> SlackSettings:
    over_http = mode == "http"
    return SlackSettings(
        platform.bot_token,
        app_token=None if over_http else platform.app_token,
        endpoint=EventsEndpoint(platform.signing_secret) if over_http else None,
        api_base=platform.api_base,
        moderators=moderators,
        data_dir=folder,
    )


@asynccontextmanager
async def serve_slack(
    app: App,
    platform: LoopbackSlack,
    mode: str = "socket",
    folder: Path | None = None,
    moderators: tuple[str, ...] = (),
) -> AsyncIterator[asyncio.Event]:
    """Run *app* until the block ends or the test sets the event that is yielded."""
    with TemporaryDirectory() as own:
        chosen = settings(platform, mode, folder or Path(own), moderators)
        platform.world.pending = partial(unfinished_acks, folder or Path(own))
        async with serving_as(app, platform, chosen) as stop:
            yield stop


@asynccontextmanager
async def serving_as(
    app: App, platform: LoopbackSlack, chosen: SlackSettings
) -> AsyncIterator[asyncio.Event]:
    stop = asyncio.Event()
    async with AsyncExitStack() as stack:
        if chosen.endpoint:
            server = http.serve(app, free_port(), chosen.endpoint.routes())
            port = await stack.enter_async_context(server)
            platform.deliver_to(f"http://127.0.0.1:{port}/slack/events")
        bot = asyncio.create_task(slack.serve(app, chosen, stop))
        ready = asyncio.create_task(
            wait_until_open(chosen.endpoint) if chosen.endpoint else platform.connected()
        )
        await asyncio.wait({bot, ready}, return_when=asyncio.FIRST_COMPLETED)
        if bot.done():
            ready.cancel()
            bot.result()
        try:
            yield stop
        finally:
            stop.set()
            await bot


def unfinished_acks(folder: Path) -> bool:
    """Return True if the bot has stored acknowledged commands that it hasn't answered yet."""
    return any(parse_journal(each.read_bytes()) for each in folder.glob("slack-unanswered/*"))


async def wait_until_open(door: EventsEndpoint) -> None:
    """Wait until the endpoint accepts requests."""
    while door.deliver is None:  # noqa: ASYNC110 - nothing tells of it
        await asyncio.sleep(0.005)
