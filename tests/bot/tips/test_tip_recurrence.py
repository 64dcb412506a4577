"""Due times of every zone over two years, and on days of clock changes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from fault_matrix import Observe

from bot.tips.recurrence import due_times, due_times_until, local_to_utc, next_due
from storage import Plan

PLAN = Plan("c", "ch", 0, 0, "UTC", date(2026, 1, 1))
# Times at which clocks are changed somewhere, their neighbours, and one at noon.
MINUTES = (0, 30, 120, 150, 180, 720)
WEEKS = 105  # a little more than two years


def exists(local: datetime, zone: ZoneInfo) -> bool:
    there = local.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
    return there.replace(tzinfo=None) == local


@pytest.mark.fault("DST")
def test_every_zone_posts_once_a_week_at_the_time_asked_for_wherever_it_exists(
    observed: Observe,
) -> None:
    zones = sorted(available_timezones())
    assert len(zones) > 400
    skipped = 0
    for name in zones:
        zone = ZoneInfo(name)
        for weekday, minute in ((6, minute) for minute in MINUTES):
            plan = replace(PLAN, zone=name, weekday=weekday, minute=minute)
            first = date(2026, 1, 4)
            dues = list(islice(due_times(plan, datetime(2025, 12, 25, tzinfo=UTC)), WEEKS))
            assert all(one < other for one, other in pairwise(dues))
            for week, due in enumerate(dues):
                day = first + timedelta(weeks=week)
                asked = datetime(day.year, day.month, day.day, *divmod(minute, 60))  # noqa: DTZ001
                local = due.astimezone(zone).replace(tzinfo=None)
                if exists(asked, zone):
                    assert local == asked
                else:
                    skipped += 1
                    assert local > asked
                    assert (due - timedelta(seconds=1)).astimezone(zone).replace(
                        tzinfo=None
                    ) < asked
    assert skipped > 100  # that is, clocks were changed on some of these Sundays
    observed(
        "one post a week at the scheduled time; if the clocks skipped that time, right after the "
        "gap"
    )


@pytest.mark.parametrize(
    ("zone", "day", "minute", "expected"),
    [
        ("Europe/Berlin", "2026-03-29", 150, "2026-03-29T01:00"),  # 02:30 does not exist
        ("Europe/Berlin", "2026-03-29", 127, "2026-03-29T01:00"),  # nor does 02:07
        ("Europe/Berlin", "2026-10-25", 150, "2026-10-25T00:30"),  # 02:30 exists twice
        ("Australia/Lord_Howe", "2026-10-04", 135, "2026-10-03T15:30"),  # a gap of half an hour
        ("Africa/Cairo", "2026-04-24", 0, "2026-04-23T22:00"),  # midnight does not exist
        ("Pacific/Apia", "2011-12-30", 540, "2011-12-30T10:00"),  # nor did a whole day
        ("Asia/Kathmandu", "2026-01-05", 540, "2026-01-05T03:15"),
    ],
)
def test_known_days_of_clock_changes(zone: str, day: str, minute: int, expected: str) -> None:
    found = local_to_utc(date.fromisoformat(day), minute, ZoneInfo(zone))
    assert found == datetime.fromisoformat(expected + "+00:00")


def test_a_new_schedule_is_first_due_after_it_was_made() -> None:
    plan = replace(PLAN, weekday=0, minute=540)
    monday = datetime(2026, 1, 5, 9, tzinfo=UTC)
    assert next_due(plan, monday - timedelta(seconds=1)) == monday
    assert next_due(plan, monday) == monday + timedelta(weeks=1)


def test_every_third_week_counts_from_the_first() -> None:
    plan = replace(PLAN, weekday=3, minute=540, weeks=3)
    dues = list(islice(due_times(plan, datetime(2025, 6, 1, tzinfo=UTC)), 20))
    assert dues[0] == datetime(2026, 1, 1, 9, tzinfo=UTC)
    assert {other - one for one, other in pairwise(dues)} == {timedelta(weeks=3)}
    for one, other in pairwise(dues):
        for days in range(21):
            assert next_due(plan, one + timedelta(days=days)) == other


def test_the_first_week_is_that_of_the_first_matching_weekday() -> None:
    plan = replace(PLAN, weekday=0, minute=540, weeks=3)  # made on a Thursday
    dues = list(islice(due_times(plan, datetime(2025, 6, 1, tzinfo=UTC)), 2))
    assert dues == [datetime(2026, 1, 5, 9, tzinfo=UTC), datetime(2026, 1, 26, 9, tzinfo=UTC)]


def test_due_times_until_returns_every_missed_due_time() -> None:
    plan = replace(PLAN, weekday=0, minute=540)
    monday = datetime(2026, 1, 5, 9, tzinfo=UTC)
    weeks = [monday + timedelta(weeks=n) for n in range(5)]
    assert due_times_until(plan, monday, monday) == (weeks[:1], weeks[1])
    assert due_times_until(plan, monday, monday + timedelta(days=22)) == (weeks[:4], weeks[4])
    assert due_times_until(plan, monday, weeks[1]) == (weeks[:2], weeks[2])
    assert due_times_until(plan, monday, weeks[1] - timedelta(seconds=1)) == (weeks[:1], weeks[1])


def test_a_day_missing_from_the_calendar_has_one_post() -> None:
    plan = replace(PLAN, zone="Pacific/Apia", weekday=4, minute=540, first=date(2011, 12, 1))
    skipped = datetime(2011, 12, 30, 10, tzinfo=UTC)  # the first moment of Saturday there
    assert next_due(plan, skipped - timedelta(seconds=1)) == skipped
    assert next_due(plan, skipped) == datetime(2012, 1, 5, 19, tzinfo=UTC)
    assert next_due(plan, skipped + timedelta(hours=20)) == datetime(2012, 1, 5, 19, tzinfo=UTC)
