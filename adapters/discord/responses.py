"""The HTTP requests that respond to interactions, and downloads of attached files.

discord.py isn't used, because it doesn't retry after status 503, or not fast enough for the three
seconds of a first response. These requests have no rate limit. They are safe to repeat, because
Discord refuses a second first response (error 40060), and a repeated edit changes nothing.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

import aiohttp
import discord
import structlog

from adapters.discord.rendering.layout import Attachment
from adapters.shared.retry import retry
from bot.attachment import MAX_BYTES, decode_file, too_large_refusal
from bot.cache import LruCache
from bot.errors import Outage

log = structlog.get_logger("crossroads.discord")

EncodedBody = tuple[bytes, str]  # a body and its content type

USER_AGENT = f"DiscordBot (https://github.com/Rapptz/discord.py {discord.__version__})"
_JSON = "application/json"
_CACHED_FORMS = 50
_DOWNLOAD_TIMEOUT = aiohttp.ClientTimeout(total=30)
_FIRST_ERROR, _TOO_MANY_REQUESTS, _SERVER_ERROR = 400, 429, 500
_ALREADY_ACKNOWLEDGED, _UNKNOWN_INTERACTION, _INVALID_WEBHOOK_TOKEN = 40060, 10062, 50027


class PayloadRejected(Exception):
    """Discord refused a message as invalid, which is a bug in Crossroads."""


class TooLate(Exception):
    """The response couldn't be sent in the time that Discord allows for it."""


class Responses(Protocol):
    """Where the responses to interactions go, and where attached files come from."""

    async def send(
        self, method: str, path: str, body: str, files: tuple[Attachment, ...], within: float
    ) -> None:
        """Send the JSON *body* with *files* by a request of Discord's API, in *within* seconds.

        Raise PayloadRejected if the message is refused, and TooLate if the time is over.
        """
        ...

    async def fetch_text(self, attachment: Mapping[str, Any]) -> str:
        """Return the text of an attached file; raise Refusal or Outage if there is none."""
        ...


@dataclass(frozen=True, slots=True)
class ResponseClient:
    """Sends the responses to interactions over HTTP, and downloads attached files."""

    session: aiohttp.ClientSession
    api_base: str  # without a slash at its end
    on_response: Callable[[int, str], None]  # called with each status and rate limit scope
    _forms: LruCache[tuple[str, tuple[Attachment, ...]], EncodedBody] = field(
        default_factory=lambda: LruCache(_CACHED_FORMS)
    )

    async def send(
        self, method: str, path: str, body: str, files: tuple[Attachment, ...], within: float
    ) -> None:
        """Send the JSON *body* with files, retrying for up to *within* seconds.

        *method* and *path* are those of the HTTP request. Raise PayloadRejected if Discord refuses
        the message, and TooLate if the time is over. Return without an error if another instance or
        an earlier attempt has already sent the response.
        """
        encoded = self._forms.get((body, files)) if files else (body.encode(), _JSON)
        data, kind = encoded or await self._encode_form(body, files)
        options = {"data": data, "headers": {"Content-Type": kind}}
        if not await retry(partial(self._try_once, method, self.api_base + path, options), within):
            raise TooLate("Discord isn't responding")

    async def fetch_text(self, attachment: Mapping[str, Any]) -> str:
        """Download an attached file and return its text; *attachment* is Discord's JSON object.

        Raise Refusal if the file is too large or isn't text, and Outage if the download fails.
        """
        name, data = str(attachment["filename"]), bytearray()
        if int(attachment["size"]) > MAX_BYTES:
            raise too_large_refusal(name)
        options: dict[str, Any] = {"timeout": _DOWNLOAD_TIMEOUT, "raise_for_status": True}
        try:
            async with self.session.get(attachment["url"], **options) as response:
                async for chunk in response.content.iter_any():
                    data += chunk
                    if len(data) > MAX_BYTES:
                        break
        except (aiohttp.ClientError, TimeoutError) as error:
            message = "I couldn't get the file from Discord. Send it again in a minute."
            raise Outage(message) from error
        return decode_file(name, bytes(data))

    async def _encode_form(self, body: str, files: tuple[Attachment, ...]) -> EncodedBody:
        """Return JSON and files as the encoded body of a multipart form.

        Bodies are cached, since the same charts are sent often.
        """
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("payload_json", body, content_type=_JSON)
        for at, file in enumerate(files):
            form.add_field(f"files[{at}]", await file.read(), filename=file.name)
        payload = form()
        encoded = await payload.as_bytes(), payload.headers["Content-Type"]
        return self._forms.put((body, files), encoded)

    async def _try_once(
        self, method: str, url: str, options: dict[str, Any], left: float
    ) -> float | None:
        """Send a request once; return None on success, else the seconds to wait before a retry.

        *left* is the timeout in seconds. Return 0 if Discord doesn't say how long to wait.
        """
        timeout = aiohttp.ClientTimeout(total=max(left, 0.01))
        try:
            async with self.session.request(method, url, timeout=timeout, **options) as response:
                self.on_response(response.status, response.headers.get("X-RateLimit-Scope", ""))
                if response.status < _FIRST_ERROR:
                    return None
                text = await response.text()
        except (aiohttp.ClientError, TimeoutError) as error:
            log.info("Discord didn't respond", method=method, error=type(error).__name__)
            return 0.0
        return _retry_delay(response.status, text)


def _retry_delay(status: int, text: str) -> float | None:
    """Return the seconds to wait before a retry of the request that failed with *status*.

    *text* is the body of Discord's reply. Return None if an earlier attempt had already sent the
    response. Raise TooLate if the interaction has expired, and PayloadRejected if a retry would
    fail, too.
    """
    body = _parse_json(text)
    if body.get("code") == _ALREADY_ACKNOWLEDGED:
        log.info("already answered")
        return None
    if body.get("code") in {_UNKNOWN_INTERACTION, _INVALID_WEBHOOK_TOKEN}:
        raise TooLate(text)
    if status == _TOO_MANY_REQUESTS:
        return float(body.get("retry_after", 0))
    if status >= _SERVER_ERROR:
        return 0.0
    raise PayloadRejected(f"{status}: {text}")


def _parse_json(text: str) -> dict[str, Any]:
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
