"""Set-up of weekly tips: a form, an exact preview, and the button that starts them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Annotated
from zoneinfo import ZoneInfo

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example, FormLayout, PickerType
from bot.commands.schedule import schedule_command
from bot.commands.schedule.page import schedule_page
from bot.errors import Refusal
from bot.formatting import pluralize
from bot.reply import (
    Action,
    ActionStyle,
    Bullets,
    Channel,
    Heading,
    Node,
    Paragraph,
    Prose,
    Reply,
    Time,
)
from bot.tips.completion import suggest_zones
from bot.tips.context import PANEL_ACTION, SCHEDULES_ACTION, ModeratorContext
from bot.tips.message import render_tip
from bot.tips.panel import panel_reply
from bot.tips.recurrence import describe_schedule, due_times, next_due
from bot.tips.schedule_input import (
    channels,
    hour_counts,
    missed_rules,
    orders,
    require_in_range,
    time_zones,
    times_of_day,
    week_intervals,
    weekdays,
    yes_or_no,
)
from bot.tips.selection import eligible_tips, select_tip
from bot.tips.starter import new_starter_tips
from bot.tips.validation import (
    find_channel,
    require_channels,
    require_clear_zone,
    require_notifiable,
    require_postable,
)
from storage import Missed, NewTip, Plan, Tip, TipState

CHANNEL = Arg("the channel for the tips", channels, picker=PickerType.CHANNEL, label="Channel")
DAY = Arg("the day of the week", weekdays, label="Day")
TIME = Arg("the time, such as 09:00", times_of_day, picker=PickerType.TIME, label="Time")
ZONE = Arg(
    "the time zone, such as Europe/Berlin",
    time_zones,
    autocomplete=suggest_zones,
    label="Time zone",
)
WEEKS = Arg("how many weeks between posts; every week by default", week_intervals)
ORDER = Arg("in queue order, or shuffled", orders)
AGAIN = Arg("start over when all tips have been posted", yes_or_no)
_DISCORD = frozenset({"discord"})  # Slack has threads without opening one
THREAD = Arg("open a thread under each tip", yes_or_no, platforms=_DISCORD)
PIN = Arg("pin each tip, and unpin the last one", yes_or_no)
MENTION = Arg("a role to notify, after you confirm; “none” for nobody", picker=PickerType.ROLE)
MISSED = Arg("what to do about a missed post: post it late, skip it, or ask you", missed_rules)
HOURS = Arg("how many hours late a post can be; 24 by default", hour_counts)
_STARTER = Arg(
    "add the starter pack: 52 sourced tips", yes_or_no, label="Fill the queue with 52 sourced tips"
)
_DEFAULT_HOURS, _SHOWN_POSTS = 24, 3


async def _default_values(context: CommandContext) -> Mapping[str, str]:
    """Return the values with which the set-up form opens; raise Refusal without channels."""
    moderator = await ModeratorContext.open(context)
    require_channels(moderator)
    queued = await moderator.store.tips.list_for_queue(moderator.queue, TipState.QUEUED)
    values = {"day": "Monday", "time": "09:00", "zone": context.caller.time_zone}
    return values | {"starter": "no" if queued else "yes"}


@schedule_command(
    Example(
        "schedule new #ai-careers friday 17:30 America/New_York pin:yes",
        shows=("Nothing is posted yet", "Fri 27 Nov, 17:30"),
    ),
    form=FormLayout(
        "Set up weekly tips",
        "Preview",
        ("channel", "day", "time", "zone", "starter"),
        _default_values,
    ),
)
async def schedule_new(  # every option of a schedule
    context: CommandContext,
    channel: Annotated[str, CHANNEL],
    day: Annotated[int, DAY],
    time: Annotated[int, TIME],
    zone: Annotated[str, ZONE],
    weeks: Annotated[int, WEEKS] = 1,
    order: Annotated[bool, ORDER] = False,
    again: Annotated[bool, AGAIN] = False,
    thread: Annotated[bool, THREAD] = False,
    pin: Annotated[bool, PIN] = False,
    mention: Annotated[str | None, MENTION] = None,
    missed: Annotated[Missed, MISSED] = Missed.CATCH_UP,
    hours: Annotated[int, HOURS] = _DEFAULT_HOURS,
    starter: Annotated[bool, _STARTER] = False,
) -> Reply:
    """Set up weekly tips in a channel; you see a preview before anything starts.

    The time is local, in summer and in winter. If the clocks skip that time, the tip is posted
    right after the gap. If that time occurs twice, the tip is posted the first time. If a post was
    missed while the bot was down, it's posted late, skipped, or left for you to decide.
    """
    moderator = await ModeratorContext.open(context)
    plan = Plan("", channel, day, time, zone, context.now.date(), weeks)
    plan = replace(plan, shuffled=order, repeats=again, thread=thread, pin=pin)
    plan = await _complete_plan(moderator, replace(plan, missed=missed, hours=hours), mention)
    call = Call("schedule-start", {**context.call.args, "channel": plan.channel, "zone": plan.zone})
    return await _preview(moderator, plan, call, starter=starter)


async def _complete_plan(moderator: ModeratorContext, plan: Plan, mention: str | None) -> Plan:
    """Return *plan* with its community and *mention*; raise Refusal if it can't work."""
    found = await find_channel(moderator, plan.channel)
    role = require_notifiable(moderator, mention, found.id)
    zone = require_clear_zone(moderator, plan.zone)
    first = moderator.context.now.astimezone(ZoneInfo(zone)).date()
    require_in_range(plan.weeks, "weeks")
    require_in_range(plan.hours, "hours")
    plan = replace(plan, community=found.community, channel=found.id)
    plan = replace(plan, zone=zone, first=first, mention=role)
    await require_postable(moderator, found.id, plan)
    return plan


