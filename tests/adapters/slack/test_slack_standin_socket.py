"""Socket Mode of the loopback Slack: tokens, several connections, reconnecting, pings."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from processes.bot_process import run_bot
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_server.block_builders import field, modal, option
from slack_server.sample_app import socket_mode
from slack_server.server import LoopbackSlack
from slack_server.world import Timing

Frames = aiohttp.ClientWebSocketResponse


@pytest.fixture
async def slack() -> AsyncIterator[LoopbackSlack]:
    async with LoopbackSlack(Timing(ack=0.5, retries=(0,))) as slack:
        yield slack


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def connect(slack: LoopbackSlack, http: aiohttp.ClientSession) -> Frames:
    client = AsyncWebClient(base_url=slack.api_base)
    url = (await client.apps_connections_open(app_token=slack.app_token))["url"]
    return await http.ws_connect(url, autoping=False)


@pytest.mark.parametrize(
    ("token", "code"), [("xapp-other", "invalid_auth"), ("xoxb-loopback", "not_allowed_token_type")]
)
async def test_app_token_is_checked(slack: LoopbackSlack, token: str, code: str) -> None:
    client = AsyncWebClient(base_url=slack.api_base)
    with pytest.raises(SlackApiError) as refused:
        await client.apps_connections_open(app_token=token)
    assert refused.value.response["error"] == code


async def test_ticket_is_good_for_one_connection(
    slack: LoopbackSlack, http: aiohttp.ClientSession
) -> None:
    client = AsyncWebClient(base_url=slack.api_base)
    url = (await client.apps_connections_open(app_token=slack.app_token))["url"]
    await http.ws_connect(url)
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await http.ws_connect(url)


async def test_hello_then_envelopes_in_turn(
    slack: LoopbackSlack, http: aiohttp.ClientSession
) -> None:
    sockets = [await connect(slack, http) for _ in range(2)]
    hellos = [await socket.receive_json() for socket in sockets]
    assert [each["num_connections"] for each in hellos] == [1, 2]
    asked = [await slack.slash("/crossroads", str(number)) for number in range(4)]
    for socket in sockets * 2:
        frame = await socket.receive_json()
        assert (frame["type"], frame["accepts_response_payload"]) == ("slash_commands", True)
        answer = {"text": frame["payload"]["text"]}
        await socket.send_json({"envelope_id": frame["envelope_id"], "payload": answer})
    assert [(await each.ack()).text for each in asked] == ["0", "1", "2", "3"]


async def test_eleventh_connection_is_one_too_many(
    slack: LoopbackSlack, http: aiohttp.ClientSession
) -> None:
    sockets = [await connect(slack, http) for _ in range(10)]
    assert [(await each.receive_json())["type"] for each in sockets] == ["hello"] * 10
    frame = await (await connect(slack, http)).receive_json()
    assert (frame["type"], frame["reason"]) == ("disconnect", "too_many_websockets")


async def test_retried_envelope_says_so(slack: LoopbackSlack, http: aiohttp.ClientSession) -> None:
    socket = await connect(slack, http)
    await socket.receive_json()
    told = await slack.mention("hello")
    first, second = await socket.receive_json(), await socket.receive_json()
    assert "retry_attempt" not in first
    assert (second["retry_attempt"], second["retry_reason"]) == (1, "http_timeout")
    assert first["payload"] == second["payload"]
    assert first["accepts_response_payload"] is False
    await socket.send_json({"envelope_id": second["envelope_id"]})
    assert (await told.ack()).attempt == 1
    await socket.send_json({"envelope_id": first["envelope_id"]})
    await socket.ping(b"a")
    await socket.receive()
    assert [each["envelope_id"] for each in slack.socket.unknown_acks] == [first["envelope_id"]]


async def test_event_takes_no_payload(slack: LoopbackSlack, http: aiohttp.ClientSession) -> None:
    socket = await connect(slack, http)
    await socket.receive_json()
    told = await slack.mention("hello")
    frame = await socket.receive_json()
    await socket.send_json({"envelope_id": frame["envelope_id"], "payload": {"text": "a"}})
    await told.ack()
    assert [each.error for each in slack.refused] == ["unexpected_payload"]


async def test_pings_are_answered_unless_muted(
    slack: LoopbackSlack, http: aiohttp.ClientSession
) -> None:
    socket = await connect(slack, http)
    await socket.receive_json()
    await socket.ping(b"mine")
    assert (await socket.receive()).data == b"mine"
    slack.socket.mute = True
    await socket.ping(b"lost")
    await socket.pong(b"unasked")
    await slack.until(lambda: slack.socket.pongs == 1, "what came after the lost ping")
    slack.socket.mute = False
    await socket.ping(b"back")
    assert (await socket.receive()).data == b"back"


async def test_slack_pings_too(slack: LoopbackSlack, http: aiohttp.ClientSession) -> None:
    socket = await connect(slack, http)
    await socket.receive_json()
    await slack.socket.ping()
    message = await socket.receive()
    assert (message.type, message.data) == (aiohttp.WSMsgType.PING, b"loopback")
    await socket.pong(message.data)
    await slack.until(lambda: slack.socket.pongs, "pong")


async def test_too_many_suggestions_are_refused(
    slack: LoopbackSlack, http: aiohttp.ClientSession
) -> None:
    socket = await connect(slack, http)
    await socket.receive_json()
    client = AsyncWebClient(slack.bot_token, base_url=slack.api_base)
    menu = field("role", {"type": "external_select"})
    await client.views_open(trigger_id=slack.world.trigger("U1"), view=modal(menu))
    view = slack.modal()
    assert view is not None
    listed = asyncio.create_task(slack.options(view, "a"))
    envelope = (await socket.receive_json())["envelope_id"]
    options = [option(str(number), str(number)) for number in range(101)]
    await socket.send_json({"envelope_id": envelope, "payload": {"options": options}})
    await listed
    assert [each.error for each in slack.refused] == ["invalid_options"]


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_app_reconnects_when_asked(slack: LoopbackSlack, reason: str) -> None:
    async with socket_mode(slack):
        await slack.disconnect(reason, close=reason == "refresh_requested")
        await slack.until(lambda: slack.world.counts["connected"] == 2, "second connection")
        asked = await slack.slash("/crossroads", "again")
        assert (await asked.ack()).text == "you said again"


async def test_app_reconnects_after_a_dropped_connection(slack: LoopbackSlack) -> None:
    async with socket_mode(slack, ping=0.05):
        slack.drop_connections()
        assert (await (await slack.slash("/crossroads", "lost")).settled()).reasons
        await slack.until(lambda: slack.world.counts["connected"] == 2, "second connection")
        asked = await slack.slash("/crossroads", "again")
        assert (await asked.ack()).text == "you said again"


async def test_envelope_on_a_dropped_connection_is_missed(
    slack: LoopbackSlack, http: aiohttp.ClientSession
) -> None:
    socket = await connect(slack, http)
    await socket.receive_json()
    asked = await slack.slash("/crossroads")
    await socket.receive_json()
    slack.drop_connections()
    await asked.settled()
    assert [each.kind for each in slack.missed] == ["slash_commands"]


async def test_another_process_can_be_the_server(tmp_path: Path) -> None:
    async with run_bot(tmp_path, {}, "slack_server.server") as process:
        assert process.stdout is not None
        told: Any = json.loads(await process.stdout.readline())
        client = AsyncWebClient(told["bot_token"], base_url=told["api_base"])
        assert (await client.auth_test())["ok"]
