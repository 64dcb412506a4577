"""The `community` command: quiz statistics that reveal nothing about one person."""

from collections.abc import Iterator
from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example, command
from bot.formatting import join_words, pluralize
from bot.language.argument_types import quizzes
from bot.quiz.community_stats import CommunityStats, OutcomeStats
from bot.reply import Action, Emphasis, Fields, Node, Paragraph, Reply
from content import Quiz

_HIDDEN = "I can't show totals here yet: they need quiz results from at least five people."
_WHY_HIDDEN = (
    "Totals are also hidden for a while after someone deletes a counted result, so that nobody "
    "can tell what one person answered."
)


@command(
    Example("community", shows=("five people",)),
    aliases=("totals", "statistics", "stats"),
)
async def community(
    context: CommandContext,
    name: Annotated[Quiz | None, Arg("which quiz; the first one by default", quizzes)] = None,
) -> Reply:
    """See the quiz results of this community.

    You see totals only, of five people or more. They are updated once five results have changed,
    so that comparing two of them doesn't reveal what one person answered.
    """
    quiz = name or next(iter(context.content.quiz.values()))
    community_id = context.caller.community
    stats = CommunityStats(await context.store(), community_id, quiz) if community_id else None
    outcomes = await stats.outcomes() if stats else None
    nodes: list[Node]
    if stats is None or outcomes is None:
        answer, nodes = _HIDDEN, [Paragraph(_WHY_HIDDEN)]
    else:
        answer = _describe_winner(quiz, outcomes)
        nodes = list(_list_outcomes(quiz, outcomes, await stats.retest_agreement()))
    others = (each for each in context.content.quiz.values() if each is not quiz)
    return Reply(
        answer,
        tuple(nodes),
        buttons=(Action("Take this quiz", Call("quiz", {"name": quiz.id})),),
        more=tuple(
            Action(f"Totals: {each.title}", Call("community", {"name": each.id})) for each in others
        ),
    )


def _describe_winner(quiz: Quiz, outcomes: OutcomeStats) -> str:
    """Return a sentence on the outcome, or the outcomes, that most people have."""
    most = max(outcomes.won.values())
    first = [each.name for each in quiz.outcomes if outcomes.won[each.id] == most]
    people = f"of the {pluralize(outcomes.people, 'person', 'people')} here came out as"
    if len(first) == 1:
        return f"{most}% {people} {first[0]}."
    return f"{most}% {people} {join_words(first)} each."


def _list_outcomes(quiz: Quiz, outcomes: OutcomeStats, agreement: int | None) -> Iterator[Node]:
    yield Fields(
        tuple(
            (each.name, f"{outcomes.won[each.id]}% (median share {outcomes.medians[each.id]})")
            for each in quiz.outcomes
        )
    )
    if agreement is not None:
        yield Paragraph(f"{agreement}% of those who took it twice got the same result again.")
    yield Paragraph((Emphasis(f"{quiz.title} Each person's latest result counts."),))
