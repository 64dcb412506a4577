"""What came due: to be posted now, to be asked about, or missed for good."""

from datetime import datetime

from bot.tips import notices as words
from bot.tips.context import Desk
from bot.tips.delivery import patience
from bot.tips.recurrence import come
from storage import Missed, OccurrenceState, Schedule

_AWAY = "The bot was not running, or could not reach its database, when they were due."


async def advance(desk: Desk, schedule: Schedule) -> None:
    """Write down what has come due of a schedule.

    Of several that were missed, the last may still be posted; the others are past.
    """
    now = desk.clock()
    if schedule.next_due > now:
        return
    dues, after = come(schedule.plan, schedule.next_due, now)
    *past, last = dues
    state = _state(schedule, last, now)
    came = [(due, OccurrenceState.MISSED) for due in past]
    if not await desk.store.schedules.advance(schedule, [*came, (last, state)], after):
        return
    for _, each in (*came, (last, state)):
        desk.metrics.tip(schedule.plan.channel, each)
    await desk.store.audit.untold(
        schedule.queue, f"looked {schedule.id} {words.stamp(schedule.next_due)}"
    )
    await _tell(desk, schedule, past, last, state)


def _state(schedule: Schedule, due: datetime, now: datetime) -> OccurrenceState:
    if now - due <= patience(schedule.plan):
        return OccurrenceState.DUE
    asks = schedule.plan.missed is Missed.ASK
    return OccurrenceState.ASKING if asks else OccurrenceState.MISSED


async def _tell(
    desk: Desk, schedule: Schedule, past: list[datetime], last: datetime, state: OccurrenceState
) -> None:
    missed = [*past, last] if state is OccurrenceState.MISSED else past
    for _ in missed:
        await desk.note(schedule.queue, "missed", f"schedule {schedule.number}")
    if missed:
        told = words.missed(schedule, missed, _AWAY)
        await desk.tell_once(schedule, f"missed {missed[-1]}", told)
    if state is OccurrenceState.ASKING:
        await desk.tell_once(schedule, f"missed {last}", words.asking(schedule, last))
