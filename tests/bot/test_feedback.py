"""Questions and reports to the moderators: what is stored, for whom, how much, and what follows."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from moderator_session import (
    CHANNEL,
    HOME,
    MEMBER,
    MODERATOR,
    ModeratorSession,
    moderator_session,
    words,
)

from bot.app import App, CommandContext
from bot.call import Call, Caller
from bot.community.feedback import settle_notice, tell_outcome
from bot.errors import Refusal
from bot.forms import FieldKind
from bot.reply import Outcome, Reply
from bot.tips.context import TipContext
from content import Content
from storage import CommunityAnswer, Feedback, FeedbackKind, FeedbackState, Store

TODAY = datetime(2026, 11, 21, 12, tzinfo=UTC)
QUESTION = "When is the next meetup in Leipzig?"
OTHER = Caller("test:6", community=HOME)
ABOUT = "salary role:ml-engineer level:senior"


@pytest.fixture
async def talk(content: Content, url: str, tmp_path: Path) -> AsyncIterator[ModeratorSession]:
    seconds = count()
    app = App(
        content,
        clock=lambda: TODAY.replace(minute=next(seconds) % 60),
        open_store=lambda: Store.open(url),
    )
    session = moderator_session(app, tmp_path)
    await session.say(f"settings notifications channel:{CHANNEL}")
    yield session
    await app.close()


async def send(talk: ModeratorSession, who: Caller = MEMBER, /, **args: str) -> Reply:
    reply = await talk.app.handle(Call("moderators-ask", {"question": QUESTION, **args}), who)
    await talk.app.inbox.drain()
    return reply


async def report(talk: ModeratorSession, who: Caller = MEMBER, /, **args: str) -> Reply:
    given = {"about": ABOUT, "wrong": "That is last year's figure.", **args}
    reply = await talk.app.handle(Call("report-answer", given), who)
    await talk.app.inbox.drain()
    return reply


async def stored(talk: ModeratorSession, *states: FeedbackState) -> tuple[Feedback, ...]:
    store = await talk.app.store()
    return await store.feedback.list_for_queue(await store.queues.get_or_create(HOME), *states)


async def decide(talk: ModeratorSession, state: FeedbackState, reason: str | None = None) -> None:
    """Decide about everything that waits, as the moderators' commands do."""
    store = await talk.app.store()
    for each in await stored(talk, FeedbackState.WAITING):
        decided = await store.feedback.decide(
            each.queue, each.number, state, decided_by=MODERATOR.id, at=TODAY, reason=reason
        )
        assert decided is not None
        await settle_notice(tips(talk, store), each.queue)


def tips(talk: ModeratorSession, store: Store) -> TipContext:
    return TipContext(talk.app.content, talk.app.platforms, store, lambda: TODAY, talk.app.metrics)


def notices(talk: ModeratorSession) -> list[str]:
    """Return the messages in the moderators' channel after the one that says what it is for."""
    return [str(each["says"]) for each in talk.platform.messages(CHANNEL)][1:]


async def test_a_question_is_stored_with_its_members_name(talk: ModeratorSession) -> None:
    reply = await send(talk)
    assert reply.outcome is Outcome.DONE
    assert "stored for the moderators" in words(reply)
    assert "It includes your name" in words(reply)
    [found] = await stored(talk)
    assert (found.kind, found.text, found.member) == (FeedbackKind.QUESTION, QUESTION, MEMBER.id)
    assert (found.community, found.state) == (HOME, FeedbackState.WAITING)
    assert found.fingerprint
    assert (MEMBER.id, "sent the moderators", "question 1") in await talk.actions()


@pytest.mark.parametrize("text", ["\u200b\u200b", "???", "🙂"])
async def test_a_question_without_words_is_refused(talk: ModeratorSession, text: str) -> None:
    reply = await send(talk, question=text)
    assert reply.outcome is Outcome.REFUSED
    assert "That has no letters or digits." in words(reply)
    assert await stored(talk) == ()


