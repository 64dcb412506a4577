"""Community roles (“badges”) that moderators assign to quiz outcomes."""

from bot.app import CommandContext
from bot.call import Call
from bot.errors import Refusal
from bot.quiz.explanation import Result
from bot.reply import Action

_PREFIX = "badge:"


async def load_badges(context: CommandContext) -> dict[str, str]:
    """Return a dict from quiz outcomes (``quiz/outcome``) to the ids of the community's roles.

    Return {} outside of a community or without storage.
    """
    if context.caller.community is None or not context.app.has_storage:
        return {}
    stored = await (await context.store()).preferences.get_all(context.caller.community)
    badges = {name: role for name, role in stored.items() if name.startswith(_PREFIX)}
    return {name.removeprefix(_PREFIX): role for name, role in badges.items()}


async def set_badge(context: CommandContext, outcome: str, role: str | None) -> None:
    """Store *role*, a role's id, as the badge of *outcome* (``quiz/outcome``); None removes it.

    Raise Refusal outside of a community.
    """
    if context.caller.community is None:
        raise Refusal("Roles belong to a server, so use this in one of its channels.")
    preferences = (await context.store()).preferences
    await preferences.set(context.caller.community, f"{_PREFIX}{outcome}", role)


async def find_badge(context: CommandContext, result: Result) -> str | None:
    """Return the id of the community's role for the outcome of *result*.

    Return None if the community has no role for it, or the result is a tie.
    """
    if result.score.is_tie:
        return None
    outcome = f"{result.quiz.id}/{result.score.winner.outcome}"
    return (await load_badges(context)).get(outcome)


def badge_action(attempt_id: str) -> Action:
    """Return the button with which a member gets the role for the result of an attempt."""
    return Action("Get the role for this result", Call("quiz-badge", {"take": attempt_id}))
