"""The `results` command: a member's quiz results, and the changes between the last two."""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example, Visibility, command
from bot.errors import Refusal
from bot.formatting import list_sources, pluralize
from bot.language.name_index import NamedValue
from bot.quiz.history import describe_changes
from bot.quiz.reply import headline, list_points
from bot.quiz.session import QuizSession
from bot.reply import Action, Bullets, Column, Heading, Node, Paragraph, Reply, Table

_MAX_SHOWN = 10  # results listed; the export has all


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
        str | None, Arg("one result, in full", max_length=24, autocomplete=_suggest_results)
    ] = None,
) -> Reply:
    """See your quiz results, and what changed between them.

    Each with its date and the version of the quiz; an older result still explains itself.
    Only you see them. `privacy delete` erases them.
    """
    if take is not None:
        return _show_result(await QuizSession.load(context, take))
    finished = await (await context.store()).attempts.list_finished(context.caller.id)
    if not finished:
        begin = Action("take a quiz", Call("quiz"))
        return Reply("You have no results yet.", buttons=(begin,))
    sessions = []
    for attempt in finished:
        with suppress(Refusal):  # raised if the version of its quiz can't be read
            sessions.append(await QuizSession.from_attempt(context, attempt))
    # Scoring a dozen results takes as long as many replies, so it runs in a thread.
    nodes = await asyncio.to_thread(
        lambda: (*_list_results(sessions), *_compare_last_two(sessions))
    )
    lost = len(finished) - len(sessions)
    note = f"{pluralize(lost, 'older result')} can't be shown any more."
    notes = (Paragraph(note),) if lost else ()
    return Reply(
        f"Your results: {len(sessions)}",
        (*nodes, *notes),
        buttons=tuple(_next_steps(sessions)),
    )


def _list_results(sessions: list[QuizSession]) -> Iterator[Node]:
    columns = (Column("date", nowrap=True), Column("quiz"), Column("outcome"), Column("version"))
    rows = tuple(
        (
            f"{each.attempt.finished_at:%Y-%m-%d}",
            each.quiz.title,
            headline(each.result()),
            each.quiz.version,
        )
        for each in sessions[:_MAX_SHOWN]
    )
    yield Table(columns, rows)
    if len(sessions) > _MAX_SHOWN:
        yield Paragraph(f"The newest {_MAX_SHOWN}; `privacy export` gives all of them.")


def _compare_last_two(sessions: list[QuizSession]) -> Iterator[Node]:
    """Yield nodes on what changed from the previous to the newest attempt at the same quiz."""
    for before in sessions[1:]:
        if before.quiz.id == sessions[0].quiz.id:
            yield Heading("Between your last two takes")
            yield Bullets(tuple(describe_changes(sessions[0], before)))
            return


def _next_steps(sessions: list[QuizSession]) -> Iterator[Action]:
    for each in sessions[:_MAX_SHOWN]:
        label = f"{each.quiz.title} of {each.attempt.finished_at:%Y-%m-%d}: every answer's points"
        yield Action(label, Call("results", {"take": each.attempt.id}))
    yield Action("what is stored about you", Call("privacy"))


def _show_result(session: QuizSession) -> Reply:
    """Return the reply with one result and the points of every answer."""
    content, result = session.context.content, session.result()
    cited = (point.source for each in result.contributions for point in each.option.points)
    return Reply(
        f"Your result: {headline(result)}",
        (
            *list_points(result, content),
            list_sources(cited, content),
        ),
        buttons=(Action("all results", Call("results")),),
    )
