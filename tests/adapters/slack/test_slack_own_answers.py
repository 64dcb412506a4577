"""A workspace's own answers and hidden statements on the loopback Slack."""

from collections.abc import AsyncIterator

import pytest
from community_editor import CommunityEditor
from hostile_input import HOSTILE_ANSWERS
from slack_server.crossroads_bot import MODES, serve_slack
from slack_server.plain_text import visible_text
from slack_server.server import LoopbackSlack
from slack_server.world import Message

from bot.app import App
from bot.community.statements import statements_of
from content import Content

HOME = "slack:T1"
QUESTION, WORDING = "Where can I post job ads?", "job ads"
OTHER_WORDS = "which channel is for job postings"
TEXT = "Post them in the jobs channel, with the pay."
MARK = "Community answer, by the moderators, 2026-11"
SHIPPED = "Do I need a PhD to become an ML engineer?"


@pytest.fixture(params=MODES)
async def slack(keeping: App, request: pytest.FixtureRequest) -> AsyncIterator[LoopbackSlack]:
    async with LoopbackSlack() as platform:
        async with serve_slack(keeping, platform, request.param):
            yield platform
        assert not platform.refused
        assert not platform.missed
        assert not platform.unsafe_mentions


@pytest.fixture
def editor(keeping: App) -> CommunityEditor:
    return CommunityEditor(keeping, HOME)


def text_of(message: Message) -> str:
    return " ".join(visible_text(message.blocks).split())


async def typed(slack: LoopbackSlack, line: str) -> Message:
    return await (await slack.slash("/crossroads", line)).message()


async def test_it_is_found_by_command_mention_and_direct_message(
    slack: LoopbackSlack, editor: CommunityEditor
) -> None:
    await editor.answer(QUESTION, TEXT, WORDING, link="https://example.org/jobs")
    shown = [
        await typed(slack, f"ask {QUESTION}"),
        await typed(slack, WORDING),
        await (await slack.slash("/ask", WORDING)).message(),
        await (await slack.mention(WORDING)).post(),
        await (await slack.direct_message(WORDING)).post(),
    ]
    for each in shown:
        assert TEXT in text_of(each)
        assert MARK in text_of(each)
    assert "https://example.org/jobs" in str(shown[0].blocks)
    listed = await typed(slack, "ask")
    assert QUESTION in text_of(listed)
    clicked = await slack.click(listed, text=QUESTION)
    await clicked.answered()
    assert TEXT in text_of(listed)


async def test_it_is_found_by_other_words(slack: LoopbackSlack, editor: CommunityEditor) -> None:
    assert TEXT not in text_of(await typed(slack, OTHER_WORDS))
    await editor.answer(QUESTION, TEXT)
    await editor.forget()
    shown = [
        await typed(slack, OTHER_WORDS),
        await (await slack.mention(OTHER_WORDS)).post(),
        await (await slack.direct_message(OTHER_WORDS)).post(),
    ]
    for each in shown:
        assert TEXT in text_of(each)
        assert MARK in text_of(each)


async def test_a_stored_acknowledgement_shows_nothing_that_is_hidden(
    slack: LoopbackSlack, editor: CommunityEditor, keeping: App, content: Content
) -> None:
    (figure,) = statements_of(content, "pay/kore1-ml-senior")
    for _ in range(3):  # the second and third come from the stored acknowledgement
        assert figure.text in text_of(await typed(slack, "salary ml senior"))
    hidden = await editor.hide(figure)
    await editor.forget()
    for line in ("salary ml senior", "salary ml senior", "salary ml us senior"):
        assert f"{figure.text} base, says KORE1" not in text_of(await typed(slack, line))
    await editor.show(hidden)
    await editor.forget()
    for _ in range(2):
        assert figure.text in text_of(await typed(slack, "salary ml senior"))
    assert keeping.community_answers.is_plain(HOME)


async def test_a_stored_acknowledgement_gives_way_to_a_new_own_answer(
    slack: LoopbackSlack, editor: CommunityEditor
) -> None:
    for _ in range(2):
        assert TEXT not in text_of(await typed(slack, "pay ml senior"))
    await editor.answer("pay ml senior", TEXT)
    await editor.forget()
    assert TEXT in text_of(await typed(slack, "pay ml senior"))


async def test_a_hidden_statement_is_gone_also_from_what_is_shared(
    slack: LoopbackSlack, editor: CommunityEditor, content: Content
) -> None:
    first = content.faq["phd"].answer[0].says
    before = await typed(slack, SHIPPED)
    assert first in text_of(before)
    await editor.hide(statements_of(content, "faq/phd")[0])
    await editor.forget()
    shared = await (await slack.click(before, text="Share")).message()
    for shown in (shared, await typed(slack, SHIPPED), await (await slack.mention(SHIPPED)).post()):
        assert first not in text_of(shown)


@pytest.mark.parametrize("number", range(len(HOSTILE_ANSWERS)))
async def test_hostile_texts_stay_text(
    slack: LoopbackSlack, editor: CommunityEditor, number: int
) -> None:
    text = HOSTILE_ANSWERS[number]
    await editor.answer(QUESTION, text, text[:90], link="https://example.org/?a=(b)|<c>")
    assert MARK in text_of(await typed(slack, f"ask {QUESTION}"))
    assert MARK in text_of(await (await slack.mention(QUESTION)).post())
    assert QUESTION in text_of(await typed(slack, "ask"))


async def test_every_answer_leads_to_a_report(slack: LoopbackSlack) -> None:
    assert "Wrong or missing?" in str((await typed(slack, "salary ml")).blocks)
