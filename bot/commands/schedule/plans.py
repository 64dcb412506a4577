"""Commands that change schedules: edit, notify, pause, resume and stop."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example, FormLayout, PickerType
from bot.commands.schedule import schedule_command
from bot.commands.schedule.page import name_schedule, schedule_page
from bot.commands.schedule.picking import pick_schedule
from bot.commands.schedule.setup import (
    AGAIN,
    CHANNEL,
    DAY,
    HOURS,
    MENTION,
    MISSED,
    ORDER,
    PIN,
    THREAD,
    TIME,
    WEEKS,
    ZONE,
)
from bot.errors import Refusal
from bot.language.argument_types import NONE_WORDS
from bot.reply import Action, ActionStyle, Mention, Reply
from bot.tips.completion import suggest_schedules
from bot.tips.context import (
    PANEL_ACTION,
    SCHEDULES_ACTION,
    UNUSABLE_NOTICE,
    ModeratorContext,
)
from bot.tips.panel import panel_reply
from bot.tips.recurrence import WEEKDAYS, format_time, next_due
from bot.tips.schedule_input import numbers, require_in_range
from bot.tips.validation import (
    find_channel,
    find_plan_problem,
    require_clear_zone,
    require_notifiable,
    require_postable,
    require_usable,
)
from storage import Missed, Plan, Schedule, ScheduleState

_WHICH = "which schedule"
_SCHEDULE = Arg(_WHICH, numbers, autocomplete=suggest_schedules(), label="Schedule")
_ACTIVE = Arg(
    _WHICH, numbers, autocomplete=suggest_schedules(ScheduleState.ACTIVE), label="Schedule"
)
_RESTING = (ScheduleState.PAUSED, ScheduleState.STOPPED)
_PAUSED = Arg(_WHICH, numbers, autocomplete=suggest_schedules(*_RESTING), label="Schedule")
_ROLE = Arg(
    "the role or group to notify with every tip",
    max_length=80,
    picker=PickerType.ROLE,
    label="Role or group",
)


_FIELDS = ("channel", "day", "time", "zone")
_OPTIONS = ("weeks", "order", "again", "thread", "pin", "mention", "missed", "hours")


async def _current_values(context: CommandContext) -> Mapping[str, str]:
    """Return the values of the schedule to edit; raise Refusal if the call doesn't say which."""
    number = context.call.args.get("schedule", "").removeprefix("#")
    moderator = await ModeratorContext.open(context)
    found = await pick_schedule(moderator, int(number) if number.isdecimal() else None)
    if isinstance(found, Reply):
        raise Refusal("Which schedule?", *found.actions())
    return _shown_values(found.plan)


def _shown_values(plan: Plan) -> dict[str, str]:
    if find_plan_problem(plan):
        return {"channel": plan.channel}
    day, time = WEEKDAYS[plan.weekday], format_time(plan.minute)
    return {"channel": plan.channel, "day": day, "time": time, "zone": plan.zone}


