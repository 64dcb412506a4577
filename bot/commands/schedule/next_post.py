"""Commands that change the next post of a schedule: post now, skip, swap."""

from datetime import timedelta
from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example
from bot.commands.schedule import schedule_command
from bot.commands.schedule.page import name_schedule, schedule_page
from bot.commands.schedule.picking import pick_schedule
from bot.commands.schedule.posting import describe_delivery
from bot.errors import Refusal
from bot.formatting import end_sentence
from bot.reply import Action, Actions, ActionStyle, Channel, Prose, Reply, Time
from bot.tips.completion import suggest_schedules, suggest_tips
from bot.tips.context import PANEL_ACTION, QUEUE_ACTION, SCHEDULES_ACTION, ModeratorContext
from bot.tips.message import name_tip, render_tip, shorten_tip
from bot.tips.panel import panel_reply
from bot.tips.recurrence import format_due_time, parse_due_time
from bot.tips.schedule_input import numbers, yes_or_no
from bot.tips.selection import tips_in_order
from bot.tips.validation import require_postable, require_usable
from storage import OccurrenceState, Schedule, ScheduleState, TipState

_BUTTON_LIFETIME = timedelta(hours=1)  # how long the button "Post it now" works
_MAX_CHOICES = 25  # lines of a menu
_ACTIVE_SCHEDULE = Arg(
    "which schedule",
    numbers,
    autocomplete=suggest_schedules(ScheduleState.ACTIVE),
    label="Schedule",
)
_QUEUED_TIP = Arg(
    "the tip to post next", numbers, autocomplete=suggest_tips(TipState.QUEUED), label="Tip"
)
_DUE = Arg("which post", max_length=20)
_CHANGED = "The next post has changed in the meantime, so I left it as it is. Look again."


@schedule_command(Example("schedule post-now 1", shows=("Post this now",)))
async def schedule_post_now(
    context: CommandContext, schedule: Annotated[int | None, _ACTIVE_SCHEDULE] = None
) -> Reply:
    """Post the next tip right away, after you confirm.

    The schedule itself stays as it is.
    """
    moderator = await ModeratorContext.open(context)
    found = await _pick_active(moderator, schedule)
    if isinstance(found, Reply):
        return found
    await require_postable(moderator, found.plan.channel, found.plan)
    ahead = await tips_in_order(moderator.tips, found, 1)
    if not ahead:
        raise Refusal(
            "There are no tips left to post. Add one.", Action("Add tip", Call("tips-add"))
        )
    args = {"schedule": str(found.number), "once": format_due_time(context.now)}
    confirm = Call("schedule-post-confirmed", {**args, "tip": str(ahead[0].number)})
    return Reply(
        ("Post this now in ", Channel(found.plan.channel), "?"),
        render_tip(ahead[0], context.content).nodes,
        buttons=(Action("Post it now", confirm, ActionStyle.PRIMARY), PANEL_ACTION),
    )


@schedule_command(hidden=True)
async def schedule_post_confirmed(
    context: CommandContext,
    schedule: Annotated[int, _ACTIVE_SCHEDULE],
    once: Annotated[str, Arg("when it was asked for", max_length=20)],
    tip: Annotated[int | None, _QUEUED_TIP] = None,
) -> Reply:
    """Post a tip at once, and only once however often the button is pressed."""
    moderator = await ModeratorContext.open(context)
    found, asked_at = await _pick_active(moderator, schedule), parse_due_time(once)
    again = Action("Ask again", Call("schedule-post-now", {"schedule": str(schedule)}))
    if isinstance(found, Reply):
        return found
    if asked_at is None or not timedelta() <= context.now - asked_at <= _BUTTON_LIFETIME:
        raise Refusal("That button is too old, so nothing was posted. Ask again.", again)
    await require_postable(moderator, found.plan.channel, found.plan)
    chosen = await moderator.find_tip(tip) if tip else None
    if chosen is not None and chosen.state is not TipState.QUEUED:
        raise Refusal(f"That tip is {chosen.state} now, so nothing was posted.", again)
    planned = await moderator.store.occurrences.plan_now(
        found.id, asked_at, found.plan.channel, chosen.id if chosen else None
    )
    if not planned:
        text = "Another tip was just posted there or is about to be, so I didn't post a second one."
        raise Refusal(text, again, PANEL_ACTION)
    await moderator.record_audit("asked to post", f"schedule {schedule}")
    return await panel_reply(moderator, await describe_delivery(moderator, found, asked_at))


