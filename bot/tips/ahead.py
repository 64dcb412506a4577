"""What is seen before a tip is due: a week without a tip, a permission that is missing."""

from datetime import timedelta

from bot.platform import DeliveryError, NotFound
from bot.tips import notices as words
from bot.tips.citations import changes
from bot.tips.context import Desk
from bot.tips.delivery import stop
from bot.tips.selection import pick, through
from storage import OccurrenceState, Schedule, Tip, TipState

AHEAD = timedelta(days=2)


async def look(desk: Desk, schedule: Schedule) -> None:
    """Tell the moderators, once and two days ahead, what will be in the way of the next tip."""
    if schedule.next_due - desk.clock() > AHEAD:
        return
    mark = f"looked {schedule.id} {words.stamp(schedule.next_due)}"
    if not await desk.store.audit.tell_once(schedule.queue, mark, desk.clock()):
        return
    told = await _tip(desk, schedule)
    if not (await _platform(desk, schedule) and told):
        await desk.store.audit.untold(schedule.queue, mark)


async def next_tip(desk: Desk, schedule: Schedule) -> tuple[Tip | None, bool]:
    """Give the tip that comes next as things stand, and whether the next time is skipped."""
    store, queue = desk.store, schedule.queue
    planned = await store.occurrences.one(schedule.id, schedule.next_due)
    if planned and planned.state is OccurrenceState.SKIPPED:
        return None, True
    tips = await _good(desk, queue)
    if planned and planned.tip:
        chosen = next((tip for tip in tips if tip.id == planned.tip), None)
        if chosen is not None:
            return chosen, False
    history = await store.occurrences.history(queue, schedule.plan.channel)
    return pick(schedule.plan, tips, history), False


async def _good(desk: Desk, queue: str) -> list[Tip]:
    tips = await desk.store.tips.of(queue, TipState.QUEUED)
    return [tip for tip in tips if not changes(tip, desk.content)]


async def _tip(desk: Desk, schedule: Schedule) -> bool:
    """Look whether there is a tip; tells whether the moderators know if there is none."""
    tip, skipped = await next_tip(desk, schedule)
    if tip is not None or skipped:
        return True
    tips = await _good(desk, schedule.queue)
    history = await desk.store.occurrences.history(schedule.queue, schedule.plan.channel)
    had = bool(tips) and through(tips, history)
    told = words.empty(schedule, schedule.next_due, through=had)
    return await desk.tell_once(schedule, "empty", told)


async def _platform(desk: Desk, schedule: Schedule) -> bool:
    """Look for what the platform will refuse; tells whether it could be looked for."""
    if desk.platform(schedule.plan.channel) is None:
        return False
    try:
        found = await desk.lacks(schedule.plan.channel, schedule.plan)
    except NotFound as error:
        await stop(desk, schedule, error.message)
    except DeliveryError:
        return False
    else:
        if found:
            told = words.lacking(schedule, schedule.next_due, found)
            return await desk.tell_once(schedule, "lacking", told)
        await desk.mended(schedule, "lacking")
    return True
