"""Start, connection and shutdown of the bot on Slack."""

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
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.shared.contract import ConfigurationError
from adapters.shared.http_session import count_requests, create_session
from adapters.shared.retry import connect
from adapters.slack.ack_journal import AckJournal, report_abandoned
from adapters.slack.api_client import HttpApi, SlackApi, create_client
from adapters.slack.api_errors import (
    API_FAILURES,
    APP_LOGIN_FAILED,
    BOT_LOGIN_FAILED,
    REINSTALL_REMEDY,
    REQUEST_ERRORS,
    error_code,
    is_transient,
    token_problem,
)
from adapters.slack.bolt_app import Dispatcher, SocketMode
from adapters.slack.events_endpoint import EventsEndpoint
from adapters.slack.internals import use_proxy_session, use_socket_url
from adapters.slack.oauth.install import OAuthPages
from adapters.slack.oauth.workspaces import Workspaces, create_workspaces
from adapters.slack.platform import SlackPlatform
from adapters.slack.receiver import Receiver
from adapters.slack.users import Users
from bot.app import App
from bot.community.moderators import listed_moderators
from bot.ops.health import Check, Finding, broken, ok
from bot.ops.settings import Settings as AllSettings

log = structlog.get_logger("crossroads.slack")

IsConnected = Callable[[], Awaitable[bool]]

TAG = "slack"
DRAIN_TIMEOUT = 7.0  # seconds for requests in progress at shutdown
_CALL_TIMEOUT = aiohttp.ClientTimeout(total=10)


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """The settings for Slack.

    Either *app_token* (Socket Mode) or *endpoint* (HTTP) is set, and either *bot_token* (one
    workspace) or *oauth* (many workspaces).
    """

    bot_token: str = field(default="", repr=False)
    app_token: str | None = field(default=None, repr=False)
    endpoint: EventsEndpoint | None = None
    oauth: OAuthPages | None = None
    api_base: str = "https://slack.com/api/"
    moderators: tuple[str, ...] = ()
    data_dir: Path | None = None  # for the journal of acknowledged requests

    @classmethod
    def of(cls, settings: AllSettings) -> Self:
        """Return the settings for Slack, taken from all *settings* of the bot."""

        def reveal(secret: SecretStr | None) -> str | None:
            return secret.get_secret_value() if secret else None

        app_token, secret = reveal(settings.slack_app_token), reveal(settings.slack_signing_secret)
        client_secret = reveal(settings.slack_client_secret)
        base = _with_slash(settings.slack_api_base)
        return cls(
            reveal(settings.slack_bot_token) or "",
            app_token=app_token,
            endpoint=EventsEndpoint(secret) if secret and not app_token else None,
            oauth=OAuthPages.create(
                settings.slack_client_id or "", client_secret, settings.encryption_keys(), base
            )
            if client_secret
            else None,
            api_base=base,
            moderators=settings.moderator_ids(),
            data_dir=settings.data_dir,
        )

    def routes(self) -> list[RouteDef]:
        """Return the HTTP server's routes for requests from Slack and for installation pages.

        The list is empty in Socket Mode with one workspace.
        """
        return [
            *(self.endpoint.routes() if self.endpoint else ()),
            *(self.oauth.routes() if self.oauth else ()),
        ]


async def serve(app: App, settings: SlackSettings, stop: asyncio.Event) -> None:
    """Run the bot on Slack until *stop* is set; retry as long as Slack can't be reached.

    Raise ConfigurationError for a problem that only an admin can fix, such as an invalid token.
    """
    # slack_sdk doesn't close a session that it was given.
    traces = [count_requests(app, "slack")]
    async with create_session(timeout=_CALL_TIMEOUT, trace_configs=traces) as http:
        client = create_client(settings.bot_token or None, _with_slash(settings.api_base), http)
        journal = AckJournal(settings.data_dir)
        api = HttpApi(client, session=http)
        receiver = await _create_receiver(app, settings, api, journal, stop)
        if receiver is None:
            return
        dispatcher = Dispatcher(receiver.receive, receiver.ack_at_once, client)
        listening = _socket_mode if settings.app_token else _http_mode
        async with listening(dispatcher, settings, client, stop) as is_connected:
            app.health.readiness_checks[TAG] = _readiness_check(is_connected, api)
            app.platforms[TAG] = SlackPlatform(receiver.api_for)
            app.configured_moderators[TAG] = settings.moderators
            try:
                await report_abandoned(journal, receiver.api_for)
                await stop.wait()
                await receiver.drain(DRAIN_TIMEOUT)
            finally:
                app.platforms.pop(TAG, None)
        journal.close()


