"""Commands as modals: a field for each argument, and where the answer is shown."""

from collections.abc import AsyncIterator

import pytest
from processes.slow_commands_bot import OURS
from slack_server.crossroads_bot import MODES, serve_slack
from slack_server.plain_text import visible_text
from slack_server.server import LoopbackSlack

import bot.commands
from adapters.slack import receiver
from bot.app import App
from bot.registry import discover_commands
from content import Content

ACK_AFTER = 0.15  # seconds, half of what the slow commands take


@pytest.fixture(params=MODES)
async def slack(
    content: Content, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[LoopbackSlack]:
    monkeypatch.setattr(receiver, "ACK_AFTER", 60.0)  # even on a busy machine
    app = App(content, {**discover_commands(bot.commands), **OURS})
    async with LoopbackSlack() as platform, serve_slack(app, platform, request.param):
        yield platform
        assert not platform.missed
        assert not platform.unsafe_mentions


async def test_a_form_has_a_field_for_each_kind_of_argument(slack: LoopbackSlack) -> None:
    asked = await slack.slash("/crossroads", "tell hello")
    form = await asked.view()
    kinds = [block["element"]["type"] for block in form.blocks]
    assert kinds == ["static_select", "external_select", "conversations_select"]
    assert [bool(block.get("optional")) for block in form.blocks] == [False, False, True]
    offered = await slack.options(form, "number 15", action_id="number")
    assert [each["value"] for each in offered][:2] == ["n15", "n150"]
    assert len(await slack.options(form, "", action_id="number")) == 100
    assert await slack.options(form, "♞", action_id="number") == []
    values = {"basis": "base", "number": "number 15", "channel": "C2"}
    await (await slack.submit_view(form, values)).ack()
    assert "hello base 15 #channel" in (await asked.message()).text


async def test_a_form_out_of_a_modal_is_answered_in_its_place(slack: LoopbackSlack) -> None:
    view = await (await slack.slash("/lead")).view()
    form = await (await slack.click(view, text="tell")).view()
    sent = await slack.submit_view(form, {"word": "hello", "basis": "base", "number": "number 15"})
    await sent.ack()
    assert "hello base 15" in visible_text(form.blocks)
    assert slack.modal() is form


async def test_a_slow_form_out_of_a_modal_says_that_it_takes_a_moment(
    slack: LoopbackSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiver, "ACK_AFTER", ACK_AFTER)
    view = await (await slack.slash("/lead")).view()
    form = await (await slack.click(view, text="later")).view()
    sent = await slack.submit_view(form, {"word": "hello"})
    await sent.ack()
    assert "One moment" in visible_text(form.blocks)
    await slack.until(lambda: "at last: hello" in visible_text(form.blocks), "the answer")


async def test_an_old_form_is_answered_in_the_modal(slack: LoopbackSlack) -> None:
    asked = await slack.slash("/interview")
    form = await asked.view()
    slack.advance(31 * 60)
    await (await slack.submit_view(form, {"role": "AI Engineer"})).ack()
    assert "AI Engineer interviews" in visible_text(form.blocks)


async def test_an_old_form_whose_answer_comes_late_is_answered_in_direct_messages(
    slack: LoopbackSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiver, "ACK_AFTER", ACK_AFTER)
    form = await (await slack.slash("/crossroads", "tell-slowly")).view()
    slack.advance(31 * 60)
    await (await slack.submit_view(form, {"word": "hello"})).ack()
    (said,) = await slack.until(lambda: slack.messages("D1"), "the answer")
    assert "at last: hello" in visible_text(said.blocks)
