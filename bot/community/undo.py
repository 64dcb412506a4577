"""The moderators' last changes to community answers, so that each can be undone."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from pydantic import TypeAdapter, ValidationError

from bot.call import Call
from bot.reply import Action
from bot.tips.context import ModeratorContext
from storage import CommunityAnswer, Feedback, FeedbackState, NewAnswer

log = structlog.get_logger("crossroads.answers")

_PREFERENCE = "answers-undo"  # holds the last changes of a community
_MAX_CHANGES = 5
_NAME_LENGTH = 10  # hexadecimal digits of the name of a change


@dataclass(frozen=True, slots=True)
class StatementChange:
    """A shipped statement that was hidden, or shown again, with the reason it is hidden for."""

    entry: str
    text: str
    reason: str
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A change, with the data needed to undo it.

    *number* is the answer that was added or edited, as of *at*, and *before* what an edited or
    removed one was. *items* are the questions and reports that were decided; *state* is the
    decision.
    """

    number: int | None = None
    at: datetime | None = None
    before: NewAnswer | None = None
    items: tuple[int, ...] = ()
    state: FeedbackState = FeedbackState.WAITING
    statement: StatementChange | None = None
    id: str = ""


_CHANGES = TypeAdapter(tuple[Change, ...])


async def remember_change(  # every part of a change, by keyword
    moderator: ModeratorContext,
    *,
    now: CommunityAnswer | None = None,
    before: CommunityAnswer | None = None,
    items: Sequence[Feedback] = (),
    statement: StatementChange | None = None,
) -> Action:
    """Publish a change, store it, and return the button that undoes it.

    *before* and *now* are the answer before and after the change, None if there was none. Only the
    last changes of a community are kept.
    """
    publish(moderator)
    change = Change(
        now.number if now else None,
        now.updated_at if now else moderator.context.now,
        before.content if before else None,
        tuple(each.number for each in items),
        items[0].state if items else FeedbackState.WAITING,
        statement,
    )
    name = hashlib.sha256(_CHANGES.dump_json((change,))).hexdigest()[:_NAME_LENGTH]
    change = replace(change, id=name)
    kept = (await _load(moderator))[1 - _MAX_CHANGES :]
    await _save(moderator, (*kept, change))
    return Action("Undo", Call("answers-undo", {"change": change.id}))


def publish(moderator: ModeratorContext) -> None:
    """Have the moderator's community see a change with its next answer."""
    moderator.context.app.community_answers.forget(moderator.queue)


async def take_change(moderator: ModeratorContext, change: str) -> Change | None:
    """Return a change by its id and forget it; None if it was undone or is too old."""
    known = await _load(moderator)
    found = next((each for each in known if each.id == change), None)
    if found is not None:
        await _save(moderator, tuple(each for each in known if each is not found))
    return found


async def _load(moderator: ModeratorContext) -> tuple[Change, ...]:
    stored = (await moderator.store.preferences.get_all(moderator.community)).get(_PREFERENCE)
    if stored is None:
        return ()
    try:
        return _CHANGES.validate_json(stored)
    except ValidationError as error:  # another version of the bot, or a person, wrote it
        log.warning("changes can't be read", community=moderator.community, detail=str(error))
        return ()


async def _save(moderator: ModeratorContext, changes: tuple[Change, ...]) -> None:
    value = _CHANGES.dump_json(changes).decode() if changes else None
    await moderator.store.preferences.set(moderator.community, _PREFERENCE, value)
