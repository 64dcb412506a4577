"""Holding of tips whose cited content has changed, until a moderator has read them again."""

from collections.abc import Sequence

from bot.tips.cards import post_cards
from bot.tips.citations import CitationChange, find_changes
from bot.tips.context import TipContext
from storage import Tip, TipState


async def hold_changed_tips(context: TipContext, queue: str) -> None:
    """Hold queued tips that cite an entry changed since their approval; notify the moderators.

    A held tip isn't posted until a moderator approves it again.
    """
    for tip in await context.store.tips.list_for_queue(queue, TipState.QUEUED):
        changes = find_changes(tip, context.content)
        if changes:
            await _hold(context, tip, changes)


async def _hold(context: TipContext, tip: Tip, changes: Sequence[CitationChange]) -> None:
    reason = f"changed: {', '.join(dict.fromkeys(each.cite for each in changes))}"
    held = await context.store.tips.decide(
        tip.queue, tip.number, TipState.HELD, current_states=[TipState.QUEUED], reason=reason
    )
    if held is None:  # another process or a moderator has already changed its state
        return
    await context.record_audit(tip.queue, "held", f"tip {tip.number}")
    await post_cards(context, held)
