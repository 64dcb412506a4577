"""Selection of a channel's next tip; no tip repeats until the channel has had all of them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice

from bot.tips.citations import find_changes
from bot.tips.context import TipContext
from bot.tips.recurrence import due_times
from storage import Occurrence, OccurrenceState, Plan, Schedule, Tip, TipState


@dataclass(frozen=True, slots=True)
class UpcomingPost:
    """A future due time of a schedule, and its tip: None if it is skipped or no tip is left."""

    schedule: Schedule
    due_at: datetime
    tip: Tip | None
    skipped: bool = False


async def upcoming_posts(
    context: TipContext, schedule: Schedule, count: int
) -> tuple[UpcomingPost, ...]:
    """Return the next *count* due times of a schedule with their tips."""
    occurrences, plan = context.store.occurrences, schedule.plan
    tips = await eligible_tips(context, schedule.queue)
    history = list(await occurrences.list_posted_tips(schedule.queue, plan.channel))
    posts = []
    times = chain([schedule.next_due], due_times(plan, schedule.next_due))
    for due_at in islice(times, count):
        planned = await occurrences.get(schedule.id, due_at)
        skipped = planned is not None and planned.state is OccurrenceState.SKIPPED
        tip = None if skipped else _planned_or_next(plan, tips, history, planned)
        history += [tip.id] if tip else []
        posts.append(UpcomingPost(schedule, due_at, tip, skipped))
    return tuple(posts)


async def tips_in_order(context: TipContext, schedule: Schedule, count: int) -> tuple[Tip, ...]:
    """Return up to *count* different tips in the order in which a schedule would post them now."""
    tips = await eligible_tips(context, schedule.queue)
    occurrences, plan = context.store.occurrences, schedule.plan
    history = list(await occurrences.list_posted_tips(schedule.queue, plan.channel))
    found: dict[str, Tip] = {}
    for _ in range(count):
        tip = select_tip(plan, tips, history)
        if tip is None or tip.id in found:
            break
        found[tip.id] = tip
        history.append(tip.id)
    return tuple(found.values())


async def tip_for(context: TipContext, schedule: Schedule, occurrence: Occurrence) -> Tip | None:
    """Return the tip to post for an occurrence (a due post), or None if no tip is left."""
    tips = await eligible_tips(context, schedule.queue)
    history = await context.store.occurrences.list_posted_tips(schedule.queue, occurrence.channel)
    return _planned_or_next(schedule.plan, tips, history, occurrence)


async def eligible_tips(context: TipContext, queue: str) -> list[Tip]:
    """Return the queued tips whose cited entries haven't changed, in queue order."""
    tips = await context.store.tips.list_for_queue(queue, TipState.QUEUED)
    return [tip for tip in tips if not find_changes(tip, context.content)]


async def has_had_every_tip(context: TipContext, schedule: Schedule) -> bool:
    """Return True if the queue has eligible tips and the schedule's channel has had all of them."""
    tips = await eligible_tips(context, schedule.queue)
    history = await context.store.occurrences.list_posted_tips(
        schedule.queue, schedule.plan.channel
    )
    return bool(tips) and _is_exhausted(tips, history)


async def count_left(context: TipContext, schedule: Schedule) -> int:
    """Return the number of eligible tips that the schedule's channel hasn't had."""
    tips = await eligible_tips(context, schedule.queue)
    history = await context.store.occurrences.list_posted_tips(
        schedule.queue, schedule.plan.channel
    )
    return len({tip.id for tip in tips} - set(history))


def _planned_or_next(
    plan: Plan, tips: Sequence[Tip], history: Sequence[str], occurrence: Occurrence | None
) -> Tip | None:
    """Return the tip planned for *occurrence* (a due post) if it is in *tips*, else the next tip.

    *history* holds the ids of the tips that the channel has had. Return None if no tip is left.
    """
    planned_id = occurrence.tip if occurrence else None
    planned = next((tip for tip in tips if tip.id == planned_id), None)
    return planned or select_tip(plan, tips, history)


def select_tip(plan: Plan, tips: Sequence[Tip], history: Sequence[str]) -> Tip | None:
    """Return the tip from *tips* that a channel gets next, or None if no tip is left.

    *history* holds the ids of the tips that the channel has had, oldest first. The shuffled order
    isn't random but depends on the channel and the number of completed rounds, so that a preview
    shows the tip that will be posted.
    """
    tips = [tip for tip in tips if tip.state is TipState.QUEUED]
    if not tips or (not plan.repeats and _is_exhausted(tips, history)):
        return None
    remaining = _remaining_tips(plan, tips, history)
    if not plan.shuffled:
        return remaining[0]
    rounds = len(history) // len(tips) if plan.repeats else 0
    return min(remaining, key=lambda tip: _shuffle_key(f"{plan.channel} {rounds} {tip.id}"))


def _is_exhausted(tips: Sequence[Tip], history: Sequence[str]) -> bool:
    return {tip.id for tip in tips} <= set(history)


def _remaining_tips(plan: Plan, tips: Sequence[Tip], history: Sequence[str]) -> list[Tip]:
    """Return the tips that may come next: tips never posted, or else tips left in this round.

    A round ends when the channel has had all tips. The last posted tip isn't repeated at once.
    """
    delivered = set(history)
    new = [tip for tip in tips if tip.id not in delivered]
    if new or not plan.repeats:
        return new
    this_round = _delivered_this_round(tips, history)
    remaining = [tip for tip in tips if tip.id not in this_round]
    not_the_last = [tip for tip in remaining if tip.id != history[-1]]
    return not_the_last or remaining


def _delivered_this_round(tips: Sequence[Tip], history: Sequence[str]) -> set[str]:
    """Return the ids of *tips* that were posted since the channel last had all of them."""
    ids = {tip.id for tip in tips}
    delivered: set[str] = set()
    for tip in history:
        delivered |= {tip} & ids
        if delivered == ids:
            delivered = set()
    return delivered


def _shuffle_key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
