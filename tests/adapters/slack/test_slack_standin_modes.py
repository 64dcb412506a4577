"""A real slack-bolt app on the loopback Slack, in Socket Mode and over HTTP."""

from collections.abc import AsyncIterator

import pytest
from slack_server.sample_app import http_mode, socket_mode
from slack_server.server import LoopbackSlack
from slack_server.world import Timing


@pytest.fixture(params=[socket_mode, http_mode], ids=["socket", "http"])
async def slack(request: pytest.FixtureRequest) -> AsyncIterator[LoopbackSlack]:
    async with LoopbackSlack() as slack, request.param(slack):
        yield slack


async def test_slash_is_answered_in_the_acknowledgement(slack: LoopbackSlack) -> None:
    asked = await slack.slash("/crossroads", "compare ai ml", user="U1")
    assert (await asked.ack()).text == "you said compare ai ml"
    shown = await asked.message()
    assert (shown.text, shown.shown_to, shown.via) == ("you said compare ai ml", "U1", "ack")
    assert slack.ephemeral("U1") == [shown]
    assert slack.ephemeral("U2") == []
    assert slack.messages() == []
    assert not slack.refused
    assert not slack.missed


async def test_slash_is_answered_later(slack: LoopbackSlack) -> None:
    asked = await slack.slash("/crossroads", "later")
    assert (await asked.ack()).payload is None
    assert (await asked.message()).text == "later"
    assert [each.text for each in slack.messages()] == ["later"]
    assert asked.posts == []


async def test_click_replaces_the_message(slack: LoopbackSlack) -> None:
    shown = await (await slack.slash("/crossroads", "x")).message()
    await (await slack.click(shown, text="More")).ack()
    await slack.until(lambda: shown.edits, "replaced")
    assert shown.text == "more more"
    assert slack.ephemeral() == [shown]


async def test_click_deletes_the_message(slack: LoopbackSlack) -> None:
    shown = await (await slack.slash("/crossroads", "x")).message()
    await (await slack.click(shown, action_id="do-gone")).ack()
    await slack.until(lambda: shown.deleted, "deleted")
    assert slack.ephemeral() == []


async def test_choice_in_a_menu(slack: LoopbackSlack) -> None:
    shown = await (await slack.slash("/crossroads", "x")).message()
    picked = await slack.choose(shown, "ML Engineer", action_id="pick")
    assert (await picked.message()).text == "ml"
    assert "message" not in picked.payload  # Slack doesn't send the content of an ephemeral message
    clicked = await slack.click(shown, text="More")
    (chosen,) = clicked.payload["state"]["values"].values()
    assert chosen["pick"]["selected_option"]["value"] == "ml"


async def test_modal_from_trigger_to_post(slack: LoopbackSlack) -> None:
    asked = await slack.slash("/crossroads", "form", user="U2")
    view = await asked.view()
    assert slack.modal("U2") is view
    assert [each["value"] for each in await slack.options(view, "m", action_id="role")] == ["ml"]
    await (await slack.submit_view(view, {"role": "ml", "Note": "hello"})).ack()
    assert slack.modal("U2") is None
    assert [each.text for each in slack.messages()] == ["chosen ml"]


async def test_errors_keep_the_modal_open(slack: LoopbackSlack) -> None:
    view = await (await slack.slash("/crossroads", "form")).view()
    ack = await (await slack.submit_view(view, {"role": "ai", "note": "wrong"})).ack()
    assert ack.payload["errors"] == {"note": "say something else"}
    assert slack.modal() is view
    assert not slack.refused


async def test_client_refuses_what_slack_would_not_submit(slack: LoopbackSlack) -> None:
    view = await (await slack.slash("/crossroads", "form")).view()
    with pytest.raises(AssertionError, match=r"insists on \['Role'\]"):
        await slack.submit_view(view)
    with pytest.raises(AssertionError, match="longer than 20"):
        await slack.submit_view(view, {"note": "x" * 21})
    with pytest.raises(AssertionError, match="no option 'zz'"):
        await slack.submit_view(view, {"role": "zz"})


async def test_home_is_published(slack: LoopbackSlack) -> None:
    await (await slack.open_home("U2")).ack()
    await slack.until(lambda: slack.home("U2"), "home")
    home = slack.home("U2")
    assert home is not None
    assert home.blocks[0]["text"]["text"] == "Welcome home"


async def test_mention_is_heard(slack: LoopbackSlack) -> None:
    asked = await slack.mention("salary <b>")
    assert (await asked.post()).text == "heard <@UBOT> salary &lt;b&gt;"
    assert slack.unsafe_mentions == ["<@UBOT>"]


async def test_what_is_not_acknowledged_is_missed(slack: LoopbackSlack) -> None:
    slack.world.timing = Timing(ack=0.1)
    asked = await slack.slash("/crossroads", "never")
    with pytest.raises(AssertionError, match="not acknowledged"):
        await asked.ack()
    assert [(each.kind, each.attempt) for each in slack.missed] == [("slash_commands", 0)]


async def test_past_interaction_comes_again(slack: LoopbackSlack) -> None:
    asked = await slack.mention("hello")
    await asked.post()
    again = await slack.redeliver(asked, attempt=2)
    assert again.attempt == 2
    await asked.post(2)


async def test_duplicates_on_demand(slack: LoopbackSlack) -> None:
    slack.duplicate()
    asked = await (await slack.slash("/crossroads", "twice")).settled()
    assert [each.text for each in asked.messages] == ["you said twice"] * 2
    once = await (await slack.slash("/crossroads", "once")).settled()
    assert [each.text for each in once.messages] == ["you said once"]
