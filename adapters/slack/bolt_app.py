"""Bolt app that passes payloads from Socket Mode and HTTP to the receiver."""

import json
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.internals import quiet_logger
from adapters.slack.payload import Payload
from adapters.slack.rendering.rich_text import Json

HandlePayload = Callable[[Payload], Awaitable[Json]]
AckAtOnce = Callable[[Payload], str | None]

_OK, _BAD_REQUEST = 200, 400
_ANYTHING = re.compile("")
_MALFORMED = (AttributeError, TypeError, LookupError, ValueError)  # raised for a bad payload
PING_INTERVAL = 5.0  # seconds


class Dispatcher:
    """Passes payloads to functions that acknowledge them.

    *ack_at_once* gets each payload first and returns the acknowledgement, or None if it has none
    yet. Then Bolt passes the payload to *handle*.
    """

    def __init__(self, handle: HandlePayload, ack_at_once: AckAtOnce, api: AsyncWebClient) -> None:
        self._ack_at_once = ack_at_once
        self.app = create_bolt_app(handle, api)

    async def dispatch_http(self, payload: Json, body: str, content_type: str) -> str | None:
        """Handle *payload* and return the acknowledgement as JSON, or None if it is malformed.

        *body* is the text of the request, from which *payload* was parsed.
        """
        headers: dict[str, str | Sequence[str]] = {"content-type": content_type}
        return await self._dispatch(payload, partial(AsyncBoltRequest, body=body, headers=headers))

    async def dispatch_socket(self, payload: Json) -> str | None:
        """Handle *payload* and return the acknowledgement as JSON, or None if it is malformed."""
        return await self._dispatch(
            payload, partial(AsyncBoltRequest, body=payload, mode="socket_mode")
        )

    async def _dispatch(self, payload: Json, request: Callable[[], AsyncBoltRequest]) -> str | None:
        try:
            ready = self._ack_at_once(payload)
            if ready is not None:
                return ready
            response = await self.app.async_dispatch(request())
        except _MALFORMED as error:
            self.app.logger.warning("not understood: %s", type(error).__name__)
            return None
        return str(response.body) if response.status == _OK else None


def create_bolt_app(handle: HandlePayload, api: AsyncWebClient) -> AsyncApp:
    """Return a Bolt app that passes payloads to *handle* and acknowledges with its result.

    With `process_before_response`, Bolt acknowledges as soon as the listener has called ``ack``
    (0.1 ms); otherwise it polls every 10 ms. Bolt's own checks are off because the signature is
    checked earlier, and the token at start-up.
    """

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=None)  # *handle* finds the workspace

    app = AsyncApp(
        name="crossroads",  # otherwise Bolt reads the source files of the whole call stack for one
        client=AsyncWebClient(base_url=api.base_url, session=api.session),
        authorize=authorize,
        logger=quiet_logger("crossroads.slack.bolt"),
        process_before_response=True,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
        ignoring_self_events_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )

    async def listen(body: dict[str, Any], ack: AsyncAck) -> None:
        await ack(await handle(body) or "")

    async def handle_error(error: Exception) -> BoltResponse:
        malformed = isinstance(error, _MALFORMED)
        level, event = (logging.WARNING, "not understood") if malformed else (logging.ERROR, "bug")
        app.logger.log(level, "%s: %s", event, type(error).__name__)
        return BoltResponse(status=_BAD_REQUEST)

    app.error(handle_error)
    for listener in (app.command, app.action, app.view_submission, app.options, app.event):
        listener(_ANYTHING)(listen)
    return app


class SocketMode(AsyncSocketModeHandler):
    """Receives payloads over a WebSocket (Slack's Socket Mode) and passes them to *dispatcher*.

    *app_token* is the app-level token, which begins with ``xapp``.
    """

    def __init__(self, dispatcher: Dispatcher, app_token: str, api: AsyncWebClient) -> None:
        self._dispatcher = dispatcher
        super().__init__(
            dispatcher.app,
            app_token,
            logger=quiet_logger("crossroads.slack.socket"),
            web_client=api,
            ping_interval=PING_INTERVAL,
        )

    async def handle(self, client: AsyncBaseSocketModeClient, req: SocketModeRequest) -> None:
        """Handle a request and send its acknowledgement, unless its payload is malformed."""
        ack = await self._dispatcher.dispatch_socket(dict(req.payload))
        if ack is None:
            return
        payload = f', "payload": {ack}' if ack else ""
        await client.send_message(f'{{"envelope_id": {json.dumps(req.envelope_id)}{payload}}}')
