"""The `quiz` command: starts a quiz, or resumes it."""

from contextlib import suppress
from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example, Visibility, command
from bot.errors import Refusal
from bot.formatting import pluralize
from bot.language.argument_types import quizzes
from bot.quiz.answer_list import parse_answers
from bot.quiz.badges import badge_action, find_badge
from bot.quiz.explanation import evaluate
from bot.quiz.reply import show_result
from bot.quiz.result_link import ResultLink
from bot.quiz.session import QuizSession
from bot.reply import Action, Bold, Item, Node, Reply
from content import Quiz
from storage import Attempt


@command(
    Example("quiz", shows=("Which path", "Who should you hire first")),
    Example(
        "quiz which-path answers:1,2,1,1,1,1,1,1,1,1,1,1,1,1",
        shows=(
            "Your result: AI Engineer, clearly",
            "Why AI Engineer",
            "What would change it",
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

    You get one question at a time. You can skip, go back, count one answer double, or come back
    days later. The result shows which answers decided it and why, what pointed the other way,
    and the smallest change that would flip it. Only your answers are stored, and `privacy` deletes
    them.
    """
    if name is None and answers is not None:
        raise Refusal(
            "Which quiz do these answers belong to? Nothing is saved yet.",
            *(
                Action(each.title, Call("quiz", {"name": each.id, "answers": answers}))
                for each in context.content.quiz.values()
            ),
        )
    if name is None:
        return await _resume_or_list(context)
    if answers is not None:
        given = parse_answers(name, answers)
        link = ResultLink.to_answers(name, given)
        return show_result(context, evaluate(name, given), link)
    return await show_session(await QuizSession.resume_or_start(context, name))


async def show_session(session: QuizSession, *before: Node) -> Reply:
    """Return a reply with the nodes *before*, then the next question, or the result at the end."""
    if session.attempt.finished_at is None:
        return session.ask_question(*before)
    result, link = session.result(), ResultLink.to_attempt(session.attempt.id)
    has_badge = await find_badge(session.context, result)
    badge = badge_action(session.attempt.id) if has_badge else None
    return show_result(session.context, result, link, *before, badge=badge)


async def _resume_or_list(context: CommandContext) -> Reply:
    """Return the next question if exactly one quiz is unfinished, else a list of all quizzes."""
    unfinished: tuple[Attempt, ...] = ()
    if context.app.has_storage:
        unfinished = await (await context.store()).attempts.list_unfinished(context.caller.id)
    if len(unfinished) == 1:
        with suppress(Refusal):  # an unreadable attempt must not hide the quizzes
            return await show_session(await QuizSession.from_attempt(context, unfinished[0]))
    begun = {attempt.quiz for attempt in unfinished}
    return Reply(
        "Pick a quiz. Your answers are saved as you go, and you can delete them.",
        tuple(
            _describe_quiz(each, is_begun=each.id in begun)
            for each in context.content.quiz.values()
        ),
        more=(Action("My results", Call("results")), Action("My stored data", Call("privacy"))),
    )


def _describe_quiz(quiz: Quiz, *, is_begun: bool) -> Item:
    """Return the entry of a quiz in the list, with a button that starts or continues it."""
    size = pluralize(len(quiz.items), "question")
    label = "Continue" if is_begun else "Start"
    return Item((Bold(quiz.title), f" {size}"), Action(label, Call("quiz", {"name": quiz.id})))
