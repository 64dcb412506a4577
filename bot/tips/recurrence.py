"""Due times of schedules: a weekday and a local time, converted to UTC.

When clocks change, a local time that doesn't exist becomes the first moment after the gap, and a
local time that exists twice becomes the earlier one. So each due day has exactly one post.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.formatting import pluralize
from storage import Plan

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MINUTES_PER_DAY = 24 * 60
_DUE_TIME_FORMAT = "%Y%m%dT%H%M%SZ"
_SECOND = timedelta(seconds=1)


def local_to_utc(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """Return, in UTC, the local time of *minute* minutes past midnight on *day* in *zone*."""
    local = datetime.combine(day, time(*divmod(minute, 60)), zone)  # if twice, the earlier one
    found = local.astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return found
    return _end_of_gap(local.replace(fold=1).astimezone(UTC), found, zone)


def _end_of_gap(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment, to the second, when *zone* changes its UTC offset.

    The change lies between *before* and *after*.
    """
    offset = after.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = before + (after - before) // (2 * _SECOND) * _SECOND
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after


def due_times(plan: Plan, after: datetime) -> Iterator[datetime]:
    """Yield the due times of *plan* later than *after*, in UTC, without end."""
    zone = ZoneInfo(plan.zone)
    step = len(WEEKDAYS) * plan.weeks
    day = plan.first + timedelta(days=(plan.weekday - plan.first.weekday()) % len(WEEKDAYS))
    passed = (after.astimezone(zone).date() - day).days
    day += timedelta(days=max(0, passed // step) * step)
    while True:
        found = local_to_utc(day, plan.minute, zone)
        if found > after:
            yield found
        day += timedelta(days=step)


def next_due(plan: Plan, after: datetime) -> datetime:
    """Return the first due time of *plan* later than *after*, in UTC."""
    return next(due_times(plan, after))


def due_times_until(plan: Plan, first: datetime, now: datetime) -> tuple[list[datetime], datetime]:
    """Return the due times of *plan* from *first* to *now*, and the next one after *now*.

    *first* is a due time itself and is included.
    """
    found = [first]
    for each in due_times(plan, first):
        if each > now:
            return found, each
        found.append(each)
    raise AssertionError  # due_times never ends


def describe_schedule(plan: Plan) -> str:
    """Return a plan's times as text, such as "Mondays at 09:00 (Europe/Berlin)"."""
    interval = "" if plan.weeks == 1 else f", every {pluralize(plan.weeks, 'week')}"
    return f"{describe_briefly(plan)} ({plan.zone}){interval}"


def describe_briefly(plan: Plan) -> str:
    """Return a plan's times as text without the time zone, such as "Mondays at 09:00"."""
    return f"{WEEKDAYS[plan.weekday]}s at {format_time(plan.minute)}"


def format_time(minute: int) -> str:
    """Return minutes past midnight as text: 540 becomes "09:00"."""
    return "{:02}:{:02}".format(*divmod(minute, 60))


def format_due_time(due_at: datetime) -> str:
    """Return a UTC time as text for a button's arguments, such as "20261123T080000Z"."""
    return due_at.strftime(_DUE_TIME_FORMAT)


def parse_due_time(text: str) -> datetime | None:
    """Return the UTC time in a text that `format_due_time` wrote, or None for any other text."""
    try:
        return datetime.strptime(text, _DUE_TIME_FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return None
