"""An answer to a quiz's question, as its buttons give it."""

from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Visibility, command
from bot.commands.quiz.start import show_session
from bot.errors import Outage, Refusal
from bot.quiz.reply import ask_question
from bot.quiz.session import PAUSED, QuizSession, confirm_start_over
from bot.reply import Action, Actions, Node, Paragraph, Reply
from content import Content, Item, Quiz
from storage import Advance, SchemaTooNew, StoreUnavailable

_MOVES = ("skip", "back", "double", "once", "leave", "over", "over-yes")


@command(hidden=True, visibility=Visibility.PRIVATE, updates_message=True)
async def quiz_answer(
    context: CommandContext,
    take: Annotated[str, Arg("which take of a quiz", max_length=24)],
    item: Annotated[str, Arg("which question", max_length=16)],
    pick: Annotated[
        str, Arg("which answer, or skip, back, double, once, leave, over", max_length=8)
    ],
) -> Reply:
    """Answer a question of a quiz, or move within it."""
    try:
        return await _advance(context, take, item, pick) or await _apply_click(
            context, take, item, pick
        )
    except (Outage, StoreUnavailable, SchemaTooNew) as error:
        kept = _find_question(context.content, take, item)
        raise Outage(error.message, *kept, detail=getattr(error, "detail", "")) from error


def _find_question(content: Content, take: str, item: str) -> tuple[Node, ...]:
    """Return the answered question from today's quizzes; nothing if none has it."""
    for quiz in content.quiz.values():
        for at, each in enumerate(quiz.items):
            if each.id == item:
                return ask_question(quiz, at, take, None).nodes
    return ()


async def _advance(context: CommandContext, take: str, item: str, pick: str) -> Reply | None:
    """Answer and ask the next question without reading the attempt, as nearly every click does.

    Return None if that isn't possible; then nothing was changed. The attempt may be elsewhere, of
    an older version, or gone; there may be no next question, or the next one may count double.
    """
    option = None if pick == "skip" else pick
    asked = _find_current_item(context.content, item, option)
    if asked is None:
        return None
    quiz, at = asked
    ahead = quiz.items[at + 1].id
    step = Advance(take, context.caller.id, quiz.version, at, item, option, ahead)
    advanced = await (await context.store()).attempts.advance(step, context.now)
    return ask_question(quiz, at + 1, take, None) if advanced else None


def _find_current_item(content: Content, item: str, option: str | None) -> tuple[Quiz, int] | None:
    """Find a question among today's quizzes that another one follows, and its place there."""
    for quiz in content.quiz.values():
        for at, each in enumerate(quiz.items[:-1]):
            if each.id == item and (option is None or option in {one.id for one in each.options}):
                return quiz, at
    return None


async def _apply_click(context: CommandContext, take: str, item: str, pick: str) -> Reply:
    """Read the attempt, and return what the click means there."""
    session = await QuizSession.load(await context.store(), context.caller, take, context.now)
    asked = _find_item(session, item, pick)
    if session.attempt.finished_at is not None:
        again = session.attempt.answers.get(item, "") == (None if pick == "skip" else pick)
        note = Paragraph("This quiz is finished. Here is its result.")
        return await (
            show_session(context, session) if again else show_session(context, session, note)
        )
    if pick == "leave":
        go_on = Action("go on", Call("quiz", {"name": session.quiz.id}))
        return Reply((Paragraph(PAUSED), Actions((go_on,))))
    if pick == "over":
        return Reply(confirm_start_over(session, asked))
    if pick == "over-yes":
        await session.store.attempts.abandon(session.attempt.id, context.caller.id)
        fresh = context.content.quiz.get(session.quiz.id, session.quiz)
        return await show_session(
            context,
            await QuizSession.resume_or_start(session.store, context.caller, fresh, context.now),
        )
    if session.current_item() is not asked:
        note = Paragraph("That question is behind you: “back” leads to it. You are here:")
        before = () if _is_repeated(session, asked, pick) else (note,)
        return session.ask_question(*before)
    return await show_session(context, await session.apply(asked, pick, context.now))


def _is_repeated(session: QuizSession, asked: Item, pick: str) -> bool:
    """Tell whether the very last answer has come once more: it is shown to have been taken."""
    answers, items = session.attempt.answers, session.quiz.items
    last = items[session.attempt.position - 1] if session.attempt.position else None
    option = None if pick == "skip" else pick
    return last is asked and asked.id in answers and answers[asked.id] == option


def _find_item(session: QuizSession, item: str, pick: str) -> Item:
    """Find the item that a button names; raises Refusal when the button can't be one of ours."""
    for each in session.quiz.items:
        if each.id == item and (pick in _MOVES or pick in {one.id for one in each.options}):
            return each
    go_on = Action("go on with the quiz", Call("quiz", {"name": session.quiz.id}))
    raise Refusal("That is no answer to a question of this quiz. Nothing was changed.", go_on)
