"""A reply comes at once; its images follow when Slack can show them."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from processes.slow_commands_bot import OURS
from slack_server.crossroads_bot import MODES, serve_slack
from slack_server.plain_text import visible_text, walk
from slack_server.played_interaction import PlayedInteraction
from slack_server.server import LoopbackSlack
from slack_server.world import Message, Timing, View

import bot.commands
from adapters.slack.rendering import images as uploads
from bot.app import App
from bot.registry import discover_commands
from content import Content

READY, PAUSES = 0.3, (0.4, 0.4, 0.4)  # seconds
DESCRIBED = "[picture: bars]"


@pytest.fixture
async def slack(
    content: Content, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[LoopbackSlack]:
    monkeypatch.setattr(uploads, "RETRY_PAUSES", PAUSES)
    app = App(content, {**discover_commands(bot.commands), **OURS})
    mode = getattr(request, "param", MODES[0])
    async with LoopbackSlack(Timing(file=READY)) as platform, serve_slack(app, platform, mode):
        yield platform
        assert not platform.missed
        assert not platform.unsafe_mentions


both = pytest.mark.parametrize("slack", MODES, indirect=True)


def images(surface: Message | View) -> list[str]:
    """Return the alt texts of the visible pictures."""
    found = (node for node in walk(surface.blocks) if node.get("type") == "image")
    return [str(each["alt_text"]) for each in found]


async def drawn(slack: LoopbackSlack) -> PlayedInteraction:
    """Type the command with a picture; wait until the picture is drawn, uploaded and accepted."""
    asked = await slack.slash("/drawn")
    await asked.message(2)
    return asked


@both
async def test_a_command_is_answered_at_once_and_its_picture_follows(slack: LoopbackSlack) -> None:
    began = time.monotonic()
    asked = await slack.slash("/drawn")
    first = await asked.message()
    assert time.monotonic() - began < READY
    assert (first.via, images(first)) == ("ack", [])
    assert visible_text(first.blocks).count(DESCRIBED) == 1
    second = await asked.message(2)
    assert (images(second), second.shown_to, second.text) == (["bars"], "U1", "bars")
    again = await (await slack.slash("/drawn")).message()
    assert (again.via, images(again)) == ("ack", ["bars"])
    assert slack.world.counts["upload"] == 1
    assert not slack.refused


async def test_with_slacks_own_second_nothing_is_refused(
    slack: LoopbackSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    slack.world.timing = Timing()
    await drawn(slack)
    assert not slack.refused


@both
async def test_a_direct_message_gets_its_picture_in_place(slack: LoopbackSlack) -> None:
    answer = await (await slack.direct_message("drawn")).post()
    assert DESCRIBED in visible_text(answer.blocks)
    await slack.until(lambda: images(answer), "the picture")
    assert DESCRIBED not in visible_text(answer.blocks)
    assert "a chart" in visible_text(answer.blocks)
    assert not slack.refused


async def test_a_shared_answer_and_a_mention_are_followed_by_their_picture(
    slack: LoopbackSlack,
) -> None:
    answer = await (await slack.slash("/drawn")).message()
    shared = await slack.click(answer, text="Share")
    assert DESCRIBED in visible_text((await shared.message()).blocks)
    follows = await shared.message(2)
    assert (images(follows), follows.shown_to) == (["bars"], "")
    posted = await (await slack.mention("drawn")).post()
    await slack.until(lambda: images(posted), "the picture")
    assert posted.shown_to == ""
    assert not slack.refused


async def test_the_picture_of_a_shared_answer_can_be_removed(slack: LoopbackSlack) -> None:
    answer = await (await slack.slash("/drawn")).message()
    shared = await slack.click(answer, text="Share")
    picture = await shared.message(2)
    await (await slack.click(picture, text="Remove")).answered()
    assert picture.deleted
    assert not (await shared.message()).deleted


async def test_a_modal_gets_its_picture_in_place(slack: LoopbackSlack) -> None:
    view = await (await slack.slash("/drawn-step")).view()
    assert DESCRIBED in visible_text(view.blocks)
    await slack.until(lambda: images(view), "the picture")
    assert not slack.refused


async def test_a_modal_that_moved_on_is_left_alone(slack: LoopbackSlack) -> None:
    view = await (await slack.slash("/drawn-step")).view()
    await (await slack.click(view, text="on")).answered()
    await asyncio.sleep(2 * PAUSES[0])
    assert "a constant" in visible_text(view.blocks)
    assert images(view) == []


async def test_a_form_in_a_modal_gets_its_picture_in_place(slack: LoopbackSlack) -> None:
    view = await (await slack.slash("/drawn-step")).view()
    blank = await (await slack.click(view, text="write")).view()
    await (await slack.submit_view(blank, {"word": "hello"})).answered()
    assert DESCRIBED in visible_text(blank.blocks)
    await slack.until(lambda: images(blank), "the picture")
    assert "hello" in visible_text(blank.blocks)
    assert not slack.refused


async def test_what_slack_never_takes_stays_a_description(slack: LoopbackSlack) -> None:
    slack.world.timing = Timing(file=3_600)
    asked = await slack.slash("/drawn")
    await slack.until(lambda: len(slack.refused) == len(PAUSES), "all attempts")
    again = await (await slack.slash("/drawn")).message()
    assert DESCRIBED in visible_text(again.blocks)
    assert len(asked.messages) == 1
    assert slack.world.counts["upload"] == 1


async def test_a_picture_that_is_gone_takes_no_answer_with_it(slack: LoopbackSlack) -> None:
    await drawn(slack)
    slack.world.ready.clear()
    said = await (await slack.direct_message("drawn")).post()
    assert DESCRIBED in visible_text(said.blocks)
    assert "a chart" in visible_text(said.blocks)
    assert [each.where for each in slack.refused] == ["chat.postMessage"]


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "upload"])
async def test_an_upload_that_fails_leaves_the_description(
    slack: LoopbackSlack, method: str
) -> None:
    slack.fail(method, status=403, times=None)
    answer = await (await slack.slash("/drawn")).message()
    assert DESCRIBED in visible_text(answer.blocks)


async def test_the_end_waits_for_no_picture(
    content: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "RETRY_PAUSES", (60.0,))
    app = App(content, {**discover_commands(bot.commands), **OURS})
    async with LoopbackSlack() as platform, serve_slack(app, platform) as stop:
        await (await platform.slash("/drawn")).message()
        began = time.monotonic()
        stop.set()
    assert time.monotonic() - began < 3
