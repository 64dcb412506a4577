"""Each method of the attempts' repository, on both databases."""

import asyncio
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import asyncpg
import pytest

from storage import Answer, Attempt, QuizVersion, Store

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ME, YOU = "discord:1", "slack:T1/U2"
HOME = "discord:guild/9"


def later(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


async def begin(store: Store, owner: str = ME, at: datetime = NOON) -> Attempt:
    return await store.attempts.start(owner, HOME, "roles", "v1", at)


async def finish_attempt(
    store: Store, owner: str, minute: int, community: str | None = HOME, version: str = "v1"
) -> Attempt:
    attempt = await store.attempts.start(owner, community, "roles", version, later(minute))
    finished = await store.attempts.finish(attempt.id, owner, later(minute))
    assert finished
    return finished


async def test_a_version_is_stored_once_and_never_changes(store: Store) -> None:
    await store.attempts.save_version(QuizVersion("v1", "roles", "something else"))
    assert await store.attempts.get_version("v1") == QuizVersion("v1", "roles", "{}")
    assert await store.attempts.get_version("v9") is None


async def test_a_new_attempt_starts_at_the_first_item(store: Store) -> None:
    attempt = await begin(store)
    assert attempt == Attempt(attempt.id, ME, HOME, "roles", "v1", 0, None, NOON, NOON, None)
    assert len(attempt.id) == 12
    assert await store.attempts.get(attempt.id, ME) == attempt


async def test_an_unfinished_attempt_is_resumed_whatever_its_version(store: Store) -> None:
    first = await begin(store)
    again = await store.attempts.start(ME, None, "roles", "v2", later(5))
    assert (again.id, again.version, again.community) == (first.id, "v1", HOME)
    assert (again.started_at, again.touched_at) == (NOON, later(5))


async def test_each_owner_and_each_quiz_has_its_own_attempt(store: Store) -> None:
    attempts = [
        await begin(store),
        await begin(store, YOU),
        await store.attempts.start(ME, HOME, "skills", "s1", later(1)),
    ]
    assert len({attempt.id for attempt in attempts}) == 3
    assert await store.attempts.list_unfinished(ME) == (attempts[2], attempts[0])


async def test_a_new_attempt_can_start_after_a_finished_one(store: Store) -> None:
    first = await finish_attempt(store, ME, 0)
    second = await begin(store, at=later(1))
    assert second.id != first.id
    assert await store.attempts.list_unfinished(ME) == (second,)
    assert await store.attempts.list_finished(ME) == (first,)


async def test_answers_are_returned_in_the_order_given(store: Store) -> None:
    attempt = await begin(store)
    await store.attempts.answer(attempt.id, ME, "zeal", "a", 0, 1, later(1))
    await store.attempts.answer(attempt.id, ME, "maths", None, 1, 2, later(2))
    answered = await store.attempts.answer(attempt.id, ME, "code", "b", 2, 3, later(3))
    assert answered
    assert list(answered.answers.items()) == [("zeal", "a"), ("maths", None), ("code", "b")]
    assert answered.ordered_answers[1] == Answer("maths", None, later(2))
    assert (answered.position, answered.touched_at) == (3, later(3))
    assert await store.attempts.get(attempt.id, ME) == answered


async def test_the_same_answer_delivered_twice_changes_nothing(store: Store) -> None:
    attempt = await begin(store)
    first = await store.attempts.answer(attempt.id, ME, "code", "a", 0, 1, later(1))
    assert await store.attempts.answer(attempt.id, ME, "code", "a", 0, 1, later(2)) == first


async def test_a_click_on_an_old_message_is_stale(store: Store) -> None:
    attempt = await begin(store)
    first = await store.attempts.answer(attempt.id, ME, "code", "a", 0, 1, later(1))
    assert await store.attempts.answer(attempt.id, ME, "code", "b", 0, 1, later(2)) == first
    assert await store.attempts.answer(attempt.id, ME, "late", "b", 7, 8, later(2)) == first
    assert await store.attempts.move(attempt.id, ME, 0, 5, later(2)) == first


async def test_going_back_lets_an_answer_be_changed(store: Store) -> None:
    attempt = await begin(store)
    await store.attempts.answer(attempt.id, ME, "code", "a", 0, 1, later(1))
    back = await store.attempts.move(attempt.id, ME, 1, 0, later(2))
    assert back
    assert (back.position, dict(back.answers)) == (0, {"code": "a"})
    changed = await store.attempts.answer(attempt.id, ME, "code", None, 0, 1, later(3))
    assert changed
    assert (changed.position, dict(changed.answers)) == (1, {"code": None})


async def test_an_answer_has_to_move_on(store: Store) -> None:
    attempt = await begin(store)
    with pytest.raises(ValueError, match="twice"):
        await store.attempts.answer(attempt.id, ME, "code", "a", 0, 0, later(1))


async def test_one_item_counts_double_at_a_time(store: Store) -> None:
    attempt = await begin(store)
    first = await store.attempts.set_doubled_item(attempt.id, ME, "code", later(1))
    assert first
    assert first.doubled == "code"
    assert await store.attempts.set_doubled_item(attempt.id, ME, "code", later(2)) == first
    other = await store.attempts.set_doubled_item(attempt.id, ME, "maths", later(3))
    none = await store.attempts.set_doubled_item(attempt.id, ME, None, later(4))
    assert other
    assert none
    assert (other.doubled, none.doubled) == ("maths", None)


async def test_finishing_twice_keeps_the_first_time(store: Store) -> None:
    attempt = await begin(store)
    first = await store.attempts.finish(attempt.id, ME, later(1))
    assert first
    assert first.finished_at == later(1)
    assert await store.attempts.finish(attempt.id, ME, later(2)) == first


async def test_a_finished_attempt_changes_no_more(store: Store) -> None:
    done = await finish_attempt(store, ME, 0)
    assert await store.attempts.answer(done.id, ME, "code", "a", 0, 1, later(1)) == done
    assert await store.attempts.move(done.id, ME, 0, 1, later(1)) == done
    assert await store.attempts.set_doubled_item(done.id, ME, "code", later(1)) == done
    assert not await store.attempts.abandon(done.id, ME)
    assert await store.attempts.get(done.id, ME) == done


async def test_starting_over_deletes_the_unfinished_attempt(store: Store) -> None:
    attempt = await begin(store)
    await store.attempts.answer(attempt.id, ME, "code", "a", 0, 1, later(1))
    assert await store.attempts.abandon(attempt.id, ME)
    assert not await store.attempts.abandon(attempt.id, ME)
    assert (await begin(store)).answers == {}


async def test_an_attempt_is_visible_only_to_its_owner(store: Store) -> None:
    attempt = await begin(store)
    assert await store.attempts.get(attempt.id, YOU) is None
    assert await store.attempts.answer(attempt.id, YOU, "code", "a", 0, 1, later(1)) is None
    assert await store.attempts.move(attempt.id, YOU, 0, 1, later(1)) is None
    assert await store.attempts.set_doubled_item(attempt.id, YOU, "code", later(1)) is None
    assert await store.attempts.finish(attempt.id, YOU, later(1)) is None
    assert not await store.attempts.abandon(attempt.id, YOU)
    assert (
        await store.attempts.list_unfinished(YOU) == await store.attempts.list_by_owner(YOU) == ()
    )
    assert await store.attempts.get(attempt.id, ME) == attempt


async def test_results_come_newest_first(store: Store) -> None:
    old, new = await finish_attempt(store, ME, 0), await finish_attempt(store, ME, 1)
    other = await store.attempts.start(ME, HOME, "skills", "s1", NOON)
    other = await store.attempts.finish(other.id, ME, later(2)) or other
    assert await store.attempts.list_finished(ME) == (other, new, old)


async def test_an_export_has_everything_and_erasing_leaves_nothing(store: Store) -> None:
    done = await finish_attempt(store, ME, 0)
    attempt = await begin(store, at=later(1))
    answered = await store.attempts.answer(attempt.id, ME, "code", "a", 0, 1, later(2))
    yours = await begin(store, YOU)
    assert await store.attempts.list_by_owner(ME) == (answered, done)
    assert await store.erase(ME) == 2
    assert await store.erase(ME) == 0
    assert await store.attempts.list_by_owner(ME) == ()
    assert await store.attempts.list_by_owner(YOU) == (yours,)


async def test_detaching_a_community_keeps_the_results(store: Store) -> None:
    mine, yours = await finish_attempt(store, ME, 0), await finish_attempt(store, YOU, 0)
    away = await finish_attempt(store, ME, 1, "discord:guild/8")
    assert await store.attempts.detach(ME, HOME) == 1
    assert [attempt.community for attempt in await store.attempts.list_finished(ME)] == [
        away.community,
        None,
    ]
    assert await store.attempts.list_latest(HOME, "roles", "v1") == ((yours, None),)
    await store.erase_community(HOME)
    assert await store.attempts.list_latest(HOME, "roles", "v1") == ()
    assert await store.attempts.list_by_owner(YOU) == (replace(yours, community=None),)
    kept = await store.attempts.get(mine.id, ME)
    assert kept
    assert kept.finished_at == mine.finished_at


async def test_only_old_unfinished_attempts_are_pruned(store: Store) -> None:
    await begin(store)
    fresh = await begin(store, YOU, later(60))
    done = await finish_attempt(store, "terminal:x", 0)
    assert await store.attempts.prune(later(30)) == 1
    assert await store.attempts.list_by_owner(ME) == ()
    assert await store.attempts.list_by_owner(YOU) == (fresh,)
    assert await store.attempts.list_by_owner("terminal:x") == (done,)


async def test_the_latest_two_results_of_each_owner_in_a_community(store: Store) -> None:
    for minute in (1, 2):
        await finish_attempt(store, ME, minute)
    before, newest = await finish_attempt(store, ME, 3), await finish_attempt(store, ME, 4)
    only = await finish_attempt(store, YOU, 5)
    newer = await finish_attempt(store, ME, 6, version="v2")
    await finish_attempt(store, ME, 7, "discord:guild/8")
    await begin(store, "terminal:x")
    latest = store.attempts.list_latest
    assert await latest(HOME, "roles", "v1") == ((only, None), (newest, before))
    assert await latest(HOME, "roles", "v2") == ((newer, None),)
    assert await latest(HOME, "skills", "v1") == ()


async def test_times_are_kept_as_utc_and_a_time_without_a_zone_is_a_bug(store: Store) -> None:
    attempt = await begin(store, at=NOON.astimezone(timezone(timedelta(hours=5, minutes=30))))
    assert attempt.started_at == NOON
    assert attempt.started_at.utcoffset() == timedelta(0)
    with pytest.raises(ValueError, match="has no time zone"):
        await store.attempts.finish(attempt.id, ME, NOON.replace(tzinfo=None))


async def test_an_attempt_at_a_version_that_is_not_stored_is_a_bug(store: Store) -> None:
    with pytest.raises((sqlite3.IntegrityError, asyncpg.ForeignKeyViolationError)):
        await store.attempts.start(ME, HOME, "roles", "v9", NOON)


@pytest.mark.parametrize(
    "damage",
    ["UPDATE attempts SET touched_at = 'once' WHERE id = ?", "UPDATE answers SET answered_at = 0"],
)
async def test_an_attempt_that_cannot_be_read_hides_no_other(sqlite_url: str, damage: str) -> None:
    async with await Store.open(sqlite_url) as store:
        await store.attempts.save_version(QuizVersion("v1", "roles", "{}"))
        bad = await begin(store)
        await store.attempts.answer(bad.id, ME, "code", "a", 0, 1, later(1))
        await store.attempts.finish(bad.id, ME, later(2))
        good = await finish_attempt(store, ME, 3)
        with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as edited:
            edited.execute(damage, (bad.id,) * damage.count("?"))
        edited.close()
        assert await store.attempts.list_by_owner(ME) == (good,)
        assert await store.attempts.list_finished(ME) == (good,)
        with pytest.raises(ValueError, match="at is"):
            await store.attempts.get(bad.id, ME)
        assert await store.erase(ME) == 2


async def test_fifty_concurrent_starts_get_the_same_attempt(store: Store) -> None:
    attempts = await asyncio.gather(*(begin(store) for _ in range(50)))
    assert len({attempt.id for attempt in attempts}) == 1


async def test_fifty_clicks_on_one_item_count_once(store: Store) -> None:
    attempt = await begin(store)
    clicks = (
        store.attempts.answer(attempt.id, ME, "code", str(n), 0, 1, later(n)) for n in range(50)
    )
    seen = await asyncio.gather(*clicks)
    assert {each.position for each in seen if each} == {1}
    assert len({tuple(each.answers.items()) for each in seen if each}) == 1


async def test_fifty_people_answer_at_once_and_none_is_lost(store: Store) -> None:
    async def answered(owner: str) -> None:
        attempt = await begin(store, owner)
        for n in range(5):
            await store.attempts.answer(attempt.id, owner, f"item{n}", "a", n, n + 1, later(n))

    owners = [f"discord:{n}" for n in range(50)]
    await asyncio.gather(*map(answered, owners))
    for owner in owners:
        [attempt] = await store.attempts.list_unfinished(owner)
        assert (attempt.position, len(attempt.answers)) == (5, 5)


async def test_concurrent_start_finish_and_abandon_leave_at_most_one_attempt(store: Store) -> None:
    async def once(n: int) -> None:
        attempt = await begin(store, at=later(n))
        await (
            store.attempts.finish(attempt.id, ME, later(n))
            if n % 2
            else store.attempts.abandon(attempt.id, ME)
        )

    await asyncio.gather(*(once(n) for n in range(50)))
    assert len(await store.attempts.list_unfinished(ME)) <= 1


async def test_a_cancelled_call_leaves_no_partial_write(store: Store) -> None:
    for n in range(30):
        owner = f"discord:{n}"
        attempt = await begin(store, owner)
        click = asyncio.create_task(
            store.attempts.answer(attempt.id, owner, "code", "a", 0, 1, NOON)
        )
        await asyncio.sleep(n / 5_000)
        click.cancel()
        await asyncio.wait([click])
    for n in range(30):
        [seen] = await store.attempts.list_unfinished(f"discord:{n}")
        assert seen.position == len(seen.answers)


async def test_a_closed_store_finishes_its_writes_and_then_raises(url: str) -> None:
    store = await Store.open(url)
    pending = asyncio.create_task(store.attempts.save_version(QuizVersion("v1", "roles", "{}")))
    await asyncio.sleep(0)
    await store.close()
    await pending
    with pytest.raises(RuntimeError, match="closed"):
        await store.attempts.list_by_owner(ME)
