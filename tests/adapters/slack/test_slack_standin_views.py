"""Modals and Home tabs of the loopback Slack: triggers, hashes, stacks and entered values."""

from collections.abc import AsyncIterator, Awaitable
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_server.block_builders import button, buttons, field, modal, plain
from slack_server.sample_app import ROLES, socket_mode
from slack_server.server import LoopbackSlack
from slack_server.view_methods import submit_view
from slack_server.world import ApiError, View

NAME = field("name", {"type": "plain_text_input", "initial_value": "me"})
ROLE = field("role", {"type": "static_select", "options": ROLES}, optional=True)


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


async def opened(slack: LoopbackSlack, client: AsyncWebClient, *blocks: Any, **more: Any) -> View:
    trigger = slack.world.trigger("U1")
    await client.views_open(trigger_id=trigger, view=modal(*(blocks or (NAME, ROLE)), **more))
    view = slack.modal()
    assert view is not None
    return view


async def test_trigger_works_once_and_three_seconds(
    slack: LoopbackSlack, client: AsyncWebClient
) -> None:
    view = modal(NAME)
    late, once = slack.world.trigger("U1"), slack.world.trigger("U1")
    await client.views_open(trigger_id=once, view=view)
    assert await error(client.views_open(trigger_id=once, view=view)) == "exchanged_trigger_id"
    slack.advance(3.5)
    assert await error(client.views_open(trigger_id=late, view=view)) == "expired_trigger_id"


async def test_update_with_a_stale_hash_conflicts(
    slack: LoopbackSlack, client: AsyncWebClient
) -> None:
    view = await opened(slack, client)
    stale = view.hash
    await client.views_update(view_id=view.id, hash=stale, view=modal(NAME))
    again = client.views_update(view_id=view.id, hash=stale, view=modal(ROLE))
    assert await error(again) == "hash_conflict"
    assert [each["block_id"] for each in view.blocks] == ["name"]


async def test_update_by_external_id(slack: LoopbackSlack, client: AsyncWebClient) -> None:
    view = await opened(slack, client, external_id="quiz-7")
    await client.views_update(external_id="quiz-7", view=modal(ROLE))
    assert view.updates == 1


async def test_home_is_replaced_by_its_hash(slack: LoopbackSlack, client: AsyncWebClient) -> None:
    body = {"type": "home", "blocks": [buttons("Quiz")]}
    first = await client.views_publish(user_id="U1", view=body)
    stale = first["view"]["hash"]
    await client.views_publish(user_id="U1", view=body, hash=stale)
    assert await error(client.views_publish(user_id="U1", view=body, hash=stale)) == "hash_conflict"
    home = slack.home()
    assert home is not None
    assert home.updates == 1


async def test_stack_holds_three_views(slack: LoopbackSlack, client: AsyncWebClient) -> None:
    root = await opened(slack, client)
    for _ in range(2):
        trigger = slack.world.trigger("U1", root.id)
        await client.views_push(trigger_id=trigger, view=modal(NAME))
    top = slack.modal()
    assert top is not None
    assert (top.root, len(slack.world.stacks["U1"])) == (root.id, 3)
    pushed = client.views_push(trigger_id=slack.world.trigger("U1", root.id), view=modal(NAME))
    assert await error(pushed) == "push_limit_reached"
    await slack.close_view(top, all_of_them=True)
    assert slack.modal() is None


async def test_push_needs_a_trigger_from_a_modal(
    slack: LoopbackSlack, client: AsyncWebClient
) -> None:
    await opened(slack, client)
    pushed = client.views_push(trigger_id=slack.world.trigger("U1"), view=modal(NAME))
    assert await error(pushed) == "invalid_trigger_id"


async def test_view_has_a_size(slack: LoopbackSlack, client: AsyncWebClient) -> None:
    blocks = [{"type": "section", "text": plain("x" * 2600)}] * 100
    asked = client.views_open(trigger_id=slack.world.trigger("U1"), view=modal(*blocks))
    assert await error(asked) == "view_too_large"


async def test_state_is_sent_and_kept(slack: LoopbackSlack, client: AsyncWebClient) -> None:
    view = await opened(slack, client)
    sent = await slack.submit_view(view, {"Role": "ML Engineer"})
    values = sent.payload["view"]["state"]["values"]
    assert values["name"]["name"] == {"type": "plain_text_input", "value": "me"}
    assert values["role"]["role"]["selected_option"] == ROLES[1]
    await client.views_update(view_id=view.id, view=modal(ROLE))
    assert view.values == {"role": values["role"]}


async def test_click_in_a_view_sends_its_state(
    slack: LoopbackSlack, client: AsyncWebClient
) -> None:
    row = {"type": "actions", "elements": [button("Next", "next")]}
    view = await opened(slack, client, NAME, row)
    clicked = await slack.click(view, text="Next")
    assert clicked.payload["container"] == {"type": "view", "view_id": view.id}
    assert clicked.payload["view"]["state"]["values"]["name"]["name"]["value"] == "me"
    assert "response_url" not in clicked.payload


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"response_action": "errors", "errors": {"nothing": "a"}}, "invalid_errors"),
        ({"response_action": "errors"}, "invalid_errors"),
        ({"response_action": "explode"}, "invalid_response_action"),
        ({"response_action": "update", "view": {"type": "modal"}}, "invalid_arguments"),
    ],
)
async def test_wrong_answers_to_a_submission(
    slack: LoopbackSlack, client: AsyncWebClient, answer: Any, code: str
) -> None:
    view = await opened(slack, client)
    with pytest.raises(ApiError) as refused:
        submit_view(slack.world, view, answer, "")
    assert refused.value.error == code
    assert slack.modal() is view


@pytest.mark.parametrize("action", ["update", "push", "clear"])
async def test_right_answers_to_a_submission(
    slack: LoopbackSlack, client: AsyncWebClient, action: str
) -> None:
    view = await opened(slack, client)
    submit_view(slack.world, view, {"response_action": action, "view": modal(ROLE)}, "t")
    shown = {"update": view, "push": slack.world.opened["t"] if action == "push" else None}
    assert slack.modal() is shown.get(action)


async def test_closing_is_told_where_the_view_asks_for_it() -> None:
    async with LoopbackSlack() as slack, socket_mode(slack) as app:
        heard: list[bool] = []

        @app.view_closed("form")
        async def closed(ack: Any, body: Any) -> None:
            heard.append(body["is_cleared"])
            await ack()

        quiet = await opened(slack, app.client)
        assert await slack.close_view(quiet) is None
        told = await slack.close_view(await opened(slack, app.client, notify_on_close=True))
        assert told is not None
        await told.ack()
        assert heard == [False]
