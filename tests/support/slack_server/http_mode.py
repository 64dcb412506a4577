"""HTTP mode: requests that are signed as Slack signs them, and forged requests."""

import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp

from slack_server.world import Json, NotDelivered

FORM = "application/x-www-form-urlencoded"
AGENT = "Slackbot 1.0 (+https://api.slack.com/robots)"


@dataclass(frozen=True)
class HttpResponse:
    """A response of the app's HTTP server."""

    status: int
    body: str
    headers: dict[str, str]


class HttpMode:
    """Signs and sends requests to the app's URL."""

    def __init__(self, url: str, signing_secret: str) -> None:
        self.url = url
        self._secret = signing_secret
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0), auto_decompress=False
        )

    async def deliver(self, kind: str, body: Json, retry: Json) -> Any:
        """Send one request; return the response's JSON or text, or None if it is empty.

        Raises:
            NotDelivered: the app can't be reached or its status isn't 200

        """
        headers = {}
        if retry and kind == "events_api":
            headers["X-Slack-Retry-Num"] = str(retry["retry_attempt"])
            headers["X-Slack-Retry-Reason"] = str(retry["retry_reason"])
        content, content_type = encode_body(kind, body)
        try:
            answer = await self.send(content, content_type=content_type, headers=headers)
        except aiohttp.ClientError as error:
            raise NotDelivered("connection_failed") from error
        if answer.status != 200:
            stop = answer.headers.get("X-Slack-No-Retry") == "1"
            raise NotDelivered("no_retry" if stop else "http_error")
        if not answer.body.strip():
            return None
        is_json = answer.headers.get("Content-Type", "").startswith("application/json")
        return json.loads(answer.body) if is_json else answer.body

    async def send(
        self,
        body: bytes,
        *,
        content_type: str = FORM,
        age: float = 0,
        secret: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> HttpResponse:
        """Send *body*, signed *age* seconds ago with *secret*; *headers* override other headers.

        A header given as an empty string is left out.
        """
        signed = signature(body, self._secret if secret is None else secret, time.time() - age)
        sent = {"Content-Type": content_type, "User-Agent": AGENT} | signed | (headers or {})
        sent = {name: value for name, value in sent.items() if value}
        async with self._session.post(self.url, data=body, headers=sent) as answer:
            return HttpResponse(answer.status, await answer.text(), dict(answer.headers))

    async def close(self) -> None:
        await self._session.close()


def signature(body: bytes, secret: str, at: float) -> dict[str, str]:
    """Return the headers of Slack's signature: HMAC-SHA256 over ``v0:timestamp:body``."""
    stamp = str(int(at))
    base = b"v0:" + stamp.encode() + b":" + body
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


def encode_body(kind: str, body: Json) -> tuple[bytes, str]:
    """Encode a payload as Slack does for its kind; return the bytes and the content type."""
    if kind == "events_api":
        return json.dumps(body).encode(), "application/json"
    if kind == "interactive":
        return urlencode({"payload": json.dumps(body)}).encode(), FORM
    return urlencode(
        {name: value for name, value in body.items() if value is not None}
    ).encode(), FORM
