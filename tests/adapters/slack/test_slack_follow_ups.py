"""Follow-ups on Slack: in direct messages, threads, channels and after clicks."""

from collections.abc import AsyncIterator

import pytest
from follow_up_talk import ASKED_BACK, FOLLOW_UP_TALK
from slack_server.crossroads_bot import MODES, serve_slack
from slack_server.plain_text import visible_text
from slack_server.server import LoopbackSlack
from slack_server.world import Message

from bot.app import App
from bot.community.public_answers import DEFAULT_LIMIT

MAX_ANSWERS = DEFAULT_LIMIT.answers


@pytest.fixture(params=MODES)
async def slack(keeping: App, request: pytest.FixtureRequest) -> AsyncIterator[LoopbackSlack]:
    async with LoopbackSlack() as platform:
        async with serve_slack(keeping, platform, request.param):
            yield platform
        assert not platform.refused
        assert not platform.missed
        assert not platform.unsafe_mentions


def text_of(message: Message) -> str:
    return " ".join(visible_text(message.blocks).split())


async def test_a_talk_in_direct_messages(slack: LoopbackSlack) -> None:
    for line, says in FOLLOW_UP_TALK.items():
        answer = await (await slack.direct_message(line)).post()
        assert says in text_of(answer), line


async def test_a_talk_in_a_thread_apart_from_its_channel(slack: LoopbackSlack) -> None:
    other = await (await slack.mention("tools ai")).post()
    thread, members = (
        (await (await slack.mention("salary ml", user="U9")).post()).thread_ts,
        "U2 U3",
    )
    for number, (line, says) in enumerate(FOLLOW_UP_TALK.items()):
        user = members.split()[number >= MAX_ANSWERS]  # two, so that nobody asks too often
        if number == MAX_ANSWERS:
            await (await slack.mention("salary ai senior", user=user, thread_ts=thread)).post()
        answer = await (await slack.mention(line, user=user, thread_ts=thread)).post()
        assert says in text_of(answer), line
    assert "a must for AI Engineers" in text_of(other)


async def test_a_thread_does_not_know_what_was_asked_in_its_channel(slack: LoopbackSlack) -> None:
    answer = await (await slack.slash("/crossroads", "salary ml senior")).message()
    shared = await (await slack.click(answer, text="Share")).message()
    in_thread = await (await slack.mention("and in the UK?", thread_ts=shared.ts)).post()
    assert ASKED_BACK in text_of(in_thread)


async def test_a_direct_message_in_a_thread_goes_on_with_the_talk(slack: LoopbackSlack) -> None:
    first = await (await slack.direct_message("salary ml senior")).post()
    answer = await (await slack.direct_message("and in the UK?", thread_ts=first.ts)).post()
    assert "Senior ML Engineers in the UK" in text_of(answer)


async def test_slash_commands_and_mentions_in_a_channel_are_one_talk(slack: LoopbackSlack) -> None:
    await (await slack.slash("/salary", "ml senior")).message()
    answer = await (await slack.slash("/crossroads", "and in the UK?")).message()
    assert "Senior ML Engineers in the UK" in text_of(answer)
    mentioned = await (await slack.mention("what about AI?")).post()
    assert "Senior AI Engineers in the UK" in text_of(mentioned)


async def test_an_answer_that_is_kept_ready_is_remembered_for_each_member(
    slack: LoopbackSlack,
) -> None:
    for line in ("salary ml senior", "tools ai", "salary ml senior"):
        await (await slack.slash("/crossroads", line)).message()
    answer = await (await slack.slash("/crossroads", "and in the UK?")).message()
    assert "Senior ML Engineers in the UK" in text_of(answer)
    other = await (await slack.slash("/crossroads", "tools ai", user="U2")).message()
    assert "a must for AI Engineers" in text_of(other)
    theirs = await (await slack.slash("/crossroads", "and ML?", user="U2")).message()
    assert "a must for ML Engineers" in text_of(theirs)


async def test_a_follow_up_is_never_answered_from_another_question(slack: LoopbackSlack) -> None:
    for last, says in (("salary ml", "ML Engineers in the UK"), ("salary ai", "AI Engineers")):
        await (await slack.slash("/crossroads", last)).message()
        answer = await (await slack.slash("/crossroads", "and in the UK?")).message()
        assert text_of(answer).startswith(says)
    await (await slack.slash("/crossroads", "salary ai uk")).message()
    elsewhere = await (await slack.slash("/crossroads", "and in the UK?", channel="C2")).message()
    assert ASKED_BACK in text_of(elsewhere)


async def test_a_click_is_a_question_that_a_follow_up_changes(slack: LoopbackSlack) -> None:
    answer = await (await slack.slash("/crossroads", "and in the UK?")).message()
    assert ASKED_BACK in text_of(answer)
    await (await slack.click(answer, text="Salary: ML Engineer, United Kingdom")).answered()
    assert "ML Engineers in the UK" in text_of(answer)
    senior = await (await slack.slash("/crossroads", "what about senior?")).message()
    assert "Senior ML Engineers in the UK" in text_of(senior)


async def test_why_shows_the_evidence_and_can_be_shared(slack: LoopbackSlack) -> None:
    await (await slack.slash("/crossroads", "salary ml senior")).message()
    answer = await (await slack.slash("/crossroads", "why?")).message()
    assert "2 published figures for senior ML Engineers" in text_of(answer)
    shared = await (await slack.click(answer, text="Share")).message()
    assert "2 published figures for senior ML Engineers" in text_of(shared)
