"""The `quiz` command: starts a quiz, or resumes it."""

from contextlib import suppress
from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example, Visibility, command, truncate
from bot.errors import Refusal
from bot.formatting import pluralize
from bot.language.argument_types import quizzes
from bot.language.tokens import parse_choice_number
from bot.quiz.badges import badge_action, find_badge
from bot.quiz.explanation import evaluate
from bot.quiz.reply import build_result, headline
from bot.quiz.scoring import Answers
from bot.quiz.session import QuizSession
from bot.reply import Action, Node, Paragraph, Reply
from content import Quiz
from storage import Attempt

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
        result = evaluate(name, _parse_answers(name, answers))
        return Reply(f"Your result: {headline(result)}", tuple(build_result(context, result)))
    return await show_session(await QuizSession.resume_or_start(context, name))


async def show_session(session: QuizSession, *before: Node) -> Reply:
    """Return a reply with the nodes *before*, then the next question, or the result at the end."""
    if session.attempt.finished_at is None:
        return session.ask_question(*before)
    result, attempt_id = session.result(), session.attempt.id
    badge = (badge_action(attempt_id),) if await find_badge(session.context, result) else ()
    return Reply(
        f"Your result: {headline(result)}",
        (*before, *build_result(session.context, result, attempt_id, badge)),
    )


async def _resume_or_list(context: CommandContext) -> Reply:
    """Return the next question if exactly one quiz is unfinished, else a list of all quizzes."""
    unfinished: tuple[Attempt, ...] = ()
    if context.app.has_storage:
        unfinished = await (await context.store()).attempts.list_unfinished(context.caller.id)
    if len(unfinished) == 1:
        with suppress(Refusal):  # an unreadable attempt must not hide the quizzes
            return await show_session(await QuizSession.from_attempt(context, unfinished[0]))
    begun = {attempt.quiz for attempt in unfinished}
    actions = []
    for quiz in context.content.quiz.values():
        state = "go on" if quiz.id in begun else pluralize(len(quiz.items), "question")
        actions.append(Action(f"{quiz.title} ({state})", Call("quiz", {"name": quiz.id})))
    note = Paragraph("Your answers are kept as you go, and are yours to delete.")
    return Reply("Quizzes", (note,), buttons=tuple(actions))


def _parse_answers(quiz: Quiz, typed: str) -> Answers:
    """Return a dict from each item's id to the id of its chosen option, or None if it is skipped.

    *typed* has the number of an option for each item, in order: "3,1,-,2".

    Raises:
        Refusal: if the count is wrong, or a number isn't an option's.

    """
    picked = [each.strip().casefold() for each in typed.split(",")]
    if len(picked) != len(quiz.items):
        raise Refusal(
            f"{quiz.title} has {pluralize(len(quiz.items), 'question')}; you gave "
            f"{pluralize(len(picked), 'answer')}. "
            "Give a number for each, with commas between, and - to skip one."
        )
    answers: dict[str, str | None] = {}
    for number, (item, pick) in enumerate(zip(quiz.items, picked, strict=True), 1):
        option = parse_choice_number(pick, len(item.options))
        if pick in _SKIP_WORDS:
            answers[item.id] = None
        elif option is not None:
            answers[item.id] = item.options[option - 1].id
        else:
            raise Refusal(
                f"Answer {number}, “{truncate(pick)}”, is none of 1 to {len(item.options)}, "
                f"nor - to skip: {item.asks}"
            )
    return answers
