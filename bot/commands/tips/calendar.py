"""The times of weekly tips: what comes when, and what is decided about one of them by hand."""

from datetime import UTC, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example, Permission, command, truncate
from bot.errors import Refusal
from bot.reply import (
    Action,
    Actions,
    Channel,
    Column,
    Fields,
    Heading,
    Mention,
    Node,
    Paragraph,
    Prose,
    Reply,
    Table,
    Time,
)
from bot.tips import notices as words
from bot.tips.bench import LISTED, SCHEDULES, Bench
from bot.tips.calendar import Slot, slots
from bot.tips.completion import schedules, tips
from bot.tips.message import post
from bot.tips.planning import postable
from bot.tips.recurrence import next_due
from bot.tips.schedule_input import numbers, times
from bot.tips.usable import fault, usable
from bot.tips.validation import ALIVE
from storage import OccurrenceState, Schedule, ScheduleState, Tip, TipState

_WEEKS, _MOST = 6, 26
_SHOWN = 50
_STAMP = "%Y%m%dT%H%M%SZ"
_FRESH = timedelta(hours=1)  # in which "post now" is meant
_SCHEDULE = "the schedule's number"
_WHICH = Arg(_SCHEDULE, numbers, autocomplete=schedules(ScheduleState.ACTIVE))
_RESTING = Arg(
    _SCHEDULE, numbers, autocomplete=schedules(ScheduleState.PAUSED, ScheduleState.STOPPED)
)
_ANY = Arg(_SCHEDULE, numbers, autocomplete=schedules())
_TIP = Arg("the tip's number; the next one without it", numbers, autocomplete=tips(*ALIVE))
_NEXT = Arg("the tip to post next", numbers, autocomplete=tips(TipState.QUEUED))


@command(
    Example("tips calendar", shows=("Mon 2026-11-23 09:00",)),
    permission=Permission.MODERATORS,
)
async def tips_calendar(
    context: CommandContext,
    weeks: Annotated[int, Arg("how many times of each schedule", times)] = _WEEKS,
) -> Reply:
    """See what is posted when: in the channel's zone, and in yours."""
    bench = await Bench.of(context)
    active = [
        each
        for each in await bench.desk.store.schedules.of(bench.queue)
        if each.state is ScheduleState.ACTIVE
    ]
    sound = [each for each in active if not fault(each.plan)]
    found = [slot for each in sound for slot in await slots(bench.desk, each, min(weeks, _MOST))]
    left_out = [
        Paragraph(f"Schedule {each.number} posts nothing: {fault(each.plan)}.")
        for each in active
        if each not in sound
    ]
    if not active:
        nothing = Paragraph("No schedule posts at the moment.")
        return Reply((Heading("Calendar"), nothing, Actions((SCHEDULES, LISTED))))
    rows = tuple(_row(slot) for slot in sorted(found, key=lambda slot: slot.due_at))
    columns = (Column("there", nowrap=True), Column("for you"), Column("schedule"), Column("tip"))
    table = [Table(columns, rows)] if rows else []
    return Reply((Heading("Calendar"), *table, *left_out, Actions((SCHEDULES, LISTED))))


def _row(slot: Slot) -> tuple[Prose, ...]:
    there = slot.due_at.astimezone(ZoneInfo(slot.schedule.plan.zone))
    says = f"{slot.tip.number}: {truncate(slot.tip.text, _SHOWN)}" if slot.tip else "no tip left"
    says = "skipped" if slot.skipped else says
    return (f"{there:%a %Y-%m-%d %H:%M}", (Time(slot.due_at),), f"{slot.schedule.number}", says)


@command(
    Example("tips preview", shows=("Tip of the week",)),
    permission=Permission.MODERATORS,
)
async def tips_preview(
    context: CommandContext,
    tip: Annotated[int | None, _TIP] = None,
    schedule: Annotated[int | None, _ANY] = None,
) -> Reply:
    """See a tip just as it is posted, and how it goes out."""
    bench = await Bench.of(context)
    plan = await _schedule(bench, schedule)
    slot = (await slots(bench.desk, plan, 1))[0] if plan else None
    chosen = await bench.tip(tip) if tip else slot.tip if slot else None
    if chosen is None:
        queued = await bench.desk.store.tips.of(bench.queue, TipState.QUEUED)
        if not queued or plan:
            raise Refusal("There is no tip to post.", LISTED)
        chosen = queued[0]
    nodes: tuple[Node, ...] = post(chosen, context.content).nodes
    if plan and slot:
        nodes = (*nodes, Heading("How it goes out"), Fields(_how(plan, slot, chosen)))
    return Reply((*nodes, Actions((SCHEDULES, LISTED))))


