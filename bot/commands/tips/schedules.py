"""Schedules of weekly tips: make them, see them, change them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated
from zoneinfo import ZoneInfo

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example, Permission, PickerType, command
from bot.errors import Refusal
from bot.formatting import pluralize
from bot.reply import (
    Action,
    Actions,
    Channel,
    Fields,
    Heading,
    Mention,
    Node,
    Paragraph,
    Prose,
    Reply,
    Time,
)
from bot.tips import notices as words
from bot.tips.bench import LISTED, Bench
from bot.tips.completion import schedules
from bot.tips.context import UNUSABLE
from bot.tips.planning import notified, placed, postable, within, zoned
from bot.tips.recurrence import next_due
from bot.tips.schedule_input import (
    channels,
    clock,
    misses,
    numbers,
    orders,
    weekdays,
    yes_or_no,
    zones,
)
from bot.tips.schedule_input import hours as in_hours
from bot.tips.schedule_input import weeks as in_weeks
from bot.tips.usable import fault, usable
from bot.tips.validation import OFF
from storage import Missed, Plan, Schedule, ScheduleState

_WHICH = Arg("the schedule's number", numbers, autocomplete=schedules())
_CHANNEL = Arg("where the tips go", channels, picker=PickerType.CHANNEL)
_DAY = Arg("on which day of the week", weekdays)
_TIME = Arg("at what time, in the zone: 09:00", clock)
_ZONE = Arg("the time zone: Europe/Berlin", zones)
_WEEKS = Arg("every how many weeks; each week without it", in_weeks)
_ORDER = Arg("in the order of the queue, or shuffled", orders)
_AGAIN = Arg("start over when the channel has had them all", yes_or_no)
_THREAD = Arg("open a thread under each tip", yes_or_no)
_PIN = Arg("pin each tip, and unpin the last", yes_or_no)
_MENTION = Arg("a role to notify; asks once more; none: nobody", picker=PickerType.ROLE)
_MISSED = Arg("what becomes of a post that was missed: catch up, skip or ask", misses)
_HOURS = Arg("for how many hours to catch up; 24 without it", in_hours)
_DEFAULT_HOURS = 24


@command(
    Example(
        "tips schedule #ai-careers friday 17:30 America/New_York shuffled thread:yes",
        shows=("Schedule 2", "Fridays at 17:30 America/New_York"),
    ),
    permission=Permission.MODERATORS,
)
async def tips_schedule(
    context: CommandContext,
    channel: Annotated[str, _CHANNEL],
    day: Annotated[int, _DAY],
    time: Annotated[int, _TIME],
    zone: Annotated[str, _ZONE],
    weeks: Annotated[int, _WEEKS] = 1,
    order: Annotated[bool, _ORDER] = False,
    again: Annotated[bool, _AGAIN] = False,
    thread: Annotated[bool, _THREAD] = False,
    pin: Annotated[bool, _PIN] = False,
    mention: Annotated[str | None, _MENTION] = None,
    missed: Annotated[Missed, _MISSED] = Missed.CATCH_UP,
    hours: Annotated[int, _HOURS] = _DEFAULT_HOURS,
) -> Reply:
    """Let a channel have a tip every week.

    The time is that of the zone, summer and winter. On a day on which that time does not exist
    the tip comes at the first moment after the gap; where it exists twice, at its first. A post
    that was missed while the bot was down is caught up with for so many hours, skipped, or asked
    about.
    """
    bench = await Bench.of(context)
    place = await placed(bench, channel)
    role = notified(bench, mention, place.id)
    zone = zoned(bench, zone)
    first = context.now.astimezone(ZoneInfo(zone)).date()
    plan = Plan(place.community, place.id, day, time, zone, first, within(weeks, "weeks"))
    plan = replace(plan, shuffled=order, again=again, thread=thread, pin=pin)
    plan = replace(plan, missed=missed, hours=within(hours, "hours"))
    await postable(bench, place.id, replace(plan, mention=role))
    made = await bench.desk.store.schedules.add(
        bench.queue, plan, context.caller.id, context.now, next_due(plan, context.now)
    )
    if made is None:
        raise Refusal("The queue was just joined with another one. Try again.")
    await bench.note("scheduled", f"schedule {made.number}")
    return _shown(made, f"Schedule {made.number} is made.", role)


@command(
    Example("tips change 1 monday 10:00", shows=("Schedule 1 is changed", "10:00")),
    permission=Permission.MODERATORS,
)
async def tips_change(
    context: CommandContext,
    schedule: Annotated[int, _WHICH],
    channel: Annotated[str | None, _CHANNEL] = None,
    day: Annotated[int | None, _DAY] = None,
    time: Annotated[int | None, _TIME] = None,
    zone: Annotated[str | None, _ZONE] = None,
    weeks: Annotated[int | None, _WEEKS] = None,
    order: Annotated[bool | None, _ORDER] = None,
    again: Annotated[bool | None, _AGAIN] = None,
    thread: Annotated[bool | None, _THREAD] = None,
    pin: Annotated[bool | None, _PIN] = None,
    mention: Annotated[str | None, _MENTION] = None,
    missed: Annotated[Missed | None, _MISSED] = None,
    hours: Annotated[int | None, _HOURS] = None,
) -> Reply:
    """Change a schedule; what is not given stays as it is."""
    bench = await Bench.of(context)
    was = await bench.schedule(schedule)
    place = await placed(bench, channel) if channel else None
    given = {
        "channel": place.id if place else None,
        "community": place.community if place else None,
        "weekday": day,
        "minute": time,
        "zone": zoned(bench, zone) if zone else None,
        "weeks": within(weeks, "weeks") if weeks else None,
        "shuffled": order,
        "again": again,
        "thread": thread,
        "pin": pin,
        "missed": missed,
        "hours": within(hours, "hours") if hours else None,
    }
    return await _changed(bench, was, given, mention)


async def _changed(
    bench: Bench, was: Schedule, given: Mapping[str, object], mention: str | None
) -> Reply:
    plan = replace(was.plan, **{key: value for key, value in given.items() if value is not None})  # type: ignore[arg-type]
    off = mention is not None and mention.casefold() in OFF
    asked = None if off else notified(bench, mention, plan.channel)
    if off:
        plan = replace(plan, mention=None)
    now = bench.context.now
    usable(plan, was.number)
    timed = any(given[each] is not None for each in ("weekday", "minute", "zone", "weeks"))
    if timed:
        plan = replace(plan, first=now.astimezone(ZoneInfo(plan.zone)).date())
    same = plan == was.plan
    if same and asked in {None, plan.mention}:
        raise Refusal("Nothing was changed: say what is to be different.", *_choices(was))
    posts = any(given[each] is not None for each in ("channel", "pin", "thread"))
    if posts or asked is not None:
        await postable(bench, plan.channel, replace(plan, mention=asked or plan.mention))
    if same:  # the role alone is new, and it is not confirmed yet
        return _shown(was, f"Schedule {was.number} is as it was.", asked)
    moment = next_due(plan, now) if timed else None
    back = was.state is ScheduleState.STOPPED and given["channel"] is not None
    state = ScheduleState.ACTIVE if back else None
    if back:
        moment = next_due(plan, now)
    changed = await bench.desk.store.schedules.change(
        was.id, plan=plan, next_due=moment, state=state
    )
    await bench.desk.mended(was, UNUSABLE)
    await bench.note("changed", f"schedule {was.number}")
    return _shown(changed or was, f"Schedule {was.number} is changed.", asked)


@command(permission=Permission.MODERATORS, hidden=True)
async def tips_notify(
    context: CommandContext,
    schedule: Annotated[int, _WHICH],
    role: Annotated[str, Arg("the role", max_length=80)],
) -> Reply:
    """Notify a role with every tip: the second yes."""
    bench = await Bench.of(context)
    was = await bench.schedule(schedule)
    plan = usable(was.plan, schedule)
    plan = replace(plan, mention=notified(bench, role, plan.channel))
    await postable(bench, plan.channel, plan)
    changed = await bench.desk.store.schedules.change(was.id, plan=plan)
    await bench.note("changed", f"schedule {schedule} notifies a role")
    return _shown(changed or was, f"Schedule {schedule} is changed.", None)


@command(
    Example("tips schedules", shows=("Mondays at 09:00",)),
    permission=Permission.MODERATORS,
)
async def tips_schedules(context: CommandContext) -> Reply:
    """See which channel gets its tips when."""
    bench = await Bench.of(context)
    found = await bench.desk.store.schedules.of(bench.queue)
    if not found:
        says = Paragraph("There is no schedule yet. Type tips schedule in the community.")
        return Reply((Heading("Schedules"), says, Actions((LISTED,))))
    nodes: list[Node] = [Heading("Schedules")]
    facts = tuple((f"{each.number}", _line(each)) for each in found)
    options = [choice for each in found for choice in _choices(each)]
    calendar = Action("the calendar", Call("tips-calendar"))
    return Reply((*nodes, Fields(facts), Actions((*options, calendar, LISTED))))


def _line(schedule: Schedule) -> Prose:
    wrong = fault(schedule.plan)
    if wrong:
        return ("in ", Channel(schedule.plan.channel), f"; posts nothing: {wrong}")
    where = (f"{words.when(schedule)}, in ", Channel(schedule.plan.channel))
    if schedule.state is ScheduleState.ACTIVE:
        return (*where, "; next ", Time(schedule.next_due))
    return (*where, f"; {schedule.state}" + (f": {schedule.why}" if schedule.why else ""))


def _choices(schedule: Schedule) -> tuple[Action, ...]:
    number = {"schedule": str(schedule.number)}
    if fault(schedule.plan):
        return (Action(f"remove {schedule.number}", Call("tips-stop", number)),)
    if schedule.state is ScheduleState.ACTIVE:
        return (
            Action(f"pause {schedule.number}", Call("tips-pause", number)),
            Action(f"skip the next of {schedule.number}", Call("tips-skip", number)),
        )
    return (Action(f"resume {schedule.number}", Call("tips-resume", number)),)


def _shown(schedule: Schedule, says: str, mention: str | None) -> Reply:
    """Show a schedule as it is now; a role to notify has to be confirmed."""
    plan, number = schedule.plan, str(schedule.number)
    does = [
        "shuffled" if plan.shuffled else "in the order of the queue",
        "over and over" if plan.again else "each tip once",
        *(["opens a thread"] if plan.thread else []),
        *(["pins"] if plan.pin else []),
    ]
    late = (
        f"{plan.missed}, {pluralize(plan.hours, 'hour')}"
        if plan.missed is Missed.CATCH_UP
        else plan.missed
    )
    facts: list[tuple[str, Prose]] = [
        ("when", words.when(schedule)),
        ("next", (Time(schedule.next_due),)),
        ("where", (Channel(plan.channel),)),
        ("how", ", ".join(does)),
        ("when missed", late),
        ("notifies", (Mention(plan.mention),) if plan.mention else "nobody"),
    ]
    nodes: list[Node] = [Paragraph(says), Fields(tuple(facts))]
    options = [Action("preview", Call("tips-preview", {"schedule": number})), *_choices(schedule)]
    if mention is not None:
        nodes.append(Paragraph(("Notify ", Mention(mention), " with every tip?")))
        sure = {"schedule": number, "role": mention}
        options.insert(0, Action("yes, notify them every time", Call("tips-notify", sure)))
    return Reply((*nodes, Actions(tuple(options))))
