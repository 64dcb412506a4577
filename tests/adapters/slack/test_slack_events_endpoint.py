"""Requests from strangers to the public address get a status code and change nothing."""

import asyncio
import json
import urllib.parse
from collections.abc import AsyncIterator

import pytest
from slack_server.crossroads_bot import serve_slack
from slack_server.plain_text import visible_text
from slack_server.played_interaction import wait_until_answered
from slack_server.server import LoopbackSlack

from bot.app import App

JSON = "application/json"
NESTED = b"[" * 100_000 + b"]" * 100_000
DEEP = b'{"a":' * 500 + b"1" + b"}" * 500


@pytest.fixture
async def slack(app: App, caplog: pytest.LogCaptureFixture) -> AsyncIterator[LoopbackSlack]:
    async with LoopbackSlack() as platform, serve_slack(app, platform, "http"):
        yield platform
        assert "KORE1" in visible_text(
            (await (await platform.slash("/salary", "ml")).message()).blocks
        )
    assert [each for each in caplog.records if each.exc_info] == []


async def test_slack_finds_the_address(slack: LoopbackSlack) -> None:
    answer = await slack.verify_url("a challenge")
    assert (answer.status, answer.body) == (200, "a challenge")
    checked = await slack.send_raw(b"ssl_check=1&token=x")
    assert checked.status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Slack-Signature": ""},
        {"X-Slack-Signature": "v0=" + "0" * 64},
        {"X-Slack-Signature": "v0=é"},
        {"X-Slack-Signature": "v0=" + "a" * 8_000},
        {"X-Slack-Request-Timestamp": ""},
        {"X-Slack-Request-Timestamp": "soon"},
        {"X-Slack-Request-Timestamp": "-1"},
        {"X-Slack-Request-Timestamp": "1e9"},
        {"X-Slack-Request-Timestamp": "²"},
        {"X-Slack-Request-Timestamp": "9" * 300},
        {"X-Slack-Request-Timestamp": "0"},
    ],
    ids=lambda headers: ascii(headers)[:60],
)
@pytest.mark.parametrize("body", [b"command=/salary&text=ml", NESTED, b"\xff\xfe", b""])
async def test_what_is_not_signed_by_slack_is_not_read(
    slack: LoopbackSlack, headers: dict[str, str], body: bytes
) -> None:
    answer = await slack.send_raw(body, content_type=JSON, headers=headers)
    assert answer.status == 401


@pytest.mark.parametrize(
    ("age", "secret", "status"), [(301, None, 401), (-301, None, 401), (0, "wrong", 401)]
)
async def test_an_old_signature_or_another_secret_is_refused(
    slack: LoopbackSlack, age: float, secret: str | None, status: int
) -> None:
    answer = await slack.send_raw(b"command=/salary", age=age, secret=secret)
    assert answer.status == status


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{", JSON),
        (b"", JSON),
        (b"[]", JSON),
        (b'"text"', JSON),
        (NESTED, JSON),
        (DEEP, JSON),
        (b"\xff\xfe{}", JSON),
        (b"payload=" + urllib.parse.quote("{").encode(), ""),
        (b"payload=" + NESTED, ""),
        (b"payload=1", ""),
        (b"&".join(b"a%d=1" % number for number in range(5_000)), ""),
        (b"{}", JSON),
        (b'{"type": "unheard_of"}', JSON),
        (b'{"type": "block_actions"}', JSON),
        (b'{"type": "view_submission", "view": 1, "user": 2}', JSON),
        (b'{"type": "event_callback", "event": []}', JSON),
        (b'{"type": "event_callback", "event": {"type": "message"}, "team": 5}', JSON),
        (b"command=", ""),
        (b"command=/salary", ""),
    ],
)
async def test_what_is_signed_but_makes_no_sense_is_refused_or_ignored(
    slack: LoopbackSlack, body: bytes, kind: str
) -> None:
    answer = await slack.send_raw(body, content_type=kind or "application/x-www-form-urlencoded")
    assert answer.status in {200, 400}
    assert "Traceback" not in answer.body
    assert not slack.world.posted["C1"]


async def test_a_big_body_is_refused_before_it_is_read(slack: LoopbackSlack) -> None:
    answer = await slack.send_raw(b"a" * ((1 << 20) - 1))
    assert answer.status == 400
    reader, writer = await asyncio.open_connection(*address(slack))
    writer.write(b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\n")
    assert b" 413 " in await asyncio.wait_for(reader.readline(), 5)
    writer.close()


async def test_headers_beyond_measure_are_refused(slack: LoopbackSlack) -> None:
    reader, writer = await asyncio.open_connection(*address(slack))
    writer.write(b"POST /slack/events HTTP/1.1\r\nX-A: " + b"a" * 20_000 + b"\r\n\r\n")
    assert b" 400 " in await asyncio.wait_for(reader.readline(), 5)
    writer.close()


async def test_a_body_of_unknown_length_is_bounded_too(slack: LoopbackSlack) -> None:
    reader, writer = await asyncio.open_connection(*address(slack))
    writer.write(
        b"POST /slack/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
        b"Content-Type: application/json\r\n\r\n"
    )
    chunk = b"10000\r\n" + b"a" * 65_536 + b"\r\n"
    for _ in range(20):
        writer.write(chunk)
    writer.write(b"0\r\n\r\n")
    await writer.drain()
    assert b" 413 " in await asyncio.wait_for(reader.readline(), 5)
    writer.close()


def address(slack: LoopbackSlack) -> tuple[str, int]:
    parts = urllib.parse.urlsplit(slack.app_url)
    return str(parts.hostname), int(parts.port or 0)


@pytest.mark.parametrize(("method", "path"), [("GET", "/slack/events"), ("POST", "/")])
async def test_other_addresses_and_methods_are_none(
    slack: LoopbackSlack, method: str, path: str
) -> None:
    reader, writer = await asyncio.open_connection(*address(slack))
    writer.write(f"{method} {path} HTTP/1.0\r\nHost: x\r\n\r\n".encode())
    assert int((await asyncio.wait_for(reader.readline(), 5)).split()[1]) in {404, 405}
    writer.close()


async def test_a_replayed_request_changes_nothing_twice(slack: LoopbackSlack) -> None:
    body = {
        "type": "event_callback", "team_id": "T1", "event_id": "Ev9",
        "event": {"type": "app_mention", "user": "U1", "channel": "C1", "text": "salary ml"},
    }  # fmt: skip
    for _ in range(3):
        answer = await slack.send_raw(json.dumps(body).encode(), content_type=JSON)
        assert answer.status == 200
    await wait_until_answered(slack.world)
    assert len(slack.messages()) == 1