async def _preview(moderator: ModeratorContext, plan: Plan, start: Call, *, starter: bool) -> Reply:
    """Return the next tip and the times of the next posts; nothing is stored."""
    context = moderator.context
    existing = await moderator.store.tips.list_for_queue(moderator.queue)
    pack = [*new_starter_tips(context.content, existing)] if starter else []
    tips = [
        *await eligible_tips(moderator.tips, moderator.queue),
        *(_as_tip(each, context.now) for each in pack),
    ]
    history = await moderator.store.occurrences.list_posted_tips(moderator.queue, plan.channel)
    tip = select_tip(plan, tips, history)
    times = due_times(plan, context.now)
    first = tuple(_local_time(plan, each) for each in islice(times, _SHOWN_POSTS))
    nodes: list[Node] = [Bullets(first)]
    if pack:
        nodes.append(
            Paragraph(f"Start will add {pluralize(len(pack), 'sourced tip')} to the queue.")
        )
    if tip is None:
        nodes.append(Paragraph("⚠ The queue has no tips for this channel yet. Add some."))
    else:
        shown = render_tip(tip, context.content)
        nodes += [Heading("The first tip"), Paragraph(shown.answer), *shown.nodes]
    where: Prose = (f"{describe_schedule(plan)} in ", Channel(plan.channel))
    begin = Action("Start", start, ActionStyle.PRIMARY)
    return Reply((*where, ". Nothing is posted yet."), tuple(nodes), buttons=(begin, PANEL_ACTION))


def _local_time(plan: Plan, due_at: datetime) -> Prose:
    there = due_at.astimezone(ZoneInfo(plan.zone))
    return (f"{there:%a} {there.day} {there:%b}, {there:%H:%M} (your time: ", Time(due_at), ")")


def _as_tip(new: NewTip, at: datetime) -> Tip:
    """Return a tip that isn't stored yet as a queued tip, to preview it."""
    return Tip(
        id=new.origin or new.text,
        queue="",
        number=0,
        state=TipState.QUEUED,
        place=0,
        text=new.text,
        link=new.link,
        role=new.role,
        topic=new.topic,
        cites=new.cites,
        cited_content=new.cited_content,
        origin=new.origin,
        suggested_by=None,
        suggested_in=None,
        reason=None,
        added_at=at,
    )


@schedule_command(hidden=True)
async def schedule_start(  # every option of a schedule
    context: CommandContext,
    channel: Annotated[str, CHANNEL],
    day: Annotated[int, DAY],
    time: Annotated[int, TIME],
    zone: Annotated[str, ZONE],
    weeks: Annotated[int, WEEKS] = 1,
    order: Annotated[bool, ORDER] = False,
    again: Annotated[bool, AGAIN] = False,
    thread: Annotated[bool, THREAD] = False,
    pin: Annotated[bool, PIN] = False,
    mention: Annotated[str | None, MENTION] = None,
    missed: Annotated[Missed, MISSED] = Missed.CATCH_UP,
    hours: Annotated[int, HOURS] = _DEFAULT_HOURS,
    starter: Annotated[bool, _STARTER] = False,
) -> Reply:
    """Start weekly tips as they were previewed."""
    moderator = await ModeratorContext.open(context)
    plan = Plan("", channel, day, time, zone, context.now.date(), weeks)
    plan = replace(plan, shuffled=order, repeats=again, thread=thread, pin=pin)
    plan = await _complete_plan(moderator, replace(plan, missed=missed, hours=hours), mention)
    role, plan = plan.mention, replace(plan, mention=None)  # notified once that is confirmed
    store, due_at = moderator.store, next_due(plan, context.now)
    made = await store.schedules.add(moderator.queue, plan, context.caller.id, context.now, due_at)
    if made is None:
        message = "This channel already gets tips at that time. Nothing was changed."
        raise Refusal(message, SCHEDULES_ACTION, PANEL_ACTION)
    added = await _add_starter(moderator) if starter else 0
    await moderator.record_audit("scheduled", f"schedule {made.number}")
    pack: Prose = (f" I added {pluralize(added, 'tip')} to the queue.",) if added else ()
    done = (
        "Started. The first tip will be posted ",
        Time(due_at),
        " in ",
        Channel(plan.channel),
        ".",
    )
    if role is not None:
        return await schedule_page(moderator, made, (*done, *pack), role=role)
    return await panel_reply(moderator, (*done, *pack))


async def _add_starter(moderator: ModeratorContext) -> int:
    """Add the missing tips of the starter pack to the queue, and return their number."""
    context, tips = moderator.context, moderator.store.tips
    existing = await tips.list_for_queue(moderator.queue)
    new = [*new_starter_tips(context.content, existing)]
    added = await tips.add(moderator.queue, new, context.now) if new else ()
    if added:
        count = pluralize(len(added), "tip")
        await moderator.record_audit("added", f"starter pack, {count}")
    return len(added)
