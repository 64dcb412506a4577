"""Queues, schedules and occurrences for tests of the store."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from storage import (
    Missed,
    NewTip,
    Occurrence,
    OccurrenceState,
    Plan,
    Schedule,
    Store,
    Tip,
    TipState,
)

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
WEEK = timedelta(weeks=1)
LEASE = timedelta(minutes=2)
HOME, AWAY = "discord:1", "slack:T2"
PLAN = Plan(HOME, "discord:11", 0, 9 * 60, "Europe/Berlin", date(2026, 11, 23), missed=Missed.ASK)


async def fill_queue(
    store: Store, *texts: str, community: str = HOME
) -> tuple[str, tuple[Tip, ...]]:
    queue = await store.queues.get_or_create(community)
    return queue, await store.tips.add(queue, [NewTip(text) for text in texts], NOON)


async def add_schedule(store: Store, community: str = HOME, weekday: int = 0) -> Schedule:
    queue = await store.queues.get_or_create(community)
    plan = replace(PLAN, community=community, weekday=weekday)
    made = await store.schedules.add(queue, plan, "discord:7", NOON, NOON)
    assert made
    return made


async def claim_due(store: Store, schedule: Schedule, at: datetime = NOON) -> Occurrence:
    assert await store.schedules.advance(schedule, [(at, OccurrenceState.DUE)], at + WEEK)
    mine = await store.occurrences.claim(schedule.id, at, "me", at, at + LEASE)
    assert mine
    return mine


async def list_texts(store: Store, queue: str, *states: TipState) -> list[str]:
    return [tip.text for tip in await store.tips.list_for_queue(queue, *states)]