async def _create_receiver(
    app: App, settings: SlackSettings, api: HttpApi, journal: AckJournal, stop: asyncio.Event
) -> Workspaces | Receiver | None:
    """Return a receiver for one workspace or for many, depending on *settings*.

    Return None if *stop* is set before Slack responds.
    """

    def create(api: SlackApi, bot_user_id: str) -> Receiver:
        users = Users(api, settings.moderators, partial(listed_moderators, app))
        return Receiver(app, api, users, journal, bot_user_id)

    if settings.oauth is not None:
        return await create_workspaces(app, settings.oauth, api, create)
    bot = await _connect(api.client.auth_test, BOT_LOGIN_FAILED, stop)
    return create(api, str(bot.get("user_id") or "")) if bot is not None else None


async def _connect(
    call: Callable[[], Awaitable[AsyncSlackResponse]], template: str, stop: asyncio.Event
) -> AsyncSlackResponse | None:
    """Repeat *call* until Slack responds; return the response, or None if *stop* is set first.

    Raise ConfigurationError, with a message made from *template*, if Slack refuses the token.
    """

    async def attempt() -> AsyncSlackResponse:
        try:
            return await call()
        except SlackApiError as error:
            if is_transient(code := error_code(error)):
                raise
            raise ConfigurationError(token_problem(template, code)) from error

    return await connect("Slack", attempt, REQUEST_ERRORS, stop)


@asynccontextmanager
async def _socket_mode(
    dispatcher: Dispatcher, settings: SlackSettings, client: AsyncWebClient, stop: asyncio.Event
) -> AsyncIterator[IsConnected]:
    """Receive payloads over a WebSocket; yield a function that returns whether it's connected."""
    token = settings.app_token or ""
    handler = SocketMode(dispatcher, token, client)
    await use_proxy_session(handler)
    try:
        ask = partial(client.apps_connections_open, app_token=token)
        opened = await _connect(ask, APP_LOGIN_FAILED, stop)
        if opened is not None:
            use_socket_url(handler, opened["url"])
            await handler.connect_async()  # type: ignore[no-untyped-call]  # untyped in Bolt
        yield handler.client.is_connected
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]  # untyped, too


@asynccontextmanager
async def _http_mode(
    dispatcher: Dispatcher, settings: SlackSettings, client: AsyncWebClient, stop: asyncio.Event
) -> AsyncIterator[IsConnected]:
    """Receive payloads over HTTP; yield a function that returns whether requests are accepted."""
    del client, stop  # not needed, because Slack sends the requests
    endpoint = settings.endpoint
    if endpoint is None:
        raise ConfigurationError("Slack needs SLACK_APP_TOKEN, or SLACK_SIGNING_SECRET for HTTP.")
    endpoint.deliver = dispatcher.dispatch_http

    async def is_open() -> bool:
        return endpoint.deliver is not None

    try:
        yield is_open
    finally:
        endpoint.deliver = None


def _readiness_check(is_connected: IsConnected, api: SlackApi) -> Check:
    """Return a function that checks whether Slack is connected and accepts the token."""

    async def check() -> Finding:
        if api.revoked:
            with suppress(*API_FAILURES):  # the token works again after a reinstall
                await api.call("auth.test")
        if api.revoked:
            message = (
                f"the app was removed from the workspace, or its token was revoked ({api.revoked})"
            )
            return broken(message, REINSTALL_REMEDY)
        if await is_connected():
            return ok("connected")
        remedy = "The bot reconnects by itself. If it doesn't, check the log."
        return broken("not connected", remedy)

    return check


def _with_slash(base: str) -> str:
    return base.rstrip("/") + "/"
