"""The guard: a tip whose cited figures have changed is held until a moderator has read it."""

from bot.platform import DeliveryError
from bot.reply import Reply
from bot.tips import notices as words
from bot.tips.citations import changes
from bot.tips.context import Desk, log
from storage import Tip, TipState


async def hold_stale(desk: Desk, queue: str) -> None:
    """Hold every queued tip that rests on what has changed."""
    for tip in await desk.store.tips.of(queue, TipState.QUEUED):
        await _hold(desk, tip)


async def _hold(desk: Desk, tip: Tip) -> None:
    found = changes(tip, desk.content)
    if not found:
        return
    reason = f"changed: {', '.join(dict.fromkeys(each.cite for each in found))}"
    of = [TipState.QUEUED]
    held = await desk.store.tips.decide(tip.queue, tip.number, TipState.HELD, of=of, reason=reason)
    if held is None:  # somebody else was first
        return
    await desk.note(tip.queue, "held", f"tip {tip.number}")
    await tell_all(desk, held, words.held(tip, found))


async def tell_all(desk: Desk, tip: Tip, reply: Reply) -> None:
    """Tell the moderators of every community that shares the queue, where they can be reached.

    Who can't be finds the tip first in the queue.
    """
    for community in await desk.store.queues.communities_of(tip.queue):
        its = [
            each
            for each in await desk.store.schedules.of(tip.queue)
            if each.plan.community == community
        ]
        maker = its[0].made_by if its else None
        try:
            await desk.tell(community, reply, f"tip {tip.id} {tip.state}", maker)
        except DeliveryError as error:
            log.warning("moderators not told", community=community, detail=error.message)
