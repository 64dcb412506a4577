"""Answering one question after another, on both databases."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from storage import Advance, Answer, Attempt, Store

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ME, YOU = "discord:1", "slack:T1/U2"


def later(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


async def begin(store: Store) -> tuple[Attempt, Advance]:
    attempt = await store.attempts.start(ME, "discord:guild/9", "roles", "v1", NOON)
    return attempt, Advance(attempt.id, ME, "v1", 0, "code", "a", "maths")


async def test_an_answer_to_another_version_changes_nothing(store: Store) -> None:
    attempt, on = await begin(store)
    assert not await store.attempts.advance(replace(on, version="v2"), later(1))
    assert await store.attempts.get(attempt.id, ME) == attempt


async def test_an_answer_advances_the_attempt(store: Store) -> None:
    attempt, on = await begin(store)
    await store.attempts.set_doubled_item(
        attempt.id, ME, "code", later(1)
    )  # the one that is answered
    assert await store.attempts.advance(on, later(1))
    then = replace(on, position=1, item="maths", option=None, next_item="talk")
    assert await store.attempts.advance(then, later(2))
    answered = await store.attempts.get(attempt.id, ME)
    assert answered
    assert (answered.position, answered.touched_at) == (2, later(2))
    assert (answered.answers, answered.doubled) == ({"code": "a", "maths": None}, "code")


async def test_an_answer_at_another_position_changes_nothing(store: Store) -> None:
    attempt, on = await begin(store)
    await store.attempts.advance(on, later(1))
    before = await store.attempts.get(attempt.id, ME)
    there = replace(on, position=1, item="maths", next_item="talk")
    assert not await store.attempts.advance(on, later(2))
    assert not await store.attempts.advance(replace(there, position=7), later(2))
    assert not await store.attempts.advance(replace(there, owner=YOU), later(2))
    assert await store.attempts.get(attempt.id, ME) == before
    done = await store.attempts.finish(attempt.id, ME, later(3))
    assert not await store.attempts.advance(there, later(4))
    assert await store.attempts.get(attempt.id, ME) == done


async def test_an_answer_does_not_advance_to_a_doubled_item(store: Store) -> None:
    attempt, on = await begin(store)
    before = await store.attempts.set_doubled_item(attempt.id, ME, "maths", later(1))
    assert not await store.attempts.advance(on, later(2))
    assert await store.attempts.get(attempt.id, ME) == before


async def test_an_answer_given_again_after_going_back_replaces_the_first(store: Store) -> None:
    attempt, on = await begin(store)
    await store.attempts.advance(on, later(1))
    await store.attempts.move(attempt.id, ME, 1, 0, later(2))
    assert await store.attempts.advance(replace(on, option="b"), later(3))
    answered = await store.attempts.get(attempt.id, ME)
    assert answered
    assert answered.ordered_answers == (Answer("code", "b", later(3)),)


async def test_of_fifty_different_answers_at_once_one_counts(store: Store) -> None:
    attempt, on = await begin(store)
    answers = (store.attempts.advance(replace(on, option=str(n)), later(n)) for n in range(50))
    told = await asyncio.gather(*answers)
    [counted] = [n for n, advanced in enumerate(told) if advanced]
    answered = await store.attempts.get(attempt.id, ME)
    assert answered
    assert (answered.position, answered.ordered_answers) == (
        1,
        (Answer("code", str(counted), later(counted)),),
    )


async def test_concurrent_double_and_advance_never_skip_a_doubled_item(store: Store) -> None:
    for n in range(20):
        attempt = await store.attempts.start(f"test:{n}", None, "roles", "v1", NOON)
        on = Advance(attempt.id, attempt.owner, "v1", 0, "code", "a", "maths")
        double = store.attempts.set_doubled_item(attempt.id, attempt.owner, "maths", later(1))
        works = [store.attempts.advance(on, later(1)), double]
        if n % 2:
            works.reverse()
        told = await asyncio.gather(*works)
        after = await store.attempts.get(attempt.id, attempt.owner)
        assert after
        assert after.doubled == "maths"
        assert after.position == len(after.ordered_answers) == told.count(True)


async def test_times_are_kept_in_utc_whatever_zone_they_are_given_in(store: Store) -> None:
    attempt, on = await begin(store)
    east = later(5).astimezone(timezone(timedelta(hours=9)))
    assert await store.attempts.advance(on, east)
    answered = await store.attempts.get(attempt.id, ME)
    assert answered
    assert [each.answered_at for each in answered.ordered_answers] == [later(5)]
    with pytest.raises(ValueError, match="no time zone"):
        await store.attempts.advance(replace(on, position=1), later(6).replace(tzinfo=None))
    assert await store.attempts.get(attempt.id, ME) == answered
