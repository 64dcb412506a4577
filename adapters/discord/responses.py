"""Answering an interaction over HTTP, again and again while its token lives.

discord.py retries neither a 503 nor anything within the three seconds that a first response has,
and these requests count towards no rate limit of the bot's. All of them may be repeated: a second
first response is refused by Discord (40060), and an edit twice over is an edit.
"""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp
import structlog

from adapters.discord.parts import File

log = structlog.get_logger("crossroads.discord")

_PAUSE, _LONGEST_PAUSE = 0.1, 5.0  # seconds before the second try, and at most
_SERVER_FAULT, _TOO_MANY, _REFUSED = 500, 429, 400
_ANSWERED, _UNKNOWN, _UNKNOWN_TOKEN = 40060, 10062, 50027


class Rejected(Exception):
    """Discord does not take the message as it is: a fault of ours."""


class TooLate(Exception):
    """Nothing can be answered any more: time is up, or Discord is out of reach."""


@dataclass(frozen=True, slots=True)
class Responses:
    """The two requests by which an interaction is answered."""

    session: aiohttp.ClientSession
    base: str  # of the API, without a slash at its end

    async def respond(
        self,
        interaction: int,
        token: str,
        body: dict[str, Any],
        files: Sequence[File],
        within: float,
    ) -> None:
        """Give the first response, *within* seconds; raises Rejected and TooLate.

        That it has been given already, by another instance or an earlier try, is as good.
        """
        url = f"{self.base}/interactions/{interaction}/{token}/callback"
        await self._request("POST", url, body, files, within)

    async def edit(
        self,
        application: int,
        token: str,
        body: dict[str, Any],
        files: Sequence[File],
        within: float,
    ) -> None:
        """Put the answer in place of the first response; raises Rejected and TooLate."""
        url = f"{self.base}/webhooks/{application}/{token}/messages/@original"
        await self._request("PATCH", url, body, files, within)

    async def _request(
        self, method: str, url: str, body: dict[str, Any], files: Sequence[File], within: float
    ) -> None:
        latest, pause = time.monotonic() + within, _PAUSE
        while True:
            left = latest - time.monotonic()
            wait = await self._try(method, url, body, files, left)
            if wait is None:
                return
            if time.monotonic() + (wait or pause) >= latest:
                raise TooLate("Discord does not answer")
            await asyncio.sleep(wait or pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def _try(
        self, method: str, url: str, body: dict[str, Any], files: Sequence[File], left: float
    ) -> float | None:
        """Try once: None when it is done, else the seconds to wait for, 0 where none are named."""
        timeout = aiohttp.ClientTimeout(total=max(left, 0.01))
        sent = _sent(body, files)
        try:
            async with self.session.request(method, url, timeout=timeout, **sent) as answer:
                if answer.status < _REFUSED:
                    return None
                text = await answer.text()
        except (aiohttp.ClientError, TimeoutError) as error:
            log.info("no answer", method=method, error=type(error).__name__)
            return 0.0
        return _understood(answer.status, text)


def _sent(body: dict[str, Any], files: Sequence[File]) -> dict[str, Any]:
    """Give the body: JSON, and with files a form of which it is the first part."""
    if not files:
        return {"json": body}
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("payload_json", json.dumps(body), content_type="application/json")
    for at, file in enumerate(files):
        form.add_field(f"files[{at}]", file.data, filename=file.name)
    return {"data": form}


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
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