async def _schedule(bench: Bench, number: int | None) -> Schedule | None:
    if number is not None:
        return await bench.schedule(number)
    found = await bench.desk.store.schedules.of(bench.queue)
    return min(found, key=lambda each: each.next_due, default=None)


def _how(schedule: Schedule, slot: Slot, tip: Tip) -> tuple[tuple[str, Prose], ...]:
    plan = schedule.plan
    steps = [*(["pinned"] if plan.pin else []), *(["with a thread"] if plan.thread else [])]
    next_one = slot.tip is not None and slot.tip.id == tip.id
    due: Prose = (Time(slot.due_at),) if next_one else "when its turn comes"
    return (
        ("tip", f"{tip.number}, {tip.state}"),
        ("when", due),
        ("where", (Channel(plan.channel), f", schedule {schedule.number}")),
        ("then", ", ".join(steps) or "nothing more"),
        ("notifies", (Mention(plan.mention),) if plan.mention else "nobody"),
    )


@command(
    Example("tips now 1", shows=("Post this now",)),
    permission=Permission.MODERATORS,
)
async def tips_now(context: CommandContext, schedule: Annotated[int, _WHICH]) -> Reply:
    """Post the next tip of a schedule at once; asks before it does.

    The schedule itself goes on as before.
    """
    bench = await Bench.of(context)
    its = await _active(bench, schedule)
    await postable(bench, its.plan.channel, its.plan)
    [slot] = await slots(bench.desk, its, 1)
    if slot.tip is None:
        raise Refusal("There is no tip to post.", LISTED)
    once = {"schedule": str(schedule), "once": words.stamp(context.now)}
    says = Paragraph(("Post this now in ", Channel(its.plan.channel), "?"))
    drawn = post(slot.tip, context.content).nodes
    yes = Action("yes, post it", Call("tips-post", once))
    return Reply((says, *drawn, Actions((yes, LISTED))))


@command(permission=Permission.MODERATORS, hidden=True)
async def tips_post(
    context: CommandContext,
    schedule: Annotated[int, _WHICH],
    once: Annotated[str, Arg("when it was asked for", max_length=20)],
) -> Reply:
    """Post the next tip of a schedule at once, however often the button is pressed."""
    bench = await Bench.of(context)
    its, at = await _active(bench, schedule), _moment(once)
    if at is None or not timedelta() <= context.now - at <= _FRESH:
        raise Refusal("That button is too old. Ask for the post anew.", SCHEDULES)
    await postable(bench, its.plan.channel, its.plan)
    plan = bench.desk.store.occurrences.plan
    if not await plan(its.id, at, its.plan.channel, OccurrenceState.DUE):
        raise Refusal("That was asked for already, and is posted once.", SCHEDULES)
    await bench.note("asked to post", f"schedule {schedule}")
    says = Paragraph("It is posted within half a minute.")
    return Reply((says, Actions((SCHEDULES, LISTED))))


async def _active(bench: Bench, number: int) -> Schedule:
    its = await bench.schedule(number)
    if its.state is not ScheduleState.ACTIVE:
        raise Refusal(f"Schedule {number} is {its.state}: resume it first.", SCHEDULES)
    usable(its.plan, number)
    return its


@command(
    Example("tips skip 1", shows=("is skipped",)),
    permission=Permission.MODERATORS,
)
async def tips_skip(context: CommandContext, schedule: Annotated[int, _WHICH]) -> Reply:
    """Leave out the next time of a schedule."""
    bench = await Bench.of(context)
    its = await bench.schedule(schedule)
    done = await bench.desk.store.occurrences.plan(
        its.id, its.next_due, its.plan.channel, OccurrenceState.SKIPPED
    )
    if not done:
        raise Refusal("That one is being posted already.", SCHEDULES)
    await bench.note("skipped", f"schedule {schedule} {words.stamp(its.next_due)}")
    says: Prose = (f"The time of schedule {schedule} on ", Time(its.next_due), " is skipped.")
    calendar = Action("the calendar", Call("tips-calendar"))
    return Reply((Paragraph(says), Actions((calendar, SCHEDULES))))