async def test_without_a_name_nothing_says_who_asked(talk: ModeratorSession) -> None:
    reply = await send(talk, name="no")
    assert "It doesn't include your name" in words(reply)
    [found] = await stored(talk)
    assert found.member is None
    assert MEMBER.id not in str(await talk.actions())


async def test_a_report_is_stored_with_all_that_was_written(talk: ModeratorSession) -> None:
    given = {
        "wrong": "Old.\r\nReally.",
        "right": "New.\r\n*Now* @everyone",
        "link": "https://x.org/a",
    }
    reply = await report(talk, **given)
    assert "Your report is stored" in words(reply)
    [found] = await stored(talk)
    assert (found.kind, found.text, found.suggestion, found.link, found.about) == (
        FeedbackKind.REPORT,
        "Old.\nReally.",
        "New.\n*Now* @everyone",
        "https://x.org/a",
        ABOUT,
    )


@pytest.mark.parametrize(
    ("args", "says"),
    [
        ({"about": "tips queue"}, "Open the answer first"),
        ({"about": "privacy export"}, "Open the answer first"),
        ({"about": "settings audit"}, "Open the answer first"),
        ({"about": "quiz-answer attempt:x"}, "Open the answer first"),
        ({"about": "nonsense"}, "Open the answer first"),
        ({"about": "salary " + "x" * 400}, "The limit is 300"),
        ({"wrong": "x" * 601}, "The limit is 600"),
        ({"right": "x" * 601}, "The limit is 600"),
        ({"wrong": "   "}, "is empty"),
        ({"link": "http://x.org/a"}, "starts with https://"),
        ({"link": "javascript:alert(1)"}, "starts with https://"),
        ({"link": "https://x.org/" + "x" * 400}, "The limit is 300"),
        ({"name": "maybe"}, "choice"),
        ({"member": "test:1"}, "no option"),
    ],
)
async def test_a_report_that_no_form_sends_is_refused(
    talk: ModeratorSession, args: dict[str, str], says: str
) -> None:
    reply = await report(talk, **args)
    assert reply.outcome is Outcome.REFUSED
    assert says in words(reply)
    assert await stored(talk) == ()


@pytest.mark.parametrize(
    ("args", "says"),
    [
        ({"question": "x" * 301}, "The limit is 300"),
        ({"question": "  "}, "is empty"),
        ({"name": "😀"}, "choice"),
        ({"draft": "x" * 9}, "The limit is 8"),
    ],
)
async def test_a_question_that_no_button_sends_is_refused(
    talk: ModeratorSession, args: dict[str, str], says: str
) -> None:
    reply = await send(talk, **args)
    assert reply.outcome is Outcome.REFUSED
    assert says in words(reply)
    assert await stored(talk) == ()


@pytest.mark.parametrize(
    "text", ["a\0b\ud800c", "a " + "🦀" * 140, "<@123> *x* `y` @everyone <!here>"]
)
async def test_odd_texts_are_stored_as_typed(talk: ModeratorSession, text: str) -> None:
    assert (await send(talk, question=text)).outcome is Outcome.DONE
    [found] = await stored(talk)
    assert found.text == text.replace("\0", "").encode("utf-8", "replace").decode()


async def test_a_second_click_stores_nothing_twice(talk: ModeratorSession) -> None:
    await send(talk)
    again = await send(talk)
    assert "already have your question" in words(again)
    assert "Withdraw" in words(again)
    await send(talk, name="no")
    unnamed = await send(talk, name="no")
    assert "already" in words(unnamed)
    assert len(await stored(talk)) == 2  # the same question, with and without a name


async def test_clicks_at_once_store_one_question(talk: ModeratorSession) -> None:
    await asyncio.gather(
        *(send(talk) for _ in range(4)), *(send(talk, name="no") for _ in range(4))
    )
    assert sorted(bool(each.member) for each in await stored(talk)) == [False, True]


