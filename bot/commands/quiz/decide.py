"""The command that asks the skipped questions after an undecided result."""

from collections.abc import Sequence
from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Visibility, command
from bot.commands.quiz.explain import load_finished, unknown_result
from bot.commands.quiz.start import show_session
from bot.errors import Refusal
from bot.language.argument_types import quizzes
from bot.quiz.answer_list import parse_answers
from bot.quiz.explanation import evaluate
from bot.quiz.reply import ask_skipped, show_result
from bot.quiz.result_link import ResultLink
from bot.quiz.session import QuizSession
from bot.reply import Action, Reply
from content import Quiz, QuizItem


@command(hidden=True, visibility=Visibility.PRIVATE)
async def quiz_decide(
    context: CommandContext,
    items: Annotated[str, Arg("which questions, separated by commas")],
    take: Annotated[str | None, Arg("which attempt", max_length=24)] = None,
    name: Annotated[Quiz | None, Arg("or which quiz", quizzes)] = None,
    answers: Annotated[str | None, Arg("the answers to the quiz: 3,1,-,2 (- skips)")] = None,
    pick: Annotated[str | None, Arg("the answer to the first question", max_length=8)] = None,
) -> Reply:
    """Answer the skipped questions that would help most to decide the quiz."""
    if take is not None:
        return await _decide_stored(await load_finished(context, take), items.split(","), pick)
    if name is None or answers is None:
        raise unknown_result()
    given = parse_answers(name, answers)
    asked = _find_items(name, items.split(","), pick)
    if pick is not None and given[asked[0].id] is None:
        given = {**given, asked[0].id: pick}
    result, link = evaluate(name, given), ResultLink.to_answers(name, given)
    left = [each for each in asked if given[each.id] is None]
    return ask_skipped(result, left, link) if left else show_result(context, result, link)


async def _decide_stored(session: QuizSession, ids: Sequence[str], pick: str | None) -> Reply:
    """Store the answer *pick* to the first question, if any, and return the next or the result."""
    asked = _find_items(session.quiz, ids, pick)
    if pick is not None:
        session = await session.answer_skipped(asked[0], pick)
    answers = session.attempt.answers
    left = [each for each in asked if answers.get(each.id) is None]
    if not left:
        return await show_session(session)
    return ask_skipped(session.result(), left, ResultLink.to_attempt(session.attempt.id))


def _find_items(quiz: Quiz, ids: Sequence[str], pick: str | None) -> list[QuizItem]:
    """Return the questions with *ids*; raise Refusal if there is none, or no option *pick*."""
    items = {each.id: each for each in quiz.items}
    found = [items[each] for each in ids if each in items]
    if len(found) < len(ids) or pick not in {None, *(each.id for each in found[0].options)}:
        raise Refusal(
            "That isn't an answer to a question in this quiz. Nothing was changed.",
            Action("Take a quiz", Call("quiz")),
        )
    return found
