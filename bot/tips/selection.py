"""Which tip a channel gets next: none twice before it has had them all."""

import hashlib
from collections.abc import Sequence

from storage import Plan, Tip, TipState


def this_round(tips: Sequence[Tip], history: Sequence[str]) -> set[str]:
    """Give the ids of *tips* that a channel with *history* has had since it last had them all."""
    ids = {tip.id for tip in tips}
    had: set[str] = set()
    for tip in history:
        had |= {tip} & ids
        if had == ids:
            had = set()
    return had


def through(tips: Sequence[Tip], history: Sequence[str]) -> bool:
    """Tell whether a channel has had every one of *tips*."""
    return {tip.id for tip in tips} <= set(history)


def pick(plan: Plan, tips: Sequence[Tip], history: Sequence[str]) -> Tip | None:
    """Give the next tip of a channel, of the queued *tips* in their order; None without one.

    A shuffled order is the same whenever it is looked at: it depends on the channel and on how
    many tips it has had when a round begins, not on chance.
    """
    tips = [tip for tip in tips if tip.state is TipState.QUEUED]
    if not tips or (not plan.again and through(tips, history)):
        return None
    left = _left(plan, tips, history)
    if not plan.shuffled:
        return left[0]
    rounds = len(history) // len(tips) if plan.again else 0
    return min(left, key=lambda tip: _lot(f"{plan.channel} {rounds} {tip.id}"))


def _left(plan: Plan, tips: Sequence[Tip], history: Sequence[str]) -> list[Tip]:
    """Give what is left of the round: what the channel never had comes before what it had."""
    ever = set(history)
    never = [tip for tip in tips if tip.id not in ever]
    if never or not plan.again:
        return never
    had = this_round(tips, history)
    left = [tip for tip in tips if tip.id not in had]
    other = [tip for tip in left if tip.id != history[-1]]
    return other or left


def _lot(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