async def _pick_active(moderator: ModeratorContext, number: int | None) -> Schedule | Reply:
    """Return the schedule, or a reply that asks which one.

    Raise Refusal if the schedule is missing, not active or not usable.
    """
    found = await pick_schedule(moderator, number, ScheduleState.ACTIVE)
    if isinstance(found, Reply):
        return found
    if found.state is not ScheduleState.ACTIVE:
        resume = Call("schedule-resume", {"schedule": str(found.number)})
        message = f"That schedule is {found.state}. Resume it first."
        raise Refusal(message, Action("Resume", resume), SCHEDULES_ACTION)
    require_usable(found.plan, found.number)
    return found


@schedule_command(Example("schedule skip 1", shows=("Skipped: ",)))
async def schedule_skip(
    context: CommandContext, schedule: Annotated[int | None, _ACTIVE_SCHEDULE] = None
) -> Reply:
    """Skip the next post of a schedule; you can undo it."""
    moderator = await ModeratorContext.open(context)
    found = await _pick_active(moderator, schedule)
    return found if isinstance(found, Reply) else await _skip(moderator, found)


@schedule_command(hidden=True)
async def schedule_skip_post(
    context: CommandContext,
    schedule: Annotated[int, _ACTIVE_SCHEDULE],
    due: Annotated[str, _DUE],
    undo: Annotated[bool, Arg("yes: post it after all", yes_or_no)] = False,
) -> Reply:
    """Skip the post that the button was shown for, or undo that."""
    moderator = await ModeratorContext.open(context)
    found = await _pick_active(moderator, schedule)
    if isinstance(found, Reply):
        return found
    if parse_due_time(due) != found.next_due:
        raise Refusal(_CHANGED, _show(found), PANEL_ACTION)
    if not undo:
        return await _skip(moderator, found)
    await _plan_next(moderator, found, OccurrenceState.PLANNED)
    await moderator.record_audit("unskipped", f"schedule {schedule} {due}")
    return await schedule_page(
        moderator, found, ("No longer skipped. A tip will be posted ", Time(found.next_due), ".")
    )


def _show(schedule: Schedule) -> Action:
    return Action("Open the schedule", Call("schedule-show", {"schedule": str(schedule.number)}))


async def _skip(moderator: ModeratorContext, schedule: Schedule) -> Reply:
    await _plan_next(moderator, schedule, OccurrenceState.SKIPPED)
    due_time = format_due_time(schedule.next_due)
    await moderator.record_audit("skipped", f"schedule {schedule.number} {due_time}")
    where = Channel(schedule.plan.channel)
    done: Prose = ("Skipped: the tip of ", Time(schedule.next_due), " in ", where, ".")
    return await schedule_page(moderator, schedule, done)


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
        raise Refusal("That tip is already being posted. Nothing was changed.", _show(schedule))


@schedule_command(Example("schedule swap 1 2", shows=("Next tip in",)))
async def schedule_swap(
    context: CommandContext,
    schedule: Annotated[int | None, _ACTIVE_SCHEDULE] = None,
    tip: Annotated[int | None, _QUEUED_TIP] = None,
) -> Reply:
    """Choose the tip that a schedule posts next, even if that post was skipped."""
    moderator = await ModeratorContext.open(context)
    found = await _pick_active(moderator, schedule)
    if isinstance(found, Reply):
        return found
    if tip is None:
        return await _ask_for_tip(moderator, found)
    chosen = await moderator.find_tip(tip)
    if chosen.state is not TipState.QUEUED:
        page = Action("Open the tip", Call("tips-preview", {"tip": str(tip)}))
        raise Refusal(f"That tip is {chosen.state}. Approve it first.", page, QUEUE_ACTION)
    await _plan_next(moderator, found, OccurrenceState.PLANNED, chosen.id)
    await moderator.record_audit("swapped", f"schedule {found.number} tip {tip}")
    where, when = Channel(found.plan.channel), Time(found.next_due)
    done: Prose = ("Next tip in ", where, ", ", when, f": {end_sentence(name_tip(chosen))}")
    return await schedule_page(moderator, found, done)


async def _ask_for_tip(moderator: ModeratorContext, schedule: Schedule) -> Reply:
    """Return a menu of the tips that a schedule posts next, to choose from."""
    ahead = await tips_in_order(moderator.tips, schedule, _MAX_CHOICES)
    if not ahead:
        raise Refusal("There are no tips left to choose from. Add one.", QUEUE_ACTION)
    args = {"schedule": str(schedule.number)}
    options = tuple(
        Action(shorten_tip(each), Call("schedule-swap", {**args, "tip": str(each.number)}))
        for each in ahead
    )
    question: Prose = ("Which tip comes next, ", *name_schedule(schedule), "?")
    return Reply(question, (Actions(options),), buttons=(_show(schedule), QUEUE_ACTION))
