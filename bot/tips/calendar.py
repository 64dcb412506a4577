"""What comes when: the next occurrences of a schedule, with what was decided by hand."""

from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from bot.tips.citations import changes
from bot.tips.context import Desk
from bot.tips.recurrence import due_after
from bot.tips.selection import pick
from storage import OccurrenceState, Schedule, Tip, TipState


@dataclass(frozen=True, slots=True)
class Slot:
    """A time at which a schedule is due, and the tip as things stand; None: skipped or empty."""

    schedule: Schedule
    due_at: datetime
    tip: Tip | None
    skipped: bool = False


async def slots(desk: Desk, schedule: Schedule, most: int) -> tuple[Slot, ...]:
    """Give the next *most* times of a schedule."""
    store, plan = desk.store, schedule.plan
    queued = await store.tips.of(schedule.queue, TipState.QUEUED)
    tips = [tip for tip in queued if not changes(tip, desk.content)]
    by_id = {tip.id: tip for tip in tips}
    past = list(await store.occurrences.history(schedule.queue, plan.channel))
    found = []
    rest = islice(due_after(plan, schedule.next_due), most - 1)
    for due_at in (schedule.next_due, *rest):
        planned = await store.occurrences.one(schedule.id, due_at)
        skipped = planned is not None and planned.state is OccurrenceState.SKIPPED
        chosen = by_id.get(planned.tip or "") if planned else None
        tip = None if skipped else chosen or pick(plan, tips, past)
        past += [tip.id] if tip else []
        found.append(Slot(schedule, due_at, tip, skipped))
    return tuple(found)