async def test_five_of_a_member_may_wait(talk: ModeratorSession) -> None:
    replies = await asyncio.gather(*(send(talk, question=f"Question {n}?") for n in range(7)))
    assert [each.outcome for each in replies].count(Outcome.REFUSED) == 2
    assert "5 of your questions and reports are waiting" in words(await report(talk))
    assert len(await stored(talk)) == 5
    assert (await send(talk, OTHER)).outcome is Outcome.DONE  # others may still ask
    await decide(talk, FeedbackState.DECLINED, "No.")
    assert (await report(talk)).outcome is Outcome.DONE


async def test_a_member_sends_no_more_than_ten_a_day_without_a_name_either(
    talk: ModeratorSession,
) -> None:
    for number in range(10):
        sent = await send(talk, question=f"Question {number}?", name="no")
        assert sent.outcome is Outcome.DONE
    refused = await send(talk, question="One more?", name="no")
    assert "within a day" in words(refused)
    assert "within a day" in words(await report(talk))
    assert len(await stored(talk)) == 10


async def test_a_withdrawn_question_counts_too(talk: ModeratorSession) -> None:
    for number in range(10):
        sent = await send(talk, question=f"Question {number}?")
        await talk.press(sent.buttons[0], MEMBER)
    assert "within a day" in words(await send(talk))


async def test_at_most_500_wait(talk: ModeratorSession, monkeypatch: pytest.MonkeyPatch) -> None:
    store = await talk.app.store()
    monkeypatch.setattr(type(store.feedback), "MAX_WAITING", 2)
    for number in range(2):
        await send(talk, question=f"Question {number}?")
    for name in ("yes", "no"):
        assert "wasn't stored" in words(await send(talk, OTHER, name=name))
    assert len(await stored(talk)) == 2


@pytest.mark.parametrize("name", ["yes", "no"])
async def test_a_blocked_member_is_refused_politely(talk: ModeratorSession, name: str) -> None:
    await talk.say(f"tips block {MEMBER.id} sure:yes")
    for reply in (await send(talk, name=name), await report(talk, name=name)):
        assert reply.outcome is Outcome.REFUSED
        assert "aren't taking questions or reports from you" in words(reply)
    assert await stored(talk) == ()
    with pytest.raises(Exception, match="aren't taking"):
        await talk.app.form_for(Call("report-answer", {"about": ABOUT}), MEMBER)


@pytest.mark.parametrize(
    "line",
    [
        "ask moderators to help me",
        "ask the moderators when the meetup is",
        "report on AI salaries",
        "report the ML figures",
        "withdraw an application",
    ],
)
async def test_what_a_member_types_is_never_taken_for_a_click(
    talk: ModeratorSession, line: str
) -> None:
    await talk.app.handle_line(line, MEMBER)
    assert await stored(talk) == ()
    try:
        command = talk.app.parse(line).command
    except Refusal:
        return
    assert command not in {"moderators-ask", "report-answer", "withdraw-feedback"}


async def test_a_direct_message_belongs_to_no_moderators(talk: ModeratorSession) -> None:
    alone = Caller("discord:5")
    for reply in (await send(talk, alone), await report(talk, alone)):
        assert reply.outcome is Outcome.REFUSED
        assert "Every server has its own moderators. Use this in the server." in words(reply)


async def test_without_a_database_nothing_can_be_sent(app: App) -> None:
    reply = await app.handle(Call("moderators-ask", {"question": QUESTION}), MEMBER)
    assert reply.outcome is Outcome.OUTAGE


