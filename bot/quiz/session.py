"""Somebody at a quiz: where they are, what they answer, and a result that is kept."""

from dataclasses import dataclass
from datetime import datetime

import structlog
from pydantic import ValidationError

from bot.cache import LruCache
from bot.call import Call, Caller
from bot.errors import Refusal
from bot.formatting import pluralize
from bot.quiz.explanation import Result, result
from bot.quiz.reply import asking
from bot.reply import Action, Actions, Node, Paragraph, Reply
from content import Item, Quiz
from storage import Attempt, QuizVersion, Store

log = structlog.get_logger("crossroads")

KEPT = "Your answers are kept. Type “quiz” to go on where you left."


_read = LruCache[str, Quiz](50)  # by version


@dataclass(frozen=True, slots=True)
class Sitting:
    """An attempt at a quiz, with the version of the quiz that it started with."""

    store: Store
    who: Caller
    quiz: Quiz
    attempt: Attempt

    @classmethod
    async def begin(cls, store: Store, who: Caller, quiz: Quiz, at: datetime) -> "Sitting":
        """Continue the unfinished attempt of *who*; start a new one if none can be read."""
        await store.attempts.keep_version(QuizVersion(quiz.version, quiz.id, quiz.definition))
        new = (who.id, who.community, quiz.id, quiz.version, at)
        attempt = await store.attempts.start(*new)
        try:
            return await cls.of(store, who, attempt, at)
        except Refusal:
            await store.attempts.abandon(attempt.id, who.id)
            return await cls.of(store, who, await store.attempts.start(*new), at)

    @classmethod
    async def find(cls, store: Store, who: Caller, attempt_id: str, at: datetime) -> "Sitting":
        """Return an attempt of *who*; raises Refusal if it belongs to somebody else or is gone."""
        attempt = await store.attempts.one(attempt_id, who.id)
        if attempt is None:
            raise Refusal(
                "That quiz is not yours, or it has been deleted. Nothing was changed.",
                Action("begin a quiz", Call("quiz")),
            )
        return await cls.of(store, who, attempt, at)

    @classmethod
    async def of(cls, store: Store, who: Caller, attempt: Attempt, at: datetime) -> "Sitting":
        """Read the quiz as it was when *attempt* started.

        This also finishes an attempt if the process died right after storing its last answer.
        """
        quiz = _read.get(attempt.version) or await _as_it_was(store, attempt.version)
        found = cls(store, who, quiz, attempt)
        return found if found.asked() or attempt.finished_at else await found._moved(attempt, at)

    def result(self) -> Result:
        """Score the answers given so far."""
        return result(self.quiz, self.attempt.answers, self.attempt.doubled)

    def asked(self) -> Item | None:
        """Give the item that is asked now, None after the last."""
        at = self.attempt.position
        return self.quiz.items[at] if at < len(self.quiz.items) else None

    def question(self, *before: Node) -> Reply:
        """Ask the item that is next, below what stands *before* it."""
        now = self.attempt
        return asking(self.quiz, now.position, now.id, now.doubled, *before)

    async def pick(self, item: Item, pick: str, at: datetime) -> "Sitting":
        """Answer *item*, or move; what does not fit the position changes nothing."""
        place = self.quiz.items.index(item)
        attempts, own = self.store.attempts, (self.attempt.id, self.who.id)
        if pick == "back":
            moved = await attempts.move(*own, place, max(0, place - 1), at)
        elif pick in ("double", "once"):
            moved = await attempts.double(*own, item.id if pick == "double" else None, at)
        else:
            option = None if pick == "skip" else pick
            moved = await attempts.answer(*own, item.id, option, place, place + 1, at)
        return await self._moved(moved, at)

    async def _moved(self, attempt: Attempt | None, at: datetime) -> "Sitting":
        """Continue with *attempt*, and finish it after its last answer."""
        end = len(self.quiz.items)
        if attempt is not None and attempt.finished_at is None and attempt.position >= end:
            attempt = await self.store.attempts.finish(attempt.id, self.who.id, at)
        if attempt is None:
            return await self.find(self.store, self.who, self.attempt.id, at)
        return Sitting(self.store, self.who, self.quiz, attempt)


async def _as_it_was(store: Store, version: str) -> Quiz:
    """Read a version of a quiz; it never changes, as its name is a hash of its content."""
    kept = await store.attempts.version(version)
    try:
        if kept is not None:
            return _read.put(version, Quiz.model_validate_json(kept.definition))
    except ValidationError as error:
        log.warning("version of a quiz unreadable", version=version, detail=str(error))
    again = Action("take a quiz", Call("quiz"))
    raise Refusal("The quiz that this belongs to can't be read any more.", again)


def confirm_start_over(sitting: Sitting, item: Item) -> tuple[Node, ...]:
    """Ask once before answers are thrown away."""
    call = {"take": sitting.attempt.id, "item": item.id}
    given = pluralize(len(sitting.attempt.answers), "answer")
    return (
        Paragraph(f"Start over? What you have given so far, {given}, is then deleted."),
        Actions(
            (
                Action("yes, start over", Call("quiz-answer", {**call, "pick": "over-yes"})),
                Action("no, go on", Call("quiz", {"name": sitting.quiz.id})),
            )
        ),
    )
