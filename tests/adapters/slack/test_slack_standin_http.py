"""HTTP mode of the loopback Slack: signed requests, forged requests, and Bolt's responses."""

import json
from collections.abc import AsyncIterator
from urllib.parse import parse_qs

import pytest
from aiohttp import web
from slack_sdk.signature import SignatureVerifier
from slack_server.http_mode import signature
from slack_server.sample_app import http_mode
from slack_server.server import LoopbackSlack
from slack_server.world import Timing

JSON = "application/json"
BODY = json.dumps({"type": "event_callback", "event": {"type": "team_join"}}).encode()


@pytest.fixture
async def slack() -> AsyncIterator[LoopbackSlack]:
    async with LoopbackSlack(Timing(ack=0.5, retries=(0,))) as slack:
        yield slack


class RecordingApp:
    """An app that records each request and responds with one status after the other."""

    def __init__(self, *statuses: int, headers: dict[str, str] | None = None) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self._statuses = list(statuses)
        self._headers = headers or {}

    async def listen(self, request: web.Request) -> web.Response:
        self.heard.append((dict(request.headers), await request.read()))
        status = self._statuses.pop(0) if self._statuses else 200
        return web.Response(status=status, headers=self._headers)


async def served(slack: LoopbackSlack, ear: RecordingApp) -> web.AppRunner:
    app = web.Application()
    app.add_routes([web.post("/slack/events", ear.listen)])
    runner = web.AppRunner(app, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.deliver_to(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
    return runner


async def test_requests_are_signed_and_encoded_by_kind(slack: LoopbackSlack) -> None:
    ear = RecordingApp()
    runner = await served(slack, ear)
    await (await slack.slash("/crossroads", "pay & <ask>")).ack()
    await (await slack.mention("hello")).ack()
    (command, form), (event, body) = ear.heard
    assert parse_qs(form.decode())["text"] == ["pay & <ask>"]
    assert command["Content-Type"] == "application/x-www-form-urlencoded"
    assert event["Content-Type"] == JSON
    assert json.loads(body)["event"]["type"] == "app_mention"
    verifier = SignatureVerifier(slack.signing_secret)
    assert all(verifier.is_valid_request(content, headers) for headers, content in ear.heard)
    await runner.cleanup()


async def test_retries_carry_their_number_and_reason(slack: LoopbackSlack) -> None:
    ear = RecordingApp(500)
    runner = await served(slack, ear)
    told = await (await slack.mention("hello")).settled()
    (first, one), (second, two) = ear.heard
    assert "X-Slack-Retry-Num" not in first
    assert (second["X-Slack-Retry-Num"], second["X-Slack-Retry-Reason"]) == ("1", "http_error")
    assert one == two
    assert told.reasons == ["http_error"]
    await runner.cleanup()


async def test_app_may_decline_retries(slack: LoopbackSlack) -> None:
    ear = RecordingApp(500, 500, headers={"X-Slack-No-Retry": "1"})
    runner = await served(slack, ear)
    await (await slack.mention("hello")).settled()
    assert len(ear.heard) == 1
    await runner.cleanup()


async def test_app_that_is_not_there(slack: LoopbackSlack) -> None:
    slack.deliver_to("http://127.0.0.1:1/slack/events")
    asked = await (await slack.slash("/crossroads")).settled()
    assert asked.reasons == ["connection_failed"]


async def test_url_is_verified(slack: LoopbackSlack) -> None:
    async with http_mode(slack):
        answer = await slack.verify_url("abc")
        assert (answer.status, json.loads(answer.body)) == (200, {"challenge": "abc"})


@pytest.mark.parametrize(
    ("age", "secret", "headers"),
    [
        (0, "forged", {}),
        (400, None, {}),
        (-400, None, {}),
        (0, None, {"X-Slack-Signature": ""}),
        (0, None, {"X-Slack-Signature": "v0=00"}),
        (0, None, {"X-Slack-Request-Timestamp": ""}),
    ],
)
async def test_bolt_turns_forgeries_away(
    slack: LoopbackSlack, age: float, secret: str | None, headers: dict[str, str]
) -> None:
    async with http_mode(slack):
        sent = {"content_type": JSON, "age": age, "secret": secret, "headers": headers}
        assert (await slack.send_raw(BODY, **sent)).status == 401  # type: ignore[arg-type]


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[" * 100_000, b"a=" * 1000])
async def test_garbage_arrives_as_it_is(slack: LoopbackSlack, body: bytes) -> None:
    ear = RecordingApp()
    runner = await served(slack, ear)
    assert (await slack.send_raw(body, content_type=JSON)).status == 200
    headers, received = ear.heard[0]
    assert received == body
    stamp = float(headers["X-Slack-Request-Timestamp"])
    assert headers["X-Slack-Signature"] in signature(body, slack.signing_secret, stamp).values()
    await runner.cleanup()
