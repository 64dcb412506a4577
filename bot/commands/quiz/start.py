"""A quiz, resumed where it was left."""

from contextlib import suppress
from typing import Annotated

from bot.app import Ask
from bot.call import Call
from bot.command import Arg, Audience, Example, clipped, command
from bot.errors import Refusal
from bot.formatting import counted
from bot.language.argument_types import quizzes
from bot.language.tokens import chosen_number
from bot.quiz.badges import badge_of, offer
from bot.quiz.explanation import result
from bot.quiz.reply import outcome
from bot.quiz.scoring import Answers
from bot.quiz.session import Sitting
from bot.reply import Choice, Choices, Heading, Node, Paragraph, Reply
from content import Quiz

_SKIP = frozenset({"-", "s", "skip", "0"})


@command(
    Example("quiz", shows=("Which path", "Whom to hire first")),
    Example(
        "quiz which-path answers:1,2,1,1,1,1,1,1,1,1,1,1,1,1",
        shows=(
            "Your result: AI Engineer, clearly",
            "What would flip it",
            "Exploration, not an assessment",
        ),
    ),
    aliases=("test", "which-path", "whichpath"),
    cues=("quiz",),
    audience=Audience.ALONE,
)
async def quiz(
    ask: Ask,
    name: Annotated[Quiz | None, Arg("which quiz", quizzes)] = None,
    answers: Annotated[str | None, Arg("all answers at once: 3,1,-,2 (- skips)")] = None,
) -> Reply:
    """Find out which path fits, or whom to hire first.

    One question at a time; you can skip, go back, let one answer count double, leave and go on
    days later. The result says what each answer did and why, what spoke against it, and the
    smallest change of answers that would flip it. Only your answers are kept, and `privacy`
    deletes them.
    """
    if name is None:
        return await _choose(ask)
    if answers is not None:
        scored = result(name, _read(name, answers))
        return Reply(tuple(outcome(scored, ask.content, None, ask.app.choice)))
    return await told(ask, await Sitting.begin(await ask.store(), ask.who, name, ask.now))


async def told(ask: Ask, sitting: Sitting, *before: Node) -> Reply:
    """Ask the next question, or tell the result when none is left."""
    if sitting.attempt.finished_at is None:
        return sitting.question(*before)
    scored = sitting.result()
    badge = (offer(sitting.attempt.id),) if await badge_of(ask, scored) else ()
    found = outcome(scored, ask.content, sitting.attempt.id, ask.app.choice, badge)
    return Reply((*before, *found))


async def _choose(ask: Ask) -> Reply:
    """Go on with the one quiz that was left off, or offer them all."""
    opened = await (await ask.store()).attempts.unfinished(ask.who.id) if ask.app.keeps else ()
    if len(opened) == 1:
        with suppress(Refusal):  # an unreadable attempt must not hide the quizzes
            return await told(ask, await Sitting.of(await ask.store(), ask.who, opened[0], ask.now))
    left_off = {attempt.quiz for attempt in opened}
    choices = tuple(
        Choice(_label(each, left_off), Call("quiz", {"name": each.id}))
        for each in ask.content.quiz.values()
    )
    says = "Your answers are kept as you go, and are yours to delete."
    return Reply((Heading("Quizzes"), Paragraph(says), Choices(choices)))


def _label(quiz: Quiz, left_off: set[str]) -> str:
    return (
        f"{quiz.title} ({'go on' if quiz.id in left_off else counted(len(quiz.items), 'question')})"
    )


def _read(quiz: Quiz, typed: str) -> Answers:
    """Read "3,1,-,2": the number of an option for each item in order.

    Raises:
        Refusal: when there are too many or too few, or a number that is no option's.

    """
    picked = [each.strip().casefold() for each in typed.split(",")]
    if len(picked) != len(quiz.items):
        raise Refusal(
            f"{quiz.title} has {counted(len(quiz.items), 'question')}; you gave "
            f"{counted(len(picked), 'answer')}. "
            "Give a number for each, with commas between, and - to skip one."
        )
    answers: dict[str, str | None] = {}
    for place, (item, pick) in enumerate(zip(quiz.items, picked, strict=True), 1):
        number = chosen_number(pick, len(item.options))
        if pick in _SKIP:
            answers[item.id] = None
        elif number is not None:
            answers[item.id] = item.options[number - 1].id
        else:
            raise Refusal(
                f"Answer {place}, “{clipped(pick)}”, is none of 1 to {len(item.options)}, "
                f"nor - to skip: {item.asks}"
            )
    return answers
