"""Hidden statements and question counts; joining, leaving and erasing what was taught."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

from databases.taught import MEMBER, MODERATOR, add_answers, fill_answers, join, send
from databases.tip_rows import AWAY, HOME, NOON

from storage import FeedbackState, HiddenStatement, NewAnswer, Store

THIRD = "slack:T3"
JULY, AUGUST = date(2026, 7, 1), date(2026, 8, 1)


async def hide(store: Store, text: str, community: str = HOME) -> HiddenStatement | None:
    queue = await store.queues.get_or_create(community)
    return await store.hidden.hide(queue, "faq/a", text, "Wrong here.", by=MODERATOR, at=NOON)


async def hidden_texts(store: Store, community: str = HOME) -> list[str]:
    queue = await store.queues.get_or_create(community)
    return sorted(each.text for each in await store.hidden.list_for_queue(queue))


async def questions(store: Store, community: str = HOME) -> dict[int, str]:
    queue = await store.queues.get_or_create(community)
    return {each.number: each.question for each in await store.answers.list_for_queue(queue)}


async def sent_texts(store: Store, community: str = HOME) -> dict[int, str]:
    queue = await store.queues.get_or_create(community)
    return {each.number: each.text for each in await store.feedback.list_for_queue(queue)}


async def test_a_statement_is_hidden_and_shown_once(store: Store) -> None:
    asked = await asyncio.gather(*(hide(store, "A." * 2000) for _ in range(4)))
    [hidden] = filter(None, asked)
    queue = hidden.queue
    other = await store.hidden.hide(queue, "faq/b", hidden.text, "x", by=MODERATOR, at=NOON)
    assert other
    assert hidden.change_told is False
    assert set(await store.hidden.list_for_queue(queue)) == {hidden, other}
    assert set(await store.hidden.list_all()) == {hidden, other}
    assert set(await store.hidden.list_by_owner(MODERATOR)) == {hidden, other}
    away = await store.queues.get_or_create(AWAY)
    assert await store.hidden.show(away, hidden.id) is None  # of another community
    shown = await asyncio.gather(*(store.hidden.show(queue, hidden.id) for _ in range(3)))
    assert sorted(shown, key=bool) == [None, None, hidden]
    assert await store.hidden.list_for_queue(queue) == (other,)
    assert await hide(store, hidden.text)
    assert await store.hidden.hide("gone", "faq/b", "x", "y", by=MODERATOR, at=NOON) is None


async def test_a_changed_statement_is_told_once_or_again_if_that_failed(store: Store) -> None:
    hidden = await hide(store, "A.")
    assert hidden
    told = await asyncio.gather(*(store.hidden.mark_told(hidden.id) for _ in range(4)))
    assert sorted(told) == [False] * 3 + [True]
    [stored] = await store.hidden.list_all()
    assert stored.change_told
    assert await store.hidden.mark_told(hidden.id, told=False)
    assert not await store.hidden.mark_told(hidden.id, told=False)
    assert await store.hidden.mark_told(hidden.id)
    assert not await store.hidden.mark_told("gone")
    assert await store.queues.revision(HOME) == (hidden.queue, 1)


async def test_questions_are_counted_by_month_without_losing_one(store: Store) -> None:
    queue = await store.queues.get_or_create(HOME)
    counted = await asyncio.gather(*(store.question_counts.add(queue, "a", JULY) for _ in range(9)))
    assert sorted(counted) == list(range(1, 10))
    assert await store.question_counts.add(queue, "a", AUGUST) == 1
    assert await store.question_counts.add(queue, "b", AUGUST) == 1
    assert await store.question_counts.counts(queue, JULY) == {"a": 10, "b": 1}
    assert await store.question_counts.counts(queue, AUGUST) == {"a": 1, "b": 1}
    assert await store.question_counts.counts("gone", JULY) == {}
    assert await store.question_counts.add("gone", "a", JULY) == 0


async def test_invented_questions_are_counted_up_to_a_limit(store: Store) -> None:
    queue = await store.queues.get_or_create(HOME)
    counts = store.question_counts
    counts.MAX_PER_QUEUE = 8
    added = await asyncio.gather(*(counts.add(queue, f"q{n}", JULY) for n in range(12)))
    assert (added.count(1), added.count(0)) == (8, 4)
    first = next(iter(await counts.counts(queue, JULY)))
    assert await counts.add(queue, first, JULY) == 2
    assert await counts.add(queue, "q", AUGUST) == 1
    askers = (counts.add_asker(queue, "a", f"discord:{n}", NOON) for n in range(12))
    assert max(await asyncio.gather(*askers)) == 8


async def test_askers_are_counted_once_each_and_forgotten(store: Store) -> None:
    queue = await store.queues.get_or_create(HOME)
    counts = store.question_counts
    people = [f"discord:{n}" for n in range(5)] * 2
    asked = await asyncio.gather(*(counts.add_asker(queue, "a", who, NOON) for who in people))
    assert max(asked) == 5
    assert await counts.add_asker(queue, "b", people[0], NOON + timedelta(days=1)) == 1
    [one, two] = await counts.list_by_member(people[0])
    assert [(each.fingerprint, each.at) for each in (one, two)] == [
        ("a", NOON),
        ("b", NOON + timedelta(days=1)),
    ]
    assert await counts.add_asker("gone", "a", people[0], NOON) == 0
    assert await counts.forget_askers(queue, "a") == 5
    assert await counts.forget_askers(queue, "a") == 0
    assert await counts.list_by_member(people[0]) == (two,)


async def test_old_counts_and_askers_are_pruned(store: Store) -> None:
    queue = await store.queues.get_or_create(HOME)
    counts = store.question_counts
    for month in (JULY, AUGUST):
        await counts.add(queue, "a", month)
    cut = NOON.replace(month=8, day=20)
    for age in (1, 0):
        await counts.add_asker(queue, f"{age}", MEMBER, cut - timedelta(seconds=age))
    await counts.prune(cut)
    assert await counts.counts(queue, JULY) == {"a": 1}
    assert [each.fingerprint for each in await counts.list_by_member(MEMBER)] == ["0"]


async def test_a_joined_queue_has_what_both_communities_taught(store: Store) -> None:
    queue, _ = await add_answers(store, "a", "b")
    away, [same, removed, c] = await add_answers(store, "b", "x", "c", community=AWAY)
    await store.answers.remove(away, removed.number)
    for community, texts in ((HOME, ("A.", "B.")), (AWAY, ("B.", "C."))):
        for text in texts:
            assert await hide(store, text, community)
        await send(store, f"from {community}", community)
    answered = FeedbackState.ANSWERED
    await send(store, "answered", AWAY)
    await store.feedback.decide(away, 2, answered, decided_by=MODERATOR, at=NOON, answer=c.number)
    for place, times in ((queue, 2), (away, 3)):
        for _ in range(times):
            await store.question_counts.add(place, "f", JULY)
        await store.question_counts.add_asker(place, "f", MEMBER, NOON)
    await store.question_counts.add(away, "g", JULY)
    await store.question_counts.add_asker(away, "f", "slack:T2/U1", NOON)
    before = await store.queues.revision(HOME)
    await join(store, AWAY)
    assert await store.queues.revision(AWAY) == await store.queues.revision(HOME) != before
    assert await questions(store) == {1: "a", 2: "b", 5: "c"}
    kept = await store.answers.get(queue, 5)
    assert kept
    assert kept.id == c.id
    assert same.id not in {each.id for each in await store.answers.list_for_queue(queue)}
    assert await hidden_texts(store) == ["A.", "B.", "C."]
    assert await sent_texts(store) == {1: f"from {HOME}", 2: f"from {AWAY}", 3: "answered"}
    third = await store.feedback.get(queue, 3)
    assert third
    assert third.answer == 5
    assert await store.question_counts.counts(queue, JULY) == {"f": 5, "g": 1}
    assert await store.question_counts.add_asker(queue, "f", MEMBER, NOON) == 2
    _, [d] = await add_answers(store, "d")
    assert d.number == 6
    assert (await send(store)).number == 4


async def test_a_community_that_leaves_takes_a_copy_and_its_own_feedback(store: Store) -> None:
    shared, _ = await add_answers(store, "a", "b", "c")
    await store.answers.remove(shared, 2)
    await join(store, AWAY)
    assert await hide(store, "A.")
    await send(store, "home")
    await send(store, "away", AWAY)
    await send(store, "unnamed", AWAY, member=None)
    await store.question_counts.add(shared, "f", JULY)
    assert await store.queues.leave(AWAY)
    away = await store.queues.get_or_create(AWAY)
    assert away != shared
    assert await questions(store) == await questions(store, AWAY) == {1: "a", 3: "c"}
    assert await hidden_texts(store) == await hidden_texts(store, AWAY) == ["A."]
    ids = [each.id for q in (shared, away) for each in await store.answers.list_for_queue(q)]
    assert len(set(ids)) == 4
    assert await sent_texts(store) == {1: "home"}
    assert await sent_texts(store, AWAY) == {2: "away", 3: "unnamed"}
    assert await store.question_counts.counts(shared, JULY) == {"f": 1}
    assert await store.question_counts.counts(away, JULY) == {}
    _, [new] = await add_answers(store, "d", community=AWAY)
    assert new.number == 4
    assert (await send(store, community=AWAY)).number == 4
    assert await questions(store) == {1: "a", 3: "c"}
    [copied] = await store.hidden.list_for_queue(away)
    assert await store.hidden.show(away, copied.id)
    assert await hidden_texts(store) == ["A."]
    await join(store, AWAY)
    assert list((await questions(store)).values()) == ["a", "c", "d"]  # equal ones only once


async def test_answers_beyond_the_limit_are_kept_but_no_more_are_added(store: Store) -> None:
    most = store.answers.MAX_PER_QUEUE
    queue = await store.queues.get_or_create(HOME)
    await fill_answers(store, queue, most)
    await add_answers(store, "a", "b", "c", community=AWAY)
    await join(store, AWAY)
    found = await store.answers.list_for_queue(queue)
    assert [each.number for each in found] == list(range(1, most + 4))
    new = found[0].content
    for number in (1, 2, 3):
        assert await store.answers.add(queue, new, MODERATOR, NOON) is None
        assert await store.answers.remove(queue, number)
    assert await store.answers.add(queue, new, MODERATOR, NOON) is None
    assert await store.answers.remove(queue, 4)
    assert await store.answers.add(queue, new, MODERATOR, NOON)


async def test_writes_during_joins_and_leaves_are_stored_once_or_refused(store: Store) -> None:
    towns = [f"slack:T{n}" for n in range(3)]
    await add_answers(store, "home")

    async def teach(town: str) -> int:
        accepted = 0
        for n in range(4):
            queue = await store.queues.get_or_create(town)
            new = NewAnswer(f"{town} {n}", (), "a")
            accepted += bool(await store.answers.add(queue, new, MODERATOR, NOON))
        return accepted

    async def move() -> None:
        for town in towns:
            await join(store, town)
            await store.queues.leave(town)
            await join(store, town)

    taught, _ = await asyncio.gather(asyncio.gather(*map(teach, towns)), move())
    found = list((await questions(store)).values())
    for town, accepted in zip(towns, taught, strict=True):
        assert sum(each.startswith(town) for each in found) == accepted
    assert len(found) == len(set(found))


async def test_erasing_a_community_erases_what_only_it_was_taught(store: Store) -> None:
    queue, _ = await add_answers(store, "a")
    await hide(store, "A.")
    await send(store, "home")
    await store.question_counts.add(queue, "f", JULY)
    await store.question_counts.add_asker(queue, "f", MEMBER, NOON)
    await join(store, AWAY)
    await send(store, "away", AWAY)
    await store.erase_community(AWAY)
    assert await store.queues.revision(AWAY) is None
    assert await questions(store) == {1: "a"}
    assert await hidden_texts(store) == ["A."]
    assert await sent_texts(store) == {1: "home"}
    await store.erase_community(HOME)
    assert await store.queues.list_all() == ()
    assert await store.answers.list_for_queue(queue) == ()
    assert await store.hidden.list_all() == ()
    assert await store.feedback.list_by_member(MEMBER) == ()
    assert await store.question_counts.counts(queue, JULY) == {}
    assert await store.question_counts.list_by_member(MEMBER) == ()
    assert await store.list_communities() == frozenset()


async def test_erasing_a_person_keeps_what_belongs_to_the_community(store: Store) -> None:
    queue, [answer] = await add_answers(store, "a")
    hidden = await hide(store, "A.")
    for text in ("waiting", "declined", "answered", "of another"):
        await send(store, text, member=MEMBER if text != "of another" else "discord:6")
    for number, state in ((2, FeedbackState.DECLINED), (3, FeedbackState.ANSWERED)):
        await store.feedback.decide(queue, number, state, decided_by=MODERATOR, at=NOON)
    await store.question_counts.add_asker(queue, "f", MEMBER, NOON)
    await store.question_counts.add_asker(queue, "f", "discord:6", NOON)
    await store.erase(MEMBER)
    assert await sent_texts(store) == {3: "answered", 4: "of another"}
    assert await store.feedback.list_by_member(MEMBER) == ()
    assert await store.question_counts.list_by_member(MEMBER) == ()
    assert await store.question_counts.forget_askers(queue, "f") == 1
    await store.erase(MODERATOR)
    assert await store.answers.list_by_owner(MODERATOR) == ()
    assert await store.hidden.list_by_owner(MODERATOR) == ()
    [kept] = await store.answers.list_for_queue(queue)
    assert (kept.content, kept.created_by) == (answer.content, None)
    [still] = await store.hidden.list_for_queue(queue)
    assert hidden
    assert (still.id, still.hidden_by) == (hidden.id, None)
    decided = await store.feedback.get(queue, 3)
    assert decided
    assert (decided.state, decided.member, decided.decided_by) == ("answered", None, None)


async def test_another_instance_sees_a_change_at_once(emptied_postgres: str) -> None:
    async with await Store.open(emptied_postgres) as one, await Store.open(emptied_postgres) as two:
        queue, [answer] = await add_answers(one, "a")
        assert await two.queues.revision(HOME) == (queue, 1)
        assert await two.answers.list_for_queue(queue) == (answer,)
        edits = (
            store.answers.edit(
                queue, 1, replace(answer.content, text=who), who, NOON, unchanged_since=NOON
            )
            for store, who in ((one, MODERATOR), (two, MEMBER))
        )
        [done] = [each for each in await asyncio.gather(*edits) if each]
        for store in (one, two):
            assert await store.queues.revision(HOME) == (queue, 2)
            assert await store.answers.get(queue, 1) == done
