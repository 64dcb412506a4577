"""Due reviews and changed hidden statements are told once; doctor, panel and audit list them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from answers_session import (
    DRESS,
    ELSEWHERE,
    NOON,
    SECOND,
    answers,
    answers_session,
    click,
    hidden,
    run,
    send,
)
from moderator_session import CHANNEL, HOME, MEMBER, ModeratorSession, words

from bot.app import App
from bot.call import Call
from bot.community.health import check_hidden, offline_check
from bot.community.reminders import Reminders
from bot.ops.health import State
from bot.tips.context import TipContext
from bot.tips.scheduler import TipScheduler
from content import Content
from storage import Store


@pytest.fixture
async def talk(content: Content, url: str, tmp_path: Path) -> AsyncIterator[ModeratorSession]:
    async with answers_session(content, url, tmp_path) as session:
        yield session


@dataclass
class Clock:
    now: datetime = datetime(2026, 12, 21, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


async def context(talk: ModeratorSession, clock: Clock) -> TipContext:
    app = talk.app
    return TipContext(app.content, app.platforms, await app.store(), clock, app.metrics)


def told(talk: ModeratorSession) -> list[str]:
    return [str(each["says"]) for each in talk.platform.messages(CHANNEL)]


async def test_a_due_review_is_told_once(talk: ModeratorSession) -> None:
    await talk.say(f'{DRESS} review:"1 month"')
    clock = Clock(datetime(2026, 12, 20, 23, tzinfo=UTC))
    before, reminders = len(told(talk)), Reminders()
    await reminders.send(await context(talk, clock))
    assert len(told(talk)) == before, "it is due tomorrow"
    clock.now += timedelta(hours=2)
    for each in (reminders, Reminders(), reminders):  # also another process
        await each.send(await context(talk, clock))
    [notice] = told(talk)[before:]
    for part in ("Is this community answer still right?", "Wear what you like.", "Still right"):
        assert part in notice
    assert (
        "check it again" in await talk.say("answers list") or (await answers(talk))[0].review_told
    )


async def test_still_right_ends_the_review(talk: ModeratorSession) -> None:
    await talk.say(f'{DRESS} review:"1 month"')
    reply = await run(talk, "answers-reviewed", answer="1")
    assert "Checked: “Is there a dress code?”" in words(reply)
    assert (await answers(talk))[0].review_on is None
    await click(talk, reply, "Undo")
    assert (await answers(talk))[0].review_on is not None
    assert "doesn't exist" in await talk.refused("answers-reviewed 7")


async def test_a_changed_date_is_told_again(talk: ModeratorSession) -> None:
    await talk.say(f'{DRESS} review:"1 month"')
    clock = Clock()
    await Reminders().send(await context(talk, clock))
    await talk.say("answers edit 1 review:2027-01-15")
    clock.now = datetime(2027, 1, 15, 1, tzinfo=UTC)
    before = len(told(talk))
    await Reminders().send(await context(talk, clock))
    assert len(told(talk)) == before + 1


async def test_a_busy_platform_is_tried_again(talk: ModeratorSession) -> None:
    await talk.say(f'{DRESS} review:"1 month"')
    clock, reminders, before = Clock(), Reminders(), len(told(talk))
    talk.platform.fail("post", "later", times=2)
    await reminders.send(await context(talk, clock))
    assert len(told(talk)) == before
    talk.platform.clear_failures()
    await reminders.send(await context(talk, clock))
    assert len(told(talk)) == before, "not before an hour has passed"
    clock.now += timedelta(hours=1)
    await reminders.send(await context(talk, clock))
    assert len(told(talk)) == before + 1


async def test_without_a_channel_the_author_is_told(talk: ModeratorSession) -> None:
    store = await talk.app.store()
    await store.preferences.set(HOME, "tips-told-in", None)
    await talk.say(f'{DRESS} review:"1 month"', SECOND)
    await Reminders().send(await context(talk, Clock()))
    [direct] = talk.platform.direct_messages()
    assert "Is this community answer still right?" in direct


async def hide_old(talk: ModeratorSession, entry: str = "faq/phd") -> None:
    store = await talk.app.store()
    queue = await store.queues.get_or_create(HOME)
    await store.hidden.hide(queue, entry, "As it was once.", "Wrong", by=talk.who.id, at=NOON)


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ("faq/phd", "has changed in the sources. Members now see the new text."),
        ("faq/gone", "is no longer in the sources."),
    ],
)
async def test_a_changed_statement_is_told_once(
    talk: ModeratorSession, entry: str, says: str
) -> None:
    await hide_old(talk, entry)
    await click(
        talk, await run(talk, "answers-hide", line="salary ml senior"), "Hide", reason="Same."
    )
    before, clock = len(told(talk)), Clock()
    for each in (Reminders(), Reminders()):
        await each.send(await context(talk, clock))
    [notice] = told(talk)[before:]
    assert "A statement that you hid" in notice
    assert "As it was once." in notice
    assert says in notice


async def test_the_notice_leads_to_the_new_statement(talk: ModeratorSession) -> None:
    reply = await run(talk, "answers-hide", entry="faq/phd")
    assert "Which statement is wrong?" in words(reply)
    await click(talk, reply, "Hide", reason="Still wrong.")
    assert [each.entry for each in await hidden(talk)] == ["faq/phd"]
    for entry in ("faq/gone", "x", "sources/kore1", "../etc"):
        assert "no statement" in words(await run(talk, "answers-hide", entry=entry))


async def test_the_scheduler_sends_reminders(talk: ModeratorSession) -> None:
    await hide_old(talk)
    before = len(told(talk))
    await TipScheduler(talk.app, Clock()).run_once()
    assert len(told(talk)) == before + 1


async def test_the_doctors_list_what_is_hidden(
    talk: ModeratorSession, content: Content, url: str
) -> None:
    store = await talk.app.store()
    assert (await check_hidden(store, content)).message == "no community has hidden a statement"
    assert "Hidden here" not in await talk.say("settings doctor")
    await click(
        talk, await run(talk, "answers-hide", line="salary ml senior"), "Hide", reason="Too low."
    )
    found = await offline_check(content, url)()
    assert found.state is State.OK
    assert "pay/kore1-ml-senior in test:1 (Too low.)" in found.message
    shown = await talk.say("settings doctor")
    assert "1 statement: “$180K–$240K” (Too low.)" in shown
    assert "Hidden here" not in await talk.say("settings doctor", ELSEWHERE)
    await hide_old(talk)
    found = await offline_check(content, url)()
    assert found.state is State.WARNING
    assert "faq/phd in test:1 (Wrong, changed since)" in found.message


async def test_the_offline_check_needs_a_database(content: Content, tmp_path: Path) -> None:
    found = await offline_check(content, f"sqlite:///{tmp_path}/nothing.db")()
    assert "not checked" in found.message


async def test_the_panel_shows_what_waits(talk: ModeratorSession) -> None:
    assert "Community answers\nnone" in await talk.say("settings panel")
    await talk.say(DRESS)
    await send(talk, "Do I need a tie?")
    assert "Community answers\n1; 1 question or report waits" in await talk.say("settings panel")


async def test_the_log_names_answers_and_shows_old_texts(talk: ModeratorSession) -> None:
    await talk.say(DRESS)
    await talk.say('answers edit 1 text:"See tip 3 and schedule 1."')
    await talk.say('answers edit 1 text:"Jeans."')
    shown = words(await run(talk, "settings-audit"))
    assert "edited “Is there a dress code?”, before: Is there a dress code? → See tip 3" in shown
    await talk.say("answers remove 1 sure:yes")
    shown = words(await run(talk, "settings-audit"))
    assert "removed answer 1, which said: Is there a dress code? → Jeans." in shown
    exported = words(await run(talk, "settings-audit", form="csv"))
    assert "See tip 3 and schedule 1." in exported


async def test_a_database_that_is_down_shows_no_hidden_statements(
    app: App, tmp_path: Path, content: Content
) -> None:
    (tmp_path / "file").write_text("in the way")
    broken = App(content, open_store=lambda: Store.open(f"sqlite:///{tmp_path}/file/x.db"))
    reply = await broken.handle(Call("settings-doctor"), SECOND)
    assert "Hidden here" not in words(reply)
    assert "broken" in words(reply)
    assert MEMBER.id not in words(reply)
