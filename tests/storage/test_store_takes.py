"""What each method does, on both databases."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.exc import IntegrityError, StatementError

from storage import Answer, Edition, Store, Take

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ME, YOU = "discord:1", "slack:T1/U2"
HOME = "discord:guild/9"


def later(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


async def begin(store: Store, owner: str = ME, at: datetime = NOON) -> Take:
    return await store.open_take(owner, HOME, "roles", "v1", at)


async def result(
    store: Store, owner: str, minute: int, community: str | None = HOME, version: str = "v1"
) -> Take:
    take = await store.open_take(owner, community, "roles", version, later(minute))
    finished = await store.finish(take.id, owner, later(minute))
    assert finished
    return finished


async def test_an_edition_is_kept_once_and_never_changes(store: Store) -> None:
    await store.keep_edition(Edition("v1", "roles", "something else"))
    assert await store.edition("v1") == Edition("v1", "roles", "{}")
    assert await store.edition("v9") is None


async def test_a_new_take_starts_at_the_first_item(store: Store) -> None:
    take = await begin(store)
    assert take == Take(take.id, ME, HOME, "roles", "v1", 0, None, NOON, NOON, None, {})
    assert len(take.id) == 12
    assert await store.take(take.id, ME) == take


async def test_an_unfinished_take_is_resumed_whatever_its_version(store: Store) -> None:
    first = await begin(store)
    again = await store.open_take(ME, None, "roles", "v2", later(5))
    assert (again.id, again.version, again.community) == (first.id, "v1", HOME)
    assert (again.started_at, again.touched_at) == (NOON, later(5))


async def test_each_owner_and_each_quiz_has_its_own_take(store: Store) -> None:
    takes = [
        await begin(store),
        await begin(store, YOU),
        await store.open_take(ME, HOME, "skills", "s1", later(1)),
    ]
    assert len({take.id for take in takes}) == 3
    assert await store.open_takes(ME) == (takes[2], takes[0])


async def test_a_finished_take_makes_room_for_another(store: Store) -> None:
    first = await result(store, ME, 0)
    second = await begin(store, at=later(1))
    assert second.id != first.id
    assert await store.open_takes(ME) == (second,)
    assert await store.finished_takes(ME) == (first,)


async def test_answers_come_in_the_order_of_answering(store: Store) -> None:
    take = await begin(store)
    await store.answer(take.id, ME, "zeal", "a", 0, 1, later(1))
    await store.answer(take.id, ME, "maths", None, 1, 2, later(2))
    answered = await store.answer(take.id, ME, "code", "b", 2, 3, later(3))
    assert answered
    assert list(answered.answers.items()) == [("zeal", "a"), ("maths", None), ("code", "b")]
    assert answered.given[1] == Answer("maths", None, later(2))
    assert (answered.position, answered.touched_at) == (3, later(3))
    assert await store.take(take.id, ME) == answered


async def test_the_same_answer_delivered_twice_changes_nothing(store: Store) -> None:
    take = await begin(store)
    first = await store.answer(take.id, ME, "code", "a", 0, 1, later(1))
    assert await store.answer(take.id, ME, "code", "a", 0, 1, later(2)) == first


async def test_a_click_on_an_old_message_is_stale(store: Store) -> None:
    take = await begin(store)
    first = await store.answer(take.id, ME, "code", "a", 0, 1, later(1))
    assert await store.answer(take.id, ME, "code", "b", 0, 1, later(2)) == first
    assert await store.answer(take.id, ME, "late", "b", 7, 8, later(2)) == first
    assert await store.move(take.id, ME, 0, 5, later(2)) == first


async def test_going_back_lets_an_answer_be_changed(store: Store) -> None:
    take = await begin(store)
    await store.answer(take.id, ME, "code", "a", 0, 1, later(1))
    back = await store.move(take.id, ME, 1, 0, later(2))
    assert back
    assert (back.position, dict(back.answers)) == (0, {"code": "a"})
    changed = await store.answer(take.id, ME, "code", None, 0, 1, later(3))
    assert changed
    assert (changed.position, dict(changed.answers)) == (1, {"code": None})


async def test_an_answer_has_to_move_on(store: Store) -> None:
    take = await begin(store)
    with pytest.raises(ValueError, match="twice"):
        await store.answer(take.id, ME, "code", "a", 0, 0, later(1))


async def test_one_item_counts_double_at_a_time(store: Store) -> None:
    take = await begin(store)
    first = await store.double(take.id, ME, "code", later(1))
    assert first
    assert first.doubled == "code"
    assert await store.double(take.id, ME, "code", later(2)) == first
    other = await store.double(take.id, ME, "maths", later(3))
    none = await store.double(take.id, ME, None, later(4))
    assert other
    assert none
    assert (other.doubled, none.doubled) == ("maths", None)


async def test_finishing_twice_keeps_the_first_time(store: Store) -> None:
    take = await begin(store)
    first = await store.finish(take.id, ME, later(1))
    assert first
    assert first.finished_at == later(1)
    assert await store.finish(take.id, ME, later(2)) == first


async def test_a_finished_take_changes_no_more(store: Store) -> None:
    done = await result(store, ME, 0)
    assert await store.answer(done.id, ME, "code", "a", 0, 1, later(1)) == done
    assert await store.move(done.id, ME, 0, 1, later(1)) == done
    assert await store.double(done.id, ME, "code", later(1)) == done
    assert not await store.abandon(done.id, ME)
    assert await store.take(done.id, ME) == done


async def test_starting_over_deletes_the_unfinished_take(store: Store) -> None:
    take = await begin(store)
    await store.answer(take.id, ME, "code", "a", 0, 1, later(1))
    assert await store.abandon(take.id, ME)
    assert not await store.abandon(take.id, ME)
    assert (await begin(store)).answers == {}


async def test_to_anybody_else_there_is_no_such_take(store: Store) -> None:
    take = await begin(store)
    assert await store.take(take.id, YOU) is None
    assert await store.answer(take.id, YOU, "code", "a", 0, 1, later(1)) is None
    assert await store.move(take.id, YOU, 0, 1, later(1)) is None
    assert await store.double(take.id, YOU, "code", later(1)) is None
    assert await store.finish(take.id, YOU, later(1)) is None
    assert not await store.abandon(take.id, YOU)
    assert await store.open_takes(YOU) == await store.export(YOU) == ()
    assert await store.take(take.id, ME) == take


async def test_results_come_newest_first_and_by_quiz(store: Store) -> None:
    old, new = await result(store, ME, 0), await result(store, ME, 1)
    other = await store.open_take(ME, HOME, "skills", "s1", NOON)
    other = await store.finish(other.id, ME, later(2)) or other
    assert await store.finished_takes(ME) == (other, new, old)
    assert await store.finished_takes(ME, "roles") == (new, old)


async def test_an_export_has_everything_and_erasing_leaves_nothing(store: Store) -> None:
    done = await result(store, ME, 0)
    take = await begin(store, at=later(1))
    answered = await store.answer(take.id, ME, "code", "a", 0, 1, later(2))
    yours = await begin(store, YOU)
    assert await store.export(ME) == (answered, done)
    assert await store.erase(ME) == 2
    assert await store.erase(ME) == 0
    assert await store.export(ME) == ()
    assert await store.export(YOU) == (yours,)


async def test_a_community_is_forgotten_and_the_results_stay(store: Store) -> None:
    mine, yours = await result(store, ME, 0), await result(store, YOU, 0)
    away = await result(store, ME, 1, "discord:guild/8")
    assert await store.leave(ME, HOME) == 1
    assert [take.community for take in await store.finished_takes(ME)] == [away.community, None]
    assert await store.latest_of(HOME, "roles") == ((yours, None),)
    assert await store.erase_community(HOME) == 1
    assert await store.erase_community(HOME) == 0
    kept = await store.take(mine.id, ME)
    assert kept
    assert kept.finished_at == mine.finished_at


async def test_only_the_unfinished_and_forgotten_are_pruned(store: Store) -> None:
    await begin(store)
    fresh = await begin(store, YOU, later(60))
    done = await result(store, "terminal:x", 0)
    assert await store.prune(later(30)) == 1
    assert await store.export(ME) == ()
    assert await store.export(YOU) == (fresh,)
    assert await store.export("terminal:x") == (done,)


async def test_the_latest_two_results_of_each_owner_in_a_community(store: Store) -> None:
    for minute in (1, 2):
        await result(store, ME, minute)
    before, newest = await result(store, ME, 3), await result(store, ME, 4, version="v2")
    only = await result(store, YOU, 5)
    await result(store, ME, 6, "discord:guild/8")
    await begin(store, "terminal:x")
    assert await store.latest_of(HOME, "roles") == ((only, None), (newest, before))
    assert await store.latest_of(HOME, "roles", "v2") == ((newest, None),)
    assert await store.latest_of(HOME, "skills") == ()


async def test_times_are_kept_as_utc_and_a_time_without_a_zone_is_a_bug(store: Store) -> None:
    take = await begin(store, at=NOON.astimezone(timezone(timedelta(hours=5, minutes=30))))
    assert take.started_at == NOON
    assert take.started_at.utcoffset() == timedelta(0)
    with pytest.raises(StatementError, match="has no time zone"):
        await store.finish(take.id, ME, NOON.replace(tzinfo=None))


async def test_a_take_of_a_version_that_is_not_kept_is_a_bug(store: Store) -> None:
    with pytest.raises(IntegrityError):
        await store.open_take(ME, HOME, "roles", "v9", NOON)


async def test_fifty_who_begin_at_once_get_the_same_take(store: Store) -> None:
    takes = await asyncio.gather(*(begin(store) for _ in range(50)))
    assert len({take.id for take in takes}) == 1


async def test_fifty_clicks_on_one_item_count_once(store: Store) -> None:
    take = await begin(store)
    clicks = (store.answer(take.id, ME, "code", str(n), 0, 1, later(n)) for n in range(50))
    seen = await asyncio.gather(*clicks)
    assert {each.position for each in seen if each} == {1}
    assert len({tuple(each.answers.items()) for each in seen if each}) == 1


async def test_fifty_people_answer_at_once_and_none_is_lost(store: Store) -> None:
    async def answered(owner: str) -> None:
        take = await begin(store, owner)
        for n in range(5):
            await store.answer(take.id, owner, f"item{n}", "a", n, n + 1, later(n))

    owners = [f"discord:{n}" for n in range(50)]
    await asyncio.gather(*map(answered, owners))
    for owner in owners:
        [take] = await store.open_takes(owner)
        assert (take.position, len(take.answers)) == (5, 5)


async def test_begun_finished_and_abandoned_at_once_leaves_one_at_most(store: Store) -> None:
    async def once(n: int) -> None:
        take = await begin(store, at=later(n))
        await (store.finish(take.id, ME, later(n)) if n % 2 else store.abandon(take.id, ME))

    await asyncio.gather(*(once(n) for n in range(50)))
    assert len(await store.open_takes(ME)) <= 1


async def test_who_is_cancelled_leaves_no_half_behind(store: Store) -> None:
    for n in range(30):
        owner = f"discord:{n}"
        take = await begin(store, owner)
        click = asyncio.create_task(store.answer(take.id, owner, "code", "a", 0, 1, NOON))
        await asyncio.sleep(n / 5_000)
        click.cancel()
        await asyncio.wait([click])
    for n in range(30):
        [seen] = await store.open_takes(f"discord:{n}")
        assert seen.position == len(seen.answers)


async def test_a_closed_store_says_so_once_all_is_done(url: str) -> None:
    store = await Store.open(url)
    pending = asyncio.create_task(store.keep_edition(Edition("v1", "roles", "{}")))
    await asyncio.sleep(0)
    await store.close()
    await pending
    with pytest.raises(RuntimeError, match="closed"):
        await store.export(ME)
