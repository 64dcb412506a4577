"""Hiding shipped statements: from a report, from an answer, by their words; showing them again."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from answers_session import (
    ELSEWHERE,
    NOON,
    SECOND,
    answers_session,
    button,
    click,
    hidden,
    run,
    send,
    states,
)
from moderator_session import MEMBER, ModeratorSession, words

from bot.call import Call
from bot.community.statements import statement_key, statements_of
from bot.reply import ActionStyle, Outcome
from content import Content
from storage import FeedbackState

FIGURE = "$180K–$240K"


@pytest.fixture
async def talk(content: Content, url: str, tmp_path: Path) -> AsyncIterator[ModeratorSession]:
    async with answers_session(content, url, tmp_path) as session:
        yield session


async def test_a_reported_statement_is_hidden_in_four_interactions(
    talk: ModeratorSession,
) -> None:
    await send(talk, "Too low.", "salary ml senior")
    assert FIGURE in await talk.say("salary ml senior", MEMBER)
    queue = await run(talk, "answers-queue")  # 1
    listed = await click(talk, queue, "Hide a statement")  # 2
    assert f"KORE1: {FIGURE}" in words(listed)
    assert button(listed, "Hide").style is ActionStyle.DANGER
    reply = await click(talk, listed, "Hide", reason="Not here.")  # 3 and 4
    assert f"Hidden here: “KORE1: {FIGURE}”." in words(reply)
    assert "Nothing is waiting for you." in words(reply)
    [statement] = await hidden(talk)
    assert (statement.entry, statement.text) == ("pay/kore1-ml-senior", FIGURE)
    assert (statement.reason, statement.hidden_by) == ("Not here.", talk.who.id)
    assert await states(talk) == [FeedbackState.HIDDEN]
    [told] = talk.platform.direct_messages()
    assert "have hidden what you reported" in told
    assert FIGURE not in await talk.say("salary ml senior", MEMBER)
    assert FIGURE in await talk.say("salary ml senior", ELSEWHERE)
    undone = await click(talk, reply, "Undo")
    assert "Undone. The statement is shown again. It's waiting again." in words(undone)
    assert await hidden(talk) == ()
    assert FIGURE in await talk.say("salary ml senior", MEMBER)
    logged = [each[1:] for each in await talk.actions()]
    assert ("hid", f"pay/kore1-ml-senior: {FIGURE} (because: Not here.)") in logged
    assert ("showed again", f"pay/kore1-ml-senior: {FIGURE}") in logged


@pytest.mark.parametrize(
    "about",
    [
        "tips starter",
        "settings moderators",
        "answers remove 1 sure:yes",
        "privacy action:delete-yes",
        "quiz-answer take:1 item:2 pick:3",
        "xq zz jj qqx vvk",
        "x" * 300,
    ],
)
async def test_a_forged_report_runs_no_command(talk: ModeratorSession, about: str) -> None:
    await talk.say('answers add "A?" text:"B."')
    await send(talk, "Look.", about)
    reply = await run(talk, "answers-hide", item="1")
    assert reply.outcome is Outcome.REFUSED
    store = await talk.app.store()
    queue = await store.queues.get_or_create("test:1")
    assert await store.tips.list_for_queue(queue) == ()
    assert len(await store.answers.list_for_queue(queue)) == 1
    assert await states(talk) == [FeedbackState.WAITING]


async def test_a_statement_is_chosen_from_an_answer(talk: ModeratorSession) -> None:
    listed = await run(talk, "answers-hide", line="do I need a PhD for ML?")
    assert "Which statement is wrong?" in words(listed)
    reply = await click(talk, listed, "Hide", reason="We disagree.")
    assert "Hidden here: “" in words(reply)
    assert len(await hidden(talk)) == 1
    again = await run(talk, "answers-hide", line="do I need a PhD for ML?")
    first = statements_of(talk.app.content, "faq/phd")[0]
    assert first.text not in words(again)


async def test_a_statement_is_found_by_its_words(talk: ModeratorSession) -> None:
    found = await talk.app.suggest(Call("answers-hide"), "statement", "without a PhD", talk.who, 25)
    assert found
    reply = await run(talk, "answers-hide", statement=found[0].id)
    assert "Hide this statement here?" in words(reply)
    done = await click(talk, reply, "Hide it", reason="We disagree.")
    assert "Reason: We disagree." in words(done)
    [statement] = await hidden(talk)
    assert "PhD" in statement.text


async def test_long_answers_have_pages_of_statements(talk: ModeratorSession) -> None:
    first = await run(talk, "answers-hide", line="compare ai-engineer ml-engineer")
    second = await click(talk, first, "Next page")
    assert words(first) != words(second)
    assert button(second, "Previous page").call.args["page"] == "1"


async def test_nothing_to_hide_is_said(talk: ModeratorSession) -> None:
    assert "Which answer has the statement?" in await talk.refused("answers hide")
    assert "no statements that you can hide" in await talk.refused('answers hide line:"sources"')


async def test_two_moderators_hide_the_same_statement_once(talk: ModeratorSession) -> None:
    listed = await run(talk, "answers-hide", line="salary ml senior")
    await click(talk, listed, "Hide", reason="One.")
    late = await click(talk, listed, "Hide", SECOND, reason="Two.")
    assert late.outcome is Outcome.REFUSED
    assert "is already hidden" in words(late)
    assert [each.reason for each in await hidden(talk)] == ["One."]


async def test_hidden_statements_are_listed_and_shown_again(talk: ModeratorSession) -> None:
    assert "No statements are hidden here." in await talk.say("answers hidden")
    assert "No statements are hidden here." in await talk.say("answers unhide")
    await click(
        talk, await run(talk, "answers-hide", line="salary ml senior"), "Hide", reason="Not here."
    )
    listed = await run(talk, "answers-hidden")
    assert "1 statement is hidden here." in words(listed)
    assert "(Not here.)" in words(listed)
    reply = await click(talk, listed, "Show again")
    assert f"Shown again: “{FIGURE}”." in words(reply)
    assert await hidden(talk) == ()
    late = await click(talk, listed, "Show again", SECOND)
    assert late.outcome is Outcome.REFUSED
    undone = await click(talk, reply, "Undo")
    assert "The statement is hidden again." in words(undone)
    assert [each.reason for each in await hidden(talk)] == ["Not here."]


async def test_a_statement_that_has_changed_is_marked(talk: ModeratorSession) -> None:
    store = await talk.app.store()
    queue = await store.queues.get_or_create("test:1")
    await store.hidden.hide(queue, "faq/phd", "As it was once.", "Wrong", by=talk.who.id, at=NOON)
    assert "the source text has changed since" in await talk.say("answers hidden")


@pytest.mark.parametrize("statement", ["", "faq/phd", "faq/phd-00000000", "x" * 100, "'; --"])
async def test_a_forged_statement_is_refused(talk: ModeratorSession, statement: str) -> None:
    for call in (
        Call("answers-hide-now", {"statement": statement, "reason": "x"}),
        Call("answers-unhide", {"statement": statement}),
    ):
        assert (await talk.app.handle(call, talk.who)).outcome is Outcome.REFUSED
    assert await hidden(talk) == ()


async def test_a_reason_is_needed_and_short(talk: ModeratorSession) -> None:
    key = statement_key(statements_of(talk.app.content, "faq/phd")[0])
    for args in ({}, {"reason": " "}, {"reason": "x" * 201}):
        call = Call("answers-hide-now", {"statement": key, **args})
        assert (await talk.app.handle(call, talk.who)).outcome is Outcome.REFUSED
    assert await hidden(talk) == ()


async def test_another_community_hides_for_itself(talk: ModeratorSession) -> None:
    listed = await run(talk, "answers-hide", line="salary ml senior")
    await click(talk, listed, "Hide", ELSEWHERE, reason="There.")
    assert await hidden(talk) == ()
    [theirs] = await hidden(talk, "test:elsewhere")
    reply = await run(talk, "answers-unhide", statement=theirs.id)
    assert reply.outcome is Outcome.REFUSED
    assert len(await hidden(talk, "test:elsewhere")) == 1
