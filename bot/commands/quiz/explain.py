"""The command behind the buttons of a quiz result that explain it."""

from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Visibility, command
from bot.errors import Refusal
from bot.language.argument_types import quizzes
from bot.quiz.answer_list import parse_answers
from bot.quiz.explanation import Result, evaluate
from bot.quiz.pages import build_page, list_pages
from bot.quiz.result_link import ResultLink
from bot.quiz.session import QuizSession
from bot.reply import Action, Reply
from content import Quiz


@command(hidden=True, visibility=Visibility.PRIVATE)
async def quiz_explain(
    context: CommandContext,
    show: Annotated[str, Arg("which part: why, against, neutral, change, chart, meaning")],
    take: Annotated[str | None, Arg("which attempt", max_length=24)] = None,
    name: Annotated[Quiz | None, Arg("or which quiz", quizzes)] = None,
    answers: Annotated[str | None, Arg("the answers to the quiz: 3,1,-,2 (- skips)")] = None,
) -> Reply:
    """Explain a quiz result: what decided it, and what would change it."""
    result, link = await load_result(context, take, name, answers)
    page = build_page(result, show.casefold(), context.content)
    to_result = Action("See the result", link.result)
    if page is None:
        raise Refusal("This result doesn't have that page.", to_result)
    others = {key: label for key, label in list_pages(result).items() if key != show.casefold()}
    return Reply(*page, more=tuple(Action(each, link.page(key)) for key, each in others.items()))


async def load_result(
    context: CommandContext, take: str | None, name: Quiz | None, answers: str | None
) -> tuple[Result, ResultLink]:
    """Return the result of the attempt *take*, or of *answers* to the quiz *name*, and its link.

    Raise Refusal if there is neither, or if the attempt can't be loaded.
    """
    if take is not None:
        return (await load_finished(context, take)).result(), ResultLink.to_attempt(take)
    if name is None or answers is None:
        raise unknown_result()
    given = parse_answers(name, answers)
    return evaluate(name, given), ResultLink.to_answers(name, given)


async def load_finished(context: CommandContext, attempt_id: str) -> QuizSession:
    """Return the session of the caller's finished attempt with the id *attempt_id*.

    Raise Refusal if it is unfinished, deleted or somebody else's.
    """
    session = await QuizSession.load(context, attempt_id)
    if session.attempt.finished_at is None:
        go_on = Action("Continue the quiz", Call("quiz", {"name": session.quiz.id}))
        raise Refusal("That quiz isn't finished yet.", go_on)
    return session


def unknown_result() -> Refusal:
    """Return the Refusal for a call that doesn't name a result."""
    mine = Action("My results", Call("results"))
    return Refusal(
        "Tell me which result you mean: name an attempt, or a quiz and its answers.", mine
    )
