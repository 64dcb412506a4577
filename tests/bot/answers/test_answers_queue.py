"""The queue: grouped, answered, linked or declined; two moderators at once; members are told."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from answers_session import (
    DRESS,
    ELSEWHERE,
    NOON,
    SECOND,
    answers,
    answers_session,
    button,
    click,
    run,
    send,
    states,
)
from moderator_session import HOME, MEMBER, ModeratorSession, words

from bot.app import App
from bot.call import Call
from bot.errors import Refusal
from bot.language.likeness import fingerprint
from bot.reply import Outcome, Paragraph, Reply
from content import Content
from storage import FeedbackState, Store

QUESTION = "Is there a dress code?"
WAITING, ANSWERED = FeedbackState.WAITING, FeedbackState.ANSWERED


@pytest.fixture
async def talk(content: Content, url: str, tmp_path: Path) -> AsyncIterator[ModeratorSession]:
    async with answers_session(content, url, tmp_path) as session:
        yield session


async def count_asked(talk: ModeratorSession, question: str, times: int) -> None:
    store = await talk.app.store()
    queue = await store.queues.get_or_create(HOME)
    name = fingerprint(question, talk.app.content)
    for _ in range(times):
        await store.question_counts.add(queue, name, NOON.date().replace(day=1))


def entries(reply: Reply) -> list[str]:
    return [words(Reply(each.prose)) for each in reply.nodes if isinstance(each, Paragraph)]


async def test_an_empty_queue_says_what_comes_there(talk: ModeratorSession) -> None:
    assert "Nothing is waiting for you." in await talk.say("answers queue")
    assert "Nothing is waiting for you." in await talk.say("answers")


async def test_like_questions_are_one_entry_with_a_count(talk: ModeratorSession) -> None:
    await send(talk, "Who won the game?")
    await send(talk, QUESTION)
    await send(talk, "dress code, is there a?")
    await count_asked(talk, QUESTION, 7)
    reply = await run(talk, "answers-queue")
    assert "2 questions are waiting for you." in words(reply)
    first, second = entries(reply)
    assert "asked 7 times this month" in first
    assert "also: “dress code, is there a?”" in first
    assert "Who won the game?" in second
    assert MEMBER.id in second
    assert button(reply, "Answer").call.args == {"item": "2,3"}


async def test_other_wordings_are_one_entry_with_the_sum_of_their_counts(
    talk: ModeratorSession,
) -> None:
    wordings = (
        "Is there parking at the office?",
        "is there office parking",
        "Is there office parking for visitors?",
    )
    for times, wording in enumerate(wordings, 2):
        await send(talk, wording)
        await count_asked(talk, wording, times)
    for other in ("Is there coffee at the office?", "How do I get my badge?"):
        await send(talk, other)
    reply = await run(talk, "answers-queue")
    assert "3 questions are waiting for you." in words(reply)
    first, *others = entries(reply)
    assert "asked 9 times this month" in first
    assert wordings[0] in first
    assert button(reply, "Answer").call.args == {"item": "1,2,3"}
    assert not any("parking" in each for each in others)


async def test_a_question_is_answered_in_four_interactions(talk: ModeratorSession) -> None:
    sent = [await send(talk, QUESTION), await send(talk, "is there a dress code")]
    queue = await run(talk, "answers-queue")  # 1
    form = await talk.app.form_for(button(queue, "Answer").call, talk.who)  # 2
    assert form is not None
    opened = {each.name: each.value for each in form.fields if each.value}
    assert opened == {"question": QUESTION}
    reply = await click(talk, queue, "Answer", text="No. Wear what you like.")  # 3 and 4
    assert "Answered: “Is there a dress code?”" in words(reply)
    assert {"Edit", "Remove", "Undo", "Show what's waiting"} <= {x.label for x in reply.actions()}
    assert await states(talk) == [ANSWERED, ANSWERED]
    told = talk.platform.direct_messages()
    assert len(told) == len(sent)
    assert all("answered your question" in each for each in told)
    assert "Wear what you like." in await talk.say(f"ask {QUESTION}", MEMBER)
    logged = [each[1:] for each in await talk.actions()]
    for each in (("added", "answer 1"), ("answered", "question 1"), ("answered", "question 2")):
        assert each in logged


async def test_other_wordings_of_the_group_open_in_the_form(talk: ModeratorSession) -> None:
    await send(talk, QUESTION)
    await send(talk, "dress code, is there a?", member=None)
    queue = await run(talk, "answers-queue")
    await click(talk, queue, "Answer", text="No.")
    [answer] = await answers(talk)
    assert (answer.question, answer.wordings) == (QUESTION, ("dress code, is there a?",))


async def test_undo_removes_the_answer_and_the_question_waits_again(
    talk: ModeratorSession,
) -> None:
    await send(talk, QUESTION)
    reply = await click(talk, await run(talk, "answers-queue"), "Answer", text="No.")
    undone = await click(talk, reply, "Undo")
    assert "It's waiting again." in words(undone)
    assert await states(talk) == [WAITING]
    assert await answers(talk) == ()
    assert ("reopened", "question 1") in [each[1:] for each in await talk.actions()]


async def test_the_second_moderator_hears_who_was_faster(talk: ModeratorSession) -> None:
    await send(talk, QUESTION)
    queue = await run(talk, "answers-queue")
    form = await talk.app.form_for(button(queue, "Answer").call, SECOND)
    await click(talk, queue, "Answer", text="No. Wear what you like.")
    assert form is not None
    late = replace(form.call, args={**form.call.args, "question": QUESTION, "text": "A suit."})
    reply = await talk.app.handle(late, SECOND)
    assert reply.outcome is Outcome.REFUSED
    shown = words(reply)
    for part in (talk.who.id, " has already answered", "Wear what you like.", "A suit."):
        assert part in shown
    assert len(await answers(talk)) == 1
    with pytest.raises(Refusal, match="already answered that"):
        await talk.app.form_for(button(queue, "Answer").call, SECOND)
    mine = await talk.app.handle(late, talk.who)
    assert "You have" in words(mine)


async def test_two_at_the_same_moment_store_one_answer(talk: ModeratorSession) -> None:
    await send(talk, QUESTION)
    both = [
        Call("answers-answer", {"item": "1", "question": f"{QUESTION} {each}", "text": each})
        for each in ("One.", "Two.")
    ]
    replies = await asyncio.gather(
        *(talk.app.handle(call, who) for call, who in zip(both, (talk.who, SECOND), strict=True))
    )
    assert sorted(each.outcome for each in replies) == [Outcome.DONE, Outcome.REFUSED]
    assert len(await answers(talk)) == 1
    assert len(talk.platform.direct_messages()) == 1


async def test_a_question_is_linked_to_a_shipped_answer(talk: ModeratorSession) -> None:
    await send(talk, "Do you need a doctorate degree here")
    queue = await run(talk, "answers-queue")
    call = button(queue, "Link to an existing answer").call
    form = await talk.app.form_for(call, talk.who)
    assert form is not None
    assert len(form.fields[0].options) == 25
    assert "faq/phd" in [each.id for each in form.fields[0].options]
    reply = await click(talk, queue, "Link to an existing answer", to="faq/phd")
    assert "Linked to: “Do I need a PhD to become an ML engineer?”" in words(reply)
    [answer] = await answers(talk)
    assert (answer.entry, answer.text) == ("phd", "")
    assert await states(talk) == [FeedbackState.LINKED]
    assert "PhD" in await talk.say("ask Do you need a doctorate degree here", MEMBER)
    await send(talk, "Doctor required?")
    reply = await run(
        talk, "answers-link", item="2", to="Do I need a PhD to become an ML engineer?"
    )
    [answer] = await answers(talk)
    assert answer.wordings == ("Doctor required?",)
    await click(talk, reply, "Undo")
    [answer] = await answers(talk)
    assert answer.wordings == ()
    assert await states(talk) == [FeedbackState.LINKED, WAITING]


async def test_a_question_is_linked_to_a_community_answer(talk: ModeratorSession) -> None:
    await talk.say(DRESS)
    await send(talk, "Do I need a tie?")
    reply = await run(talk, "answers-link", item="1", to="answer/1")
    assert "Linked to: “Is there a dress code?”" in words(reply)
    assert (await answers(talk))[0].wordings == ("Do I need a tie?",)
    assert "Wear what you like." in await talk.say("ask Do I need a tie?", MEMBER)


@pytest.mark.parametrize("to", ["answer/7", "faq/nothing", "roles/ml-engineer", "x", "answer/0"])
async def test_a_link_to_nothing_is_refused(talk: ModeratorSession, to: str) -> None:
    await send(talk, QUESTION)
    reply = await run(talk, "answers-link", item="1", to=to)
    assert reply.outcome is Outcome.REFUSED
    assert await states(talk) == [WAITING]
    assert await answers(talk) == ()


async def test_no_wording_is_added_beyond_the_limit(talk: ModeratorSession) -> None:
    many = "\n".join([QUESTION, *(f"wording {number}" for number in range(12))])
    await run(talk, "answers-add", question=many, text="No.")
    await send(talk, "Do I need a tie?")
    reply = await run(talk, "answers-link", item="1", to="answer/1")
    assert "any more wordings" in words(reply)
    assert await states(talk) == [WAITING]


async def test_a_declined_question_tells_its_author_why(talk: ModeratorSession) -> None:
    await send(talk, QUESTION)
    queue = await run(talk, "answers-queue")
    reply = await click(talk, queue, "Not for us", because="off-topic", reason="Ask HR")
    assert "Declined: That's off topic here. Ask HR." in words(reply)
    [told] = talk.platform.direct_messages()
    assert "That's off topic here. Ask HR" in told
    assert await states(talk) == [FeedbackState.DECLINED]
    late = await run(talk, "answers-decline", item="1", reason="No.")
    assert "You have" in words(late)
    await click(talk, reply, "Undo")
    assert await states(talk) == [WAITING]


@pytest.mark.parametrize("args", [{}, {"because": "other"}])
async def test_declining_needs_a_reason(talk: ModeratorSession, args: dict[str, str]) -> None:
    await send(talk, QUESTION)
    reply = await run(talk, "answers-decline", item="1", **args)
    assert reply.outcome is Outcome.REFUSED
    assert "reason" in words(reply)
    assert await states(talk) == [WAITING]


async def test_an_unnamed_question_tells_nobody(talk: ModeratorSession) -> None:
    await send(talk, QUESTION, member=None)
    assert MEMBER.id not in words(await run(talk, "answers-queue"))
    await run(talk, "answers-answer", item="1", question=QUESTION, text="No.")
    assert talk.platform.direct_messages() == []


async def test_an_author_who_can_not_be_told_is_no_failure(talk: ModeratorSession) -> None:
    await send(talk, QUESTION, member="gone:5")
    reply = await run(talk, "answers-answer", item="1", question=QUESTION, text="No.")
    assert "I couldn't notify the person who sent it." in words(reply)
    assert await states(talk) == [ANSWERED]


@pytest.mark.parametrize("item", ["0", "77", "x", "", "1,", "1;2", "9" * 9, "1" + ",1" * 400, "-1"])
async def test_a_forged_item_is_refused(talk: ModeratorSession, item: str) -> None:
    await send(talk, QUESTION)
    calls = (
        Call("answers-answer", {"item": item, "question": "A?", "text": "B."}),
        Call("answers-link", {"item": item, "to": "faq/phd"}),
        Call("answers-decline", {"item": item, "reason": "No."}),
        Call("answers-hide", {"item": item}),
    )
    for call in calls:
        if item.startswith("1,1"):
            continue  # the same number many times is that number
        reply = await talk.app.handle(call, talk.who)
        assert reply.outcome is Outcome.REFUSED, call
    assert await states(talk) == [WAITING]
    assert await answers(talk) == ()


@pytest.mark.parametrize("command", ["answers-answer", "answers-link", "answers-decline"])
async def test_without_a_question_those_that_wait_are_offered(
    talk: ModeratorSession, command: str
) -> None:
    with pytest.raises(Refusal) as refusal:
        await talk.app.form_for(Call(command), talk.who)
    assert refusal.value.message == "Nothing is waiting for you."
    for topic in ("parking", "wifi password", "coffee", "badge", "slides"):
        await send(talk, f"Where do I find the {topic}?")
    await send(talk, QUESTION)
    await send(talk, QUESTION)
    with pytest.raises(Refusal) as refusal:
        await talk.app.form_for(Call(command, {"text": "No."}), talk.who)
    assert refusal.value.message == "Which question or report?"
    *offered, queue = refusal.value.actions
    assert [offered[0].label, queue.label] == [QUESTION, "Show what's waiting"]
    assert 1 < len(offered) <= 4
    assert offered[0].call == Call(command, {"text": "No.", "item": "6,7"})
    assert await talk.app.form_for(offered[0].call, talk.who)


async def test_another_community_can_not_decide(talk: ModeratorSession) -> None:
    await send(talk, QUESTION)
    assert "Nothing is waiting for you." in await talk.say("answers queue", ELSEWHERE)
    for line in ("answers decline 1 No", "answers link 1 faq/phd"):
        assert "That question is gone" in await talk.refused(line, ELSEWHERE)
    assert await states(talk) == [WAITING]


async def test_a_withdrawn_question_is_gone_from_the_form(talk: ModeratorSession) -> None:
    sent = await send(talk, QUESTION)
    queue = await run(talk, "answers-queue")
    store = await talk.app.store()
    await store.feedback.withdraw(sent.id, MEMBER.id)
    reply = await talk.app.handle(
        Call(
            "answers-answer",
            {**button(queue, "Answer").call.args, "question": QUESTION, "text": "No."},
        ),
        talk.who,
    )
    assert "its author withdrew it" in words(reply)
    assert await answers(talk) == ()


async def test_a_full_list_refuses_an_answer_and_the_question_waits(
    talk: ModeratorSession,
) -> None:
    await talk.say(DRESS)
    await send(talk, "Do I need a tie?")
    store, [answer] = await talk.app.store(), await answers(talk)
    many = [replace(answer.content, question=f"Question {number}?") for number in range(499)]
    await store.answers.add_all(answer.queue, many, talk.who.id, NOON)
    reply = await run(talk, "answers-answer", item="1", question="Tie?", text="No.")
    assert "500 answers" in words(reply)
    assert await states(talk) == [WAITING]


async def test_buttons_work_after_a_restart(
    talk: ModeratorSession, content: Content, url: str
) -> None:
    await send(talk, QUESTION)
    queue = await run(talk, "answers-queue")
    await talk.app.close()
    again = App(content, clock=lambda: NOON, open_store=lambda: Store.open(url))
    again.platforms.update(talk.app.platforms)
    talk.app = again
    reply = await click(talk, queue, "Answer", text="No.")
    assert "Answered:" in words(reply)
    undone = await click(talk, reply, "Undo")
    assert "It's waiting again." in words(undone)
    await again.close()


async def test_typed_words_complete_what_waits(talk: ModeratorSession) -> None:
    await send(talk, QUESTION)
    await send(talk, "is there a dress code")
    await send(talk, "Wrong.", "salary ml senior")
    found = await talk.app.suggest(Call("answers-decline"), "item", "", talk.who, 25)
    assert [(each.id, each.label) for each in found] == [
        ("1,2", f"1 · {QUESTION}"),
        ("3", "3 · Wrong."),
    ]
    pages = await talk.app.suggest(Call("answers-queue"), "page", "", talk.who, 25)
    assert [each.label for each in pages] == [f"1 · {QUESTION}"]


async def test_pages_hold_three_entries_each(talk: ModeratorSession) -> None:
    for word in ("apples", "bananas", "cherries", "dates"):
        await send(talk, f"Are there {word}?")
    first = await run(talk, "answers-queue")
    assert "4 questions are waiting for you. Page 1 of 2." in words(first)
    second = await click(talk, first, "Next page")
    assert "dates" in words(second)
    assert "page" in button(second, "Previous page").call.args


async def test_the_form_of_a_report_opens_with_what_would_be_right(
    talk: ModeratorSession,
) -> None:
    await send(talk, "Outdated.", "ask do I need a PhD for ML?", suggestion="No, you don't.")
    queue = await run(talk, "answers-queue")
    assert "About " in words(queue)
    form = await talk.app.form_for(button(queue, "Answer").call, talk.who)
    assert form is not None
    opened = {each.name: each.value for each in form.fields if each.value}
    assert opened == {"question": "do I need a PhD for ML?", "text": "No, you don't."}


async def test_a_long_report_is_shown_whole(talk: ModeratorSession) -> None:
    text = "The figure is wrong. " * 28
    await send(talk, text, "salary ml senior")
    assert f"“{text.strip()}”" in words(await run(talk, "answers-queue"))


async def test_an_undone_answer_leads_to_the_queue_once(talk: ModeratorSession) -> None:
    await talk.say(DRESS)
    changed = await run(talk, "answers-edit", answer="1", text="A tie.")
    undone = await click(talk, changed, "Undo")
    labels = [each.label for each in undone.actions()]
    assert labels.count("Show what's waiting") == 1


async def test_a_report_about_a_community_answer_leads_to_its_form(
    talk: ModeratorSession,
) -> None:
    await talk.say(DRESS)
    await send(talk, "We do have one.", f"ask {QUESTION}")
    queue = await run(talk, "answers-queue")
    reply = await click(talk, queue, "Edit the answer", text="Yes: a tie.")
    assert "Changed:" in words(reply)
    assert await states(talk) == [ANSWERED]
    [told] = talk.platform.direct_messages()
    assert "Yes: a tie." in told
    await click(talk, reply, "Undo")
    assert await states(talk) == [WAITING]
    assert (await answers(talk))[0].text == "No. Wear what you like."
