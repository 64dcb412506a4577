"""The loopback Slack accepts what Slack accepts, and refuses the rest with Slack's errors."""

from collections.abc import AsyncIterator

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_server.block_builders import (
    actions,
    button,
    buttons,
    field,
    image,
    many_blocks,
    mrkdwn,
    option,
    plain,
    rich,
    section,
    select,
    table,
    words,
)
from slack_server.server import LoopbackSlack
from slack_server.world import Json

LONG = "x" * 40_001


BOX = {"type": "checkboxes", "action_id": "c"}
GOOD = [
    section("*a*", accessory=button("Go", "go")),
    {"type": "section", "fields": [mrkdwn("x" * 2000)] * 5},
    {"type": "header", "text": plain("x" * 150)},
    {"type": "divider"},
    image(title=plain("a")),
    actions(*[button(str(number), str(number)) for number in range(25)]),
    actions(
        select(*many_blocks(100), initial_option=option("7", "7"), placeholder=plain("x" * 150))
    ),
    actions({"type": "overflow", "action_id": "o", "options": many_blocks(5)}),
    actions(BOX | {"options": many_blocks(10)}),
    {"type": "context", "elements": [mrkdwn("a"), *[plain("b")] * 9]},
    {"type": "markdown", "text": "x" * 12_000},
    rich(words(style={"bold": True}), {"type": "link", "url": "https://a.example", "text": "b"}),
    rich(words(), kind="rich_text_preformatted", border=1),
    rich(words(), kind="rich_text_quote"),
    rich(
        {"type": "rich_text_section", "elements": [words()]}, kind="rich_text_list", style="bullet"
    ),
    rich({"type": "date", "timestamp": 1, "format": "{date}", "fallback": "then"}),
    rich({"type": "user", "user_id": "U1"}, {"type": "emoji", "name": "wave"}),
    table(100, 20, column_settings=[{"align": "right", "is_wrapped": True}]),
    {"type": "table", "rows": [[rich(words())]]},
]
BAD: list[tuple[list[Json], str]] = [
    ([section("x" * 3001)], "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
    ([section("")], "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    ([{"type": "section"}], "must define either `text` or `fields` [json-pointer:/blocks/0/type]"),
    (
        [section(fields=[mrkdwn("a")] * 11)],
        "no more than 10 items allowed [json-pointer:/blocks/0/fields]",
    ),
    (
        [section(fields=[mrkdwn("x" * 2001)])],
        "less than 2001 characters [json-pointer:/blocks/0/fields/0/text]",
    ),
    ([{"type": "section", "text": "a"}], "[json-pointer:/blocks/0/text]"),
    ([section(accessory=None)], "must provide an object [json-pointer:/blocks/0/accessory]"),
    ([section(colour="red")], "invalid additional property: colour [json-pointer:/blocks/0]"),
    ([section(block_id="x" * 256)], "less than 256 characters [json-pointer:/blocks/0/block_id]"),
    (
        [{"type": "header", "text": plain("x" * 151)}],
        "less than 151 characters [json-pointer:/blocks/0/text/text]",
    ),
    ([{"type": "header", "text": mrkdwn("a")}], "[json-pointer:/blocks/0/text/type]"),
    ([{"type": "carousel"}], "unsupported type: carousel [json-pointer:/blocks/0/type]"),
    ([{"text": "a"}], "missing required field: type [json-pointer:/blocks/0]"),
    ([{"type": "divider"}] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
    (
        [actions(button("x" * 76, "a"))],
        "less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
    ),
    ([actions(button("a", "x") | {"value": "x" * 2001})], "less than 2001 characters"),
    ([actions(button("a", "a") | {"action_id": "x" * 256})], "less than 256 characters"),
    ([actions(button("a", "a") | {"style": "loud"})], "[json-pointer:/blocks/0/elements/0/style]"),
    ([buttons("A", "A")], "`action_id` do-a already exists"),
    ([buttons("A"), buttons("A")], "`action_id` do-a already exists"),
    ([section(block_id="b"), section(block_id="b")], "`block_id` b already exists"),
    ([actions(*[button(str(n), str(n)) for n in range(26)])], "no more than 25 items allowed"),
    ([actions()], "[json-pointer:/blocks/0/elements]"),
    ([actions(select(*many_blocks(101)))], "no more than 100 items allowed"),
    ([actions(select(option("x" * 76, "a")))], "less than 76 characters"),
    ([actions(select(option("a", "x" * 151)))], "less than 151 characters"),
    (
        [actions(select(option("a", "a") | {"description": plain("x" * 76)}))],
        "less than 76 characters",
    ),
    (
        [actions(select(option("a", "a"), initial_option=option("a", "b")))],
        "initial option must exactly match",
    ),
    (
        [actions({"type": "overflow", "action_id": "o", "options": many_blocks(6)})],
        "no more than 5 items",
    ),
    ([actions(BOX | {"options": many_blocks(11)})], "no more than 10 items"),
    (
        [actions({"type": "slider", "action_id": "a"})],
        "unsupported type: slider [json-pointer:/blocks/0/elements/0/type]",
    ),
    ([{"type": "context", "elements": [plain("a")] * 11}], "no more than 10 items allowed"),
    ([{"type": "context", "elements": [button("a", "a")]}], "unsupported type: button"),
    ([image(alt_text="")], "must be more than 0 characters [json-pointer:/blocks/0/alt_text]"),
    (
        [{"type": "image", "image_url": "https://example.org/a.png"}],
        "missing required field: alt_text [json-pointer:/blocks/0]",
    ),
    ([{"type": "image", "alt_text": "a"}], "either `image_url` or `slack_file`"),
    (
        [image(image_url="http://127.0.0.1:80/a.png")],
        "downloading image failed [json-pointer:/blocks/0/image_url]",
    ),
    (
        [{"type": "image", "alt_text": "a", "slack_file": {"id": "F0"}}],
        "invalid slack file [json-pointer:/blocks/0/slack_file]",
    ),
    ([{"type": "markdown", "text": "x" * 12_001}], "less than 12001 characters"),
    ([table(101)], "no more than 100 items allowed [json-pointer:/blocks/0/rows]"),
    ([table(1, 21)], "no more than 20 items allowed [json-pointer:/blocks/0/rows/0]"),
    ([table(text="")], "must be more than 0 characters [json-pointer:/blocks/0/rows/0/0/text]"),
    ([table(10, 10, "x" * 101)], "table must be less than 10001 characters"),
    (
        [table(column_settings=[{"align": "justify"}])],
        "[json-pointer:/blocks/0/column_settings/0/align]",
    ),
    (
        [rich(words(""))],
        "more than 0 characters [json-pointer:/blocks/0/elements/0/elements/0/text]",
    ),
    ([rich(words(style={"blink": True}))], "invalid additional property: blink"),
    (
        [rich(words(), kind="rich_text_list", style="bullet")],
        "[json-pointer:/blocks/0/elements/0/elements/0",
    ),
    (
        [rich({"type": "emoji", "name": "a"}, kind="rich_text_preformatted")],
        "unsupported type: emoji",
    ),
    (
        [{"type": "rich_text", "elements": [words()]}],
        "unsupported type: text [json-pointer:/blocks/0/elements/0/type]",
    ),
    (
        [field("a", {"type": "plain_text_input"})],
        "unsupported type: input [json-pointer:/blocks/0/type]",
    ),
]
WHOLE: list[tuple[Json, str]] = [
    ({"text": LONG}, "msg_too_long"),
    ({"text": " "}, "no_text"),
    ({"text": "a", "blocks": {"type": "section"}}, "invalid_blocks_format"),
    ({"text": "a", "blocks": [section("x" * 2700)] * 5}, "msg_blocks_too_long"),
    ({"text": "a", "blocks": [section("a")] * 50 + [table()]}, "invalid_blocks"),
    ({"text": "a", "blocks": [table(), table()]}, "invalid_attachments"),
    ({"text": "a", "attachments": [{"text": "a"}]}, "invalid_attachments"),
    ({"text": "a", "metadata": {"event_type": "a"}}, "invalid_metadata_format"),
]


@pytest.fixture
async def slack() -> AsyncIterator[LoopbackSlack]:
    async with LoopbackSlack() as slack:
        yield slack


@pytest.fixture
def client(slack: LoopbackSlack) -> AsyncWebClient:
    return AsyncWebClient(slack.bot_token, base_url=slack.api_base)


@pytest.mark.parametrize("block", GOOD, ids=lambda block: str(block["type"]))
async def test_block_is_taken(slack: LoopbackSlack, client: AsyncWebClient, block: Json) -> None:
    await client.chat_postMessage(channel="C1", text="a", blocks=[block])
    kept = slack.messages()[0].blocks[0]
    assert {name: kept[name] for name in block if name != "elements"} == {
        name: value for name, value in block.items() if name != "elements"
    }


@pytest.mark.parametrize(("blocks", "says"), BAD, ids=[says[:60] for _, says in BAD])
async def test_block_is_refused(
    slack: LoopbackSlack, client: AsyncWebClient, blocks: list[Json], says: str
) -> None:
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel="C1", text="a", blocks=blocks)
    answer = refused.value.response
    assert answer["error"] == "invalid_blocks"
    assert any(says in each for each in answer["response_metadata"]["messages"])
    assert slack.messages() == []
    assert [each.error for each in slack.refused] == ["invalid_blocks"]


@pytest.mark.parametrize(("message", "error"), WHOLE)
async def test_message_is_refused(client: AsyncWebClient, message: Json, error: str) -> None:
    with pytest.raises(SlackApiError) as refused:
        await client.api_call("chat.postMessage", json={"channel": "C1", **message})
    assert refused.value.response["error"] == error


async def test_blocks_near_the_sum_are_taken(slack: LoopbackSlack, client: AsyncWebClient) -> None:
    blocks = [section("x" * 2500)] * 5
    await client.chat_postMessage(channel="C1", text="a", blocks=blocks)
    assert len(slack.messages()) == 1
