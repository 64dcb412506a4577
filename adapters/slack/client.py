"""The bot's life on Slack: check the tokens, connect or listen, drain, close."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Self

import aiohttp
import structlog
from aiohttp.web import RouteDef
from pydantic import SecretStr
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.shared.contract import ConfigurationError
from adapters.shared.counting import count_requests
from adapters.shared.http_session import create_session
from adapters.slack.ack_journal import Unanswered, make_up
from adapters.slack.api_client import Web, client
from adapters.slack.api_errors import (
    INSTALL_AGAIN,
    NO_APP,
    NO_BOT,
    TRANSIENT,
    Expired,
    NotSent,
    Rejected,
    code_of,
    refused,
)
from adapters.slack.bolt_app import Front, SocketMode, bolt, dispatched
from adapters.slack.events_endpoint import Door
from adapters.slack.oauth.install import Oauth
from adapters.slack.oauth.workspaces import Workspaces, workspaces
from adapters.slack.platform import SlackPlatform
from adapters.slack.request_handler import Interactions
from adapters.slack.users import People
from bot.app import App
from bot.ops.health import Check, Finding, broken, ok
from bot.ops.settings import Settings as AllSettings

log = structlog.get_logger("crossroads.slack")

Hears = Callable[[], Awaitable[bool]]

TAG = "slack"
DRAIN = 7.0  # seconds for answers under way when the bot is told to end
_PATIENCE = 60.0  # seconds between attempts to reach Slack, at most
_CALL = aiohttp.ClientTimeout(total=10)


@dataclass(frozen=True, slots=True)
class Settings:
    """What an admin has set for Slack.

    One of *app_token* and *door* is there, and one of *bot_token* and *oauth*.
    """

    bot_token: str = field(default="", repr=False)  # of the one workspace
    app_token: str | None = field(default=None, repr=False)  # Socket Mode
    door: Door | None = None  # HTTP
    oauth: Oauth | None = None  # many workspaces, each with a token of its own
    api_base: str = "https://slack.com/api/"
    moderators: tuple[str, ...] = ()
    folder: Path | None = None  # where it is noted who waits for an answer

    @classmethod
    def of(cls, settings: AllSettings) -> Self:
        """Take out of all settings what is for Slack."""

        def shown(secret: SecretStr | None) -> str | None:
            return secret.get_secret_value() if secret else None

        app_token, secret = shown(settings.slack_app_token), shown(settings.slack_signing_secret)
        client_secret = shown(settings.slack_client_secret)
        base = _slashed(settings.slack_api_base)
        return cls(
            shown(settings.slack_bot_token) or "",
            app_token=app_token,
            door=Door(secret) if secret and not app_token else None,
            oauth=Oauth.of(settings.slack_client_id or "", client_secret, settings.keys(), base)
            if client_secret
            else None,
            api_base=base,
            moderators=settings.moderators(),
            folder=settings.data_dir,
        )

    def routes(self) -> list[RouteDef]:
        """Give what the server has to listen for; nothing in Socket Mode for one workspace."""
        return [
            *(self.door.routes() if self.door else ()),
            *(self.oauth.routes() if self.oauth else ()),
        ]


async def serve(app: App, settings: Settings, stop: asyncio.Event) -> None:
    """Serve until *stop* is set, waiting for Slack as long as it is out of reach.

    Raises ConfigurationError where only an admin can help.
    """
    # Slack's clients leave the session's connections to us; none is shared with another bot.
    async with create_session(timeout=_CALL, trace_configs=[count_requests(app, "slack")]) as http:
        api = client(settings.bot_token or None, _slashed(settings.api_base), http)
        unanswered = Unanswered(settings.folder)
        web = Web(api, http)
        takes = await _takes(app, settings, web, unanswered, stop)
        if takes is None:
            return
        front = Front(bolt(takes.take, api), takes.at_once)
        listening = _socket if settings.app_token else _http
        async with listening(front, settings, api, stop) as hears:
            app.health.ready[TAG] = _check(hears, web)
            app.platforms[TAG] = SlackPlatform(takes.web_of)
            try:
                await make_up(unanswered, takes.web_of)
                await stop.wait()
                await takes.drain(DRAIN)
            finally:
                app.platforms.pop(TAG, None)
        unanswered.close()


async def _takes(
    app: App, settings: Settings, web: Web, unanswered: Unanswered, stop: asyncio.Event
) -> Workspaces | Interactions | None:
    """Give what answers one workspace or many; None when told to end before Slack is there."""

    def answering(web: Web, bot: str) -> Interactions:
        return Interactions(app, web, People(web, settings.moderators), unanswered, bot)

    if settings.oauth is not None:
        return await workspaces(app, settings.oauth, web, answering)
    who = await _patiently(web.api.auth_test, NO_BOT, stop)
    return answering(web, str(who.get("user_id") or "")) if who is not None else None


async def _patiently(
    call: Callable[[], Awaitable[AsyncSlackResponse]], says: str, stop: asyncio.Event
) -> AsyncSlackResponse | None:
    """Call Slack until it answers, or until *stop*; raises ConfigurationError where it says no."""
    pause = 1.0
    while not stop.is_set():
        try:
            return await call()
        except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
            _judge(error, says)
            log.warning("Slack can't be reached", detail=str(error)[:200], again_in=pause)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)
        pause = min(pause * 2, _PATIENCE)
    return None


def _judge(error: Exception, says: str) -> None:
    """Raise ConfigurationError unless waiting may help."""
    if isinstance(error, SlackApiError):
        code = code_of(error)
        if code not in TRANSIENT and not code.startswith("HTTP"):
            raise ConfigurationError(refused(says, code)) from error


@asynccontextmanager
async def _socket(
    front: Front, settings: Settings, api: AsyncWebClient, stop: asyncio.Event
) -> AsyncIterator[Hears]:
    """Listen in Socket Mode. The first address is fetched here: the library would ask for ever."""
    token = settings.app_token or ""
    handler = SocketMode(front, token, api)
    await handler.client.aiohttp_client_session.close()
    handler.client.aiohttp_client_session = create_session()
    try:
        ask = partial(api.apps_connections_open, app_token=token)
        opened = await _patiently(ask, NO_APP, stop)
        if opened is not None:
            handler.client.wss_uri = opened["url"]
            await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt's
        yield handler.client.is_connected
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]  # likewise


@asynccontextmanager
async def _http(
    front: Front, settings: Settings, api: AsyncWebClient, stop: asyncio.Event
) -> AsyncIterator[Hears]:
    """Take the signed requests that come in by the door."""
    del api, stop  # requests come to us
    door = settings.door
    if door is None:
        raise ConfigurationError("Slack needs SLACK_APP_TOKEN, or SLACK_SIGNING_SECRET for HTTP.")
    door.take = lambda body: dispatched(front, body)

    async def open_() -> bool:
        return door.take is not None

    try:
        yield open_
    finally:
        door.take = None


def _check(hears: Hears, web: Web) -> Check:
    """Return a check of whether events can arrive from Slack and answers can be sent."""

    async def connected() -> Finding:
        if web.revoked:
            with suppress(Expired, NotSent, Rejected):  # it works again after a reinstall
                await web.call("auth.test")
        if web.revoked:
            says = f"the app was removed from the workspace, or its token revoked ({web.revoked})"
            return broken(says, INSTALL_AGAIN)
        if await hears():
            return ok("connected")
        return broken("not connected", "It reconnects by itself; if it lasts, read the log.")

    return connected


def _slashed(base: str) -> str:
    return base.rstrip("/") + "/"
