"""The rules for public answers: moderators' settings, the cooldown, and what holds in an outage."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.app import App
from bot.call import Call, Caller, PublicMessage
from bot.community.public_answers import (
    CHANNELS,
    DEFAULT_LIMIT,
    LIMIT,
    MENTIONS,
    AnswerSettings,
    Cooldown,
    Limit,
    MentionAnswers,
    PublicAnswers,
    Turn,
)
from bot.errors import Outage
from bot.platform import DeliveryError, NotFound, PermissionDenied, Retryable
from bot.reply import Outcome, Reply
from storage import Store

HOME, HERE, THERE = "discord:1", "discord:2", "discord:3"
ADA = Caller("discord:7", community=HOME)
MODERATOR = Caller("discord:8", moderator=True, community=HOME)


async def prefer(app: App, name: str, value: str) -> None:
    await (await app.store()).preferences.set(HOME, name, value)


def test_the_cooldown_ends_answer_by_answer() -> None:
    now = 0.0
    cooldown = Cooldown(lambda: now)
    turns = []
    for second in range(DEFAULT_LIMIT.answers):
        now = float(second)
        turns.append(cooldown.take("a", HERE))
    assert turns == [Turn.ANSWER] * DEFAULT_LIMIT.answers
    assert [cooldown.take("a", HERE) for _ in range(2)] == [Turn.WARNING, Turn.NOTHING]
    assert cooldown.take("b", HERE) is Turn.ANSWER
    assert cooldown.take("a", THERE) is Turn.ANSWER
    now = float(DEFAULT_LIMIT.seconds)
    assert [cooldown.take("a", HERE) for _ in range(2)] == [Turn.ANSWER, Turn.WARNING]


def test_an_answer_that_was_not_posted_does_not_count() -> None:
    cooldown = Cooldown()
    cooldown.give_back("a", HERE)
    for _ in range(3):
        assert cooldown.take("a", HERE, Limit.ONE_IN_FIVE_MINUTES) is Turn.ANSWER
        cooldown.give_back("a", HERE)


@pytest.mark.parametrize("stored", ["", "x", "5/30 ", "0/0", "public"])
def test_unknown_stored_values_count_as_the_defaults(stored: str) -> None:
    found = AnswerSettings.of({LIMIT: stored, MENTIONS: stored})
    assert found == AnswerSettings()


async def test_without_settings_everything_is_public(keeping: App, app: App) -> None:
    for each in (keeping, app):  # with and without storage
        assert (await each.public_answers.for_mention(ADA, HERE)).is_public
        assert (await each.public_answers.for_share(ADA, HERE)).is_public
        assert await each.public_answers.describe(HOME) == "in every channel"


async def test_settings_are_of_one_community(keeping: App) -> None:
    await prefer(keeping, CHANNELS, HERE)
    await prefer(keeping, MENTIONS, MentionAnswers.PRIVATE)
    answers = keeping.public_answers
    assert await answers.describe(HOME) == "in 1 channel"
    assert not (await answers.for_mention(ADA, HERE)).is_public
    assert (await answers.for_share(ADA, HERE)).is_public
    assert not (await answers.for_share(ADA, THERE)).is_public
    elsewhere = Caller(ADA.id, community="discord:9")
    assert (await answers.for_mention(elsewhere, THERE)).is_public
    await keeping.detach_community(HOME)
    assert (await answers.for_mention(ADA, THERE)).is_public


async def test_in_an_outage_the_settings_read_last_hold(keeping: App) -> None:
    is_down = False

    @asynccontextmanager
    async def storage() -> AsyncIterator[Store]:
        if is_down:
            raise Outage("It is down.")
        async with keeping.storage() as store:
            yield store

    answers = PublicAnswers(storage)
    await prefer(keeping, CHANNELS, HERE)
    for each in (False, True):
        is_down = each
        assert (await answers.for_share(ADA, HERE)).is_public
        closed = await answers.for_share(ADA, THERE)
        assert "keep answers private in this channel" in closed.reason
    unknown = Caller(ADA.id, community="discord:9")
    assert "right now, so nothing was posted." in (await answers.for_share(unknown, HERE)).reason
    assert "so only you see this." in (await answers.for_mention(unknown, HERE)).reason


@pytest.mark.long
async def test_slow_storage_is_not_waited_for(keeping: App) -> None:
    @asynccontextmanager
    async def storage() -> AsyncIterator[Store]:
        await asyncio.sleep(30)
        yield await keeping.store()

    async with asyncio.timeout(2):
        assert not (await PublicAnswers(storage).for_share(ADA, HERE)).is_public


class Posted:
    """A public message that the platform may refuse to delete."""

    def __init__(self, error: DeliveryError | None = None) -> None:
        self.error, self.is_deleted = error, False

    async def delete(self) -> None:
        if self.error:
            raise self.error
        self.is_deleted = True


async def remove(app: App, caller: Caller, message: PublicMessage | None) -> Reply:
    clicked = Caller(caller.id, caller.moderator, caller.community, message=message)
    return await app.handle(Call("remove-answer", {"by": ADA.id}), clicked)


async def test_only_the_author_and_moderators_remove_an_answer(app: App) -> None:
    for caller, may in ((ADA, True), (MODERATOR, True), (Caller("discord:9"), False)):
        posted = Posted()
        reply = await remove(app, caller, posted)
        assert posted.is_deleted is may
        assert (reply.outcome is Outcome.DONE) is may
    typed = await app.handle_line(f"remove-answer {ADA.id}", ADA)
    assert "click Remove below it" in str(typed.answer)


@pytest.mark.parametrize(
    ("error", "outcome", "says"),
    [
        (NotFound("Gone."), Outcome.DONE, "That answer is already gone."),
        (
            PermissionDenied("I can't see the channel."),
            Outcome.REFUSED,
            "it's still there. I can't",
        ),
        (Retryable("Discord is busy."), Outcome.OUTAGE, "it's still there. Discord is busy."),
    ],
)
async def test_a_platform_that_does_not_delete_is_reported(
    app: App, error: DeliveryError, outcome: Outcome, says: str
) -> None:
    reply = await remove(app, ADA, Posted(error))
    assert reply.outcome is outcome
    assert says in str(reply.answer)
