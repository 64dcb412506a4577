"""The `results` command: a member's quiz results, and the changes between the last two."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example, Visibility, command
from bot.commands.quiz.explain import load_finished
from bot.commands.quiz.start import show_session
from bot.errors import Refusal
from bot.formatting import pluralize
from bot.language.name_index import NamedValue
from bot.quiz.history import describe_shares, find_previous
from bot.quiz.result_link import ResultLink
from bot.quiz.session import QuizSession
from bot.quiz.wording import headline
from bot.reply import Action, CommandLine, Item, Node, Paragraph, Reply

_MAX_SHOWN = 5  # results with a button of their own
_MAX_LISTED = 10  # with those in the menu; the export has all


async def _suggest_results(context: CommandContext, typed: str) -> Iterable[NamedValue[str]]:
    """Return the caller's quiz results as suggestions, newest first."""
    del typed
    finished = await (await context.store()).attempts.list_finished(context.caller.id)
    titles = {each.id: each.title for each in context.content.quiz.values()}
    return [
        NamedValue(
            each.id, f"{each.finished_at:%Y-%m-%d} · {titles.get(each.quiz, each.quiz)}", each.id
        )
        for each in finished
    ]


@command(
    Example("results", shows=("results",)),
    aliases=("history", "my-results"),
    visibility=Visibility.PRIVATE,
)
async def results(
    context: CommandContext,
    take: Annotated[
        str | None, Arg("one result", max_length=24, autocomplete=_suggest_results)
    ] = None,
) -> Reply:
    """See your quiz results, and what changed between them.

    Every result keeps the version of the quiz that you took, so it still explains itself after the
    quiz changes. Only you see your results, and `privacy delete` deletes them.
    """
    if take is not None:
        return await show_session(await load_finished(context, take))
    finished = await (await context.store()).attempts.list_finished(context.caller.id)
    if not finished:
        begin = Action("Take a quiz", Call("quiz"))
        return Reply("You have no results yet.", buttons=(begin,))
    sessions = []
    for attempt in finished:
        with suppress(Refusal):  # raised if the version of its quiz can't be read
            sessions.append(await QuizSession.from_attempt(context, attempt))
    # Scoring a dozen results takes as long as many replies, so it runs in a thread.
    nodes = await asyncio.to_thread(lambda: tuple(_list_results(sessions)))
    lost = len(finished) - len(sessions)
    note = f"{pluralize(lost, 'older result')} can no longer be shown."
    return Reply(
        f"You have {pluralize(len(sessions), 'quiz result')}.",
        (*nodes, *((Paragraph(note),) if lost else ())),
        buttons=tuple(_next_steps(sessions)),
        more=tuple(
            Action(_menu_label(each), _show(each)) for each in sessions[_MAX_SHOWN:_MAX_LISTED]
        ),
        return_to=Call("results"),
    )


def _list_results(sessions: Sequence[QuizSession]) -> Iterator[Node]:
    """Yield the newest results, and what changed between the last two attempts at one quiz."""
    for session in sessions[:_MAX_SHOWN]:
        line = f"{_menu_label(session)} {headline(session.result())}"
        yield Item(line, Action("Open", _show(session)))
    before = find_previous(sessions[0], sessions[1:]) if sessions else None
    if before:
        yield Paragraph(describe_shares(sessions[0].result(), before.result()))
    if len(sessions) > _MAX_LISTED:
        export = CommandLine("privacy export")
        yield Paragraph((f"The menu lists the newest {_MAX_LISTED}. ", export, " has all of them."))


def _menu_label(session: QuizSession) -> str:
    return f"{session.attempt.finished_at:%Y-%m-%d} · {session.quiz.title}"


def _show(session: QuizSession) -> Call:
    return ResultLink.to_attempt(session.attempt.id).result


def _next_steps(sessions: Sequence[QuizSession]) -> Iterator[Action]:
    if sessions and find_previous(sessions[0], sessions[1:]):
        changes = Call("quiz-compare", {"take": sessions[0].attempt.id})
        yield Action("What changed", changes)
    yield Action("Take a quiz", Call("quiz"))
    yield Action("My stored data", Call("privacy"))