@schedule_command(
    Example("schedule edit 1 monday 10:00", shows=("Changed: Mondays at 10:00",)),
    form=FormLayout("Edit the schedule", "Save", _FIELDS, _current_values, _OPTIONS),
)
async def schedule_edit(  # every option of a schedule
    context: CommandContext,
    schedule: Annotated[int | None, _SCHEDULE] = None,
    channel: Annotated[str | None, CHANNEL] = None,
    day: Annotated[int | None, DAY] = None,
    time: Annotated[int | None, TIME] = None,
    zone: Annotated[str | None, ZONE] = None,
    weeks: Annotated[int | None, WEEKS] = None,
    order: Annotated[bool | None, ORDER] = None,
    again: Annotated[bool | None, AGAIN] = None,
    thread: Annotated[bool | None, THREAD] = None,
    pin: Annotated[bool | None, PIN] = None,
    mention: Annotated[str | None, MENTION] = None,
    missed: Annotated[Missed | None, MISSED] = None,
    hours: Annotated[int | None, HOURS] = None,
) -> Reply:
    """Change a schedule; options that you leave out stay as they are."""
    moderator = await ModeratorContext.open(context)
    before = await pick_schedule(moderator, schedule)
    if isinstance(before, Reply):
        return before
    place = await find_channel(moderator, channel) if channel else None
    changes = {
        "channel": place.id if place else None,
        "community": place.community if place else None,
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
    given = {
        key: value
        for key, value in changes.items()
        if value is not None and value != getattr(before.plan, key)
    }
    restarts = before.state is ScheduleState.STOPPED and place is not None
    return await _apply_changes(moderator, before, given, mention, restarts=restarts)


async def _apply_changes(
    moderator: ModeratorContext,
    before: Schedule,
    given: Mapping[str, Any],
    mention: str | None,
    *,
    restarts: bool,
) -> Reply:
    """Store the changes *given* and return the schedule's page.

    The role *mention* is only notified once a moderator confirms it. With *restarts*, a schedule
    that was stopped because its channel was gone posts again.
    """
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
    if role is not None or restarts or given.keys() & {"channel", "pin", "thread"}:
        await require_postable(moderator, plan.channel, replace(plan, mention=role or plan.mention))
    asked = role if role != plan.mention else None
    if plan == before.plan and not restarts:
        return await schedule_page(moderator, before, "Nothing was changed.", role=asked)
    changed = await moderator.store.schedules.update(
        before.id,
        plan=plan,
        next_due=next_due(plan, now) if retimed or restarts else None,
        state=ScheduleState.ACTIVE if restarts else None,
    )
    await moderator.tips.clear_notice(before, UNUSABLE_NOTICE)
    await moderator.record_audit("changed", f"schedule {before.number}")
    after = changed or before
    done = ("Changed: ", *name_schedule(after), ".")
    return await schedule_page(moderator, after, done, role=asked)


@schedule_command(hidden=True, form=FormLayout("Notify with every tip", "Notify", ("role",)))
async def schedule_notify(
    context: CommandContext,
    schedule: Annotated[int, _SCHEDULE],
    role: Annotated[str, _ROLE],
) -> Reply:
    """Notify a role or group with every tip, after a moderator confirmed it."""
    moderator = await ModeratorContext.open(context)
    before = await moderator.find_schedule(schedule)
    plan = require_usable(before.plan, schedule)
    plan = replace(plan, mention=require_notifiable(moderator, role, plan.channel))
    await require_postable(moderator, plan.channel, plan)
    changed = await moderator.store.schedules.update(before.id, plan=plan)
    await moderator.record_audit("changed", f"schedule {schedule}: notifies a role")
    done = ("Changed: every tip notifies ", Mention(role), ".")
    return await schedule_page(moderator, changed or before, done)


@schedule_command(Example("schedule pause 1", shows=("Paused: Mondays at 09:00",)))
async def schedule_pause(
    context: CommandContext, schedule: Annotated[int | None, _ACTIVE] = None
) -> Reply:
    """Pause a schedule until you resume it."""
    moderator = await ModeratorContext.open(context)
    found = await pick_schedule(moderator, schedule, ScheduleState.ACTIVE)
    if isinstance(found, Reply):
        return found
    if found.state is ScheduleState.PAUSED:
        return await schedule_page(moderator, found, "It's already paused.")
    paused = await moderator.store.schedules.update(found.id, state=ScheduleState.PAUSED)
    await moderator.record_audit("paused", f"schedule {found.number}")
    return await schedule_page(moderator, paused or found, ("Paused: ", *name_schedule(found), "."))


@schedule_command(Example("schedule resume 1", shows=("Resumed: Mondays at 09:00",)))
async def schedule_resume(
    context: CommandContext, schedule: Annotated[int | None, _PAUSED] = None
) -> Reply:
    """Resume a schedule; it posts again at its next time."""
    moderator = await ModeratorContext.open(context)
    found = await pick_schedule(moderator, schedule, *_RESTING)
    if isinstance(found, Reply):
        return found
    due_at = next_due(require_usable(found.plan, found.number), context.now)
    await require_postable(moderator, found.plan.channel, found.plan)
    state = ScheduleState.ACTIVE
    resumed = await moderator.store.schedules.update(found.id, state=state, next_due=due_at)
    if found.state is not state:
        await moderator.record_audit("active", f"schedule {found.number}")
    done = ("Resumed: ", *name_schedule(found), ".")
    return await schedule_page(moderator, resumed or found, done)


@schedule_command(Example("schedule stop 1", shows=("Stop Mondays at 09:00", "Stop it")))
async def schedule_stop(
    context: CommandContext, schedule: Annotated[int | None, _SCHEDULE] = None
) -> Reply:
    """Stop a schedule for good, after you confirm."""
    moderator = await ModeratorContext.open(context)
    found = await pick_schedule(moderator, schedule)
    if isinstance(found, Reply):
        return found
    number = {"schedule": str(found.number)}
    stop = Action("Stop it", Call("schedule-stop-confirmed", number), ActionStyle.DANGER)
    keep = Action("Keep it", Call("schedule-show", number))
    question = ("Stop ", *name_schedule(found), " for good? The tips stay in the queue.")
    # After Stop, the panel and not the schedule's page is where Back would lead.
    return Reply(question, buttons=(stop, keep), return_to=PANEL_ACTION.call)


@schedule_command(hidden=True)
async def schedule_stop_confirmed(
    context: CommandContext, schedule: Annotated[int, _SCHEDULE]
) -> Reply:
    """Stop a schedule for good, after a moderator confirmed it."""
    moderator = await ModeratorContext.open(context)
    found = await moderator.find_schedule(schedule)
    await moderator.store.schedules.update(found.id, state=ScheduleState.REMOVED)
    await moderator.record_audit("removed", f"schedule {schedule}")
    done = "Stopped. The tips stay in the queue."
    return await panel_reply(moderator, done, SCHEDULES_ACTION)
