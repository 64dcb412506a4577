"""Answering on from one question to the next, on both databases."""

from datetime import UTC, datetime, timedelta

from storage import Reached, Store, Take

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ME, YOU = "discord:1", "slack:T1/U2"


def later(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


async def begin(store: Store) -> Take:
    return await store.open_take(ME, "discord:guild/9", "roles", "v1", NOON)


async def test_an_answer_to_another_edition_changes_nothing(store: Store) -> None:
    take = await begin(store)
    assert await store.answer_next(take.id, ME, "v2", "code", "a", 0, later(1)) is None
    assert await store.take(take.id, ME) == take


async def test_answering_on_says_where_the_take_is_then(store: Store) -> None:
    take = await begin(store)
    assert await store.answer_next(take.id, ME, "v1", "code", "a", 0, later(1)) == Reached(1, None)
    await store.double(take.id, ME, "maths", later(1))
    reached = await store.answer_next(take.id, ME, "v1", "maths", None, 1, later(2))
    assert reached == Reached(2, "maths")
    answered = await store.take(take.id, ME)
    assert answered
    assert (answered.position, answered.touched_at) == (2, later(2))
    assert answered.answers == {"code": "a", "maths": None}


async def test_answering_on_from_elsewhere_changes_nothing(store: Store) -> None:
    take = await begin(store)
    await store.answer_next(take.id, ME, "v1", "code", "a", 0, later(1))
    before = await store.take(take.id, ME)
    assert await store.answer_next(take.id, ME, "v1", "code", "b", 0, later(2)) is None
    assert await store.answer_next(take.id, ME, "v1", "late", "b", 7, later(2)) is None
    assert await store.answer_next(take.id, YOU, "v1", "maths", "b", 1, later(2)) is None
    assert await store.take(take.id, ME) == before
    done = await store.finish(take.id, ME, later(3))
    assert await store.answer_next(take.id, ME, "v1", "maths", "b", 1, later(4)) is None
    assert await store.take(take.id, ME) == done
