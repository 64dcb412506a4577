"""Client for Slack's Web API and response URLs, with retries."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Self

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient

from adapters.shared.retry import retry
from adapters.slack.api_errors import (
    FILE_FAILED,
    FILES_NOT_ALLOWED,
    REINSTALL_REMEDY,
    REQUEST_ERRORS,
    REVOKED_CODES,
    STALE_TRIGGER_CODES,
    VIEW_GONE_CODES,
    Expired,
    PayloadRejected,
    SendError,
    error_code,
    to_send_error,
)
from adapters.slack.rendering.images import ImageUploads
from adapters.slack.rendering.limits import RESPONSE_URL_SECONDS
from adapters.slack.rendering.render import Message
from adapters.slack.rendering.rich_text import Json
from bot.cache import LruCache

log = structlog.get_logger("crossroads.slack")

_MAX_CLICKED = 10_000  # modals and messages whose last click is remembered
_DOWNLOAD_TIMEOUT = aiohttp.ClientTimeout(total=10)
_LOGIN_PAGE = "text/html"  # comes instead of a file if the token may not read it
_OK, _GONE, _TOO_MANY, _SERVER_FAULT = 200, (404, 410), 429, 500
# Nested arguments need JSON; methods that read ignore JSON, so everything else goes as a form.
_JSON_METHODS = frozenset(
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


def create_client(token: str | None, base: str, session: aiohttp.ClientSession) -> AsyncWebClient:
    """Return a client of the Web API at *base* that obeys rate limits and retries failures."""
    retries = [
        AsyncConnectionErrorRetryHandler(max_retry_count=2),
        AsyncRateLimitErrorRetryHandler(max_retry_count=3),
        AsyncServerErrorRetryHandler(max_retry_count=2),
    ]
    return AsyncWebClient(token, base, session=session, retry_handlers=list(retries))


@dataclass(slots=True)
class SlackApi(ABC):
    """A client for the Web API and the response URLs of one workspace.

    Methods raise Expired, SendError or PayloadRejected if they fail.
    """

    client: AsyncWebClient
    images: ImageUploads = field(init=False)
    revoked: str = ""  # Slack's code for why the token stopped working
    last_clicks: LruCache[str, str] = field(
        default_factory=lambda: LruCache[str, str](_MAX_CLICKED)
    )
    """The trigger id of the last click in each modal (by id) and message (channel/timestamp)."""

    def __post_init__(self) -> None:
        self.images = ImageUploads(self.client)

    async def call(self, method: str, **args: Any) -> Json:
        """Call a Web API method and return its response. Raise one of API_FAILURES if it fails."""
        body, form = (args, None) if method in _JSON_METHODS else (None, args)
        try:
            answer = await self.client.api_call(method, json=body, data=form)
        except SlackApiError as error:
            code = error_code(error)
            if code in VIEW_GONE_CODES | STALE_TRIGGER_CODES:
                raise Expired(code) from error
            if code in REVOKED_CODES:
                self.mark_revoked(code)
            raise to_send_error(error) from error
        except REQUEST_ERRORS as error:
            raise to_send_error(error) from error
        self.revoked = ""
        return dict(answer.data) if isinstance(answer.data, dict) else {}

    def mark_revoked(self, code: str) -> None:
        """Log that the token was revoked (Slack's error *code*), and make the health check fail."""
        if not self.revoked:
            log.error("app removed or token revoked", reason=code, remedy=REINSTALL_REMEDY)
        self.revoked = code

    async def post(self, channel: str, message: Message, thread: str = "", to: str = "") -> Json:
        """Post *message* in a channel or a *thread* of it, and return the response.

        If *to*, a user id, is given, only that member sees the message.
        """
        args = message.body() | {"channel": channel} | ({"thread_ts": thread} if thread else {})
        if to:
            return await self.call("chat.postEphemeral", user=to, **args)
        return await self.call("chat.postMessage", **args)

    async def update(self, posted: Json, message: Message) -> None:
        """Replace a posted message; *posted* is the response that `post` returned."""
        channel, ts = posted["channel"], posted["ts"]
        await self.call("chat.update", channel=channel, ts=ts, **message.body())

    @abstractmethod
    async def respond(self, url: str, body: Json, *, once: bool = False) -> None:
        """Send *body* to a response URL.

        With *once*, for public replies, *body* isn't sent again if it may have arrived.
        """

    @abstractmethod
    async def download(self, url: str, limit: int) -> bytes:
        """Return the content of a member's file; of a longer one, at least *limit* bytes."""

    @abstractmethod
    def without_retries(self) -> "SlackApi":
        """Return a client of the same workspace that never repeats a request."""


@dataclass(slots=True)
class HttpApi(SlackApi):
    """A client that sends its requests over HTTP."""

    session: aiohttp.ClientSession = field(kw_only=True)

    async def respond(self, url: str, body: Json, *, once: bool = False) -> None:
        """Send *body* to a response URL, with retries for up to RESPONSE_URL_SECONDS.

        With *once*, for public replies, *body* isn't sent again if it may have arrived.
        """
        if not await retry(partial(self._try, url, body, once=once), RESPONSE_URL_SECONDS):
            raise to_send_error(TimeoutError("response URL"))

    async def _try(self, url: str, body: Json, _: float, *, once: bool) -> float | None:
        """Try to send *body*; return None if it was sent, else the seconds until the next try.

        Return 0 if Slack doesn't say how long to wait. With *once*, raise SendError if *body* may
        have arrived.
        """
        try:
            async with self.session.post(url, json=body) as answer:
                status, text = answer.status, await answer.text()
        except aiohttp.ClientConnectorError:
            return 0.0
        except (aiohttp.ClientError, TimeoutError) as error:
            if once:
                raise to_send_error(error) from error
            return 0.0
        if status == _OK:
            return None
        if status in _GONE:
            raise Expired(text)
        if status == _TOO_MANY:
            return _seconds(answer.headers.get("Retry-After", ""))
        if status < _SERVER_FAULT:
            raise PayloadRejected(f"{status}: {text}")
        if once:
            raise to_send_error(TimeoutError(f"HTTP {status}"))
        return 0.0

    async def download(self, url: str, limit: int) -> bytes:
        """Return the content of a member's file; of a longer one, at least *limit* bytes."""
        headers, data = {"Authorization": f"Bearer {self.client.token}"}, bytearray()
        try:
            async with self.session.get(
                url, headers=headers, timeout=_DOWNLOAD_TIMEOUT, raise_for_status=True
            ) as response:
                if response.content_type == _LOGIN_PAGE:
                    raise SendError(FILES_NOT_ALLOWED, "no files:read")
                async for chunk in response.content.iter_any():
                    data += chunk
                    if len(data) >= limit:
                        break
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise SendError(FILE_FAILED, type(error).__name__) from error
        return bytes(data)

    def without_retries(self) -> Self:
        """Return a client of the same workspace that never repeats a request of the Web API."""
        api, session = self.client, self.session
        client = AsyncWebClient(api.token, api.base_url, session=session, retry_handlers=[])
        return type(self)(client, session=session)


def _seconds(said: str) -> float:
    try:
        return max(0.0, float(said))
    except ValueError:
        return 0.0
