"""Each planned fault of the loopback Slack happens as often as planned."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from slack_server.sample_app import http_mode, socket_mode
from slack_server.server import LoopbackSlack
from slack_server.world import Timing


@pytest.fixture
async def slack() -> AsyncIterator[LoopbackSlack]:
    async with LoopbackSlack(Timing(ack=0.5, retries=(0, 0.01, 0.02))) as slack:
        yield slack


@pytest.fixture
def client(slack: LoopbackSlack) -> AsyncWebClient:
    return AsyncWebClient(slack.bot_token, base_url=slack.api_base, retry_handlers=[])


async def refused(asked: Awaitable[Any]) -> Any:
    with pytest.raises(SlackApiError) as refusal:
        await asked
    return refusal.value.response


async def test_error_code_once(slack: LoopbackSlack, client: AsyncWebClient) -> None:
    fault = slack.fail("chat.postMessage", error="is_archived")
    answer = await refused(client.chat_postMessage(channel="C1", text="a"))
    assert answer["error"] == "is_archived"
    await client.chat_postMessage(channel="C1", text="b")
    assert [each.text for each in slack.messages()] == ["b"]
    assert fault.hits == 1
    assert slack.refused == []


async def test_error_with_more_until_lifted(slack: LoopbackSlack, client: AsyncWebClient) -> None:
    fault = slack.fail("pins.*", error="missing_scope", times=None, extra={"needed": "pins:write"})
    for _ in range(3):
        answer = await refused(client.pins_list(channel="C1"))
        assert answer["needed"] == "pins:write"
    fault.lift()
    await client.pins_list(channel="C1")


async def test_only_where_it_says(slack: LoopbackSlack, client: AsyncWebClient) -> None:
    slack.fail(
        "chat.*", error="not_in_channel", times=None, when=lambda args: args["channel"] == "G1"
    )
    await client.chat_postMessage(channel="C1", text="a")
    answer = await refused(client.chat_postMessage(channel="G1", text="a"))
    assert answer["error"] == "not_in_channel"


async def test_rate_limit(slack: LoopbackSlack, client: AsyncWebClient) -> None:
    slack.fail("chat.postMessage", retry_after=30)
    answer = await refused(client.chat_postMessage(channel="C1", text="a"))
    assert (answer.status_code, answer["error"]) == (429, "ratelimited")
    assert answer.headers["Retry-After"] == "30"
    assert slack.messages() == []


async def test_rate_limit_is_what_the_sdk_retries(
    slack: LoopbackSlack, client: AsyncWebClient
) -> None:
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=1))
    slack.fail("chat.postMessage", retry_after=0)
    await client.chat_postMessage(channel="C1", text="a")
    assert slack.world.counts["chat.postMessage"] == 2
    assert len(slack.messages()) == 1


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_server_error(slack: LoopbackSlack, client: AsyncWebClient, status: int) -> None:
    slack.fail("chat.postMessage", status=status)
    answer = await refused(client.chat_postMessage(channel="C1", text="a"))
    assert answer.status_code == status
    assert slack.messages() == []


@pytest.mark.parametrize(("when", "effect"), [("before", 0), ("after", 1)])
async def test_dropped_connection(
    slack: LoopbackSlack, client: AsyncWebClient, when: str, effect: int
) -> None:
    slack.fail("chat.postMessage", drop=when)
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel="C1", text="a")
    assert len(slack.messages()) == effect


async def test_held_call_waits_while_others_pass(
    slack: LoopbackSlack, client: AsyncWebClient
) -> None:
    gate = asyncio.Event()
    fault = slack.fail("chat.postMessage", hold=gate)
    asked = asyncio.create_task(client.chat_postMessage(channel="C1", text="held"))
    await slack.until(lambda: fault.hits, "held")
    await client.chat_postMessage(channel="C1", text="quick")
    gate.set()
    await asked
    assert [each.text for each in slack.messages()] == ["quick", "held"]


async def test_delay_lets_the_call_through(slack: LoopbackSlack, client: AsyncWebClient) -> None:
    slack.fail("chat.postMessage", delay=0.05)
    clock = asyncio.get_running_loop().time
    before = clock()
    await client.chat_postMessage(channel="C1", text="slow")
    assert clock() - before >= 0.05
    assert len(slack.messages()) == 1


async def test_delay_and_error_add_up(slack: LoopbackSlack, client: AsyncWebClient) -> None:
    slow = slack.fail("*", delay=0.01, times=None)
    slack.fail("auth.test", error="token_revoked")
    assert (await refused(client.auth_test()))["error"] == "token_revoked"
    assert slow.hits == 1


async def test_response_url_and_upload_fail_too(
    slack: LoopbackSlack, client: AsyncWebClient
) -> None:
    url = (await slack.slash("/crossroads")).payload["response_url"]
    slack.fail("response_url", status=503)
    slack.fail("upload", status=500)
    async with aiohttp.ClientSession() as http:
        for expected in (503, 200):
            async with http.post(url, json={"text": "a"}) as answer:
                assert answer.status == expected
        place = await client.files_getUploadURLExternal(filename="a", length=1)
        async with http.post(place["upload_url"], data=b"1") as answer:
            assert answer.status == 500


async def test_uninstalled_app_has_no_token(slack: LoopbackSlack, client: AsyncWebClient) -> None:
    revoked, uninstalled = await slack.uninstall("account_inactive")
    assert revoked.payload["event"]["tokens"] == {"oauth": [], "bot": ["UBOT"]}
    assert uninstalled.payload["event"]["type"] == "app_uninstalled"
    assert (await refused(client.auth_test()))["error"] == "account_inactive"


async def test_comings_and_goings(slack: LoopbackSlack, client: AsyncWebClient) -> None:
    left = await slack.member_left("U2")
    assert left.payload["event"]["type"] == "member_left_channel"
    removed = await slack.member_left("UBOT")
    assert removed.payload["event"]["type"] == "channel_left"
    answer = await refused(client.chat_postMessage(channel="C1", text="a"))
    assert answer["error"] == "not_in_channel"
    archived = await slack.channel_archive("G1")
    assert archived.payload["event"]["type"] == "group_archive"
    answer = await refused(client.chat_postMessage(channel="G1", text="a"))
    assert answer["error"] == "is_archived"
    gone = await slack.channel_deleted("C2")
    assert gone.payload["event"] == {
        **gone.payload["event"],
        "type": "channel_deleted",
        "channel": "C2",
    }
    answer = await refused(client.chat_postMessage(channel="C2", text="a"))
    assert answer["error"] == "channel_not_found"


async def test_events_without_an_app_are_retried_three_times(slack: LoopbackSlack) -> None:
    told = await (await slack.mention("anybody?")).settled()
    assert told.reasons == ["no_connection"] * 4
    assert [each.attempt for each in slack.missed] == [0, 1, 2, 3]


async def test_commands_are_not_retried(slack: LoopbackSlack) -> None:
    asked = await (await slack.slash("/crossroads")).settled()
    assert asked.reasons == ["no_connection"]


@pytest.mark.parametrize("mode", [socket_mode, http_mode])
async def test_retry_reaches_an_app_that_was_too_slow(slack: LoopbackSlack, mode: Any) -> None:
    async with mode(slack) as app:
        heard: list[Any] = []
        late = asyncio.Event()

        @app.event("team_join")  # type: ignore[untyped-decorator]
        async def slow(ack: Any, request: Any) -> None:
            heard.append(request.headers.get("x-slack-retry-num"))
            if len(heard) == 1:
                await late.wait()
            await ack()

        told = await slack.event({"type": "team_join"}).settled()
        late.set()
        assert told.reasons == ["http_timeout"]
        assert [each.attempt for each in told.acks] == [1]
        assert heard == [None, ["1"]]
