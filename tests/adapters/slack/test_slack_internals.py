"""The undocumented parts of slack_sdk and Bolt still do what adapters/slack/internals.py needs."""

import asyncio
import logging
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.shared.internals import ProxyConnector
from adapters.slack.bolt_app import create_bolt_app
from adapters.slack.internals import use_proxy_session, use_socket_url
from adapters.slack.payload import Payload

URL = "wss://wss-primary.slack.com/link"
CHANGED = "slack_sdk has changed: see adapters/slack/internals.py"


class StopConnecting(BaseException):
    """An exception that isn't an Exception, so that `connect`, which retries those, ends."""


async def no_reply(_: Payload) -> dict[str, Any]:
    return {}


@pytest.fixture
async def handler() -> AsyncSocketModeHandler:
    app = create_bolt_app(no_reply, AsyncWebClient())
    return AsyncSocketModeHandler(app, "xapp-1")


async def test_socket_mode_connects_with_our_session_to_our_address(
    handler: AsyncSocketModeHandler, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[tuple[object, str]] = []

    async def ws_connect(session: aiohttp.ClientSession, url: str, **_: object) -> None:
        opened.append((session.connector, url))
        raise StopConnecting

    monkeypatch.setattr(aiohttp.ClientSession, "ws_connect", ws_connect)
    first = handler.client.aiohttp_client_session
    await use_proxy_session(handler)
    use_socket_url(handler, URL)
    with pytest.raises(StopConnecting):
        async with asyncio.timeout(5):  # otherwise it would request new URLs forever
            await handler.client.connect()  # type: ignore[no-untyped-call]  # slack_sdk's
    ((connector, url),) = opened
    assert first.closed, CHANGED
    assert isinstance(connector, ProxyConnector), CHANGED
    assert url == URL, CHANGED
    await handler.close_async()  # type: ignore[no-untyped-call]  # Bolt's


async def test_the_start_logs_no_hints_about_what_we_pass_on_purpose(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")  # Bolt reads it, too
    with caplog.at_level(logging.WARNING):
        create_bolt_app(no_reply, AsyncWebClient())
    assert [each.getMessage() for each in caplog.records] == []


async def test_a_payload_that_bolt_does_not_know_is_logged_without_its_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = create_bolt_app(no_reply, AsyncWebClient())
    body = {"type": "unheard_of", "text": "what a member wrote"}
    with caplog.at_level(logging.WARNING):
        await app.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))
    (line,) = (each.getMessage() for each in caplog.records)
    assert line.startswith("Unhandled request")
    assert "{" not in line
    assert "member" not in line
