"""The command behind the buttons of a quiz question."""

from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Visibility, command
from bot.commands.quiz.start import show_session
from bot.errors import Outage, Refusal, storage_outages
from bot.quiz.reply import ask_question
from bot.quiz.session import QuizSession
from bot.reply import Action, ActionStyle, Bold, Node, Paragraph, Reply
from content import Content, Quiz, QuizItem
from storage import Advance

_MOVES = ("skip", "back", "double", "once", "leave", "over", "over-yes")


@command(hidden=True, visibility=Visibility.PRIVATE)
async def quiz_answer(
    context: CommandContext,
    take: Annotated[str, Arg("which attempt", max_length=24)],
    item: Annotated[str, Arg("which question", max_length=16)],
    pick: Annotated[
        str, Arg("which answer, or skip, back, double, once, leave, over", max_length=8)
    ],
) -> Reply:
    """Answer a quiz question, or move around in the quiz."""
    try:
        with storage_outages():
            reply = await _advance(context, take, item, pick)
            return reply or await _apply_click(context, take, item, pick)
    except Outage as error:
        found = _find_in_current_quizzes(context.content, item)
        nodes = _question_nodes(*found, take) if found else ()
        raise Outage(error.message, *nodes, detail=error.detail) from error


def _question_nodes(quiz: Quiz, position: int, attempt_id: str) -> tuple[Node, ...]:
    """Return a question with its answers, to show below the message of an outage."""
    asked = ask_question(quiz, position, attempt_id, None)
    return (Paragraph((Bold(quiz.items[position].asks),)), *asked.nodes)


async def _advance(context: CommandContext, attempt_id: str, item: str, pick: str) -> Reply | None:
    """Store an answer and return the next question, without loading the attempt.

    Nearly every click is handled here. Return None and change nothing if this isn't possible: if
    *pick* isn't an answer, the attempt is gone, finished, at another position or of an older
    version of the quiz, this is the last question, or the next one counts double.
    """
    found = _find_in_current_quizzes(context.content, item)
    if found is None:
        return None
    quiz, position = found
    option = None if pick == "skip" else pick
    options = {None, *(each.id for each in quiz.items[position].options)}
    if option not in options or position + 1 == len(quiz.items):
        return None
    ahead = quiz.items[position + 1].id
    step = Advance(attempt_id, context.caller.id, quiz.version, position, item, option, ahead)
    advanced = await (await context.store()).attempts.advance(step, context.now)
    return ask_question(quiz, position + 1, attempt_id, None) if advanced else None


def _find_in_current_quizzes(content: Content, item: str) -> tuple[Quiz, int] | None:
    """Return the current quiz that has the item with the id *item*, and the item's position in it.

    Return None if no current quiz has it.
    """
    for quiz in content.quiz.values():
        for position, each in enumerate(quiz.items):
            if each.id == item:
                return quiz, position
    return None


async def _apply_click(context: CommandContext, attempt_id: str, item: str, pick: str) -> Reply:
    """Load the attempt, apply the click on the button *pick* of *item*, and return the reply."""
    session = await QuizSession.load(context, attempt_id)
    asked = _find_item(session, item, pick)
    if session.attempt.finished_at is not None:
        again = session.attempt.answers.get(item, "") == (None if pick == "skip" else pick)
        note = Paragraph("You've already finished this quiz, so your answer wasn't changed.")
        return await show_session(session, *(() if again else (note,)))
    if pick == "leave":
        go_on = Action("Continue", Call("quiz", {"name": session.quiz.id}))
        return Reply("Your answers are saved. Continue whenever you like.", buttons=(go_on,))
    if pick == "over":
        return _confirm_start_over(session, asked)
    if pick == "over-yes":
        await (await context.store()).attempts.abandon(session.attempt.id, context.caller.id)
        current = context.content.quiz.get(session.quiz.id, session.quiz)
        return await show_session(await QuizSession.resume_or_start(context, current))
    if session.current_item() is not asked:
        note = Paragraph("You've already answered that question. This is the current one.")
        before = () if _is_repeated(session, asked, pick) else (note,)
        return session.ask_question(*before)
    return await show_session(await session.apply(asked, pick))


def _confirm_start_over(session: QuizSession, item: QuizItem) -> Reply:
    call = {"take": session.attempt.id, "item": item.id}
    delete = Call("quiz-answer", {**call, "pick": "over-yes"})
    return Reply(
        f"Start over? That deletes your answers so far ({len(session.attempt.answers)}).",
        buttons=(
            Action("Delete my answers and start over", delete, ActionStyle.DANGER),
            Action("Keep my answers", Call("quiz", {"name": session.quiz.id})),
        ),
    )


def _is_repeated(session: QuizSession, asked: QuizItem, pick: str) -> bool:
    """Return True if *pick* is already stored as the last answer, as after a double click."""
    answers, items = session.attempt.answers, session.quiz.items
    last = items[session.attempt.position - 1] if session.attempt.position else None
    option = None if pick == "skip" else pick
    return last is asked and asked.id in answers and answers[asked.id] == option


def _find_item(session: QuizSession, item: str, pick: str) -> QuizItem:
    """Return the quiz item that a button answers; raise Refusal if the quiz has no such answer."""
    for each in session.quiz.items:
        if each.id == item and (pick in _MOVES or pick in {one.id for one in each.options}):
            return each
    go_on = Action("Continue the quiz", Call("quiz", {"name": session.quiz.id}))
    raise Refusal("That isn't an answer to a question in this quiz. Nothing was changed.", go_on)
