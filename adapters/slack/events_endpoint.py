"""HTTP endpoint that accepts only small requests that Slack has signed.

These checks run before Bolt, because Bolt parses a body before it checks the signature.
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

from adapters.slack.rendering.limits import REQUEST_BYTES, SIGNATURE_SECONDS
from adapters.slack.setup.manifest import EVENTS_PATH

log = structlog.get_logger("crossroads.slack")

Deliver = Callable[[dict[str, Any], str, str], Awaitable[str | None]]

_READ_TIMEOUT = 5.0  # seconds
_MAX_DEPTH = 100  # levels of JSON; Slack's payloads have about 20
_MAX_FIELDS = 100
_MAX_TIMESTAMP_DIGITS = 12


class RequestRejected(Exception):
    """A request isn't valid; *status* and *reason* are the HTTP response to it."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


class EventsEndpoint:
    """Receives requests that Slack has signed with *secret*, on the bot's HTTP server.

    While *deliver* is None, the response is status 503, so that Slack sends its events again later.
    """

    def __init__(self, secret: str) -> None:
        self._secret = secret
        self.deliver: Deliver | None = None

    def routes(self) -> list[web.RouteDef]:
        """Return the endpoint's route for the HTTP server."""
        return [web.post(EVENTS_PATH, self._receive)]

    async def _receive(self, request: web.Request) -> web.Response:
        try:
            body = await _read_body(request)
            _check_signature(request.headers, body, self._secret)
            payload = parse_payload(body, request.content_type)
        except RequestRejected as error:
            log.info("request refused", status=error.status, reason=error.reason)
            return web.Response(status=error.status, text=error.reason)
        if self.deliver is None:
            return web.Response(status=503, text="not ready")
        if payload.get("type") == "url_verification":
            return web.Response(text=str(payload.get("challenge", "")))
        if "ssl_check" in payload:
            return web.Response()
        ack = await self.deliver(payload, body.decode(), request.content_type)
        if ack is None:
            return web.Response(status=400, text="not understood")
        return web.Response(text=ack, content_type="application/json" if ack else "text/plain")


async def _read_body(request: web.Request) -> bytes:
    if (request.content_length or 0) > REQUEST_BYTES:
        raise RequestRejected(413, "too large")
    try:
        async with asyncio.timeout(_READ_TIMEOUT):
            body = await request.read()
    except web.HTTPRequestEntityTooLarge as error:
        raise RequestRejected(413, "too large") from error
    except TimeoutError as error:
        raise RequestRejected(408, "took too long to arrive") from error
    if len(body) > REQUEST_BYTES:  # sent in chunks, without a length
        raise RequestRejected(413, "too large")
    return body


def _check_signature(headers: Any, body: bytes, secret: str) -> None:
    """Raise RequestRejected unless the HMAC-SHA256 of ``v0:timestamp:body`` is valid and recent."""
    timestamp, signature = (
        headers.get(name, "") for name in ("X-Slack-Request-Timestamp", "X-Slack-Signature")
    )
    digits = timestamp.isascii() and timestamp.isdigit()
    if not (digits and len(timestamp) <= _MAX_TIMESTAMP_DIGITS):
        raise RequestRejected(401, "no timestamp")
    if abs(time.time() - int(timestamp)) > SIGNATURE_SECONDS:
        raise RequestRejected(401, "too old")
    signed = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256)
    if not hmac.compare_digest(f"v0={signed.hexdigest()}".encode(), signature.encode()):
        raise RequestRejected(401, "invalid signature")


def parse_payload(body: bytes, content_type: str) -> dict[str, Any]:
    """Return the payload in *body*: JSON, a form, or the JSON in a form's ``payload`` field.

    Raise RequestRejected if *body* can't be parsed.
    """
    try:
        text = body.decode()
        if content_type == "application/json":
            found = _parse_json(text)
        else:
            # urllib takes eight times as long to parse a click.
            form = dict(query_to_pairs(text, max_fields=_MAX_FIELDS))
            found = _parse_json(form["payload"]) if "payload" in form else form
    except (ValueError, RecursionError) as error:
        raise RequestRejected(400, "can't be parsed") from error
    if not isinstance(found, dict):
        raise RequestRejected(400, "not a JSON object")
    return found


def _parse_json(text: str) -> Any:
    found = json.loads(text)
    level = [found]
    for _ in range(_MAX_DEPTH):
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return found
    raise ValueError("nested too deeply")
