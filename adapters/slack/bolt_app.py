"""Bolt between Slack and us: what comes in any mode goes through it, and to one function.

Only what need not wait for an answer is acknowledged before. Bolt acknowledges when its listener
returns (`process_before_response`), not when it next polls, so the listener decides when that is.
What it would look up or check again is left out: the signature is checked before it, and the token
at the start.
"""

import json
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.payload import Body

Take = Callable[[Body], Awaitable[str]]
AtOnce = Callable[[Body], str | None]

_OK = 200
_ANY = re.compile("")
_LONGEST = 300  # characters of a library's log line: some hold whole bodies
_QUOTED = re.compile(r" \((?:\{|error: )")  # begins what such a line quotes of a body
_MISSHAPEN = (AttributeError, TypeError, LookupError, ValueError)  # what reading a body raises
_NOT_UNDERSTOOD = 400
PING = 5.0  # seconds between looks at the connection


@dataclass(frozen=True, slots=True)
class Front:
    """What takes deliveries: first what need not wait for anything, then the Bolt app."""

    app: AsyncApp
    at_once: AtOnce


def bolt(take: Take, api: AsyncWebClient) -> AsyncApp:
    """Make the Bolt app that hands everything to *take*."""

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=None)  # *take* knows better

    bare = AsyncWebClient(base_url=api.base_url, session=api.session)
    app = AsyncApp(
        client=bare,
        authorize=authorize,
        logger=quiet("crossroads.slack.bolt"),
        process_before_response=True,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
        ignoring_self_events_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )

    async def listen(body: dict[str, Any]) -> BoltResponse:
        return BoltResponse(status=_OK, body=await take(body))

    async def failed(error: Exception) -> BoltResponse:
        shape = isinstance(error, _MISSHAPEN)
        level, says = (logging.WARNING, "not understood") if shape else (logging.ERROR, "bug")
        app.logger.log(level, "%s: %s", says, type(error).__name__)
        return BoltResponse(status=_NOT_UNDERSTOOD)

    app.error(failed)
    for listens in (app.command, app.action, app.view_submission, app.options, app.event):
        listens(_ANY)(listen)
    return app


async def dispatched(front: Front, body: dict[str, Any]) -> str | None:
    """Give what goes with the acknowledgement; None for what nothing can be made of."""
    try:
        given = front.at_once(body)
        if given is not None:
            return given
        response = await front.app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))
    except _MISSHAPEN as error:  # not of the shape of Slack's
        front.app.logger.warning("not understood: %s", type(error).__name__)
        return None
    return str(response.body) if response.status == _OK else None


class SocketMode(AsyncSocketModeHandler):
    """Takes envelopes from a WebSocket."""

    def __init__(self, front: Front, token: str, api: AsyncWebClient) -> None:
        """Take *token*, the app's own, which begins with ``xapp``."""
        self._front = front
        super().__init__(
            front.app,
            token,
            logger=quiet("crossroads.slack.socket"),
            web_client=api,
            ping_interval=PING,
        )

    async def handle(self, client: AsyncBaseSocketModeClient, req: SocketModeRequest) -> None:
        """Answer an envelope; what Bolt makes nothing of is not acknowledged."""
        answer = await dispatched(self._front, dict(req.payload))
        if answer is None:
            return
        payload = f', "payload": {answer}' if answer else ""
        await client.send_message(f'{{"envelope_id": {json.dumps(req.envelope_id)}{payload}}}')


def quiet(name: str) -> logging.Logger:
    """Give a logger that writes trouble as one line, without what members wrote."""
    logger = logging.getLogger(name)
    logger.setLevel(logging.WARNING)
    if not logger.filters:
        logger.addFilter(_shortened)
    return logger


def _shortened(record: logging.LogRecord) -> bool:
    said = _QUOTED.split(record.getMessage())[0]
    record.msg, record.args = said[:_LONGEST].partition("\n")[0], ()
    record.exc_info = None
    return "will be ignored" not in record.msg and "will be unused" not in record.msg
