"""Commands that change the next post of a schedule: post now, skip, swap."""

from datetime import timedelta
from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example
from bot.commands.schedule import schedule_command
from bot.errors import Refusal
from bot.reply import (
    Action,
    Channel,
    Prose,
    Reply,
    Time,
)
from bot.tips.completion import suggest_schedules, suggest_tips
from bot.tips.context import QUEUE_ACTION, SCHEDULES_ACTION, ModeratorContext
from bot.tips.message import render_tip
from bot.tips.notices import confirmation
from bot.tips.recurrence import format_due_time, parse_due_time
from bot.tips.schedule_input import numbers
from bot.tips.selection import upcoming_posts
from bot.tips.validation import require_postable, require_usable
from storage import OccurrenceState, Schedule, ScheduleState, TipState

_BUTTON_LIFETIME = timedelta(hours=1)  # how long the button "Post it now" works
_NUMBER = "the schedule's number"
_ACTIVE_SCHEDULE = Arg(_NUMBER, numbers, autocomplete=suggest_schedules(ScheduleState.ACTIVE))
_QUEUED_TIP = Arg("the tip to post next", numbers, autocomplete=suggest_tips(TipState.QUEUED))


@schedule_command(Example("schedule post-now 1", shows=("Post this now",)))
async def schedule_post_now(
    context: CommandContext, schedule: Annotated[int, _ACTIVE_SCHEDULE]
) -> Reply:
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
    confirm = Action("Post it now", Call("schedule-post-confirmed", once))
    return Reply(
        question,
        preview,
        buttons=(confirm, QUEUE_ACTION),
    )


@schedule_command(hidden=True)
async def schedule_post_confirmed(
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


@schedule_command(Example("schedule skip 1", shows=("is skipped",)))
async def schedule_skip(
    context: CommandContext, schedule: Annotated[int, _ACTIVE_SCHEDULE]
) -> Reply:
    """Leave out the next time of a schedule."""
    moderator = await ModeratorContext.open(context)
    found = await moderator.find_schedule(schedule)
    await _plan_next(moderator, found, OccurrenceState.SKIPPED)
    due_time = format_due_time(found.next_due)
    await moderator.record_audit("skipped", f"schedule {schedule} {due_time}")
    text: Prose = (f"The time of schedule {schedule} on ", Time(found.next_due), " is skipped.")
    return confirmation(text, Action("Calendar", Call("schedule-calendar")), SCHEDULES_ACTION)


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


@schedule_command(Example("schedule swap 1 2", shows=("Tip 2",)))
async def schedule_swap(
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
