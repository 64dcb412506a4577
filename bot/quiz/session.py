"""A member's attempt at a quiz: loading it, applying answers and storing the result."""

from dataclasses import dataclass, replace

import structlog
from pydantic import ValidationError

from bot.app import CommandContext
from bot.cache import LruCache
from bot.call import Call
from bot.errors import Refusal
from bot.quiz.explanation import Result, evaluate
from bot.quiz.reply import ask_question
from bot.reply import Action, Node, Reply
from content import Quiz, QuizItem
from storage import Attempt, QuizVersion, Store

log = structlog.get_logger("crossroads")

_quiz_cache = LruCache[str, Quiz](50)  # by the id of a quiz version


@dataclass(frozen=True, slots=True)
class QuizSession:
    """A stored attempt at a quiz, with the version of the quiz that it started with."""

    context: CommandContext
    quiz: Quiz
    attempt: Attempt

    @classmethod
    async def resume_or_start(cls, context: CommandContext, quiz: Quiz) -> "QuizSession":
        """Return a session of the caller's unfinished attempt, or of a new one if there is none.

        An unfinished attempt whose quiz can't be read is abandoned.
        """
        caller, attempts = context.caller, (await context.store()).attempts
        await attempts.save_version(QuizVersion(quiz.version, quiz.id, quiz.definition))
        new = (caller.id, caller.community, quiz.id, quiz.version, context.now)
        attempt = await attempts.start(*new)
        try:
            return await cls.from_attempt(context, attempt)
        except Refusal:
            await attempts.abandon(attempt.id, caller.id)
            return await cls.from_attempt(context, await attempts.start(*new))

    @classmethod
    async def load(cls, context: CommandContext, attempt_id: str) -> "QuizSession":
        """Return the session of the caller's attempt with the id *attempt_id*.

        Raise Refusal if the attempt is deleted or somebody else's.
        """
        attempt = await (await context.store()).attempts.get(attempt_id, context.caller.id)
        if attempt is None:
            raise Refusal(
                "That quiz isn't yours, or it was deleted. Nothing was changed.",
                Action("Take a quiz", Call("quiz")),
            )
        return await cls.from_attempt(context, attempt)

    @classmethod
    async def from_attempt(cls, context: CommandContext, attempt: Attempt) -> "QuizSession":
        """Return the session of *attempt*; raise Refusal if its version of the quiz can't be read.

        If the process died right after storing the last answer, the attempt is finished now.
        """
        quiz = _quiz_cache.get(attempt.version)
        if quiz is None:
            quiz = await _load_version(await context.store(), attempt.version)
        return await cls(context, quiz, attempt).finish_if_complete()

    def result(self) -> Result:
        """Return the scored result of the answers given so far."""
        return evaluate(self.quiz, self.attempt.answers, self.attempt.doubled)

    def current_item(self) -> QuizItem | None:
        """Return the item to answer next, or None after the last one."""
        at = self.attempt.position
        return self.quiz.items[at] if at < len(self.quiz.items) else None

    def ask_question(self, *before: Node) -> Reply:
        """Return the message that asks the current question, below the nodes *before*."""
        now = self.attempt
        return ask_question(self.quiz, now.position, now.id, now.doubled, *before)

    async def apply(self, item: QuizItem, pick: str) -> "QuizSession":
        """Store an answer to *item*, or move in the quiz, and return the changed session.

        *pick* is an option's id, "skip", "back", "double" or "once" (undoes "double"). A click that
        is out of date changes nothing. Raise Refusal if the attempt has been deleted.
        """
        attempts = (await self.context.store()).attempts
        own, now = (self.attempt.id, self.context.caller.id), self.context.now
        position = self.quiz.items.index(item)
        if pick == "back":
            moved = await attempts.move(*own, position, max(0, position - 1), now)
        elif pick in ("double", "once"):
            moved = await attempts.set_doubled_item(
                *own, item.id if pick == "double" else None, now
            )
        else:
            option = None if pick == "skip" else pick
            moved = await attempts.answer(*own, item.id, option, position, position + 1, now)
        if moved is None:
            return await self.load(self.context, self.attempt.id)
        return await replace(self, attempt=moved).finish_if_complete()

    async def answer_skipped(self, item: QuizItem, option: str) -> "QuizSession":
        """Store an answer to an *item* that was skipped in this finished attempt.

        Return the changed session. An answer that was given before isn't changed. Raise Refusal if
        the attempt has been deleted.
        """
        attempts = (await self.context.store()).attempts
        own, now = (self.attempt.id, self.context.caller.id), self.context.now
        changed = await attempts.answer_skipped(*own, item.id, option, now)
        if changed is None:
            return await self.load(self.context, self.attempt.id)
        return replace(self, attempt=changed)

    async def finish_if_complete(self) -> "QuizSession":
        """Store that the attempt is finished if its last item is answered; return the session."""
        if self.current_item() or self.attempt.finished_at:
            return self
        attempts = (await self.context.store()).attempts
        finished = await attempts.finish(self.attempt.id, self.context.caller.id, self.context.now)
        if finished is None:
            return await self.load(self.context, self.attempt.id)
        return replace(self, attempt=finished)


async def _load_version(store: Store, version: str) -> Quiz:
    """Return a quiz version from storage; raise Refusal if it is missing or can't be read.

    It is cached, because a version never changes: its name is a hash of its content.
    """
    kept = await store.attempts.get_version(version)
    try:
        if kept is not None:
            return _quiz_cache.put(version, Quiz.model_validate_json(kept.definition))
    except ValidationError as error:
        log.warning("stored quiz version can't be read", version=version, detail=str(error))
    again = Action("Take a quiz", Call("quiz"))
    raise Refusal("I can no longer read this version of the quiz.", again)
