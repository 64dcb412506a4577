"""The moderators' settings for public answers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from moderator_session import CHANNEL, HOME, ModeratorSession, moderator_session, words

from bot.app import App
from bot.call import Call, Caller
from bot.community.public_answers import AnswerSettings, Limit, MentionAnswers
from bot.forms import FieldKind
from bot.reply import Outcome

CHOOSE = Call("settings-answer-channels")


@pytest.fixture
def session(keeping: App, tmp_path: Path) -> ModeratorSession:
    return moderator_session(keeping, tmp_path)


async def stored(session: ModeratorSession) -> AnswerSettings:
    return AnswerSettings.of(await (await session.app.store()).preferences.get_all(HOME))


async def test_everything_is_changed_by_buttons(session: ModeratorSession) -> None:
    shown = await session.choices("settings answers")
    assert list(shown)[:2] == ["Choose channels", "Answer mentions privately"]
    changed = await session.press(shown["Answer mentions privately"])
    assert "only the person who asks" in words(changed)
    assert (await stored(session)).mentions is MentionAnswers.PRIVATE
    await session.press(shown["Limit: 1 answer in 5 minutes"])
    assert (await stored(session)).limit is Limit.ONE_IN_FIVE_MINUTES
    again = await session.choices("settings answers")
    await session.press(again["Answer mentions publicly"])
    await session.press(again["Limit: 5 answers in 30 seconds"])
    assert await stored(session) == AnswerSettings()
    assert await (await session.app.store()).preferences.get_all(HOME) == {}
    assert [each[1:] for each in await session.actions()] == [
        ("chose who sees answers to mentions:", "only the person who asks"),
        ("limited public answers to", "1 answer in 5 minutes"),
        ("chose who sees answers to mentions:", "everybody, in a thread"),
        ("limited public answers to", "5 answers in 30 seconds"),
    ]


async def test_channels_are_chosen_in_a_form_that_shows_the_present_ones(
    session: ModeratorSession,
) -> None:
    other = session.platform.opened("test:jobs", HOME)
    for chosen in ("", f"{CHANNEL} {other}"):
        form = await session.app.form_for(CHOOSE, session.who)
        assert form is not None
        (field,) = form.fields
        assert (field.kind, field.value, field.is_required) == (FieldKind.CHANNELS, chosen, True)
        filled = replace(CHOOSE, args={"channels": f"{CHANNEL} {other} {CHANNEL}"})
        assert "only be public in" in words(await session.app.handle(filled, session.who))
    assert (await stored(session)).channels == {CHANNEL, other}
    every = (await session.choices("settings answers"))["Allow all channels"]
    assert "public in all channels" in words(await session.press(every))
    assert (await stored(session)).channels == frozenset()


@pytest.mark.parametrize(
    ("channels", "says"),
    [
        ("nothing", "isn't a list of channels"),
        ("#general all", "isn't a list of channels"),
        ("test:gone", "no such channel"),
        ("test:away", "isn't in this community"),
        (" ".join(f"test:c{number}" for number in range(26)), "up to 25 channels"),
    ],
)
async def test_channels_that_can_not_be_chosen_change_nothing(
    session: ModeratorSession, channels: str, says: str
) -> None:
    away = session.platform.opened("test:away", "test:elsewhere")
    await (await session.app.store()).queues.get_or_create("test:elsewhere")
    assert away == "test:away"
    reply = await session.app.handle(replace(CHOOSE, args={"channels": channels}), session.who)
    assert reply.outcome is Outcome.REFUSED
    assert says in words(reply)
    assert await stored(session) == AnswerSettings()


async def test_members_change_nothing(session: ModeratorSession) -> None:
    member = Caller("test:9", community=HOME)
    for call in (
        Call("settings-answers", {"mentions": "private"}),
        Call("settings-answers"),
        replace(CHOOSE, args={"channels": CHANNEL}),
    ):
        reply = await session.app.handle(call, member)
        assert "is for moderators" in words(reply)
    assert await session.app.form_for(CHOOSE, member) is None
    assert await stored(session) == AnswerSettings()


async def test_the_words_are_typed_as_well(session: ModeratorSession) -> None:
    await session.say("settings answers private 1/60")
    await session.say(f"settings answer-channels {CHANNEL}")
    assert await stored(session) == AnswerSettings(
        frozenset({CHANNEL}), MentionAnswers.PRIVATE, Limit.ONE_A_MINUTE
    )
    await session.say("settings answer-channels all")
    assert (await stored(session)).channels == frozenset()


async def test_a_channel_of_a_community_that_shares_the_tips_is_not_chosen(
    session: ModeratorSession,
) -> None:
    queues, now = (await session.app.store()).queues, datetime.now(UTC)
    away = session.platform.opened("test:away", "test:elsewhere")
    code = await queues.create_join_code(HOME, session.who.id, now, now + timedelta(hours=1))
    await queues.join(code, "test:elsewhere", now)
    reply = await session.app.handle(replace(CHOOSE, args={"channels": away}), session.who)
    assert "isn't a channel here. Nothing was changed." in words(reply)
    assert await stored(session) == AnswerSettings()
