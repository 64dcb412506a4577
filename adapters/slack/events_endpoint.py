"""HTTP mode: requests that are really Slack's, and not too big, become deliveries.

Bolt reads a body before it checks who sent it, so all of this comes before Bolt.
"""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from aiohttp import web
from yarl import query_to_pairs

from adapters.slack.manifest import PATH
from adapters.slack.rendering.limits import REQUEST, SIGNED

log = structlog.get_logger("crossroads.slack")

Take = Callable[[dict[str, Any]], Awaitable[str | None]]

_SLOWEST = 5.0  # seconds that a request may take to arrive
_DEEPEST = 100  # levels of JSON; Slack's payloads have about 20
_FIELDS = 100  # of a form
_STAMP = 12  # digits of a timestamp at most


class NotTaken(Exception):
    """A request is not what Slack sends: the HTTP status, and why."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status, self.why = status, why


class Door:
    """Where Slack's requests come in, signed with *secret*; one server has it beside others.

    As long as nobody takes them they are turned away with 503, and Slack sends its events again.
    """

    def __init__(self, secret: str) -> None:
        self._secret = secret
        self.take: Take | None = None

    def routes(self) -> list[web.RouteDef]:
        """Give what the server has to listen for."""
        return [web.post(PATH, self._events)]

    async def _events(self, request: web.Request) -> web.Response:
        try:
            body = await _read(request)
            _check(request.headers, body, self._secret)
            delivery = parsed(body, request.content_type)
        except NotTaken as error:
            log.info("request not taken", status=error.status, why=error.why)
            return web.Response(status=error.status, text=error.why)
        if self.take is None:
            return web.Response(status=503, text="not ready")
        return await _answered(self.take, delivery)


async def _answered(take: Take, delivery: dict[str, Any]) -> web.Response:
    if delivery.get("type") == "url_verification":
        return web.Response(text=str(delivery.get("challenge", "")))
    if "ssl_check" in delivery:
        return web.Response()
    answer = await take(delivery)
    if answer is None:
        return web.Response(status=400, text="not understood")
    kind = "application/json" if answer else "text/plain"
    return web.Response(text=answer, content_type=kind)


async def _read(request: web.Request) -> bytes:
    if (request.content_length or 0) > REQUEST:
        raise NotTaken(413, "too big")
    try:
        async with asyncio.timeout(_SLOWEST):
            body = await request.read()
    except web.HTTPRequestEntityTooLarge as error:
        raise NotTaken(413, "too big") from error
    except TimeoutError as error:
        raise NotTaken(408, "too slow") from error
    if len(body) > REQUEST:  # sent in chunks, without a length to go by
        raise NotTaken(413, "too big")
    return body


def _check(headers: Any, body: bytes, secret: str) -> None:
    """Hold a request against its signature: HMAC-SHA256 over ``v0:timestamp:body``."""
    stamp, signature = (
        headers.get(name, "") for name in ("X-Slack-Request-Timestamp", "X-Slack-Signature")
    )
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= _STAMP):
        raise NotTaken(401, "no timestamp")
    if abs(time.time() - int(stamp)) > SIGNED:
        raise NotTaken(401, "too old")
    signed = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256)
    if not hmac.compare_digest(f"v0={signed.hexdigest()}".encode(), signature.encode()):
        raise NotTaken(401, "wrong signature")


def parsed(body: bytes, content_type: str) -> dict[str, Any]:
    """Read a delivery: JSON, or a form that is one, or that holds JSON."""
    try:
        text = body.decode()
        if content_type == "application/json":
            found = _json(text)
        else:
            # urllib takes eight times as long for a click.
            form = dict(query_to_pairs(text, max_fields=_FIELDS))
            found = _json(form["payload"]) if "payload" in form else form
    except (ValueError, RecursionError) as error:
        raise NotTaken(400, "not readable") from error
    if not isinstance(found, dict):
        raise NotTaken(400, "no object")
    return found


def _json(text: str) -> Any:
    found = json.loads(text)
    level = [found]
    for _ in range(_DEEPEST):
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return found
    raise ValueError("too deep")
