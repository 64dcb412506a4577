"""The Web API of the loopback Slack, called with a real AsyncWebClient."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_server.block_builders import buttons, plain
from slack_server.server import LoopbackSlack

Ask = Callable[[AsyncWebClient], Awaitable[Any]]
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100


@pytest.fixture
async def slack() -> AsyncIterator[LoopbackSlack]:
    async with LoopbackSlack() as slack:
        yield slack


@pytest.fixture
def client(slack: LoopbackSlack) -> AsyncWebClient:
    return AsyncWebClient(slack.bot_token, base_url=slack.api_base)


async def error(asked: Awaitable[Any]) -> str:
    with pytest.raises(SlackApiError) as refused:
        await asked
    return str(refused.value.response["error"])


@pytest.mark.parametrize(
    ("method", "args", "code"),
    [
        ("users.info", {"user": "U1"}, "user_not_found"),
        ("usergroups.users.list", {"usergroup": "S1"}, "invalid_arguments"),
        ("conversations.info", {"channel": "C1"}, "invalid_arguments"),
        ("conversations.history", {"channel": "C1"}, "invalid_arguments"),
        ("files.info", {"file": "F1"}, "invalid_arguments"),
    ],
)
async def test_a_method_that_reads_drops_a_json_body(
    slack: LoopbackSlack, client: AsyncWebClient, method: str, args: dict[str, str], code: str
) -> None:
    slack.add_usergroup("S1", "U1")
    assert await error(client.api_call(method, json=args)) == code
    assert slack.calls(method) == [{}]
    if method != "files.info":
        await client.api_call(method, data=args)
        await client.api_call(method, params=args)


async def test_a_method_that_writes_takes_a_json_body(client: AsyncWebClient) -> None:
    await client.api_call("chat.postMessage", json={"channel": "C1", "text": "a"})


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda api: api.chat_postMessage(channel="C9", text="a"), "channel_not_found"),
        (lambda api: api.chat_postMessage(channel="C2", text="a"), "not_in_channel"),
        (lambda api: api.chat_postMessage(channel="C3", text="a"), "is_archived"),
        (lambda api: api.chat_postMessage(channel="G2", text="a"), "channel_not_found"),
        (
            lambda api: api.chat_postEphemeral(channel="C1", user="U9", text="a"),
            "user_not_in_channel",
        ),
        (lambda api: api.chat_update(channel="C1", ts="1.1", text="a"), "message_not_found"),
        (lambda api: api.chat_delete(channel="C1", ts="1.1"), "message_not_found"),
        (lambda api: api.users_info(user="U9"), "user_not_found"),
        (lambda api: api.usergroups_users_list(usergroup="S9"), "no_such_subteam"),
        (lambda api: api.conversations_info(channel="G2"), "channel_not_found"),
        (lambda api: api.conversations_history(channel="C2"), "not_in_channel"),
        (lambda api: api.conversations_open(users="U9"), "user_not_found"),
        (lambda api: api.pins_remove(channel="C1", timestamp="1.1"), "no_pin"),
        (lambda api: api.files_info(file="F9"), "file_not_found"),
        (lambda api: api.files_completeUploadExternal(files=[{"id": "F9"}]), "file_not_found"),
        (lambda api: api.views_open(trigger_id="1", view={}), "invalid_trigger_id"),
        (lambda api: api.views_update(view_id="V9", view={}), "not_found"),
        (lambda api: api.views_publish(user_id="U9", view={}), "user_not_found"),
        (lambda api: api.bots_info(bot="B9"), "bot_not_found"),
        (lambda api: api.reactions_add(channel="C1", name="a", timestamp="1"), "unknown_method"),
        (lambda api: api.apps_connections_open(app_token=api.token), "not_allowed_token_type"),
        (lambda api: api.api_call("chat.postMessage", json={"text": "a"}), "invalid_arguments"),
    ],
)
async def test_refusals(slack: LoopbackSlack, client: AsyncWebClient, ask: Ask, code: str) -> None:
    slack.add_channel("C3", "U1", "UBOT", archived=True)
    slack.add_channel("G2", "U1", private=True)
    assert await error(ask(client)) == code
    assert [each.error for each in slack.refused] == [code]


async def test_tokens(slack: LoopbackSlack) -> None:
    def asked(token: str | None) -> Awaitable[Any]:
        return AsyncWebClient(token, base_url=slack.api_base).auth_test()

    assert (await asked(slack.bot_token))["user_id"] == "UBOT"
    assert await error(asked(None)) == "not_authed"
    assert await error(asked("xoxb-other")) == "invalid_auth"
    assert await error(asked(slack.app_token)) == "not_allowed_token_type"


async def test_answers_name_the_scopes(slack: LoopbackSlack, client: AsyncWebClient) -> None:
    slack.grant("users:read", "chat:write")
    assert (await client.auth_test()).headers["X-OAuth-Scopes"] == "chat:write,users:read"


async def test_events_take_scopes(slack: LoopbackSlack) -> None:
    slack.grant("chat:write")
    with pytest.raises(AssertionError, match="app_mentions:read"):
        await slack.mention("hello")
    with pytest.raises(AssertionError, match="im:history"):
        await slack.direct_message("hello")


async def test_body_that_is_no_object(slack: LoopbackSlack) -> None:
    url = f"{slack.api_base}chat.postMessage"
    async with aiohttp.ClientSession() as http:
        for body in ("[]", "{"):
            headers = {"Content-Type": "application/json"}
            async with http.post(url, data=body, headers=headers) as answered:
                assert (await answered.json())["error"] == "invalid_json"


async def test_other_peoples_messages_are_theirs(
    slack: LoopbackSlack, client: AsyncWebClient
) -> None:
    await slack.mention("hello")
    ts = slack.messages()[0].ts
    assert await error(client.chat_update(channel="C1", ts=ts, text="a")) == "cant_update_message"
    assert await error(client.chat_delete(channel="C1", ts=ts)) == "cant_delete_message"


async def test_records_can_be_dropped(slack: LoopbackSlack, client: AsyncWebClient) -> None:
    await client.chat_postMessage(channel="C1", text="a")
    await error(client.chat_postMessage(channel="C2", text="a"))
    slack.forget()
    assert not slack.messages()
    assert not slack.refused
    assert not slack.calls("chat.postMessage")
    await client.chat_postMessage(channel="C1", text="b")


async def test_scopes(slack: LoopbackSlack, client: AsyncWebClient) -> None:
    slack.grant("chat:write", "users:read")
    with pytest.raises(SlackApiError) as refused:
        await client.pins_add(channel="C1", timestamp="1")
    answer = refused.value.response
    assert (answer["error"], answer["needed"]) == ("missing_scope", "pins:write")
    assert answer["provided"] == "chat:write,users:read"
    assert await error(client.conversations_history(channel="C1")) == "missing_scope"


async def test_public_channels_take_posts_where_the_scope_says_so(
    slack: LoopbackSlack, client: AsyncWebClient
) -> None:
    slack.grant("chat:write", "chat:write.public")
    await client.chat_postMessage(channel="C2", text="a")
    assert len(slack.messages("C2")) == 1


async def test_people_and_places(slack: LoopbackSlack, client: AsyncWebClient) -> None:
    slack.add_usergroup("S1", "U2", "U1")
    admin = (await client.users_info(user="UADMIN"))["user"]
    assert (admin["is_admin"], admin["is_owner"], admin["tz"]) == (True, False, "Europe/Berlin")
    assert (await client.users_info(user="UOWNER"))["user"]["is_owner"]
    assert not (await client.users_info(user="U1"))["user"]["is_admin"]
    assert (await client.usergroups_users_list(usergroup="S1"))["users"] == ["U1", "U2"]
    channel = (await client.conversations_info(channel="C1", include_num_members=True))["channel"]
    assert (channel["is_member"], channel["is_archived"], channel["num_members"]) == (
        True,
        False,
        4,
    )
    assert not (await client.conversations_info(channel="C2"))["channel"]["is_member"]
    assert "U1" in (await client.conversations_members(channel="C1"))["members"]
    assert (await client.team_info())["team"]["id"] == "T1"
    assert (await client.bots_info(bot="BBOT"))["bot"]["user_id"] == "UBOT"


async def test_posts_change_and_go(slack: LoopbackSlack, client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel="C1", text="a", blocks=[buttons("A")])
    ts = posted["ts"]
    await client.chat_update(channel="C1", ts=ts, text="b", blocks=[buttons("B")])
    message = slack.messages()[0]
    assert (message.text, message.edits) == ("b", 1)
    assert message.blocks[0]["elements"][0]["action_id"] == "do-b"
    link = (await client.chat_getPermalink(channel="C1", message_ts=ts))["permalink"]
    assert ts.replace(".", "") in link
    await client.chat_delete(channel="C1", ts=ts)
    assert slack.messages() == []


async def test_a_users_id_means_their_direct_messages(
    slack: LoopbackSlack, client: AsyncWebClient
) -> None:
    opened = (await client.conversations_open(users="U1"))["channel"]["id"]
    posted = await client.chat_postMessage(channel="U1", text="a")
    assert posted["channel"] == opened == slack.messages("D1")[0].channel


async def test_metadata_is_found_again(slack: LoopbackSlack, client: AsyncWebClient) -> None:
    mark = {"event_type": "tip", "event_payload": {"occurrence": "7"}}
    first = await client.chat_postMessage(channel="C1", text="a", metadata=mark)
    await client.chat_postMessage(channel="C1", text="b")
    found = await client.conversations_history(channel="C1", include_all_metadata=True)
    assert [each.get("metadata") for each in found["messages"]] == [None, mark]
    since = await client.conversations_history(channel="C1", oldest=first["ts"])
    assert [each["text"] for each in since["messages"]] == ["b"]
    bounded = await client.conversations_history(channel="C1", oldest=first["ts"], inclusive=True)
    assert len(bounded["messages"]) == 2
    assert "metadata" not in bounded["messages"][1]


async def test_pins(client: AsyncWebClient) -> None:
    ts = (await client.chat_postMessage(channel="C1", text="a"))["ts"]
    await client.pins_add(channel="C1", timestamp=ts)
    assert await error(client.pins_add(channel="C1", timestamp=ts)) == "already_pinned"
    assert (await client.pins_list(channel="C1"))["items"][0]["message"]["ts"] == ts
    await client.pins_remove(channel="C1", timestamp=ts)
    assert (await client.pins_list(channel="C1"))["items"] == []


async def test_file_goes_up_in_three_steps(slack: LoopbackSlack, client: AsyncWebClient) -> None:
    sent = await client.files_upload_v2(
        content=PNG, filename="a.png", title="Pay", channel="C1", initial_comment="chart"
    )
    file = sent["files"][0]["id"]
    assert (await client.files_info(file=file))["file"]["size"] == len(PNG)
    assert slack.messages()[0].files[0]["title"] == "Pay"
    picture = {"type": "image", "alt_text": "a chart", "slack_file": {"id": file}}
    assert (await client.files_info(file=file))["file"]["mimetype"] == ""
    early = client.chat_postMessage(channel="C1", text="a", blocks=[picture])
    assert await error(early) == "invalid_blocks"
    asked = await slack.slash("/x")
    async with (
        aiohttp.ClientSession() as http,
        http.post(asked.payload["response_url"], json={"blocks": [picture]}) as answer,
    ):
        assert (answer.status, (await answer.json())["error"]) == (404, "invalid_blocks")
    slack.advance(1)
    await client.chat_postMessage(channel="C1", text="a", blocks=[picture])
    assert (await client.files_info(file=file))["file"]["mimetype"] == "image/png"


async def test_upload_of_another_length_fails(client: AsyncWebClient) -> None:
    place = await client.files_getUploadURLExternal(filename="a", length=3)
    async with aiohttp.ClientSession() as http, http.post(place["upload_url"], data=b"12") as done:
        assert done.status == 400
    files = [{"id": place["file_id"]}]
    assert await error(client.files_completeUploadExternal(files=files)) == "file_not_found"


async def answer(url: str, **body: Any) -> int:
    async with aiohttp.ClientSession() as http, http.post(url, json=body) as answered:
        return answered.status


async def test_response_url_ends_after_five_uses(slack: LoopbackSlack) -> None:
    asked = await slack.slash("/crossroads")
    url = asked.payload["response_url"]
    assert [await answer(url, text=str(use)) for use in range(6)] == [200] * 5 + [404]
    assert [each.text for each in asked.messages] == ["0", "1", "2", "3", "4"]


async def test_response_url_ends_after_half_an_hour(slack: LoopbackSlack) -> None:
    url = (await slack.slash("/crossroads")).payload["response_url"]
    slack.advance(29 * 60)
    assert await answer(url, text="a") == 200
    slack.advance(2 * 60)
    assert await answer(url, text="a") == 404


async def test_response_url_holds_the_limits(slack: LoopbackSlack) -> None:
    asked = await slack.slash("/crossroads")
    url = asked.payload["response_url"]
    assert await answer(url, text="a", blocks=[{"type": "header", "text": plain("x" * 151)}]) == 400
    assert await answer(url, text="a", response_type="loud") == 400
    assert await answer(url + "0", text="a") == 404
    assert asked.messages == []
    assert [each.error for each in slack.refused][:2] == ["invalid_blocks", "invalid_response_type"]
