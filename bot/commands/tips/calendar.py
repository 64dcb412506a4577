"""Commands for coming posts: calendar, preview, and changes to the next post of a schedule."""

from datetime import timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example, truncate
from bot.commands.tips import moderator_command
from bot.errors import Refusal
from bot.reply import (
    Action,
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
from bot.tips.completion import suggest_schedules, suggest_tips
from bot.tips.context import QUEUE_ACTION, SCHEDULES_ACTION, ModeratorContext
from bot.tips.message import render_tip
from bot.tips.notices import confirmation
from bot.tips.recurrence import format_due_time, parse_due_time
from bot.tips.schedule_input import numbers, post_counts
from bot.tips.selection import UpcomingPost, upcoming_posts
from bot.tips.validation import ACTIVE_STATES, find_plan_problem, require_postable, require_usable
from storage import OccurrenceState, Schedule, ScheduleState, Tip, TipState

_DEFAULT_COUNT, _MAX_COUNT = 6, 26
_TEXT_LENGTH = 50  # characters of a tip in the calendar
_BUTTON_LIFETIME = timedelta(hours=1)  # how long the button "Post it now" works
_NUMBER = "the schedule's number"
_ACTIVE_SCHEDULE = Arg(_NUMBER, numbers, autocomplete=suggest_schedules(ScheduleState.ACTIVE))
_ANY_SCHEDULE = Arg(_NUMBER, numbers, autocomplete=suggest_schedules())
_TIP = Arg(
    "the tip's number; the next one without it", numbers, autocomplete=suggest_tips(*ACTIVE_STATES)
)
_QUEUED_TIP = Arg("the tip to post next", numbers, autocomplete=suggest_tips(TipState.QUEUED))


@moderator_command(Example("tips calendar", shows=("Mon 2026-11-23 09:00",)))
async def tips_calendar(
    context: CommandContext,
    weeks: Annotated[int, Arg("how many times of each schedule", post_counts)] = _DEFAULT_COUNT,
) -> Reply:
    """See what is posted when: in the channel's zone, and in yours."""
    moderator = await ModeratorContext.open(context)
    schedules = await moderator.store.schedules.list_for_queue(moderator.queue)
    posts: list[UpcomingPost] = []
    unusable: list[Node] = []
    for each in schedules:
        problem = find_plan_problem(each.plan)
        if each.state is not ScheduleState.ACTIVE:
            continue
        if problem:
            unusable.append(Paragraph(f"Schedule {each.number} posts nothing: {problem}."))
        else:
            posts += await upcoming_posts(moderator.tips, each, min(weeks, _MAX_COUNT))
    rows = tuple(_calendar_row(post) for post in sorted(posts, key=lambda post: post.due_at))
    columns = (Column("there", nowrap=True), Column("for you"), Column("schedule"), Column("tip"))
    nodes = [*([Table(columns, rows)] if rows else []), *unusable]
    nodes = nodes or [Paragraph("No schedule posts at the moment.")]
    buttons = (SCHEDULES_ACTION, QUEUE_ACTION)
    return Reply("Calendar", (*nodes,), buttons=buttons, return_to=context.call)


def _calendar_row(post: UpcomingPost) -> tuple[Prose, ...]:
    there = post.due_at.astimezone(ZoneInfo(post.schedule.plan.zone))
    tip = "skipped" if post.skipped else "no tip left"
    if post.tip:
        tip = f"{post.tip.number}: {truncate(post.tip.text, _TEXT_LENGTH)}"
    return (f"{there:%a %Y-%m-%d %H:%M}", (Time(post.due_at),), f"{post.schedule.number}", tip)


@moderator_command(Example("tips preview", shows=("Tip of the week",)))
async def tips_preview(
    context: CommandContext,
    tip: Annotated[int | None, _TIP] = None,
    schedule: Annotated[int | None, _ANY_SCHEDULE] = None,
) -> Reply:
    """See a tip just as it is posted, and how it goes out."""
    moderator = await ModeratorContext.open(context)
    found = await _find_schedule(moderator, schedule)
    post = (await upcoming_posts(moderator.tips, found, 1))[0] if found else None
    chosen = await moderator.find_tip(tip) if tip else post.tip if post else None
    if chosen is None:
        queued = await moderator.store.tips.list_for_queue(moderator.queue, TipState.QUEUED)
        if not queued or found:
            raise Refusal("There is no tip to post.", QUEUE_ACTION)
        chosen = queued[0]
    tip_message = render_tip(chosen, context.content)
    nodes = tip_message.nodes
    if post:
        nodes = (*nodes, Heading("How it goes out"), Fields(_delivery_fields(post, chosen)))
    buttons = (SCHEDULES_ACTION, QUEUE_ACTION)
    return Reply(tip_message.answer, nodes, buttons=buttons, return_to=context.call)


async def _find_schedule(moderator: ModeratorContext, number: int | None) -> Schedule | None:
    """Return schedule *number*; without *number*, the schedule that is due next, if any."""
    if number is not None:
        return await moderator.find_schedule(number)
    found = await moderator.store.schedules.list_for_queue(moderator.queue)
    return min(found, key=lambda each: each.next_due, default=None)


def _delivery_fields(post: UpcomingPost, tip: Tip) -> tuple[tuple[str, Prose], ...]:
    plan = post.schedule.plan
    steps = [*(["pinned"] if plan.pin else []), *(["with a thread"] if plan.thread else [])]
    is_next = post.tip is not None and post.tip.id == tip.id
    due: Prose = (Time(post.due_at),) if is_next else "when its turn comes"
    return (
        ("tip", f"{tip.number}, {tip.state}"),
        ("when", due),
        ("where", (Channel(plan.channel), f", schedule {post.schedule.number}")),
        ("then", ", ".join(steps) or "nothing more"),
        ("notifies", (Mention(plan.mention),) if plan.mention else "nobody"),
    )


@moderator_command(Example("tips now 1", shows=("Post this now",)))
async def tips_now(context: CommandContext, schedule: Annotated[int, _ACTIVE_SCHEDULE]) -> Reply:
    """Post the next tip of a schedule at once; asks before it does.

    The schedule itself goes on as before.
    """
    moderator = await ModeratorContext.open(context)
    found = await _find_active_schedule(moderator, schedule)
    await require_postable(moderator, found.plan.channel, found.plan)
    [post] = await upcoming_posts(moderator.tips, found, 1)
    if post.tip is None:
        raise Refusal("There is no tip to post.", QUEUE_ACTION)
    once = {"schedule": str(schedule), "once": format_due_time(context.now)}
    question = ("Post this now in ", Channel(found.plan.channel), "?")
    preview = render_tip(post.tip, context.content).nodes
    confirm = Action("Post it now", Call("tips-post", once))
    return Reply(
        question,
        preview,
        buttons=(confirm, QUEUE_ACTION),
    )


@moderator_command(hidden=True)
async def tips_post(
    context: CommandContext,
    schedule: Annotated[int, _ACTIVE_SCHEDULE],
    once: Annotated[str, Arg("when it was asked for", max_length=20)],
) -> Reply:
    """Post the next tip of a schedule at once, however often the button is pressed."""
    moderator = await ModeratorContext.open(context)
    found, asked_at = await _find_active_schedule(moderator, schedule), parse_due_time(once)
    if asked_at is None or not timedelta() <= context.now - asked_at <= _BUTTON_LIFETIME:
        raise Refusal("That button is too old. Ask for the post anew.", SCHEDULES_ACTION)
    await require_postable(moderator, found.plan.channel, found.plan)
    planned = await moderator.store.occurrences.plan(
        found.id, asked_at, found.plan.channel, OccurrenceState.DUE
    )
    if not planned:
        raise Refusal("That was asked for already, and is posted once.", SCHEDULES_ACTION)
    await moderator.record_audit("asked to post", f"schedule {schedule}")
    return confirmation("It is posted within half a minute.", SCHEDULES_ACTION, QUEUE_ACTION)


async def _find_active_schedule(moderator: ModeratorContext, number: int) -> Schedule:
    """Return schedule *number*; raise Refusal if it is missing, not active or not usable."""
    found = await moderator.find_schedule(number)
    if found.state is not ScheduleState.ACTIVE:
        raise Refusal(f"Schedule {number} is {found.state}: resume it first.", SCHEDULES_ACTION)
    require_usable(found.plan, number)
    return found


@moderator_command(Example("tips skip 1", shows=("is skipped",)))
async def tips_skip(context: CommandContext, schedule: Annotated[int, _ACTIVE_SCHEDULE]) -> Reply:
    """Leave out the next time of a schedule."""
    moderator = await ModeratorContext.open(context)
    found = await moderator.find_schedule(schedule)
    await _plan_next(moderator, found, OccurrenceState.SKIPPED)
    due_time = format_due_time(found.next_due)
    await moderator.record_audit("skipped", f"schedule {schedule} {due_time}")
    text: Prose = (f"The time of schedule {schedule} on ", Time(found.next_due), " is skipped.")
    return confirmation(text, Action("Calendar", Call("tips-calendar")), SCHEDULES_ACTION)


async def _plan_next(
    moderator: ModeratorContext, schedule: Schedule, state: OccurrenceState, tip: str | None = None
) -> None:
    """Store *state* and *tip* for the next due post of *schedule*.

    Raise Refusal if that post is already being made.
    """
    planned = await moderator.store.occurrences.plan(
        schedule.id, schedule.next_due, schedule.plan.channel, state, tip
    )
    if not planned:
        raise Refusal("That one is being posted already.", SCHEDULES_ACTION)


@moderator_command(Example("tips swap 1 2", shows=("Tip 2",)))
async def tips_swap(
    context: CommandContext,
    schedule: Annotated[int, _ACTIVE_SCHEDULE],
    tip: Annotated[int, _QUEUED_TIP],
) -> Reply:
    """Choose the tip that a schedule posts next, also in place of a time that was skipped."""
    moderator = await ModeratorContext.open(context)
    found, chosen = await moderator.find_schedule(schedule), await moderator.find_tip(tip)
    if chosen.state is not TipState.QUEUED:
        raise Refusal(f"Tip {tip} is {chosen.state}: approve it first.", QUEUE_ACTION)
    await _plan_next(moderator, found, OccurrenceState.PLANNED, chosen.id)
    await moderator.record_audit("swapped", f"schedule {schedule} tip {tip}")
    text: Prose = (f"Tip {tip} is posted by schedule {schedule} on ", Time(found.next_due), ".")
    preview = Call("tips-preview", {"tip": str(tip), "schedule": str(schedule)})
    return confirmation(text, Action("Preview", preview), SCHEDULES_ACTION)
