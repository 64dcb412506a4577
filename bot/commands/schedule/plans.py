"""Commands for schedules of weekly tips: create, list, change, pause, resume and remove them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example, PickerType
from bot.commands.schedule import schedule_command
from bot.errors import Refusal
from bot.formatting import pluralize
from bot.language.argument_types import NONE_WORDS
from bot.reply import (
    Action,
    ActionStyle,
    Channel,
    Fields,
    Mention,
    Node,
    Paragraph,
    Prose,
    Reply,
    Time,
)
from bot.tips.completion import suggest_schedules
from bot.tips.context import QUEUE_ACTION, UNUSABLE_NOTICE, ModeratorContext
from bot.tips.notices import confirmation
from bot.tips.recurrence import describe_schedule, next_due
from bot.tips.schedule_input import (
    channels,
    hour_counts,
    missed_rules,
    numbers,
    orders,
    require_in_range,
    time_zones,
    times_of_day,
    week_intervals,
    weekdays,
    yes_or_no,
)
from bot.tips.validation import (
    find_channel,
    find_plan_problem,
    require_clear_zone,
    require_notifiable,
    require_postable,
    require_usable,
)
from storage import Missed, Plan, Schedule, ScheduleState

_NUMBER = "the schedule's number"
_SCHEDULE = Arg(_NUMBER, numbers, autocomplete=suggest_schedules())
_ACTIVE = Arg(_NUMBER, numbers, autocomplete=suggest_schedules(ScheduleState.ACTIVE))
_PAUSED = Arg(
    _NUMBER, numbers, autocomplete=suggest_schedules(ScheduleState.PAUSED, ScheduleState.STOPPED)
)
_CHANNEL = Arg("where the tips go", channels, picker=PickerType.CHANNEL)
_DAY = Arg("on which day of the week", weekdays)
_TIME = Arg("at what time, in the zone: 09:00", times_of_day)
_ZONE = Arg("the time zone: Europe/Berlin", time_zones)
_WEEKS = Arg("every how many weeks; each week without it", week_intervals)
_ORDER = Arg("in the order of the queue, or shuffled", orders)
_AGAIN = Arg("start over when the channel has had them all", yes_or_no)
_DISCORD = frozenset({"discord"})  # Slack has threads without opening one
_THREAD = Arg("open a thread under each tip", yes_or_no, platforms=_DISCORD)
_PIN = Arg("pin each tip, and unpin the last", yes_or_no)
_MENTION = Arg("a role to notify; asks once more; none: nobody", picker=PickerType.ROLE)
_MISSED = Arg("what becomes of a post that was missed: catch up, skip or ask", missed_rules)
_HOURS = Arg("for how many hours to catch up; 24 without it", hour_counts)
_DEFAULT_HOURS = 24


@schedule_command(
    Example(
        "schedule new #ai-careers friday 17:30 America/New_York shuffled pin:yes",
        shows=("Schedule 2", "Fridays at 17:30 America/New_York"),
    ),
)
async def schedule_new(
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
    moderator = await ModeratorContext.open(context)
    found = await find_channel(moderator, channel)
    role = require_notifiable(moderator, mention, found.id)
    zone = require_clear_zone(moderator, zone)
    first = context.now.astimezone(ZoneInfo(zone)).date()
    plan = Plan(found.community, found.id, day, time, zone, first, require_in_range(weeks, "weeks"))
    plan = replace(plan, shuffled=order, repeats=again, thread=thread, pin=pin)
    plan = replace(plan, missed=missed, hours=require_in_range(hours, "hours"))
    await require_postable(moderator, found.id, replace(plan, mention=role))
    added = await moderator.store.schedules.add(
        moderator.queue, plan, context.caller.id, context.now, next_due(plan, context.now)
    )
    if added is None:
        raise Refusal("The queue was just joined with another one. Try again.")
    await moderator.record_audit("scheduled", f"schedule {added.number}")
    return _schedule_details(added, f"Schedule {added.number} is made.", role)


@schedule_command(Example("schedule edit 1 monday 10:00", shows=("Schedule 1 is changed", "10:00")))
async def schedule_edit(
    context: CommandContext,
    schedule: Annotated[int, _SCHEDULE],
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
    moderator = await ModeratorContext.open(context)
    before = await moderator.find_schedule(schedule)
    found = await find_channel(moderator, channel) if channel else None
    changes = {
        "channel": found.id if found else None,
        "community": found.community if found else None,
        "weekday": day,
        "minute": time,
        "zone": require_clear_zone(moderator, zone) if zone else None,
        "weeks": require_in_range(weeks, "weeks") if weeks else None,
        "shuffled": order,
        "repeats": again,
        "thread": thread,
        "pin": pin,
        "missed": missed,
        "hours": require_in_range(hours, "hours") if hours else None,
    }
    given = {key: value for key, value in changes.items() if value is not None}
    return await _apply_changes(moderator, before, given, mention)


async def _apply_changes(
    moderator: ModeratorContext, before: Schedule, given: Mapping[str, Any], mention: str | None
) -> Reply:
    plan, now = replace(before.plan, **given), moderator.context.now
    role = None  # the role to notify once the moderator confirms it
    if mention is not None and mention.casefold() in NONE_WORDS:
        plan = replace(plan, mention=None)
    else:
        role = require_notifiable(moderator, mention, plan.channel)
    require_usable(plan, before.number)
    retimed = bool(given.keys() & {"weekday", "minute", "zone", "weeks"})
    if retimed:
        plan = replace(plan, first=now.astimezone(ZoneInfo(plan.zone)).date())
    unchanged = plan == before.plan
    if unchanged and role in {None, plan.mention}:
        message = "Nothing was changed: say what is to be different."
        raise Refusal(message, *_schedule_actions(before))
    if role is not None or given.keys() & {"channel", "pin", "thread"}:
        await require_postable(moderator, plan.channel, replace(plan, mention=role or plan.mention))
    if unchanged:
        return _schedule_details(before, f"Schedule {before.number} is as it was.", role)
    restarted = before.state is ScheduleState.STOPPED and "channel" in given
    changed = await moderator.store.schedules.update(
        before.id,
        plan=plan,
        next_due=next_due(plan, now) if retimed or restarted else None,
        state=ScheduleState.ACTIVE if restarted else None,
    )
    await moderator.tips.clear_notice(before, UNUSABLE_NOTICE)
    await moderator.record_audit("changed", f"schedule {before.number}")
    return _schedule_details(changed or before, f"Schedule {before.number} is changed.", role)


@schedule_command(hidden=True)
async def schedule_notify(
    context: CommandContext,
    schedule: Annotated[int, _SCHEDULE],
    role: Annotated[str, Arg("the role", max_length=80)],
) -> Reply:
    """Notify a role with every tip, after the moderator confirmed it."""
    moderator = await ModeratorContext.open(context)
    before = await moderator.find_schedule(schedule)
    plan = require_usable(before.plan, schedule)
    plan = replace(plan, mention=require_notifiable(moderator, role, plan.channel))
    await require_postable(moderator, plan.channel, plan)
    changed = await moderator.store.schedules.update(before.id, plan=plan)
    await moderator.record_audit("changed", f"schedule {schedule} notifies a role")
    return _schedule_details(changed or before, f"Schedule {schedule} is changed.", None)


@schedule_command(Example("schedule list", shows=("Mondays at 09:00",)), aliases=("schedule",))
async def schedule_list(context: CommandContext) -> Reply:
    """See which channel gets its tips when."""
    moderator = await ModeratorContext.open(context)
    found = await moderator.store.schedules.list_for_queue(moderator.queue)
    if not found:
        hint = Paragraph("There is no schedule yet. Type tips schedule in the community.")
        return Reply("Schedules", (hint,), buttons=(QUEUE_ACTION,))
    fields = Fields(tuple((f"{each.number}", _schedule_summary(each)) for each in found))
    actions = [action for each in found for action in _schedule_actions(each)]
    calendar = Action("Calendar", Call("schedule-calendar"))
    buttons = (*actions, calendar, QUEUE_ACTION)
    return Reply("Schedules", (fields,), buttons=buttons, return_to=context.call)


def _schedule_summary(schedule: Schedule) -> Prose:
    problem = find_plan_problem(schedule.plan)
    if problem:
        return ("in ", Channel(schedule.plan.channel), f"; posts nothing: {problem}")
    where = (f"{describe_schedule(schedule)}, in ", Channel(schedule.plan.channel))
    if schedule.state is ScheduleState.ACTIVE:
        return (*where, "; next ", Time(schedule.next_due))
    return (*where, f"; {schedule.state}" + (f": {schedule.reason}" if schedule.reason else ""))


def _schedule_actions(schedule: Schedule) -> tuple[Action, ...]:
    number = {"schedule": str(schedule.number)}
    if find_plan_problem(schedule.plan):
        return (
            Action(f"Remove {schedule.number}", Call("schedule-stop", number), ActionStyle.DANGER),
        )
    if schedule.state is ScheduleState.ACTIVE:
        return (
            Action(f"Pause {schedule.number}", Call("schedule-pause", number)),
            Action(f"Skip next of {schedule.number}", Call("schedule-skip", number)),
        )
    return (Action(f"Resume {schedule.number}", Call("schedule-resume", number)),)


def _schedule_details(schedule: Schedule, text: str, role: str | None) -> Reply:
    """Build a reply with *text* and all details of a schedule.

    If *role* is set, the reply also asks whether to notify that role with every tip.
    """
    plan, number = schedule.plan, str(schedule.number)
    modes = [
        "shuffled" if plan.shuffled else "in the order of the queue",
        "over and over" if plan.repeats else "each tip once",
        *(["opens a thread"] if plan.thread else []),
        *(["pins"] if plan.pin else []),
    ]
    hours = f", {pluralize(plan.hours, 'hour')}" if plan.missed is Missed.CATCH_UP else ""
    fields: tuple[tuple[str, Prose], ...] = (
        ("when", describe_schedule(schedule)),
        ("next", (Time(schedule.next_due),)),
        ("where", (Channel(plan.channel),)),
        ("how", ", ".join(modes)),
        ("when missed", f"{plan.missed}{hours}"),
        ("notifies", (Mention(plan.mention),) if plan.mention else "nobody"),
    )
    nodes: list[Node] = [Fields(fields)]
    actions = [
        Action("Preview", Call("tips-preview", {"schedule": number})),
        *_schedule_actions(schedule),
    ]
    if role is not None:
        nodes.append(Paragraph(("Notify ", Mention(role), " with every tip?")))
        confirm = Call("schedule-notify", {"schedule": number, "role": role})
        actions.insert(0, Action("Notify them every time", confirm))
    return Reply(text, tuple(nodes), buttons=tuple(actions))


@schedule_command(Example("schedule pause 1", shows=("paused",)))
async def schedule_pause(context: CommandContext, schedule: Annotated[int, _ACTIVE]) -> Reply:
    """Let a schedule rest until it is resumed."""
    return await _set_state(context, schedule, ScheduleState.PAUSED, "schedule-resume", "Resume")


@schedule_command(Example("schedule resume 1", shows=("active",)))
async def schedule_resume(context: CommandContext, schedule: Annotated[int, _PAUSED]) -> Reply:
    """Let a schedule post again, from its next time on."""
    return await _set_state(context, schedule, ScheduleState.ACTIVE, "schedule-pause", "Pause")


@schedule_command(Example("schedule stop 1", shows=("removed",)))
async def schedule_stop(context: CommandContext, schedule: Annotated[int, _SCHEDULE]) -> Reply:
    """Remove a schedule; what its channel has had stays known."""
    return await _set_state(
        context, schedule, ScheduleState.REMOVED, "schedule-list", "All schedules"
    )


async def _set_state(
    context: CommandContext, number: int, state: ScheduleState, command_name: str, label: str
) -> Reply:
    """Change the state of schedule *number* and return the reply.

    The reply has a button with *label* for the command *command_name*.
    """
    moderator = await ModeratorContext.open(context)
    found = await moderator.find_schedule(number)
    due_at = found.next_due
    if state is ScheduleState.ACTIVE:
        due_at = next_due(require_usable(found.plan, number), context.now)
        await require_postable(moderator, found.plan.channel, found.plan)
    await moderator.store.schedules.update(found.id, state=state, next_due=due_at)
    await moderator.record_audit(str(state), f"schedule {number}")
    args = {} if state is ScheduleState.REMOVED else {"schedule": str(number)}
    action = Action(label, Call(command_name, args))
    return confirmation(f"Schedule {number} is {state}.", action, QUEUE_ACTION)
