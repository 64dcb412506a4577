"""Questions that nothing answers: counted without people, and kept if moderators choose so."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
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
from bot.community.questions import count_question, moderator_actions
from bot.language.likeness import fingerprint
from content import Content
from storage import Feedback, FeedbackKind, NewAnswer, Store

NOVEMBER = datetime(2026, 11, 21, 12, tzinfo=UTC)
QUESTION = "When is the next meetup in Leipzig?"
WORDINGS = (
    "when is the next meetup in leipzig",
    "When's the next meetup in Leipzig??",
    "the next meetup in Leipzig: when is it?",
    "Next Leipzig meetup, when?",
)


class Clock:
    def __init__(self) -> None:
        self.now = NOVEMBER

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def talks(
    content: Content, url: str, tmp_path: Path, clock: Clock
) -> AsyncIterator[tuple[ModeratorSession, ModeratorSession]]:
    """Yield sessions with two instances of the bot, where SQLite allows only one of them to run."""
    async with AsyncExitStack() as closing:
        store = await closing.enter_async_context(await Store.open(url))
        sessions = list[ModeratorSession]()
        for _ in range(2):
            again = url if url.startswith("postgresql") else ""

            async def open_store(again: str = again) -> Store:
                return await Store.open(again) if again else store

            app = App(content, clock=clock, open_store=open_store)
            if again:
                closing.push_async_callback(app.close)
            if sessions:
                app.platforms["test"] = sessions[0].platform
                sessions.append(ModeratorSession(app, sessions[0].platform))
            else:
                sessions.append(moderator_session(app, tmp_path))
        await sessions[0].say(f"settings notifications channel:{CHANNEL}")
        yield sessions[0], sessions[1]


@pytest.fixture
def talk(talks: tuple[ModeratorSession, ModeratorSession]) -> ModeratorSession:
    return talks[0]


def people(count: int, start: int = 100) -> list[Caller]:
    return [replace(MEMBER, id=f"test:{start + number}") for number in range(count)]


async def ask(talk: ModeratorSession, who: Caller, question: str = QUESTION) -> None:
    app = talk.app
    count_question(CommandContext(app, who, Call("ask"), app._clock()), question)  # noqa: SLF001
    await app.inbox.drain()


async def everybody_asks(talk: ModeratorSession, askers: Iterable[Caller]) -> None:
    for each in askers:
        await ask(talk, each)


async def counts(talk: ModeratorSession, since: date = date(2026, 1, 1)) -> list[int]:
    store = await talk.app.store()
    queue = await store.queues.get_or_create(HOME)
    return sorted((await store.question_counts.counts(queue, since)).values())


async def kept(talk: ModeratorSession) -> tuple[Feedback, ...]:
    store = await talk.app.store()
    return await store.feedback.list_for_queue(await store.queues.get_or_create(HOME))


async def asked(talk: ModeratorSession, who: Caller) -> int:
    store = await talk.app.store()
    return len(await store.question_counts.list_by_member(who.id))


def notices(talk: ModeratorSession) -> list[str]:
    return [str(each["says"]) for each in talk.platform.messages(CHANNEL)][1:]


async def test_a_question_is_counted_by_month_and_without_people(
    talk: ModeratorSession, clock: Clock
) -> None:
    await everybody_asks(talk, people(3))
    clock.now = NOVEMBER + timedelta(days=20)
    await everybody_asks(talk, people(2, 200))
    await ask(talk, MEMBER, "Is there a mentor for product managers?")
    assert await counts(talk) == [1, 5]
    assert await counts(talk, date(2026, 12, 1)) == [1, 2]
    assert await kept(talk) == ()
    assert [await asked(talk, each) for each in people(3)] == [0, 0, 0]


async def test_trivially_different_wordings_are_one_question(
    talk: ModeratorSession, content: Content
) -> None:
    for who, question in zip(people(4), WORDINGS, strict=True):
        await ask(talk, who, question)
    assert await counts(talk) == [4]
    assert len({fingerprint(each, content) for each in WORDINGS}) == 1


async def test_one_member_who_repeats_a_question_counts_once(talk: ModeratorSession) -> None:
    for _ in range(5):
        await ask(talk, MEMBER)
    assert await counts(talk) == [1]


async def test_one_member_can_not_count_thousands(talk: ModeratorSession) -> None:
    for number in range(40):
        await ask(talk, MEMBER, f"Is there a meetup number {number}x{number} in Leipzig?")
    assert len(await counts(talk)) == 30


@pytest.mark.parametrize("question", ["?", "", "the of and", "🦀", "\0\ud800"])
async def test_what_has_no_words_is_no_error(talk: ModeratorSession, question: str) -> None:
    await ask(talk, MEMBER, question)
    assert sum(await counts(talk)) <= 1


async def test_outside_of_a_community_nothing_is_counted(talk: ModeratorSession, app: App) -> None:
    await ask(talk, Caller("discord:5"))
    assert await counts(talk) == []
    await ask(ModeratorSession(app, talk.platform), MEMBER)  # without a database
    for alone in (
        CommandContext(talk.app, Caller("discord:5"), Call("ask"), NOVEMBER),
        CommandContext(app, MEMBER, Call("ask"), NOVEMBER),
    ):
        assert moderator_actions(alone, QUESTION) == ()


async def test_if_the_database_is_down_the_count_is_lost_without_an_error(
    content: Content, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    app = App(content, open_store=lambda: Store.open(f"sqlite:///{tmp_path}/file/x.db"))
    await ask(moderator_session(app, tmp_path), MEMBER)


async def test_the_buttons_say_whether_they_send_the_name(talk: ModeratorSession) -> None:
    context = CommandContext(talk.app, MEMBER, Call("ask"), NOVEMBER)
    named, unnamed = moderator_actions(context, QUESTION)
    assert (named.label, unnamed.label) == ("Ask the moderators", "Ask without my name")
    assert "It includes your name" in words(await talk.press(named, MEMBER))
    assert "It doesn't include your name" in words(await talk.press(unnamed, MEMBER))
    for each in (named, unnamed):
        assert each.short
        form = await talk.app.form_for(each.short, MEMBER)
        assert form is not None
        assert form.fields[0].value == QUESTION


async def test_five_people_make_a_question_that_moderators_see(
    talks: tuple[ModeratorSession, ModeratorSession],
) -> None:
    talk, other = talks
    await talk.say("settings answers keep-questions:yes")
    askers = people(5)
    await everybody_asks(talk, askers[:2])
    await everybody_asks(other, askers[2:4])  # in another instance
    await everybody_asks(other, askers[:2])  # again, so they don't count
    assert await kept(talk) == ()
    assert [await asked(talk, each) for each in askers] == [1, 1, 1, 1, 0]
    await ask(talk, askers[4], "the next meetup in Leipzig: when is it?")
    [found] = await kept(talk)
    assert (found.kind, found.text) == (
        FeedbackKind.QUESTION,
        "the next meetup in Leipzig: when is it?",
    )
    assert (found.member, found.community) == (None, HOME)
    assert [await asked(talk, each) for each in askers] == [0] * 5
    assert len(notices(talk)) == 1
    await everybody_asks(other, people(6, 200))  # it is kept only once
    assert len(await kept(talk)) == 1
    assert await asked(talk, people(1, 200)[0]) == 0


async def test_of_two_instances_one_keeps_the_question(
    talks: tuple[ModeratorSession, ModeratorSession],
) -> None:
    await talks[0].say("settings answers keep-questions:yes")
    await everybody_asks(talks[0], people(4))
    late = zip(talks * 4, people(8, 200), strict=True)
    await asyncio.gather(*(ask(talk, who) for talk, who in late))
    assert len(await kept(talks[0])) == 1
    assert len(notices(talks[0])) == 1


async def test_blocked_members_don_t_make_a_question(talk: ModeratorSession) -> None:
    await talk.say("settings answers keep-questions:yes")
    askers = people(5)
    for each in askers:
        await talk.say(f"tips block {each.id} sure:yes")
    await everybody_asks(talk, askers)
    assert await kept(talk) == ()


async def test_switched_off_it_forgets_who_asked(talk: ModeratorSession) -> None:
    await talk.say("settings answers keep-questions:yes")
    await everybody_asks(talk, people(4))
    off = (await talk.choices("settings answers"))["Stop keeping questions that 5 people ask"]
    assert "only counted" in words(await talk.press(off))
    assert [await asked(talk, each) for each in people(4)] == [0] * 4
    await everybody_asks(talk, people(6, 200))
    assert await kept(talk) == ()
    on = (await talk.choices("settings answers"))["Keep questions that 5 people ask"]
    assert "kept without a name" in words(await talk.press(on))
    assert [each[1:] for each in await talk.actions()][-3:] == [
        ("chose to keep", "unanswered questions that 5 people ask"),
        ("chose not to keep", "unanswered questions that 5 people ask"),
        ("chose to keep", "unanswered questions that 5 people ask"),
    ]


async def test_only_moderators_switch_it(talk: ModeratorSession) -> None:
    await talk.refused("settings answers keep-questions:yes", MEMBER)
    assert "Unanswered questions\nonly counted" in await talk.say("settings answers")
    await talk.refused("settings answers keep-questions:perhaps")


async def test_who_asked_is_forgotten_after_90_days(talk: ModeratorSession, clock: Clock) -> None:
    await talk.say("settings answers keep-questions:yes")
    await everybody_asks(talk, people(4))
    clock.now += timedelta(days=89)
    await talk.app.prune_unfinished()
    assert await asked(talk, people(1)[0]) == 1
    clock.now += timedelta(days=2)
    await talk.app.prune_unfinished()
    assert await asked(talk, people(1)[0]) == 0


async def test_privacy_says_what_this_community_keeps(talk: ModeratorSession) -> None:
    before = await talk.say("privacy", MEMBER)
    assert "I count questions that I can't answer, but not who asked them." in before
    assert "Once 5 people have asked the same question" not in before
    await talk.say("settings answers keep-questions:yes")
    assert "Once 5 people have asked the same question" in await talk.say("privacy", MEMBER)
    elsewhere = replace(MEMBER, community="test:elsewhere")
    assert "Once 5 people" not in await talk.say("privacy", elsewhere)


async def test_a_member_exports_and_deletes_what_they_sent_and_asked(
    talk: ModeratorSession,
) -> None:
    await talk.say("settings answers keep-questions:yes")
    await ask(talk, MEMBER, "Is there a mentor for product managers?")
    sent = {"about": "salary ml", "wrong": "Old.", "right": "New.", "link": "https://x.org/a"}
    for call in (
        Call("moderators-ask", {"question": QUESTION}),
        Call("moderators-ask", {"question": "A secret?", "name": "no"}),
        Call("report-answer", sent),
    ):
        await talk.app.handle(call, MEMBER)
    await talk.app.handle(Call("moderators-ask", {"question": "Theirs?"}), people(1)[0])
    text = await talk.say("privacy export", MEMBER)
    data = json.loads(text[text.index("{") : text.rindex("}") + 1])
    shown = [(each["kind"], each["text"]) for each in data["questions_and_reports"]]
    assert shown == [("question", QUESTION), ("report", "Old.")]
    report = data["questions_and_reports"][1]
    assert [report[name] for name in ("about", "suggestion", "link", "community", "state")] == [
        "salary ml",
        "New.",
        "https://x.org/a",
        HOME,
        "waiting",
    ]
    [question] = data["questions_asked"]
    assert question["communities"] == [HOME]
    assert "secret" not in text
    await talk.say("privacy delete-yes", MEMBER)
    assert [each.text for each in await kept(talk)] == ["A secret?", "Theirs?"]
    assert await asked(talk, MEMBER) == 0
    text = await talk.say("privacy export", MEMBER)
    assert QUESTION not in text
    assert MODERATOR.id not in text


async def test_a_moderator_s_own_work_is_exported(talk: ModeratorSession) -> None:
    store = await talk.app.store()
    queue = await store.queues.get_or_create(HOME)
    new = NewAnswer(QUESTION, text="On Monday.")
    assert await store.answers.add(queue, new, MODERATOR.id, NOVEMBER)
    assert await store.hidden.hide(
        queue, "faq/x", "A statement.", "Wrong here.", by=MODERATOR.id, at=NOVEMBER
    )
    text = await talk.say("privacy export")
    data = json.loads(text[text.index("{") : text.rindex("}") + 1])
    assert [each["question"] for each in data["community_answers"]] == [QUESTION]
    assert [each["statement"] for each in data["hidden_statements"]] == ["A statement."]
    await talk.say("privacy delete-yes")
    assert MODERATOR.id not in str(await store.answers.list_for_queue(queue))
