"""When a schedule is due: a local time of a weekday, in UTC.

The rule where a clock is changed: a local time that does not exist is posted at the first moment
after the gap; one that exists twice, at its first. So there is just one post a week.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from storage import Plan

_SECOND = timedelta(seconds=1)
_WEEK = 7


def moment(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """Give the moment at which it is so many minutes past midnight of *day* in *zone*, in UTC."""
    local = datetime.combine(day, time(*divmod(minute, 60)), zone)  # its first, where there are two
    found = local.astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return found
    return _after_gap(local.replace(fold=1).astimezone(UTC), found, zone)


def _after_gap(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Find the second from which on *zone* keeps the time that it keeps at *after*."""
    offset = after.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = before + (after - before) // (2 * _SECOND) * _SECOND
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after


def due_after(plan: Plan, after: datetime) -> Iterator[datetime]:
    """Give the moments at which *plan* is due, from the first past *after* on, for ever."""
    zone = ZoneInfo(plan.zone)
    step = _WEEK * plan.weeks
    day = plan.first + timedelta(days=(plan.weekday - plan.first.weekday()) % _WEEK)
    passed = (after.astimezone(zone).date() - day).days
    day += timedelta(days=max(0, passed // step) * step)
    while True:
        found = moment(day, plan.minute, zone)
        if found > after:
            yield found
        day += timedelta(days=step)


def next_due(plan: Plan, after: datetime) -> datetime:
    """Give the first moment past *after* at which *plan* is due."""
    return next(due_after(plan, after))


def come(plan: Plan, first: datetime, now: datetime) -> tuple[list[datetime], datetime]:
    """Give what came due from *first*, which is one of them, until *now*; and what comes next."""
    found = [first]
    for each in due_after(plan, first):
        if each > now:
            return found, each
        found.append(each)
    raise AssertionError  # weeks do not end
