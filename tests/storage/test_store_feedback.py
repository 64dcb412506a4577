"""Feedback: questions and reports of members, decided once, withdrawn and limited."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import structlog
from databases.manual_changes import change_by_hand
from databases.taught import MEMBER, MODERATOR, fill_feedback, send
from databases.tip_rows import AWAY, HOME, NOON

from storage import Feedback, FeedbackKind, FeedbackState, Store

OTHER = "discord:8"
LATER = NOON + timedelta(minutes=5)


async def test_a_report_is_stored_with_all_that_was_sent(store: Store) -> None:
    queue = await store.queues.get_or_create(HOME)
    sent: dict[str, Any] = {
        "suggestion": "The range is for seniors.",
        "link": "https://example.org/pay",
        "about": "salary ml senior",
        "fingerprint": "f00d",
        "member": MEMBER,
        "community": HOME,
    }
    report = await store.feedback.add(queue, FeedbackKind.REPORT, "It's too low.", NOON, **sent)
    assert report
    stored = {name: getattr(report, name) for name in sent}
    assert stored == sent
    assert (report.number, report.kind, report.text) == (1, "report", "It's too low.")
    assert (report.at, report.state) == (NOON, FeedbackState.WAITING)
    assert (report.reason, report.answer, report.decided_by, report.decided_at) == (None,) * 4
    unnamed = await send(store, member=None)
    assert (unnamed.number, unnamed.kind, unnamed.member) == (2, FeedbackKind.QUESTION, None)
    assert await store.feedback.get(queue, 1) == report
    assert await store.feedback.list_for_queue(queue) == (report, unnamed)
    assert await store.feedback.list_by_member(MEMBER) == (report,)
    assert await store.feedback.list_by_member("") == ()
    assert await store.feedback.count_waiting(queue) == 2
    assert await store.feedback.count_waiting_by(queue, MEMBER) == 1
    assert await store.feedback.count_waiting_by(queue, OTHER) == 0
    assert await store.queues.revision(HOME) == (queue, 0)  # it changes no answer


async def test_of_two_moderators_who_decide_at_once_one_does(store: Store) -> None:
    sent = await send(store)
    deciding = (
        store.feedback.decide(
            sent.queue, 1, state, decided_by=who, at=LATER, reason=reason, answer=answer
        )
        for who, state, reason, answer in (
            (MODERATOR, FeedbackState.ANSWERED, None, 4),
            (OTHER, FeedbackState.DECLINED, "Not for us.", None),
        )
        for _ in range(3)
    )
    [done] = [each for each in await asyncio.gather(*deciding) if each]
    assert await store.feedback.get(sent.queue, 1) == done
    assert done.decided_at == LATER
    decision = (done.state, done.decided_by, done.reason, done.answer)
    assert decision in {
        (FeedbackState.ANSWERED, MODERATOR, None, 4),
        (FeedbackState.DECLINED, OTHER, "Not for us.", None),
    }
    assert await store.feedback.list_for_queue(sent.queue, FeedbackState.WAITING) == ()
    assert await store.feedback.list_for_queue(sent.queue, done.state) == (done,)
    assert await store.feedback.count_waiting(sent.queue) == 0


async def test_a_decision_is_undone_once(store: Store) -> None:
    sent = await send(store)
    assert await store.feedback.reopen(sent.queue, 1, FeedbackState.DECLINED) is None
    await store.feedback.decide(
        sent.queue, 1, FeedbackState.DECLINED, decided_by=OTHER, at=LATER, reason="no"
    )
    assert await store.feedback.reopen(sent.queue, 1, FeedbackState.ANSWERED) is None
    undo = (store.feedback.reopen(sent.queue, 1, FeedbackState.DECLINED) for _ in range(3))
    assert sorted(await asyncio.gather(*undo), key=bool) == [None, None, sent]
    assert await store.feedback.get(sent.queue, 1) == sent


async def test_only_its_author_withdraws_feedback_and_only_while_it_waits(store: Store) -> None:
    sent, later = await send(store), await send(store)
    unnamed, decided = await send(store, member=None), await send(store, member=None)
    queue = sent.queue
    for wrong in ("1", "", "gone"):
        assert await store.feedback.withdraw(wrong, MEMBER) is None
    assert await store.feedback.withdraw(sent.id, OTHER) is None
    assert await store.feedback.withdraw(sent.id, MEMBER) == sent
    assert await store.feedback.withdraw(sent.id, MEMBER) is None
    assert await store.feedback.withdraw(unnamed.id, MEMBER) == unnamed
    assert await store.feedback.withdraw(unnamed.id, MEMBER) is None
    for number in (2, 4):
        await store.feedback.decide(queue, number, FeedbackState.LINKED, decided_by=OTHER, at=LATER)
    assert await store.feedback.withdraw(later.id, MEMBER) is None
    assert await store.feedback.withdraw(decided.id, MEMBER) is None
    left = await store.feedback.list_for_queue(queue)
    assert [each.id for each in left] == [later.id, decided.id]
    assert (await send(store)).number == 5  # a number is never used again


async def test_a_question_is_found_by_its_fingerprint_in_any_state(store: Store) -> None:
    queue = await store.queues.get_or_create(HOME)
    for kind, mark in ((FeedbackKind.QUESTION, "a"), (FeedbackKind.REPORT, "b")):
        assert await store.feedback.add(queue, kind, "q", NOON, fingerprint=mark)
    found = [await store.feedback.has_question(queue, mark) for mark in ("a", "b", "c")]
    assert found == [True, False, False]
    await store.feedback.decide(queue, 1, FeedbackState.DECLINED, decided_by=OTHER, at=LATER)
    assert await store.feedback.has_question(queue, "a")
    assert not await store.feedback.has_question("gone", "a")


async def test_a_withdrawal_and_a_decision_at_once_do_not_both_succeed(store: Store) -> None:
    for number in range(1, 6):
        sent = await send(store)
        decided, withdrawn = await asyncio.gather(
            store.feedback.decide(
                sent.queue, number, FeedbackState.HIDDEN, decided_by=OTHER, at=LATER
            ),
            store.feedback.withdraw(sent.id, MEMBER),
        )
        assert bool(decided) != bool(withdrawn)
        assert await store.feedback.get(sent.queue, number) == decided


async def test_the_limits_hold_when_several_are_sent_at_once(store: Store) -> None:
    queue = await store.queues.get_or_create(HOME)
    most = store.feedback.MAX_WAITING
    await fill_feedback(store, queue, most - 7)

    async def add(member: str | None, limit: int | None = None) -> bool:
        kind = FeedbackKind.QUESTION
        return bool(
            await store.feedback.add(queue, kind, "q", NOON, member=member, member_limit=limit)
        )

    sent = await asyncio.gather(*(add(MEMBER, limit=5) for _ in range(12)))
    assert sent.count(True) == 5
    assert await add(OTHER, limit=5)
    sent = await asyncio.gather(*(add(None) for _ in range(8)))
    assert sent.count(True) == 1
    assert await store.feedback.count_waiting(queue) == most
    [first, *_] = await store.feedback.list_by_member(MEMBER)
    assert await store.feedback.withdraw(first.id, MEMBER)
    assert not await add(MEMBER, limit=4)
    assert await add(MEMBER, limit=5)
    waiting = await store.feedback.list_for_queue(queue, FeedbackState.WAITING)
    numbers = {each.number for each in waiting}
    assert [each.number for each in waiting] == sorted(numbers)
    assert numbers == set(range(1, most + 2)) - {first.number}


async def test_a_queue_or_number_that_does_not_exist_changes_nothing(store: Store) -> None:
    sent = await send(store)
    other = await store.queues.get_or_create(AWAY)
    declined = FeedbackState.DECLINED
    assert await store.feedback.add("gone", FeedbackKind.QUESTION, "q", NOON) is None
    places = [(sent.queue, number) for number in (0, -1, 2, 2**31, 10**30)]
    for queue, number in (*places, (other, 1), ("gone", 1)):
        assert await store.feedback.get(queue, number) is None
        by: dict[str, Any] = {"decided_by": OTHER, "at": LATER}
        assert await store.feedback.decide(queue, number, declined, **by) is None
        assert await store.feedback.reopen(queue, number, declined) is None
    assert await store.feedback.list_for_queue(sent.queue) == (sent,)


async def test_an_unknown_state_or_kind_is_read_as_unknown_and_left_alone(store: Store) -> None:
    sent = await send(store)
    await change_by_hand(store, "UPDATE feedback SET state = 'later', kind = 'praise'")
    found = await store.feedback.get(sent.queue, 1)
    assert found == replace(sent, state=FeedbackState.UNKNOWN, kind=FeedbackKind.UNKNOWN)
    assert await store.feedback.list_for_queue(sent.queue) == (found,)
    assert await store.feedback.count_waiting(sent.queue) == 0
    declined = FeedbackState.DECLINED
    assert await store.feedback.decide(sent.queue, 1, declined, decided_by=OTHER, at=LATER) is None


@pytest.mark.parametrize("change", ["at = 'then'", "number = 'x'", "decided_at = 'soon'"])
async def test_feedback_that_cannot_be_read_does_not_hide_the_rest(
    sqlite_url: str, change: str
) -> None:
    async with await Store.open(sqlite_url) as store:
        sent, sound = await send(store), await send(store)
        await change_by_hand(store, f"UPDATE feedback SET {change} WHERE id = '{sent.id}'")  # noqa: S608
        with structlog.testing.capture_logs() as logs:
            assert await store.feedback.list_for_queue(sent.queue) == (sound,)
        assert [line["event"] for line in logs] == ["row skipped"]


async def test_a_question_that_is_kept_without_a_name_is_kept_once(store: Store) -> None:
    queue = await store.queues.get_or_create(HOME)
    other = await store.queues.get_or_create(AWAY)

    async def keep(queue: str) -> Feedback | None:
        kind = FeedbackKind.QUESTION
        return await store.feedback.add(queue, kind, "When?", NOON, fingerprint="when", once=True)

    assert not await store.feedback.has_question(queue, "when")
    kept = await asyncio.gather(*(keep(queue) for _ in range(5)), keep(other))
    assert sum(each is not None for each in kept[:5]) == 1
    assert kept[5] is not None
    assert await store.feedback.has_question(queue, "when")
    assert not await store.feedback.has_question(queue, "where")
