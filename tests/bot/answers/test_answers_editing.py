"""Adding, editing, removing and previewing community answers, and taking changes back."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from answers_session import (
    DRESS,
    ELSEWHERE,
    SECOND,
    answers,
    answers_session,
    button,
    click,
    run,
)
from moderator_session import MEMBER, ModeratorSession, words

from bot.call import Call
from bot.reply import ActionStyle, Outcome
from content import Content


@pytest.fixture
async def talk(content: Content, url: str, tmp_path: Path) -> AsyncIterator[ModeratorSession]:
    async with answers_session(content, url, tmp_path) as session:
        yield session


async def test_an_added_answer_is_shown_as_members_see_it(talk: ModeratorSession) -> None:
    reply = await run(
        talk,
        "answers-add",
        question="Is there a dress code?\n- what to wear | Do I need a tie",
        text="No.\n\nWear what you like.",
        link="https://example.org/wear",
        role="ml",
        review="3 months",
    )
    shown = words(reply)
    for part in ("Added: “Is there a dress code?”", "No.", "Wear what you like."):
        assert part in shown
    for part in ("https://example.org/wear", "Community answer, by the moderators, 2026-11"):
        assert part in shown
    assert "what to wear · Do I need a tie" in shown
    assert "on 2027-02-21" in shown
    [answer] = await answers(talk)
    assert answer.wordings == ("what to wear", "Do I need a tie")
    assert answer.role == "ml-engineer"
    assert {"Edit", "Remove", "Undo"} <= {each.label for each in reply.actions()}
    assert button(reply, "Remove").style is ActionStyle.DANGER


async def test_members_find_it_with_their_next_question(talk: ModeratorSession) -> None:
    member = await talk.say("ask Is there a dress code?", MEMBER) if await answers(talk) else ""
    assert not member
    await talk.say(DRESS)
    assert "Wear what you like." in await talk.say("ask Is there a dress code?", MEMBER)
    away = await talk.app.handle_line("ask Is there a dress code?", ELSEWHERE)
    assert "Wear what you like." not in words(away)


@pytest.mark.parametrize(
    ("args", "says"),
    [
        ({"question": " \n "}, "Write something"),
        ({"question": "???"}, "“???” has no letters or digits."),
        ({"question": "Is there?\n🙂"}, "has no letters or digits."),
        ({"text": "   "}, "Write something"),
        ({"text": "x" * 601}, "has 601 characters. The limit is 600."),
        ({"question": "x" * 301}, "has 301 characters. The limit is 300."),
        ({"question": "\n".join(f"wording {n}" for n in range(14))}, "The limit is 12"),
        ({"question": "\n".join(f"{n} {'x' * 200}" for n in range(10))}, "characters"),
        ({"link": "http://example.org"}, "isn't a web address that starts with https://"),
        ({"link": "javascript:alert(1)"}, "isn't a web address"),
        ({"link": "https://x.org/ <b>"}, "isn't a web address"),
        ({"role": "wizard"}, "wizard"),
        ({"review": "2026-11-21"}, "future date"),
        ({"review": "2099-01-01"}, "future date within five years"),
        ({"review": "2027-02-30"}, "2027-02-30 isn't a real date."),
        ({"review": "soon"}, "soon"),
        ({"color": "red"}, "has no option “color”"),
    ],
)
async def test_what_is_wrong_is_refused_and_stores_nothing(
    talk: ModeratorSession, args: dict[str, str], says: str
) -> None:
    given = {"question": "Is there a dress code?", "text": "No.", **args}
    reply = await run(talk, "answers-add", **given)
    assert reply.outcome is Outcome.REFUSED
    assert says in words(reply)
    assert await answers(talk) == ()


async def test_the_longest_allowed_answer_is_stored_whole(talk: ModeratorSession) -> None:
    await run(talk, "answers-add", question="x" * 300, text="y" * 600)
    [answer] = await answers(talk)
    assert (answer.question, answer.text) == ("x" * 300, "y" * 600)


async def test_the_same_question_is_not_answered_twice(talk: ModeratorSession) -> None:
    await talk.say(DRESS)
    reply = await run(talk, "answers-add", question="Tie?\nis there a DRESS code?", text="Yes.")
    assert "There's already an answer to “Is there a dress code?”" in words(reply)
    assert button(reply, "Edit that answer").call == Call("answers-edit", {"answer": "1"})
    assert len(await answers(talk)) == 1
    await talk.say('answers add "Tie?" text:"No."')
    reply = await run(talk, "answers-edit", answer="2", question="Is there a dress code?")
    assert "There's already another answer to “Is there a dress code?”" in words(reply)


async def test_the_form_opens_with_the_answer_and_only_changes_are_stored(
    talk: ModeratorSession,
) -> None:
    added = await run(
        talk, "answers-add", question="A?\nB?", text="One.", link="https://x.org/a", role="ml"
    )
    form = await talk.app.form_for(button(added, "Edit").call, talk.who)
    assert form is not None
    opened = {each.name: each.value for each in form.fields}
    assert opened == {
        "question": "A?\nB?",
        "text": "One.",
        "link": "https://x.org/a",
        "role": "ml-engineer",
        "review": "",
    }
    changed = await click(talk, added, "Edit", link="none", role="none", text="Two.")
    assert "Changed: “A?”" in words(changed)
    [answer] = await answers(talk)
    assert (answer.text, answer.link, answer.role, answer.wordings) == ("Two.", None, None, ("B?",))
    assert ("edited", "answer 1, before: A? | B? → One. https://x.org/a") in [
        each[1:] for each in await talk.actions()
    ]


async def test_an_edit_without_changes_shows_the_answer(talk: ModeratorSession) -> None:
    await talk.say(DRESS)
    assert "Wear what you like." in await talk.say("answers edit 1")
    assert "Which answer do you want to edit?" in await talk.say("answers edit")


async def test_two_moderators_at_once_the_second_sees_who_was_faster(
    talk: ModeratorSession,
) -> None:
    await talk.say(DRESS)
    page = await run(talk, "answers-preview", answer="1")
    forms = [await talk.app.form_for(button(page, "Edit").call, who) for who in (talk.who, SECOND)]
    first, second = (form.call for form in forms if form is not None)
    args = {**second.args, "text": "Jeans are fine."}
    await talk.app.handle(replace(second, args=args), SECOND)
    late = {**first.args, "text": "A suit."}
    reply = await talk.app.handle(replace(first, args=late), talk.who)
    assert reply.outcome is Outcome.REFUSED
    shown = words(reply)
    for part in (SECOND.id, " changed this answer before you", "Jeans are fine.", "A suit."):
        assert part in shown
    [answer] = await answers(talk)
    assert answer.text == "Jeans are fine."
    again = await click(talk, reply, "Edit it again", text="Jeans or a suit.")
    assert "Jeans or a suit." in words(again)


async def test_an_edit_of_a_removed_answer_returns_the_text(talk: ModeratorSession) -> None:
    await talk.say(DRESS)
    form = await talk.app.form_for(Call("answers-edit", {"answer": "1"}), talk.who)
    await talk.say("answers remove 1 sure:yes", SECOND)
    assert form is not None
    late = replace(form.call, args={**form.call.args, "text": "A suit."})
    reply = await talk.app.handle(late, talk.who)
    assert reply.outcome is Outcome.REFUSED
    assert "doesn't exist, or it was removed" in words(reply)
    assert await talk.refused("answers edit 1 text:x")
    assert await talk.refused("answers edit 77 text:x")


@pytest.mark.parametrize("seen", ["x", "9" * 20, "-1", "1e3"])
async def test_a_forged_version_changes_nothing(talk: ModeratorSession, seen: str) -> None:
    await talk.say(DRESS)
    reply = await run(talk, "answers-edit", answer="1", text="Forged.", seen=seen)
    assert reply.outcome is Outcome.REFUSED
    assert (await answers(talk))[0].text == "No. Wear what you like."


async def test_removing_asks_first_and_can_be_undone(talk: ModeratorSession) -> None:
    await talk.say(DRESS)
    asked = await run(talk, "answers-remove", answer="1")
    assert "Remove “Is there a dress code?”?" in words(asked)
    assert len(await answers(talk)) == 1
    removed = await click(talk, asked, "Remove it")
    assert await answers(talk) == ()
    assert [each[1:] for each in await talk.actions()][-1] == (
        "removed",
        "answer 1, which said: Is there a dress code? → No. Wear what you like.",
    )
    again = await click(talk, asked, "Remove it", SECOND)
    assert again.outcome is Outcome.REFUSED
    restored = await click(talk, removed, "Undo")
    assert "Restored: “Is there a dress code?”" in words(restored)
    assert [each.text for each in await answers(talk)] == ["No. Wear what you like."]
    twice = await click(talk, removed, "Undo")
    assert "already undone" in words(twice)
    assert len(await answers(talk)) == 1


async def test_a_removed_answer_is_not_restored_beside_another_to_its_question(
    talk: ModeratorSession,
) -> None:
    await talk.say(DRESS)
    removed = await talk.app.handle_line("answers remove 1 sure:yes", talk.who)
    await talk.say('answers add "Is there a dress code?" text:"A tie."')
    late = await click(talk, removed, "Undo")
    assert late.outcome is Outcome.REFUSED
    assert "There's now another answer to “Is there a dress code?”" in words(late)
    assert [each.text for each in await answers(talk)] == ["A tie."]


async def test_an_edit_can_be_undone_unless_somebody_edited_again(talk: ModeratorSession) -> None:
    await talk.say(DRESS)
    changed = await run(talk, "answers-edit", answer="1", text="Two.")
    assert "is as it was before" in words(await click(talk, changed, "Undo"))
    assert (await answers(talk))[0].text == "No. Wear what you like."
    changed = await run(talk, "answers-edit", answer="1", text="Two.")
    await talk.say('answers edit 1 text:"Three."', SECOND)
    late = await click(talk, changed, "Undo")
    assert late.outcome is Outcome.REFUSED
    assert "Someone has since changed or removed that answer" in words(late)
    assert (await answers(talk))[0].text == "Three."


async def test_an_added_answer_can_be_taken_back(talk: ModeratorSession) -> None:
    added = await run(talk, "answers-add", question="A?", text="One.")
    assert "Undone. “A?” is removed." in words(await click(talk, added, "Undo"))
    assert await answers(talk) == ()


async def test_only_the_last_changes_are_kept(talk: ModeratorSession) -> None:
    first = await run(talk, "answers-add", question="Q0?", text="One.")
    for number in range(1, 6):
        last = await run(talk, "answers-add", question=f"Q{number}?", text="One.")
    assert "too old" in words(await click(talk, first, "Undo"))
    assert "removed" in words(await click(talk, last, "Undo"))
    assert len(await answers(talk)) == 5


@pytest.mark.parametrize("change", ["", "x", "0" * 10, "'; drop"])
async def test_a_forged_undo_is_refused(talk: ModeratorSession, change: str) -> None:
    await talk.say(DRESS)
    reply = await run(talk, "answers-undo", change=change)
    assert reply.outcome is Outcome.REFUSED
    assert len(await answers(talk)) == 1


async def test_an_unreadable_record_of_changes_is_no_bug(talk: ModeratorSession) -> None:
    added = await run(talk, "answers-add", question="A?", text="One.")
    store = await talk.app.store()
    await store.preferences.set("test:1", "answers-undo", '[{"number": "x"}]')
    assert "too old" in words(await click(talk, added, "Undo"))
    await run(talk, "answers-add", question="B?", text="One.")
    assert len(await answers(talk)) == 2


async def test_the_list_has_a_button_for_each_answer_and_pages(talk: ModeratorSession) -> None:
    assert "There are no community answers yet." in await talk.say("answers list")
    for number in range(10):
        await run(talk, "answers-add", question=f"Question {number}?", text="One.")
    first = await run(talk, "answers-list")
    assert "10 community answers, page 1 of 2." in words(first)
    second = await click(talk, first, "Next page")
    assert "Question 9?" in words(second)
    assert "Question 0?" in words(await click(talk, await run(talk, "answers-list"), "Open"))
    assert "page 2 of 2" in await talk.say("answers list 99")


async def test_five_hundred_answers_are_the_limit(talk: ModeratorSession) -> None:
    store = await talk.app.store()
    queue = await store.queues.get_or_create("test:1")
    await talk.say(DRESS)
    [answer] = await answers(talk)
    for number in range(499):
        new = replace(answer.content, question=f"Question {number}?")
        assert await store.answers.add(queue, new, talk.who.id, answer.created_at)
    reply = await run(talk, "answers-add", question="One more?", text="No.")
    assert "This community already has 500 answers" in words(reply)
    assert len(await answers(talk)) == 500


async def test_typed_arguments_complete(talk: ModeratorSession) -> None:
    await talk.say(DRESS)
    for command in ("answers-edit", "answers-remove", "answers-preview"):
        found = await talk.app.suggest(Call(command), "answer", "dress", talk.who, 25)
        assert [each.label for each in found] == ["1 · Is there a dress code?"]
    dates = await talk.app.suggest(Call("answers-add"), "review", "", talk.who, 25)
    assert [each.id for each in dates] == ["2026-12-21", "2027-02-21", "2027-05-21", "2027-11-21"]
    member = await talk.app.suggest(Call("answers-edit"), "answer", "", MEMBER, 25)
    assert member == []


async def test_another_community_sees_and_changes_nothing(talk: ModeratorSession) -> None:
    await talk.say(DRESS)
    assert "There are no community answers yet." in await talk.say("answers list", ELSEWHERE)
    for line in ("answers preview 1", "answers remove 1 sure:yes", "answers edit 1 text:x"):
        assert "doesn't exist" in await talk.refused(line, ELSEWHERE)
    assert len(await answers(talk)) == 1


async def test_text_is_literal_and_pings_nobody(talk: ModeratorSession) -> None:
    text = "@everyone <@1> **bold** [x](https://evil.org) {0.__class__}"
    reply = await run(talk, "answers-add", question="What <@1>?", text=text)
    assert text in words(reply)
    assert "before: What <@1>?" not in words(await run(talk, "settings-audit"))
