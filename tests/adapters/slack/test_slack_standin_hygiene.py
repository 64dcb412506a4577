"""Views over a limit are refused; mentions that would notify people are recorded."""

from collections.abc import AsyncIterator

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_server.block_builders import button, field, modal, plain, rich, section, table, words
from slack_server.server import LoopbackSlack
from slack_server.world import Json

INPUT = field("a", {"type": "plain_text_input"})
BAD_VIEWS = [
    (
        modal(section(), title=plain("x" * 25)),
        "less than 25 characters [json-pointer:/view/title/text]",
    ),
    (modal(section(), submit=plain("x" * 25)), "[json-pointer:/view/submit/text]"),
    (modal(section(), close=plain("x" * 25)), "[json-pointer:/view/close/text]"),
    (modal(section(), private_metadata="x" * 3001), "[json-pointer:/view/private_metadata]"),
    (modal(section(), callback_id="x" * 256), "[json-pointer:/view/callback_id]"),
    (
        modal(*[{"type": "divider"}] * 101),
        "no more than 100 items allowed [json-pointer:/view/blocks]",
    ),
    (modal(table()), "unsupported type: table [json-pointer:/view/blocks/0/type]"),
    (modal({"type": "markdown", "text": "a"}), "unsupported type: markdown"),
    (
        modal(field("a", button("a", "b"))),
        "unsupported type: button [json-pointer:/view/blocks/0/element/type]",
    ),
    (
        modal(field("a", {"type": "plain_text_input", "max_length": 3001})),
        "[json-pointer:/view/blocks/0/element/max_length]",
    ),
    (modal(field("a", {"type": "number_input"})), "missing required field: is_decimal_allowed"),
    (
        {"type": "modal", "title": plain("a"), "blocks": [INPUT]},
        "must define `submit` to use an `input` block in modals",
    ),
    (
        {"type": "modal", "blocks": [section()]},
        "missing required field: title [json-pointer:/view]",
    ),
    (
        {"type": "home", "title": plain("a"), "blocks": [section()]},
        "invalid additional property: title",
    ),
    ({"type": "sheet", "blocks": []}, "unsupported type: sheet [json-pointer:/view/type]"),
    (modal(section("x" * 3001)), "[json-pointer:/view/blocks/0/text/text]"),
    (modal(INPUT, INPUT), "`block_id` a already exists"),
]


@pytest.fixture
async def slack() -> AsyncIterator[LoopbackSlack]:
    async with LoopbackSlack() as slack:
        yield slack


@pytest.fixture
def client(slack: LoopbackSlack) -> AsyncWebClient:
    return AsyncWebClient(slack.bot_token, base_url=slack.api_base)


@pytest.mark.parametrize(("view", "says"), BAD_VIEWS, ids=[says[:60] for _, says in BAD_VIEWS])
async def test_view_is_refused(
    slack: LoopbackSlack, client: AsyncWebClient, view: Json, says: str
) -> None:
    trigger = slack.world.trigger("U1")
    with pytest.raises(SlackApiError) as refused:
        await client.views_open(trigger_id=trigger, view=view)
    answer = refused.value.response
    assert answer["error"] == "invalid_arguments"
    assert any(says in each for each in answer["response_metadata"]["messages"])
    assert slack.modal() is None


@pytest.mark.parametrize(
    ("message", "pings"),
    [
        ({"text": "hello <!here>"}, ["<!here>"]),
        ({"text": "<!channel|all> and <@U1>"}, ["<!channel|all>", "<@U1>"]),
        ({"text": "a", "blocks": [section("<!everyone>")]}, ["<!everyone>"]),
        ({"text": "a", "blocks": [section("<!subteam^S1>")]}, ["<!subteam^S1>"]),
        ({"text": "a", "blocks": [{"type": "markdown", "text": "<@U1>"}]}, ["<@U1>"]),
        ({"text": "a", "blocks": [rich({"type": "broadcast", "range": "here"})]}, ["<!here>"]),
        ({"text": "&lt;!here&gt; @here", "blocks": [rich(words("<!here>"))]}, []),
        ({"text": "a", "blocks": [{"type": "header", "text": plain("<!here>")}]}, []),
    ],
)
async def test_mentions_that_ping_are_recorded(
    slack: LoopbackSlack, client: AsyncWebClient, message: Json, pings: list[str]
) -> None:
    await client.api_call("chat.postMessage", json={"channel": "C1", **message})
    assert slack.unsafe_mentions == pings


@pytest.mark.filterwarnings("ignore:The top-level `text` argument is missing")
async def test_blocks_without_text_are_recorded(
    slack: LoopbackSlack, client: AsyncWebClient
) -> None:
    await client.chat_postMessage(channel="C1", blocks=[section()])
    assert slack.without_text == slack.messages()
