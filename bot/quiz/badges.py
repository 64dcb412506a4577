"""Roles of a community that come with an outcome of a quiz: only where its moderators say so."""

from bot.app import Ask
from bot.call import Call
from bot.errors import Refusal
from bot.quiz.explanation import Result
from bot.reply import Choice

_PREFIX = "badge:"


async def badges(ask: Ask) -> dict[str, str]:
    """Give the role that comes with each outcome, by ``quiz/outcome``."""
    if ask.who.community is None or not ask.app.keeps:
        return {}
    kept = await (await ask.store()).preferences.of(ask.who.community)
    return {
        name.removeprefix(_PREFIX): role for name, role in kept.items() if name.startswith(_PREFIX)
    }


async def set_badge(ask: Ask, outcome: str, role: str | None) -> None:
    """Let *role* come with an outcome, or with None nothing."""
    if ask.who.community is None:
        raise Refusal("Roles belong to a community: use this in a server's channel.")
    await (await ask.store()).preferences.put(ask.who.community, f"{_PREFIX}{outcome}", role)


async def badge_of(ask: Ask, result: Result) -> str | None:
    """Return the community's role for a result."""
    won = result.score.winner.outcome
    return (await badges(ask)).get(f"{result.quiz.id}/{won}")


def offer(attempt: str) -> Choice:
    """Offer the role that comes with a result."""
    return Choice("take the role that goes with it", Call("quiz-badge", {"take": attempt}))
