"""Telling Slack something: its Web API, response URLs, views and uploads."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.api_errors import (
    GONE,
    INSTALL_AGAIN,
    REVOKED,
    STALE,
    Expired,
    Rejected,
    code_of,
    read,
)
from adapters.slack.pictures import Pictures
from adapters.slack.rendering.limits import LATE
from adapters.slack.rendering.render import Message
from adapters.slack.rendering.rich_text import Json
from bot.cache import LruCache

log = structlog.get_logger("crossroads.slack")

_PAUSE, _LONGEST_PAUSE = 0.1, 5.0  # seconds before the second try, and at most
_MODALS = 1_000  # whose last click is remembered
_OK, _GONE, _TOO_MANY, _SERVER_FAULT = 200, (404, 410), 429, 500
# Nested arguments need JSON; methods that read ignore JSON, so everything else goes as a form.
_JSON = frozenset(
    {
        "chat.postEphemeral",
        "chat.postMessage",
        "chat.update",
        "views.open",
        "views.publish",
        "views.push",
        "views.update",
    }
)
_FAILURES = (SlackClientError, aiohttp.ClientError, TimeoutError)


def client(token: str | None, base: str, session: aiohttp.ClientSession) -> AsyncWebClient:
    """Make a client of the Web API that waits when Slack asks for it, and tries again."""
    retries = [
        AsyncConnectionErrorRetryHandler(max_retry_count=2),
        AsyncRateLimitErrorRetryHandler(max_retry_count=3),
        AsyncServerErrorRetryHandler(max_retry_count=2),
    ]
    return AsyncWebClient(token, base, session=session, retry_handlers=list(retries))


@dataclass(slots=True)
class Web:
    """What the bot asks of Slack; every method raises Expired, NotSent or Rejected."""

    api: AsyncWebClient
    session: aiohttp.ClientSession
    pictures: Pictures = field(init=False)
    revoked: str = ""  # Slack's code for why the token stopped working
    acted: LruCache[str, str] = field(default_factory=lambda: LruCache[str, str](_MODALS))
    """The trigger of the last click in a modal, by the modal's id."""

    def __post_init__(self) -> None:
        """Start without uploaded pictures."""
        self.pictures = Pictures(self.api)

    async def call(self, method: str, **args: Any) -> Json:
        """Call a method of the Web API and return its answer."""
        body, form = (args, None) if method in _JSON else (None, args)
        try:
            answer = await self.api.api_call(method, json=body, data=form)
        except SlackApiError as error:
            code = code_of(error)
            if code in GONE | STALE:
                raise Expired(code) from error
            if code in REVOKED:
                self.lose(code)
            raise read(error) from error
        except _FAILURES as error:
            raise read(error) from error
        self.revoked = ""
        return dict(answer.data) if isinstance(answer.data, dict) else {}

    def lose(self, why: str) -> None:
        """Note that Slack no longer accepts the token."""
        if not self.revoked:
            log.error("app removed or token revoked", why=why, mend=INSTALL_AGAIN)
        self.revoked = why

    async def post(self, channel: str, message: Message, thread: str = "", to: str = "") -> Json:
        """Post in a channel, for everybody or only for the member *to*; return the answer."""
        body = message.payload()
        del body["response_type"]
        where = {"channel": channel, **({"thread_ts": thread} if thread else {})}
        if to:
            return await self.call("chat.postEphemeral", user=to, **where, **body)
        return await self.call("chat.postMessage", **where, **body)

    async def change(self, posted: Json, message: Message) -> None:
        """Change a message that *post* wrote; *posted* is what it returned."""
        body = message.payload()
        del body["response_type"]
        await self.call("chat.update", channel=posted["channel"], ts=posted["ts"], **body)

    async def respond(self, url: str, body: Json, *, once: bool = False) -> None:
        """Answer at a response URL.

        *once* is for what everybody sees: it is not sent again where it may have arrived.
        """
        latest, pause = time.monotonic() + LATE, _PAUSE
        while True:
            wait = await self._try(url, body, once=once)
            if wait is None:
                return
            if time.monotonic() + (wait or pause) >= latest:
                raise read(TimeoutError("response URL"))
            await asyncio.sleep(wait or pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def _try(self, url: str, body: Json, *, once: bool) -> float | None:
        """Try once: None when it is done, else the seconds to wait for, 0 where none are named."""
        try:
            async with self.session.post(url, json=body) as answer:
                status, text = answer.status, await answer.text()
        except aiohttp.ClientConnectorError:
            return 0.0
        except (aiohttp.ClientError, TimeoutError) as error:
            if once:
                raise read(error) from error
            return 0.0
        if status == _OK:
            return None
        if status in _GONE:
            raise Expired(text)
        if status == _TOO_MANY:
            return _seconds(answer.headers.get("Retry-After", ""))
        if status < _SERVER_FAULT:
            raise Rejected(f"{status}: {text}")
        if once:
            raise read(TimeoutError(f"HTTP {status}"))
        return 0.0


def _seconds(said: str) -> float:
    try:
        return max(0.0, float(said))
    except ValueError:
        return 0.0