async def test_if_the_database_is_down_the_member_hears_so(
    content: Content, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    down = f"sqlite:///{tmp_path}/file/crossroads.db"
    talk = moderator_session(App(content, open_store=lambda: Store.open(down)), tmp_path)
    for reply in (await send(talk), await report(talk)):
        assert reply.outcome is Outcome.OUTAGE
        assert "Try again" in words(reply)


@pytest.mark.parametrize("name", ["yes", "no"])
async def test_a_member_withdraws_what_waits(talk: ModeratorSession, name: str) -> None:
    withdraw = (await send(talk, name=name)).buttons[0]
    assert withdraw.label == "Withdraw"
    if name == "yes":  # another member's click, forged
        assert "no longer waiting" in words(await talk.press(withdraw, OTHER))
        assert len(await stored(talk)) == 1
    assert "Withdrawn" in words(await talk.press(withdraw, MEMBER))
    assert await stored(talk) == ()
    again = await talk.press(withdraw, MEMBER)
    assert again.outcome is Outcome.REFUSED
    assert "no longer waiting" in words(again)
    assert (await send(talk, name=name)).outcome is Outcome.DONE  # may be sent again


async def test_what_was_decided_can_not_be_withdrawn(talk: ModeratorSession) -> None:
    withdraw = (await send(talk)).buttons[0]
    await decide(talk, FeedbackState.DECLINED, "No.")
    assert (await talk.press(withdraw, MEMBER)).outcome is Outcome.REFUSED
    assert len(await stored(talk)) == 1


@pytest.mark.parametrize("forged", ["", "1", "x" * 21, "%", "' OR 1=1 --", "\0"])
async def test_a_forged_withdrawal_deletes_nothing(talk: ModeratorSession, forged: str) -> None:
    await send(talk)
    await send(talk, name="no")
    reply = await talk.app.handle(Call("withdraw-feedback", {"id": forged}), OTHER)
    assert reply.outcome is Outcome.REFUSED
    assert len(await stored(talk)) == 2


async def test_the_moderators_get_one_notice_until_nothing_waits(talk: ModeratorSession) -> None:
    await send(talk)
    await send(talk, OTHER, question="Another one?")
    await report(talk, OTHER)
    [notice] = notices(talk)
    assert "I got a question that I can't answer." in notice
    assert "Show what's waiting" in notice
    assert QUESTION not in notice  # deleted data must not stay in a channel
    assert MEMBER.id not in notice
    await decide(talk, FeedbackState.DECLINED, "No.")
    await report(talk)
    assert len(notices(talk)) == 2
    assert "A member reported" in notices(talk)[-1]


async def test_after_a_withdrawal_the_next_question_makes_a_notice(talk: ModeratorSession) -> None:
    await talk.press((await send(talk)).buttons[0], MEMBER)
    await send(talk)
    assert len(notices(talk)) == 2


async def test_a_notice_that_reached_nobody_is_tried_with_the_next_question(
    talk: ModeratorSession,
) -> None:
    talk.platform.fail("post", "later")
    await send(talk)
    assert notices(talk) == []
    await send(talk, OTHER)
    assert len(notices(talk)) == 1


async def test_questions_at_once_make_one_notice(talk: ModeratorSession) -> None:
    people = (replace(MEMBER, id=f"test:{number}") for number in range(100, 108))
    await asyncio.gather(*(send(talk, each) for each in people))
    assert len(notices(talk)) == 1


async def outcome(
    talk: ModeratorSession, found: Feedback, answer: CommunityAnswer | None = None
) -> str:
    """Return the direct message about a decision."""
    context = CommandContext(talk.app, MODERATOR, Call("answers-answer"), TODAY)
    assert await tell_outcome(context, found, answer)
    [told] = talk.platform.direct_messages()
    return told


def community_answer(**values: str | None) -> CommunityAnswer:
    empty = dict.fromkeys(("link", "role", "review_on", "entry", "created_by", "edited_by"))
    given = {"id": "a", "queue": "q", "number": 1, "question": QUESTION, "wordings": ()}
    dates = {"created_at": TODAY, "updated_at": TODAY, "review_told": False}
    return CommunityAnswer(**{**empty, **given, **dates, "text": "", **values})  # type: ignore[arg-type]


async def test_an_author_is_told_the_answer_itself(talk: ModeratorSession) -> None:
    await send(talk)
    await decide(talk, FeedbackState.ANSWERED)
    [found] = await stored(talk)
    answer = community_answer(text="On Monday.\n\nAt the café.", link="https://x.org/meetup")
    told = await outcome(talk, found, answer)
    for part in ("have answered your question", QUESTION, "On Monday.", "At the café."):
        assert part in told
    assert "https://x.org/meetup" in told
    assert "by the moderators" in told


async def test_an_author_is_led_to_the_answer_that_existed(
    talk: ModeratorSession, content: Content
) -> None:
    await report(talk)
    await decide(talk, FeedbackState.LINKED)
    [found] = await stored(talk)
    entry = next(iter(content.faq.values()))
    told = await outcome(talk, found, community_answer(entry=entry.id))
    assert entry.question in told
    assert "Show the answer" in told


@pytest.mark.parametrize("sender", [send, report])
async def test_a_declined_member_hears_why_and_what_to_do(
    talk: ModeratorSession, sender: object
) -> None:
    await sender(talk)  # type: ignore[operator]
    await decide(talk, FeedbackState.DECLINED, "We only answer career questions here")
    [found] = await stored(talk)
    told = await outcome(talk, found)
    assert told.startswith("Thank you for your ")
    assert "Their reason: We only answer career questions here." in told
    assert ("in a channel" in told) or ("with the link" in told)


async def test_a_hidden_statement_is_told(talk: ModeratorSession) -> None:
    await report(talk)
    await decide(talk, FeedbackState.HIDDEN, "Wrong for our country")
    [found] = await stored(talk)
    told = await outcome(talk, found)
    assert "have hidden what you reported" in told
    assert "Their reason: Wrong for our country." in told


async def test_nobody_is_told_about_what_has_no_name(talk: ModeratorSession) -> None:
    await send(talk, name="no")
    [found] = await stored(talk)
    context = CommandContext(talk.app, MODERATOR, Call("answers-answer"), TODAY)
    assert await tell_outcome(context, found, None)
    assert talk.platform.direct_messages() == []


async def test_a_member_who_can_not_be_told_is_no_error(talk: ModeratorSession) -> None:
    await send(talk)
    [found] = await stored(talk)
    context = CommandContext(talk.app, MODERATOR, Call("answers-answer"), TODAY)
    talk.platform.fail("tell", "forbidden")
    assert not await tell_outcome(context, found, None)
    assert not await tell_outcome(context, replace(found, member="slack:T1/U1"), None)


async def test_the_forms_ask_for_what_is_stored(talk: ModeratorSession) -> None:
    form = await talk.app.form_for(Call("report-answer", {"about": ABOUT}), MEMBER)
    assert form is not None
    assert [(each.name, each.kind, each.is_required, each.value) for each in form.fields] == [
        ("wrong", FieldKind.TEXT, True, ""),
        ("right", FieldKind.TEXT, False, ""),
        ("link", FieldKind.LINE, False, ""),
        ("name", FieldKind.CHOICE, True, "yes"),
    ]
    assert await talk.app.form_for(Call("moderators-ask", {"question": QUESTION}), MEMBER) is None
    for forged in ("tips queue", ""):
        with pytest.raises(Exception, match="Open the answer first"):
            await talk.app.form_for(Call("report-answer", {"about": forged}), MEMBER)


async def test_the_form_for_a_long_question_opens_with_it(talk: ModeratorSession) -> None:
    draft = talk.app.inbox.keep_draft(MEMBER.id, QUESTION)
    call = Call("moderators-ask", {"draft": draft})
    form = await talk.app.form_for(call, MEMBER)
    assert form is not None
    assert [(each.name, each.value) for each in form.fields] == [
        ("question", QUESTION),
        ("name", "yes"),
    ]
    unnamed = await talk.app.form_for(replace(call, args={**call.args, "name": "no"}), MEMBER)
    assert unnamed is not None
    assert [each.name for each in unnamed.fields] == ["question"]
    theirs = await talk.app.form_for(call, OTHER)  # as after a restart
    assert theirs is not None
    assert (theirs.fields[0].value, theirs.fields[0].hint) == (
        "",
        "I only keep a question for ten minutes, and yours has expired. Please write it again.",
    )
