"""Answering an interaction over HTTP, again and again while its token lives.

discord.py retries neither a 503 nor anything within the three seconds that a first response has,
and these requests count towards no rate limit of the bot's. All of them may be repeated: a second
first response is refused by Discord (40060), and an edit twice over is an edit.
"""

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import structlog

from adapters.discord.rendering.layout import File
from bot.cache import LruCache

log = structlog.get_logger("crossroads.discord")

Sent = tuple[bytes, str]  # a body and its type

_JSON = "application/json"
_FORMS = 50  # that are kept

_PAUSE, _LONGEST_PAUSE = 0.1, 5.0  # seconds before the second try, and at most
_SERVER_FAULT, _TOO_MANY, _REFUSED = 500, 429, 400
_ANSWERED, _UNKNOWN, _UNKNOWN_TOKEN = 40060, 10062, 50027


class Rejected(Exception):
    """Discord does not take the message as it is: a bug in Crossroads."""


class TooLate(Exception):
    """Nothing can be answered any more: time is up, or Discord is out of reach."""


@dataclass(frozen=True, slots=True)
class Responses:
    """The two requests by which an interaction is answered; each body is JSON."""

    session: aiohttp.ClientSession
    base: str  # of the API, without a slash at its end
    count: Callable[[int, str], None]  # told of each answer's status, and whose limit was hit
    _forms: LruCache[tuple[str, tuple[File, ...]], Sent] = field(
        default_factory=lambda: LruCache(_FORMS)
    )

    async def respond(
        self, interaction: str, token: str, body: str, files: Sequence[File], within: float
    ) -> None:
        """Give the first response, *within* seconds; raises Rejected and TooLate.

        That it has been given already, by another instance or an earlier try, is as good.
        """
        url = f"{self.base}/interactions/{interaction}/{token}/callback"
        await self._request("POST", url, body, files, within)

    async def edit(
        self, application: str, token: str, body: str, files: Sequence[File], within: float
    ) -> None:
        """Put the answer in place of the first response; raises Rejected and TooLate."""
        url = f"{self.base}/webhooks/{application}/{token}/messages/@original"
        await self._request("PATCH", url, body, files, within)

    async def _request(
        self, method: str, url: str, body: str, files: Sequence[File], within: float
    ) -> None:
        latest, pause = time.monotonic() + within, _PAUSE
        data, kind = await self._sent(body, tuple(files)) if files else (body.encode(), _JSON)
        sent = {"data": data, "headers": {"Content-Type": kind}}
        while True:
            left = latest - time.monotonic()
            wait = await self._try(method, url, sent, left)
            if wait is None:
                return
            if time.monotonic() + (wait or pause) >= latest:
                raise TooLate("Discord does not answer")
            await asyncio.sleep(wait or pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def _sent(self, body: str, files: tuple[File, ...]) -> Sent:
        """Give a form, which is written just once: a picture is asked for again and again."""
        known = self._forms.get((body, files))
        return known or self._forms.put((body, files), await _form(body, files))

    async def _try(self, method: str, url: str, sent: dict[str, Any], left: float) -> float | None:
        """Try once: None when it is done, else the seconds to wait for, 0 where none are named."""
        timeout = aiohttp.ClientTimeout(total=max(left, 0.01))
        try:
            async with self.session.request(method, url, timeout=timeout, **sent) as answer:
                self.count(answer.status, answer.headers.get("X-RateLimit-Scope", ""))
                if answer.status < _REFUSED:
                    return None
                text = await answer.text()
        except (aiohttp.ClientError, TimeoutError) as error:
            log.info("no answer", method=method, error=type(error).__name__)
            return 0.0
        return _understood(answer.status, text)


async def _form(body: str, files: Sequence[File]) -> Sent:
    """Give a form of which *body* is the first part."""
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("payload_json", body, content_type="application/json")
    for at, file in enumerate(files):
        form.add_field(f"files[{at}]", await file.read(), filename=file.name)
    whole = form()
    return await whole.as_bytes(), whole.headers["Content-Type"]


def _understood(status: int, text: str) -> float | None:
    """Read a failure: None where it is as good as done, else the seconds to wait for."""
    body = _body(text)
    if body.get("code") == _ANSWERED:
        log.info("answered already")
        return None
    if body.get("code") in {_UNKNOWN, _UNKNOWN_TOKEN}:
        raise TooLate(text)
    if status == _TOO_MANY:
        return float(body.get("retry_after", 0))
    if status >= _SERVER_FAULT:
        return 0.0
    raise Rejected(f"{status}: {text}")


def _body(text: str) -> dict[str, Any]:
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
