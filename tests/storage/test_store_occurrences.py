"""Occurrences, the leases on them and their receipts."""

import asyncio
from datetime import datetime, timedelta

from databases.tip_rows import LEASE, NOON, PLAN, WEEK, add_schedule, claim_due, fill_queue

from storage import Occurrence, OccurrenceState, Step, StepState, Store


async def test_one_instance_at_a_time_works_on_an_occurrence(store: Store) -> None:
    schedule = await add_schedule(store)
    await store.schedules.advance(schedule, [(NOON, OccurrenceState.DUE)], NOON + WEEK)

    async def claim(owner: str, now: datetime = NOON) -> Occurrence | None:
        return await store.occurrences.claim(schedule.id, NOON, owner, now, now + LEASE)

    claims = await asyncio.gather(*(claim(f"i{n}") for n in range(10)))
    [mine] = [each for each in claims if each]
    assert await claim("other") is None
    assert await claim(str(mine.owner))  # renewed
    other = await claim("other", NOON + LEASE)
    assert other
    assert not await store.occurrences.record_post(mine, "discord:11/1", NOON)
    assert await store.occurrences.record_post(other, "discord:11/1", NOON)
    assert await store.occurrences.release(other, NOON + WEEK)
    assert await claim("me") is None
    assert await claim("me", NOON + WEEK)


async def test_a_lease_of_a_clock_that_was_wrong_does_not_last(store: Store) -> None:
    schedule = await add_schedule(store)
    await store.schedules.advance(schedule, [(NOON, OccurrenceState.DUE)], NOON + WEEK)
    ahead = NOON + timedelta(hours=1)
    assert await store.occurrences.claim(schedule.id, NOON, "dead", ahead, ahead + LEASE)
    assert await store.occurrences.claim(schedule.id, NOON, "me", NOON, NOON + LEASE)


async def test_each_step_has_a_receipt_that_counts_its_attempts(store: Store) -> None:
    _, (tip,) = await fill_queue(store, "a")
    mine = await claim_due(store, await add_schedule(store))
    assert await store.occurrences.set_tip(mine, tip.id)
    await store.occurrences.record_step(mine, Step.POST, StepState.TRYING, NOON)
    await store.occurrences.record_step(mine, Step.POST, StepState.TRYING, NOON, "busy")
    await store.occurrences.record_post(mine, "discord:11/1", NOON)
    await store.occurrences.record_step(mine, Step.PIN, StepState.WAITING, NOON, "full")
    await store.occurrences.record_step(mine, Step.PIN, StepState.FAILED, NOON, "full")
    assert await store.occurrences.finish(mine, OccurrenceState.DONE)
    assert not await store.occurrences.record_step(mine, Step.PIN, StepState.DONE, NOON)
    [done] = await store.occurrences.list_for_queue(tip.queue, OccurrenceState.DONE)
    assert (done.tip, done.message, done.owner) == (tip.id, "discord:11/1", None)
    post, pin = done.receipts[Step.POST], done.receipts[Step.PIN]
    assert (post.state, post.tries, post.error) == (StepState.DONE, 2, None)
    assert (pin.state, pin.tries, pin.error) == (StepState.FAILED, 1, "full")
    assert await store.occurrences.list_posted_tips(tip.queue, PLAN.channel) == (tip.id,)


async def test_the_previous_pin_is_found(store: Store) -> None:
    schedule = await add_schedule(store)
    for n in range(2):
        mine = await claim_due(store, schedule, NOON + n * WEEK)
        assert await store.occurrences.find_previous_pin(mine) == ("m0" if n else None)
        await store.occurrences.record_post(mine, f"m{n}", NOON)
        await store.occurrences.record_step(mine, Step.PIN, StepState.DONE, NOON)
        await store.occurrences.finish(mine, OccurrenceState.DONE)
        schedule = await store.schedules.get_by_id(schedule.id) or schedule


async def test_a_planned_occurrence_comes_due_as_planned(store: Store) -> None:
    _, (a, b) = await fill_queue(store, "a", "b")
    schedule = await add_schedule(store)
    plan = store.occurrences.plan
    here = (schedule.id, NOON, PLAN.channel)
    assert await plan(*here, OccurrenceState.PLANNED, a.id)
    assert await plan(*here, OccurrenceState.PLANNED, b.id)
    assert await store.occurrences.list_due() == ()
    await store.schedules.advance(schedule, [(NOON, OccurrenceState.DUE)], NOON + WEEK)
    [occurrence] = await store.occurrences.list_due()
    assert occurrence.tip == b.id
    assert not await plan(*here, OccurrenceState.SKIPPED)
    assert not await plan(*here, OccurrenceState.DUE)


async def test_a_doubtful_post_is_decided_once(store: Store) -> None:
    mine = await claim_due(store, await add_schedule(store))
    await store.occurrences.record_step(mine, Step.POST, StepState.TRYING, NOON)
    assert await store.occurrences.finish(mine, OccurrenceState.UNCERTAIN)
    again = (mine.schedule, mine.due_at, OccurrenceState.DUE)
    decisions = (
        store.occurrences.decide(*again, current_states=[OccurrenceState.UNCERTAIN], at=NOON)
        for _ in range(5)
    )
    assert sorted(await asyncio.gather(*decisions)) == [False] * 4 + [True]
    [open_] = await store.occurrences.list_due()
    assert open_.receipts == {}


async def test_nothing_is_planned_for_a_removed_schedule(store: Store) -> None:
    plan = store.occurrences.plan
    assert not await plan("gone", NOON, PLAN.channel, OccurrenceState.DUE)
    assert await store.occurrences.list_due() == ()


async def test_a_moderator_can_say_that_it_was_posted(store: Store) -> None:
    schedule = await add_schedule(store)
    mine = await claim_due(store, schedule)
    await store.occurrences.finish(mine, OccurrenceState.UNCERTAIN)
    of, later = [OccurrenceState.UNCERTAIN], NOON + LEASE
    there = (mine.schedule, NOON, OccurrenceState.DONE)
    assert await store.occurrences.decide(*there, current_states=of, at=later, message="unknown")
    done = await store.occurrences.get(mine.schedule, NOON)
    assert done
    assert (done.message, done.posted_at, done.since) == ("unknown", NOON, later)
