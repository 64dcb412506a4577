"""Roles of a community that come with an outcome of a quiz: only where its moderators say so."""

from bot.app import CommandContext
from bot.call import Call
from bot.errors import Refusal
from bot.quiz.explanation import Result
from bot.reply import Action

_PREFIX = "badge:"


async def load_badges(context: CommandContext) -> dict[str, str]:
    """Give the role that comes with each outcome, by ``quiz/outcome``."""
    if context.caller.community is None or not context.app.has_storage:
        return {}
    kept = await (await context.store()).preferences.of(context.caller.community)
    return {
        name.removeprefix(_PREFIX): role for name, role in kept.items() if name.startswith(_PREFIX)
    }


async def set_badge(context: CommandContext, outcome: str, role: str | None) -> None:
    """Let *role* come with an outcome, or with None nothing."""
    if context.caller.community is None:
        raise Refusal("Roles belong to a community: use this in a server's channel.")
    await (await context.store()).preferences.put(
        context.caller.community, f"{_PREFIX}{outcome}", role
    )


async def find_badge(context: CommandContext, result: Result) -> str | None:
    """Return the community's role for a result."""
    won = result.score.winner.outcome
    return (await load_badges(context)).get(f"{result.quiz.id}/{won}")


def badge_action(attempt_id: str) -> Action:
    """Offer the role that comes with a result."""
    return Action("take the role that goes with it", Call("quiz-badge", {"take": attempt_id}))
