"""Answering on from one question to the next, on both databases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from storage import Advance, Store, Take

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ME, YOU = "discord:1", "slack:T1/U2"


def later(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


async def begin(store: Store) -> tuple[Take, Advance]:
    take = await store.open_take(ME, "discord:guild/9", "roles", "v1", NOON)
    return take, Advance(take.id, ME, "v1", 0, "code", "a", "maths")


async def test_an_answer_to_another_edition_changes_nothing(store: Store) -> None:
    take, on = await begin(store)
    assert not await store.advance(replace(on, edition="v2"), later(1))
    assert await store.take(take.id, ME) == take


async def test_answering_goes_on(store: Store) -> None:
    take, on = await begin(store)
    await store.double(take.id, ME, "code", later(1))  # the one that is answered
    assert await store.advance(on, later(1))
    then = replace(on, position=1, item="maths", option=None, ahead="talk")
    assert await store.advance(then, later(2))
    answered = await store.take(take.id, ME)
    assert answered
    assert (answered.position, answered.touched_at) == (2, later(2))
    assert (answered.answers, answered.doubled) == ({"code": "a", "maths": None}, "code")


async def test_answering_on_from_elsewhere_changes_nothing(store: Store) -> None:
    take, on = await begin(store)
    await store.advance(on, later(1))
    before = await store.take(take.id, ME)
    there = replace(on, position=1, item="maths", ahead="talk")
    assert not await store.advance(on, later(2))
    assert not await store.advance(replace(there, position=7), later(2))
    assert not await store.advance(replace(there, owner=YOU), later(2))
    assert await store.take(take.id, ME) == before
    done = await store.finish(take.id, ME, later(3))
    assert not await store.advance(there, later(4))
    assert await store.take(take.id, ME) == done


async def test_answering_does_not_go_on_to_what_counts_double(store: Store) -> None:
    take, on = await begin(store)
    before = await store.double(take.id, ME, "maths", later(1))
    assert not await store.advance(on, later(2))
    assert await store.take(take.id, ME) == before


async def test_times_are_kept_in_utc_whatever_zone_they_are_given_in(store: Store) -> None:
    take, on = await begin(store)
    east = later(5).astimezone(timezone(timedelta(hours=9)))
    assert await store.advance(on, east)
    answered = await store.take(take.id, ME)
    assert answered
    assert [each.answered_at for each in answered.given] == [later(5)]
    with pytest.raises(ValueError, match="no time zone"):
        await store.advance(replace(on, position=1), later(6).replace(tzinfo=None))
    assert await store.take(take.id, ME) == answered
