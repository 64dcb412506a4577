"""Community answers: numbers, limits, two moderators at once, and due reviews."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

from databases.taught import fill_answers
from databases.tip_rows import AWAY, HOME, NOON

from storage import CommunityAnswer, NewAnswer, Store

ONE, OTHER = "discord:7", "discord:8"
PARKING = NewAnswer(
    "Where can I park?",
    ("parking lot", "is there parking?"),
    "Behind the office.",
    "https://example.org/parking",
    "ai-engineer",
    date(2027, 1, 31),
)
LATER = NOON + timedelta(hours=1)


async def add(store: Store, new: NewAnswer = PARKING, community: str = HOME) -> CommunityAnswer:
    queue = await store.queues.get_or_create(community)
    added = await store.answers.add(queue, new, ONE, NOON)
    assert added
    return added


async def revision(store: Store, community: str = HOME) -> int:
    found = await store.queues.revision(community)
    assert found
    return found[1]


async def test_an_answer_is_stored_read_and_removed(store: Store) -> None:
    answer = await add(store)
    assert (answer.number, answer.content) == (1, PARKING)
    assert (answer.created_by, answer.created_at, answer.updated_at) == (ONE, NOON, NOON)
    assert (answer.edited_by, answer.review_told) == (None, False)
    linked = await add(store, NewAnswer("Which path?", entry="which-to-choose"))
    assert (linked.number, linked.wordings, linked.text) == (2, (), "")
    assert await store.answers.list_for_queue(answer.queue) == (answer, linked)
    assert await store.answers.get(answer.queue, 2) == linked
    assert await store.answers.remove(answer.queue, 2) == linked
    assert await store.answers.remove(answer.queue, 2) is None
    assert await store.answers.get(answer.queue, 2) is None
    third = await add(store)
    assert third.number == 3  # a number is never used again


async def test_a_wording_stays_on_its_line(store: Store) -> None:
    answer = await add(store, replace(PARKING, wordings=("two\nlines", " ", "a  b\r\n", "c")))
    assert answer.wordings == ("two lines", "a b", "c")
    assert await store.answers.get(answer.queue, 1) == answer


async def test_of_two_moderators_who_edit_at_once_the_second_changes_nothing(store: Store) -> None:
    answer = await add(store)
    texts = {ONE: "In the garage.", OTHER: "On the roof."}
    edits = await asyncio.gather(
        *(
            store.answers.edit(
                answer.queue,
                1,
                replace(PARKING, text=text),
                who,
                NOON,
                unchanged_since=answer.updated_at,
            )
            for who, text in texts.items()
        )
    )
    [done] = filter(None, edits)
    assert edits.count(None) == 1
    assert done.edited_by in texts
    assert done.text == texts[done.edited_by]
    assert done.updated_at > NOON  # although both had the same time
    assert await store.answers.get(answer.queue, 1) == done
    assert (done.id, done.created_by, done.created_at) == (answer.id, ONE, NOON)
    again = await store.answers.edit(answer.queue, 1, PARKING, OTHER, LATER)
    assert again
    assert (again.content, again.updated_at) == (PARKING, LATER)


async def test_an_edit_of_a_removed_answer_changes_nothing(store: Store) -> None:
    answer = await add(store)
    await store.answers.remove(answer.queue, 1)
    before = await store.queues.revision(HOME)
    assert await store.answers.edit(answer.queue, 1, PARKING, ONE, LATER) is None
    assert await store.answers.add_wording(answer.queue, 1, "lot", ONE, LATER) is None
    assert await store.answers.edit("gone", 1, PARKING, ONE, LATER) is None
    assert await store.answers.add("gone", PARKING, ONE, LATER) is None
    for number in (0, -1, 2**31, 2**63, 10**30):
        assert await store.answers.get(answer.queue, number) is None
        assert await store.answers.edit(answer.queue, number, PARKING, ONE, LATER) is None
        assert await store.answers.remove(answer.queue, number) is None
    assert await store.queues.revision(HOME) == before


async def test_wordings_added_at_once_are_all_kept_and_none_twice(store: Store) -> None:
    answer = await add(store, NewAnswer("Where can I park?", ("lot",), "Behind it."))
    words = [f"wording {n}" for n in range(10)]
    adding = (
        store.answers.add_wording(answer.queue, 1, word, OTHER, NOON)
        for word in (*words, "LOT", "where can i park?", "wording  3\n", "  ")
    )
    assert all(await asyncio.gather(*adding))
    found = await store.answers.get(answer.queue, 1)
    assert found
    assert found.wordings[0] == "lot"
    assert sorted(found.wordings[1:]) == words
    assert found.edited_by == OTHER


async def test_the_limit_holds_when_several_add_the_last_answer(store: Store) -> None:
    queue = await store.queues.get_or_create(HOME)
    await fill_answers(store, queue, store.answers.MAX_PER_QUEUE - 1)
    before = await revision(store)
    asked = (store.answers.add(queue, PARKING, who, NOON) for who in (ONE, OTHER) * 5)
    added = [each for each in await asyncio.gather(*asked) if each]
    assert [each.number for each in added] == [store.answers.MAX_PER_QUEUE]
    assert len(await store.answers.list_for_queue(queue)) == store.answers.MAX_PER_QUEUE
    assert await revision(store) == before + 1
    assert await store.answers.remove(queue, 1)
    assert await store.answers.add(queue, PARKING, ONE, NOON)


async def test_many_answers_are_added_together_or_not_at_all(store: Store) -> None:
    queue = await store.queues.get_or_create(HOME)
    most = store.answers.MAX_PER_QUEUE
    await fill_answers(store, queue, most - 10)
    new = [NewAnswer(f"q{n}", (f"w{n}",), "a") for n in range(6)]
    tries = (store.answers.add_all(queue, new, who, NOON) for who in (ONE, OTHER))
    added = [each for each in await asyncio.gather(*tries) if each]
    assert [[answer.content for answer in each] for each in added] == [new]
    [answers] = added
    assert [answer.number for answer in answers] == list(range(most - 9, most - 3))
    assert await revision(store) == 1
    assert await store.answers.add_all(queue, [], ONE, NOON) == ()
    assert await store.answers.add_all("gone", new, ONE, NOON) == ()
    assert await revision(store) == 1
    assert (await store.answers.list_for_queue(queue))[-6:] == answers


async def test_every_change_and_nothing_else_increases_the_revision(store: Store) -> None:
    assert await store.queues.revision(HOME) is None
    answer = await add(store)
    queue = answer.queue
    assert await store.queues.revision(HOME) == (queue, 1)
    other = await add(store, community=AWAY)
    changes = (
        store.answers.edit(queue, 1, replace(PARKING, text="b"), ONE, LATER),
        store.answers.add_wording(queue, 1, "garage", ONE, LATER),
        store.hidden.hide(queue, "faq/a", "A statement.", "Wrong.", by=ONE, at=NOON),
        store.answers.remove(queue, 1),
    )
    for n, change in enumerate(changes, 2):
        assert await change
        assert await revision(store) == n
    [hidden] = await store.hidden.list_for_queue(queue)
    assert await store.hidden.show(queue, hidden.id)
    assert await revision(store) == 6
    assert await store.queues.revision(AWAY) == (other.queue, 1)
    await store.tips.add(queue, [], NOON)
    assert await store.hidden.show(queue, hidden.id) is None
    assert await store.answers.edit(other.queue, 1, PARKING, ONE, LATER) == other
    assert (await revision(store), await revision(store, AWAY)) == (6, 1)


async def test_a_due_review_is_told_once_until_its_date_changes(store: Store) -> None:
    due = await add(store)
    await add(store, replace(PARKING, review_on=None))
    await add(store, replace(PARKING, review_on=date(2027, 2, 1)), AWAY)
    assert await store.answers.list_due(date(2027, 1, 30)) == ()
    day = date(2027, 1, 31)
    assert await store.answers.list_due(day) == (due,)
    told = await asyncio.gather(*(store.answers.mark_told(due.id) for _ in range(5)))
    assert sorted(told) == [False] * 4 + [True]
    assert await store.answers.list_due(day) == ()
    await store.answers.edit(due.queue, 1, replace(PARKING, text="b"), ONE, LATER)
    assert await store.answers.list_due(day) == ()
    moved = replace(PARKING, review_on=date(2027, 1, 1))
    await store.answers.edit(due.queue, 1, moved, ONE, LATER)
    [again] = await store.answers.list_due(day)
    assert (again.id, again.review_told) == (due.id, False)
    assert not await store.answers.mark_told("gone")
