"""Somebody at a quiz: where they are, what they answer, and a result that is kept."""

from dataclasses import dataclass
from datetime import datetime

import structlog
from pydantic import ValidationError

from bot.call import Call, Who
from bot.errors import Refusal
from bot.memo import Memo
from bot.quiz.explain import Result, result
from bot.quiz.view import asking
from bot.reply import Choice, Choices, Node, Paragraph, Reply
from bot.wording import counted
from content import Item, Quiz
from storage import Edition, Store, Take

log = structlog.get_logger("crossroads")

KEPT = "Your answers are kept. Type “quiz” to go on where you left."


_read = Memo[str, Quiz](50)  # editions by version


@dataclass(frozen=True, slots=True)
class Sitting:
    """A take of a quiz, with the edition of the quiz that it was begun with."""

    store: Store
    who: Who
    quiz: Quiz
    take: Take

    @classmethod
    async def begin(cls, store: Store, who: Who, quiz: Quiz, at: datetime) -> "Sitting":
        """Open the take that *who* has left off, or a new one where that can't be read any more."""
        await store.keep_edition(Edition(quiz.version, quiz.id, quiz.definition))
        new = (who.id, who.community, quiz.id, quiz.version, at)
        take = await store.open_take(*new)
        try:
            return await cls.of(store, who, take, at)
        except Refusal:
            await store.abandon(take.id, who.id)
            return await cls.of(store, who, await store.open_take(*new), at)

    @classmethod
    async def find(cls, store: Store, who: Who, take_id: str, at: datetime) -> "Sitting":
        """Find a take of *who*'s own; raises Refusal for anybody else's, or one that is gone."""
        take = await store.take(take_id, who.id)
        if take is None:
            raise Refusal(
                "That quiz is not yours, or it has been deleted. Nothing was changed.",
                Choice("begin a quiz", Call("quiz")),
            )
        return await cls.of(store, who, take, at)

    @classmethod
    async def of(cls, store: Store, who: Who, take: Take, at: datetime) -> "Sitting":
        """Read the quiz as it was when *take* was begun.

        A take whose last answer was kept just before the process died is finished here.
        """
        quiz = _read.get(take.version) or await _as_it_was(store, take.version)
        found = cls(store, who, quiz, take)
        return found if found.asked() or take.finished_at else await found._moved(take, at)

    def result(self) -> Result:
        """Score the answers given so far."""
        return result(self.quiz, self.take.answers, self.take.doubled)

    def asked(self) -> Item | None:
        """Give the item that is asked now, None after the last."""
        at = self.take.position
        return self.quiz.items[at] if at < len(self.quiz.items) else None

    def question(self, *before: Node) -> Reply:
        """Ask the item that is next, below what stands *before* it."""
        return asking(self.quiz, self.take.position, self.take.id, self.take.doubled, *before)

    async def pick(self, item: Item, pick: str, at: datetime) -> "Sitting":
        """Answer *item*, or move; what does not fit the position changes nothing."""
        place = self.quiz.items.index(item)
        own = (self.take.id, self.who.id)
        if pick == "back":
            moved = await self.store.move(*own, place, max(0, place - 1), at)
        elif pick in ("double", "once"):
            moved = await self.store.double(*own, item.id if pick == "double" else None, at)
        else:
            option = None if pick == "skip" else pick
            moved = await self.store.answer(*own, item.id, option, place, place + 1, at)
        return await self._moved(moved, at)

    async def _moved(self, take: Take | None, at: datetime) -> "Sitting":
        """Go on from *take*, and finish it when its last item is answered."""
        if take is not None and take.finished_at is None and take.position >= len(self.quiz.items):
            take = await self.store.finish(take.id, self.who.id, at)
        if take is None:
            return await self.find(self.store, self.who, self.take.id, at)
        return Sitting(self.store, self.who, self.quiz, take)


async def _as_it_was(store: Store, version: str) -> Quiz:
    """Read an edition of a quiz; a version is a hash of what it holds, so it never changes."""
    edition = await store.edition(version)
    try:
        if edition is not None:
            return _read.keep(version, Quiz.model_validate_json(edition.definition))
    except ValidationError as error:
        log.warning("edition of a quiz unreadable", version=version, detail=str(error))
    again = Choice("take a quiz", Call("quiz"))
    raise Refusal("The quiz that this belongs to can't be read any more.", again)


def confirm_start_over(sitting: Sitting, item: Item) -> tuple[Node, ...]:
    """Ask once before answers are thrown away."""
    call = {"take": sitting.take.id, "item": item.id}
    given = counted(len(sitting.take.answers), "answer")
    return (
        Paragraph(f"Start over? What you have given so far, {given}, is then deleted."),
        Choices(
            (
                Choice("yes, start over", Call("quiz-answer", {**call, "pick": "over-yes"})),
                Choice("no, go on", Call("quiz", {"name": sitting.quiz.id})),
            )
        ),
    )
