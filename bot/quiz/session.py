"""Somebody at a quiz: where they are, what they answer, and a result that is kept."""

from dataclasses import dataclass
from datetime import datetime

import structlog
from pydantic import ValidationError

from bot.cache import LruCache
from bot.call import Call, Caller
from bot.errors import Refusal
from bot.formatting import pluralize
from bot.quiz.explanation import Result, evaluate
from bot.quiz.reply import ask_question
from bot.reply import Action, Actions, Node, Paragraph, Reply
from content import Item, Quiz
from storage import Attempt, QuizVersion, Store

log = structlog.get_logger("crossroads")

PAUSED = "Your answers are kept. Type “quiz” to go on where you left."


_quiz_cache = LruCache[str, Quiz](50)  # by version


@dataclass(frozen=True, slots=True)
class QuizSession:
    """An attempt at a quiz, with the version of the quiz that it started with."""

    store: Store
    who: Caller
    quiz: Quiz
    attempt: Attempt

    @classmethod
    async def resume_or_start(
        cls, store: Store, who: Caller, quiz: Quiz, at: datetime
    ) -> "QuizSession":
        """Continue the unfinished attempt of *who*; start a new one if none can be read."""
        await store.attempts.keep_version(QuizVersion(quiz.version, quiz.id, quiz.definition))
        new = (who.id, who.community, quiz.id, quiz.version, at)
        attempt = await store.attempts.start(*new)
        try:
            return await cls.from_attempt(store, who, attempt, at)
        except Refusal:
            await store.attempts.abandon(attempt.id, who.id)
            return await cls.from_attempt(store, who, await store.attempts.start(*new), at)

    @classmethod
    async def load(cls, store: Store, who: Caller, attempt_id: str, at: datetime) -> "QuizSession":
        """Return an attempt of *who*; raises Refusal if it belongs to somebody else or is gone."""
        attempt = await store.attempts.one(attempt_id, who.id)
        if attempt is None:
            raise Refusal(
                "That quiz is not yours, or it has been deleted. Nothing was changed.",
                Action("begin a quiz", Call("quiz")),
            )
        return await cls.from_attempt(store, who, attempt, at)

    @classmethod
    async def from_attempt(
        cls, store: Store, who: Caller, attempt: Attempt, at: datetime
    ) -> "QuizSession":
        """Read the quiz as it was when *attempt* started.

        This also finishes an attempt if the process died right after storing its last answer.
        """
        quiz = _quiz_cache.get(attempt.version) or await _load_version(store, attempt.version)
        found = cls(store, who, quiz, attempt)
        return (
            found
            if found.current_item() or attempt.finished_at
            else await found._continue(attempt, at)
        )

    def result(self) -> Result:
        """Score the answers given so far."""
        return evaluate(self.quiz, self.attempt.answers, self.attempt.doubled)

    def current_item(self) -> Item | None:
        """Give the item that is asked now, None after the last."""
        at = self.attempt.position
        return self.quiz.items[at] if at < len(self.quiz.items) else None

    def ask_question(self, *before: Node) -> Reply:
        """Ask the item that is next, below what stands *before* it."""
        now = self.attempt
        return ask_question(self.quiz, now.position, now.id, now.doubled, *before)

    async def apply(self, item: Item, pick: str, at: datetime) -> "QuizSession":
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
        return await self._continue(moved, at)

    async def _continue(self, attempt: Attempt | None, at: datetime) -> "QuizSession":
        """Continue with *attempt*, and finish it after its last answer."""
        end = len(self.quiz.items)
        if attempt is not None and attempt.finished_at is None and attempt.position >= end:
            attempt = await self.store.attempts.finish(attempt.id, self.who.id, at)
        if attempt is None:
            return await self.load(self.store, self.who, self.attempt.id, at)
        return QuizSession(self.store, self.who, self.quiz, attempt)


async def _load_version(store: Store, version: str) -> Quiz:
    """Read a version of a quiz; it never changes, as its name is a hash of its content."""
    kept = await store.attempts.version(version)
    try:
        if kept is not None:
            return _quiz_cache.put(version, Quiz.model_validate_json(kept.definition))
    except ValidationError as error:
        log.warning("version of a quiz unreadable", version=version, detail=str(error))
    again = Action("take a quiz", Call("quiz"))
    raise Refusal("The quiz that this belongs to can't be read any more.", again)


def confirm_start_over(session: QuizSession, item: Item) -> tuple[Node, ...]:
    """Ask once before answers are thrown away."""
    call = {"take": session.attempt.id, "item": item.id}
    given = pluralize(len(session.attempt.answers), "answer")
    return (
        Paragraph(f"Start over? What you have given so far, {given}, is then deleted."),
        Actions(
            (
                Action("yes, start over", Call("quiz-answer", {**call, "pick": "over-yes"})),
                Action("no, go on", Call("quiz", {"name": session.quiz.id})),
            )
        ),
    )