@command(
    Example("tips swap 1 2", shows=("Tip 2",)),
    permission=Permission.MODERATORS,
)
async def tips_swap(
    context: CommandContext,
    schedule: Annotated[int, _WHICH],
    tip: Annotated[int, _NEXT],
) -> Reply:
    """Choose the tip that a schedule posts next, also in place of a time that was skipped."""
    bench = await Bench.of(context)
    its, chosen = await bench.schedule(schedule), await bench.tip(tip)
    if chosen.state is not TipState.QUEUED:
        raise Refusal(f"Tip {tip} is {chosen.state}: approve it first.", LISTED)
    done = await bench.desk.store.occurrences.plan(
        its.id, its.next_due, its.plan.channel, OccurrenceState.PLANNED, chosen.id
    )
    if not done:
        raise Refusal("That one is being posted already.", SCHEDULES)
    await bench.note("swapped", f"schedule {schedule} tip {tip}")
    says: Prose = (f"Tip {tip} is posted by schedule {schedule} on ", Time(its.next_due), ".")
    look = Call("tips-preview", {"tip": str(tip), "schedule": str(schedule)})
    return Reply((Paragraph(says), Actions((Action("preview", look), SCHEDULES))))


@command(Example("tips pause 1", shows=("paused",)), permission=Permission.MODERATORS)
async def tips_pause(context: CommandContext, schedule: Annotated[int, _WHICH]) -> Reply:
    """Let a schedule rest until it is resumed."""
    return await _turned(context, schedule, ScheduleState.PAUSED, "tips-resume", "resume it")


@command(Example("tips resume 1", shows=("active",)), permission=Permission.MODERATORS)
async def tips_resume(context: CommandContext, schedule: Annotated[int, _RESTING]) -> Reply:
    """Let a schedule post again, from its next time on."""
    return await _turned(context, schedule, ScheduleState.ACTIVE, "tips-pause", "pause it")


@command(Example("tips stop 1", shows=("removed",)), permission=Permission.MODERATORS)
async def tips_stop(context: CommandContext, schedule: Annotated[int, _ANY]) -> Reply:
    """Remove a schedule; what its channel has had stays known."""
    return await _turned(
        context, schedule, ScheduleState.REMOVED, "tips-schedules", "all schedules"
    )


async def _turned(
    context: CommandContext, number: int, state: ScheduleState, then: str, label: str
) -> Reply:
    bench = await Bench.of(context)
    its = await bench.schedule(number)
    moment = its.next_due
    if state is ScheduleState.ACTIVE:
        moment = next_due(usable(its.plan, number), context.now)
        await postable(bench, its.plan.channel, its.plan)
    await bench.desk.store.schedules.change(its.id, state=state, next_due=moment)
    await bench.note(str(state), f"schedule {number}")
    args = {} if state is ScheduleState.REMOVED else {"schedule": str(number)}
    options = (Action(label, Call(then, args)), LISTED)
    return Reply((Paragraph(f"Schedule {number} is {state}."), Actions(options)))


def _moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


@command(permission=Permission.MODERATORS, hidden=True)
async def tips_settle(
    context: CommandContext,
    schedule: Annotated[int, _WHICH],
    due: Annotated[str, Arg("which time", max_length=20)],
    deed: Annotated[str, Arg("post or leave", max_length=8)],
) -> Reply:
    """Say what becomes of a post that may have been made, or is late."""
    bench = await Bench.of(context)
    its, at = await bench.schedule(schedule), _moment(due)
    store = bench.desk.store.occurrences
    it = await store.one(its.id, at) if at else None
    if it is None or deed not in {"post", "leave"}:
        raise Refusal("There is nothing to decide any more.", SCHEDULES)
    if deed == "post":
        await postable(bench, it.channel, its.plan)
    uncertain = it.state is OccurrenceState.UNCERTAIN
    left = OccurrenceState.DONE if uncertain else OccurrenceState.SKIPPED
    state = OccurrenceState.DUE if deed == "post" else left
    of = [OccurrenceState.UNCERTAIN, OccurrenceState.ASKING]
    message = "unknown" if uncertain and deed == "leave" else None
    done = await store.decide(it.schedule, it.due_at, state, of=of, at=context.now, message=message)
    if not done:
        raise Refusal("That is decided already.", SCHEDULES)
    await bench.note("decided", f"schedule {schedule} {due} {deed}")
    says = "It is posted within half a minute." if deed == "post" else "It stays as it is."
    return Reply((Paragraph(says), Actions((SCHEDULES, LISTED))))
