"""A quiz, resumed where it was left."""

from contextlib import suppress
from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example, Visibility, command, truncate
from bot.errors import Refusal
from bot.formatting import pluralize
from bot.language.argument_types import quizzes
from bot.language.tokens import chosen_number
from bot.quiz.badges import badge_action, find_badge
from bot.quiz.explanation import evaluate
from bot.quiz.reply import build_result
from bot.quiz.scoring import Answers
from bot.quiz.session import QuizSession
from bot.reply import Action, Actions, Heading, Node, Paragraph, Reply
from content import Quiz

_SKIP_WORDS = frozenset({"-", "s", "skip", "0"})


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
    keywords=("quiz",),
    visibility=Visibility.PRIVATE,
)
async def quiz(
    context: CommandContext,
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
        return await _resume_or_list(context)
    if answers is not None:
        scored = evaluate(name, _parse_answers(name, answers))
        return Reply(
            tuple(build_result(scored, context.content, None, context.app.action_from_line))
        )
    return await show_session(
        context,
        await QuizSession.resume_or_start(await context.store(), context.caller, name, context.now),
    )


async def show_session(context: CommandContext, session: QuizSession, *before: Node) -> Reply:
    """Ask the next question, or tell the result when none is left."""
    if session.attempt.finished_at is None:
        return session.ask_question(*before)
    scored = session.result()
    badge = (badge_action(session.attempt.id),) if await find_badge(context, scored) else ()
    found = build_result(
        scored, context.content, session.attempt.id, context.app.action_from_line, badge
    )
    return Reply((*before, *found))


async def _resume_or_list(context: CommandContext) -> Reply:
    """Go on with the one quiz that was left off, or offer them all."""
    opened = (
        await (await context.store()).attempts.unfinished(context.caller.id)
        if context.app.has_storage
        else ()
    )
    if len(opened) == 1:
        with suppress(Refusal):  # an unreadable attempt must not hide the quizzes
            return await show_session(
                context,
                await QuizSession.from_attempt(
                    await context.store(), context.caller, opened[0], context.now
                ),
            )
    left_off = {attempt.quiz for attempt in opened}
    choices = tuple(
        Action(_label(each, left_off), Call("quiz", {"name": each.id}))
        for each in context.content.quiz.values()
    )
    says = "Your answers are kept as you go, and are yours to delete."
    return Reply((Heading("Quizzes"), Paragraph(says), Actions(choices)))


def _label(quiz: Quiz, left_off: set[str]) -> str:
    state = "go on" if quiz.id in left_off else pluralize(len(quiz.items), "question")
    return f"{quiz.title} ({state})"


def _parse_answers(quiz: Quiz, typed: str) -> Answers:
    """Read "3,1,-,2": the number of an option for each item in order.

    Raises:
        Refusal: when there are too many or too few, or a number that is no option's.

    """
    picked = [each.strip().casefold() for each in typed.split(",")]
    if len(picked) != len(quiz.items):
        raise Refusal(
            f"{quiz.title} has {pluralize(len(quiz.items), 'question')}; you gave "
            f"{pluralize(len(picked), 'answer')}. "
            "Give a number for each, with commas between, and - to skip one."
        )
    answers: dict[str, str | None] = {}
    for place, (item, pick) in enumerate(zip(quiz.items, picked, strict=True), 1):
        number = chosen_number(pick, len(item.options))
        if pick in _SKIP_WORDS:
            answers[item.id] = None
        elif number is not None:
            answers[item.id] = item.options[number - 1].id
        else:
            raise Refusal(
                f"Answer {place}, “{truncate(pick)}”, is none of 1 to {len(item.options)}, "
                f"nor - to skip: {item.asks}"
            )
    return answers
