"""The `community` command: quiz statistics that reveal nothing about one person."""

from collections.abc import AsyncIterator
from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example, command
from bot.formatting import pluralize
from bot.language.argument_types import quizzes
from bot.quiz.community_stats import CommunityStats
from bot.reply import Action, Actions, Column, Node, Paragraph, Reply, Table
from content import Quiz


@command(
    Example("community", shows=("five people",)),
    aliases=("totals", "statistics", "stats"),
)
async def community(
    context: CommandContext,
    name: Annotated[Quiz | None, Arg("which quiz; the first without it", quizzes)] = None,
) -> Reply:
    """See how this community's quizzes came out.

    Only totals, and only of five people or more. They are counted anew when five results have
    changed, so that no two views together tell what one person answered.
    """
    quiz = name or next(iter(context.content.quiz.values()))
    others = (each for each in context.content.quiz.values() if each is not quiz)
    actions = Actions(
        (
            Action(f"take it: {quiz.title}", Call("quiz", {"name": quiz.id})),
            *(Action(each.title, Call("community", {"name": each.id})) for each in others),
        )
    )
    stats = [each async for each in _stats_nodes(context, quiz)]
    return Reply(
        quiz.title,
        (
            *stats,
            actions,
        ),
    )


async def _stats_nodes(context: CommandContext, quiz: Quiz) -> AsyncIterator[Node]:
    community_id = context.caller.community
    stats = CommunityStats(await context.store(), community_id, quiz) if community_id else None
    outcomes = await stats.outcomes() if stats else None
    if stats is None or outcomes is None:
        yield Paragraph(
            "There are no totals to show here. They need the results of five people in one "
            "community, and are withheld for a while when one of those results is deleted."
        )
        return
    columns = (Column("outcome"), Column("came out so"), Column("median share"))
    rows = (
        (each.name, f"{outcomes.won[each.id]} of 100", f"{outcomes.medians[each.id]} of 100")
        for each in quiz.outcomes
    )
    yield Paragraph(f"The latest results of {pluralize(outcomes.people, 'person', 'people')}.")
    yield Table(columns, tuple(rows))
    agreement = await stats.retest_agreement()
    if agreement is not None:
        yield Paragraph(f"Of those who took it twice, {agreement} of 100 came out the same.")
