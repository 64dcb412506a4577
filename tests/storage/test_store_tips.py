"""Queues of tips, schedules, occurrences and their receipts, on both databases."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from storage import (
    Missed,
    NewTip,
    Occurrence,
    OccurrenceState,
    Plan,
    Schedule,
    ScheduleState,
    Step,
    StepState,
    Store,
    Tip,
    TipState,
)

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
WEEK = timedelta(weeks=1)
LEASE = timedelta(minutes=2)
HOME, AWAY = "discord:1", "slack:T2"
PLAN = Plan(HOME, "discord:11", 0, 9 * 60, "Europe/Berlin", date(2026, 11, 23), missed=Missed.ASK)


async def filled(store: Store, *texts: str, community: str = HOME) -> tuple[str, tuple[Tip, ...]]:
    queue = await store.tips.queue_of(community)
    return queue, await store.tips.add(queue, [NewTip(text) for text in texts], NOON)


async def scheduled(store: Store, community: str = HOME) -> Schedule:
    queue = await store.tips.queue_of(community)
    plan = replace(PLAN, community=community)
    made = await store.schedules.add(queue, plan, "discord:7", NOON, NOON)
    assert made
    return made


async def due(store: Store, schedule: Schedule, at: datetime = NOON) -> Occurrence:
    assert await store.schedules.advance(schedule, [(at, OccurrenceState.DUE)], at + WEEK)
    mine = await store.occurrences.claim(schedule.id, at, "me", at, at + LEASE)
    assert mine
    return mine


async def texts(store: Store, queue: str, *states: TipState) -> list[str]:
    return [tip.text for tip in await store.tips.of(queue, *states)]


async def test_a_community_has_one_queue_and_numbers_are_never_given_twice(store: Store) -> None:
    queue, (one, two) = await filled(store, "a", "b")
    assert await store.tips.queue_of(HOME) == queue
    assert await store.tips.queue_of(AWAY) != queue
    assert [one.number, two.number] == [1, 2]
    gone = await store.tips.decide(queue, 2, TipState.REMOVED, of=[TipState.QUEUED])
    assert gone
    [third] = await store.tips.add(queue, [NewTip("c")], NOON)
    assert third.number == 3
    assert await texts(store, queue, TipState.QUEUED) == ["a", "c"]


async def test_many_who_add_at_once_get_numbers_of_their_own(store: Store) -> None:
    queues = await asyncio.gather(*(store.tips.queue_of(HOME) for _ in range(20)))
    assert len(set(queues)) == 1
    adds = (store.tips.add(queues[0], [NewTip(str(n))], NOON) for n in range(20))
    added = [tip for found in await asyncio.gather(*adds) for tip in found]
    assert sorted(tip.number for tip in added) == list(range(1, 21))


async def test_a_tip_is_moved_edited_and_decided_only_from_the_states_that_allow_it(
    store: Store,
) -> None:
    queue, _ = await filled(store, "a", "b", "c")
    assert await store.tips.move(queue, 3, 1)
    assert await texts(store, queue) == ["c", "a", "b"]
    assert await store.tips.move(queue, 3, 99)
    assert await texts(store, queue) == ["a", "b", "c"]
    assert not await store.tips.move(queue, 9, 1)
    edited = await store.tips.edit(queue, 2, text="B", link="https://x.y")
    assert edited
    assert (edited.text, edited.link) == ("B", "https://x.y")
    of = [TipState.SUGGESTED]
    assert await store.tips.decide(queue, 2, TipState.DENIED, of=of, reason="no") is None
    [mine] = await store.tips.add(queue, [NewTip("d")], NOON, ("discord:5", HOME))
    assert (mine.state, mine.suggested_by, mine.suggested_in) == ("suggested", "discord:5", HOME)
    denied = await store.tips.decide(queue, 4, TipState.DENIED, of=of, reason="no")
    assert denied
    assert denied.reason == "no"
    assert await store.tips.decide(queue, 4, TipState.QUEUED, of=of) is None


async def test_a_schedule_is_kept_changed_and_advanced_once(store: Store) -> None:
    schedule = await scheduled(store)
    assert schedule.plan == PLAN
    assert await store.schedules.one(schedule.queue, 1) == schedule
    advances = (
        store.schedules.advance(schedule, [(NOON, OccurrenceState.DUE)], NOON + WEEK)
        for _ in range(10)
    )
    assert sorted(await asyncio.gather(*advances)) == [False] * 9 + [True]
    [occurrence] = await store.occurrences.open()
    assert (occurrence.due_at, occurrence.channel) == (NOON, PLAN.channel)
    paused = await store.schedules.change(schedule.id, state=ScheduleState.PAUSED)
    assert paused
    assert await store.schedules.active() == ()
    assert not await store.schedules.advance(paused, [], NOON + 2 * WEEK)
    await store.schedules.change(schedule.id, state=ScheduleState.REMOVED)
    assert await store.schedules.of(schedule.queue) == ()
    assert await store.schedules.one(schedule.queue, 1) is None


async def test_one_instance_at_a_time_works_on_an_occurrence(store: Store) -> None:
    schedule = await scheduled(store)
    await store.schedules.advance(schedule, [(NOON, OccurrenceState.DUE)], NOON + WEEK)

    async def claim(owner: str, now: datetime = NOON) -> Occurrence | None:
        return await store.occurrences.claim(schedule.id, NOON, owner, now, now + LEASE)

    claims = await asyncio.gather(*(claim(f"i{n}") for n in range(10)))
    [mine] = [each for each in claims if each]
    assert await claim("other") is None
    assert await claim(str(mine.owner))  # renewed
    other = await claim("other", NOON + LEASE)
    assert other
    assert not await store.occurrences.posted(mine, "discord:11/1", NOON)
    assert await store.occurrences.posted(other, "discord:11/1", NOON)
    assert await store.occurrences.release(other, NOON + WEEK)
    assert await claim("me") is None
    assert await claim("me", NOON + WEEK)


async def test_a_lease_of_a_clock_that_was_wrong_does_not_last(store: Store) -> None:
    schedule = await scheduled(store)
    await store.schedules.advance(schedule, [(NOON, OccurrenceState.DUE)], NOON + WEEK)
    ahead = NOON + timedelta(hours=1)
    assert await store.occurrences.claim(schedule.id, NOON, "dead", ahead, ahead + LEASE)
    assert await store.occurrences.claim(schedule.id, NOON, "me", NOON, NOON + LEASE)


async def test_each_step_has_a_receipt_that_counts_its_attempts(store: Store) -> None:
    _, (tip,) = await filled(store, "a")
    mine = await due(store, await scheduled(store))
    assert await store.occurrences.choose(mine, tip.id)
    await store.occurrences.receive(mine, Step.POST, StepState.TRYING, NOON)
    await store.occurrences.receive(mine, Step.POST, StepState.TRYING, NOON, "busy")
    await store.occurrences.posted(mine, "discord:11/1", NOON)
    await store.occurrences.receive(mine, Step.PIN, StepState.WAITING, NOON, "full")
    await store.occurrences.receive(mine, Step.PIN, StepState.FAILED, NOON, "full")
    assert await store.occurrences.settle(mine, OccurrenceState.DONE)
    assert not await store.occurrences.receive(mine, Step.PIN, StepState.DONE, NOON)
    [done] = await store.occurrences.of(tip.queue, OccurrenceState.DONE)
    assert (done.tip, done.message, done.owner) == (tip.id, "discord:11/1", None)
    post, pin = done.receipts[Step.POST], done.receipts[Step.PIN]
    assert (post.state, post.tries, post.says) == (StepState.DONE, 2, None)
    assert (pin.state, pin.tries, pin.says) == (StepState.FAILED, 1, "full")
    assert await store.occurrences.history(tip.queue, PLAN.channel) == (tip.id,)


async def test_what_was_pinned_before_is_found(store: Store) -> None:
    schedule = await scheduled(store)
    for n in range(2):
        mine = await due(store, schedule, NOON + n * WEEK)
        assert await store.occurrences.pinned_before(mine) == ("m0" if n else None)
        await store.occurrences.posted(mine, f"m{n}", NOON)
        await store.occurrences.receive(mine, Step.PIN, StepState.DONE, NOON)
        await store.occurrences.settle(mine, OccurrenceState.DONE)
        schedule = await store.schedules.by_id(schedule.id) or schedule


async def test_what_is_planned_by_hand_comes_as_planned(store: Store) -> None:
    _, (a, b) = await filled(store, "a", "b")
    schedule = await scheduled(store)
    plan = store.occurrences.plan
    here = (schedule.id, NOON, PLAN.channel)
    assert await plan(*here, OccurrenceState.PLANNED, a.id)
    assert await plan(*here, OccurrenceState.PLANNED, b.id)
    assert await store.occurrences.open() == ()
    await store.schedules.advance(schedule, [(NOON, OccurrenceState.DUE)], NOON + WEEK)
    [occurrence] = await store.occurrences.open()
    assert occurrence.tip == b.id
    assert not await plan(*here, OccurrenceState.SKIPPED)
    assert not await plan(*here, OccurrenceState.DUE)


async def test_a_doubtful_post_is_decided_once(store: Store) -> None:
    mine = await due(store, await scheduled(store))
    await store.occurrences.receive(mine, Step.POST, StepState.TRYING, NOON)
    assert await store.occurrences.settle(mine, OccurrenceState.UNCERTAIN)
    again = (mine.schedule, mine.due_at, OccurrenceState.DUE)
    decisions = (
        store.occurrences.decide(*again, of=[OccurrenceState.UNCERTAIN], at=NOON) for _ in range(5)
    )
    assert sorted(await asyncio.gather(*decisions)) == [False] * 4 + [True]
    [open_] = await store.occurrences.open()
    assert open_.receipts == {}


async def test_the_audit_and_notices(store: Store) -> None:
    queue = await store.tips.queue_of(HOME)
    for n in range(3):
        await store.audit.write(queue, NOON, "discord:7", "added", f"tip {n}")
    await store.audit.refused(queue, NOON, "discord:9", "tips-add")
    await store.audit.refused(queue, NOON + timedelta(seconds=5), "discord:9", "tips-add")
    deeds = await store.audit.of(queue, 10)
    assert [(each.deed, each.about) for each in deeds][:2] == [
        ("refused", "tips-add"),
        ("added", "tip 2"),
    ]
    assert await store.audit.count(queue) == 4
    told = await asyncio.gather(*(store.audit.tell_once(queue, "x", NOON) for _ in range(5)))
    assert sorted(told) == [False] * 4 + [True]
    await store.audit.untold(queue, "x")
    assert await store.audit.tell_once(queue, "x", NOON)


async def test_two_communities_join_their_queues_and_part_with_a_copy_each(store: Store) -> None:
    mine, _ = await filled(store, "a", "b")
    theirs, _ = await filled(store, "b", "c", community=AWAY)
    schedule = await scheduled(store, AWAY)
    await store.audit.write(theirs, NOON, "slack:T2/U1", "added", "tip 1")
    code = await store.links.code(HOME, "discord:7", NOON, NOON + LEASE)
    assert await store.links.join(code, HOME, NOON) is None
    assert await store.links.join(code, AWAY, NOON + LEASE) is None
    assert await store.links.join(code, AWAY, NOON) == HOME
    assert await store.links.join(code, AWAY, NOON) is None
    assert await store.tips.queue_of(AWAY) == mine
    assert await texts(store, mine) == ["a", "b", "c"]
    assert await store.tips.communities_of(mine) == (HOME, AWAY)
    assert [each.id for each in await store.schedules.of(mine)] == [schedule.id]
    assert await store.audit.count(mine) == 1
    assert await store.links.part(AWAY)
    assert not await store.links.part(AWAY)
    away = await store.tips.queue_of(AWAY)
    assert await texts(store, away) == await texts(store, mine) == ["a", "b", "c"]
    assert await store.schedules.of(mine) == ()
    assert [each.id for each in await store.schedules.of(away)] == [schedule.id]
    assert await store.audit.count(away) == await store.audit.count(mine) == 1


async def test_what_a_channel_has_had_outlives_joining_and_parting(store: Store) -> None:
    await filled(store, "a", "b")
    theirs, (b,) = await filled(store, "b", community=AWAY)
    done = await due(store, await scheduled(store, AWAY))
    await store.occurrences.choose(done, b.id)
    await store.occurrences.posted(done, "m", NOON)
    await store.occurrences.settle(done, OccurrenceState.DONE)
    assert await store.occurrences.history(theirs, PLAN.channel) == (b.id,)
    code = await store.links.code(HOME, "discord:7", NOON, NOON + LEASE)
    await store.links.join(code, AWAY, NOON)
    for part in (False, True):
        if part:
            await store.links.part(AWAY)
        queue = await store.tips.queue_of(AWAY)
        [had] = await store.occurrences.history(queue, PLAN.channel)
        tip = await store.tips.by_id(had)
        assert tip
        assert (tip.queue, tip.text) == (queue, "b")


async def test_a_person_sees_all_that_is_kept_and_can_have_it_erased(store: Store) -> None:
    queue, _ = await filled(store, "a")
    for text in ("mine", "taken"):
        await store.tips.add(queue, [NewTip(text)], NOON, ("discord:7", HOME))
    await store.tips.decide(queue, 3, TipState.QUEUED, of=[TipState.SUGGESTED])
    schedule = await scheduled(store)
    await store.audit.write(queue, NOON, "discord:7", "suggested", "tip 2")
    kept = await store.persons.personal("discord:7")
    assert [tip.text for tip in kept.suggestions] == ["mine", "taken"]
    assert kept.schedules == (schedule,)
    assert [deed.about for deed in kept.deeds] == ["tip 2"]
    await store.erase("discord:7")
    assert await store.persons.personal("discord:7") == type(kept)((), (), ())
    assert await texts(store, queue) == ["a", "taken"]
    assert [each.who for each in await store.audit.of(queue, 9)] == [None]


async def test_a_community_that_is_gone_leaves_nothing_but_what_it_shared(store: Store) -> None:
    queue, _ = await filled(store, "a")
    await due(store, await scheduled(store))
    await due(store, await scheduled(store, AWAY))
    code = await store.links.code(HOME, "discord:7", NOON, NOON + LEASE)
    await store.links.join(code, AWAY, NOON)
    assert {HOME, AWAY} <= await store.communities()
    await store.erase_community(HOME)
    assert await texts(store, queue) == ["a"]
    assert [each.plan.community for each in await store.schedules.of(queue)] == [AWAY]
    await store.erase_community(AWAY)
    assert await store.tips.queues() == ()
    assert await store.occurrences.open() == ()
    assert await store.schedules.of(queue) == ()
    assert not {HOME, AWAY} & await store.communities()
