"""The results of somebody's quizzes, and what changed between them."""

import asyncio
from collections.abc import Iterable, Iterator
from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example, Visibility, command
from bot.errors import Refusal
from bot.formatting import list_sources, pluralize
from bot.language.name_index import Name
from bot.quiz.history import changes
from bot.quiz.reply import every_point, headline
from bot.quiz.session import Sitting
from bot.reply import Action, Actions, Bullets, Column, Heading, Node, Paragraph, Reply, Table
from storage import Attempt

_PAGE = 10  # results that are shown; the export holds them all


async def _finished(context: CommandContext, typed: str) -> Iterable[Name[str]]:
    """Return the asker's own results, newest first."""
    del typed
    finished = await (await context.store()).attempts.finished(context.caller.id)
    titles = {each.id: each.title for each in context.content.quiz.values()}
    return [
        Name(each.id, f"{each.finished_at:%Y-%m-%d} · {titles.get(each.quiz, each.quiz)}", each.id)
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
        str | None, Arg("one result, in full", max_length=24, autocomplete=_finished)
    ] = None,
) -> Reply:
    """See your quiz results, and what changed between them.

    Each with its date and the version of the quiz; an older result still explains itself.
    Only you see them. `privacy delete` erases them.
    """
    store = await context.store()
    if take is not None:
        return _account(context, await Sitting.find(store, context.caller, take, context.now))
    finished = await store.attempts.finished(context.caller.id)
    if not finished:
        begin = Action("take a quiz", Call("quiz"))
        return Reply((Paragraph("You have no results yet."), Actions((begin,))))
    sittings = [each for each in [await _read(context, attempt) for attempt in finished] if each]
    lost = len(finished) - len(sittings)
    told = (
        [Paragraph(f"{pluralize(lost, 'older result')} can't be shown any more.")] if lost else []
    )
    # A dozen results take as long as many answers, so work them out off the event loop.
    nodes = await asyncio.to_thread(_nodes, sittings)
    return Reply((*nodes, *told, Actions(tuple(_next(sittings)))))


def _nodes(sittings: list[Sitting]) -> tuple[Node, ...]:
    """Build the nodes that show results."""
    between = _between(sittings) if sittings else ()
    return (*_listing(sittings), *between)


async def _read(context: CommandContext, attempt: Attempt) -> Sitting | None:
    """Read a result; None if its quiz can't be read."""
    try:
        return await Sitting.of(await context.store(), context.caller, attempt, context.now)
    except Refusal:
        return None


def _listing(sittings: list[Sitting]) -> Iterator[Node]:
    yield Heading(f"Your results: {len(sittings)}")
    columns = (Column("date", nowrap=True), Column("quiz"), Column("outcome"), Column("version"))
    rows = tuple(
        (
            f"{each.attempt.finished_at:%Y-%m-%d}",
            each.quiz.title,
            headline(each.result()),
            each.quiz.version,
        )
        for each in sittings[:_PAGE]
    )
    yield Table(columns, rows)
    if len(sittings) > _PAGE:
        yield Paragraph(f"The newest {_PAGE}; `privacy export` gives all of them.")


def _between(sittings: list[Sitting]) -> Iterator[Node]:
    """Compare the newest attempt with the previous one at the same quiz."""
    newest, *others = sittings
    before = next((each for each in others if each.quiz.id == newest.quiz.id), None)
    if before is not None:
        yield Heading("Between your last two takes")
        yield Bullets(tuple(changes(newest, before)))


def _next(sittings: list[Sitting]) -> Iterator[Action]:
    for each in sittings[:_PAGE]:
        label = f"{each.quiz.title} of {each.attempt.finished_at:%Y-%m-%d}: every answer's points"
        yield Action(label, Call("results", {"take": each.attempt.id}))
    yield Action("what is stored about you", Call("privacy"))


def _account(context: CommandContext, sitting: Sitting) -> Reply:
    """Account for one result in full."""
    scored = sitting.result()
    cited = (point.source for each in scored.contributions for point in each.option.points)
    return Reply(
        (
            Heading(f"Your result: {headline(scored)}"),
            *every_point(scored, context.content),
            Actions((Action("all results", Call("results")),)),
            list_sources(cited, context.content),
        )
    )
