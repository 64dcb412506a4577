"""A schedule's page, with a button for everything that can be done with it, and its options."""

from collections.abc import Iterator
from typing import Annotated

from bot.app import CommandContext
from bot.call import Call, Caller
from bot.command import Arg, Example
from bot.commands.schedule import schedule_command
from bot.commands.schedule.picking import pick_schedule
from bot.formatting import pluralize
from bot.reply import (
    Action,
    Actions,
    ActionStyle,
    Channel,
    Fields,
    Item,
    Mention,
    Node,
    Paragraph,
    Prose,
    Reply,
    Time,
)
from bot.tips.completion import suggest_schedules
from bot.tips.context import PANEL_ACTION, SCHEDULES_ACTION, SETUP_ACTION, ModeratorContext
from bot.tips.message import name_tip
from bot.tips.recurrence import describe_briefly, describe_schedule, format_due_time
from bot.tips.schedule_input import numbers
from bot.tips.selection import UpcomingPost, upcoming_posts
from bot.tips.validation import find_plan_problem
from storage import Missed, Plan, Schedule, ScheduleState

_SCHEDULE = Arg("which schedule", numbers, autocomplete=suggest_schedules(), label="Schedule")
_MISSED = {Missed.SKIP: "skipped", Missed.ASK: "I'll ask you"}
_WEEKS = (1, 2, 3, 4)  # intervals that the options offer
_CATCH_UP_HOURS = (6, 24, 72)


def name_schedule(schedule: Schedule) -> tuple[str | Channel, ...]:
    """Return a schedule's name for a sentence: "Mondays at 09:00 in #tips"."""
    is_usable = find_plan_problem(schedule.plan) is None
    times = describe_briefly(schedule.plan) if is_usable else "the schedule"
    return (f"{times} in ", Channel(schedule.plan.channel))


@schedule_command(
    Example("schedule list", shows=("Mondays at 09:00", "Open")), aliases=("schedule",)
)
async def schedule_list(context: CommandContext) -> Reply:
    """See when each channel gets tips; open a schedule to change it."""
    moderator = await ModeratorContext.open(context)
    found = await moderator.store.schedules.list_for_queue(moderator.queue)
    if not found:
        text = "Weekly tips aren't set up here yet."
        return Reply(text, buttons=(SETUP_ACTION, PANEL_ACTION))
    items = tuple(Item(_summarize(each), _open(each)) for each in found)
    return Reply(
        f"{pluralize(len(found), 'schedule')}:",
        items,
        buttons=(
            Action("Add a schedule", SETUP_ACTION.call),
            Action("Calendar", Call("schedule-calendar")),
            PANEL_ACTION,
        ),
        more=(Action("Past posts", Call("schedule-history")),),
        return_to=context.call,
    )


def _open(schedule: Schedule) -> Action:
    return Action("Open", Call("schedule-show", {"schedule": str(schedule.number)}))


def _summarize(schedule: Schedule) -> Prose:
    where = Channel(schedule.plan.channel)
    if find_plan_problem(schedule.plan):
        return ("⚠ A schedule in ", where, " can't be used")
    if schedule.state is ScheduleState.ACTIVE:
        return (*name_schedule(schedule), ", next ", Time(schedule.next_due))
    return (*name_schedule(schedule), f", {schedule.state}")


@schedule_command(hidden=True)
async def schedule_show(
    context: CommandContext, schedule: Annotated[int | None, _SCHEDULE] = None
) -> Reply:
    """See a schedule with everything that you can do with it."""
    moderator = await ModeratorContext.open(context)
    found = await pick_schedule(moderator, schedule)
    return found if isinstance(found, Reply) else await schedule_page(moderator, found)


async def schedule_page(
    moderator: ModeratorContext,
    schedule: Schedule,
    done: Prose | None = None,
    *,
    role: str | None = None,
) -> Reply:
    """Return a schedule's page; after a change, it begins with what was *done*.

    If *role* is set, the page also asks whether to notify that role with every tip.
    """
    number = {"schedule": str(schedule.number)}
    problem = find_plan_problem(schedule.plan)
    post = None
    if problem is None and schedule.state is ScheduleState.ACTIVE:
        [post] = await upcoming_posts(moderator.tips, schedule, 1)
    nodes: list[Node] = [Paragraph(f"⚠ {problem}.")] if problem else []
    nodes.append(Fields(tuple(_facts(schedule, post, usable=problem is None))))
    buttons = list(_buttons(schedule, post, usable=problem is None))
    if role is not None:
        nodes.append(Paragraph(("Notify ", Mention(role), " with every tip?")))
        confirm = Call("schedule-notify", {**number, "role": role})
        buttons.insert(0, Action("Notify them every time", confirm))
    return Reply(
        done or _headline(schedule, usable=problem is None),
        tuple(nodes),
        buttons=tuple(buttons),
        more=tuple(_menu(schedule, post)),
        return_to=Call("schedule-show", number),
        is_returned=True,
    )


def _headline(schedule: Schedule, *, usable: bool) -> Prose:
    if not usable:
        return (
            "This schedule in ",
            Channel(schedule.plan.channel),
            " isn't posting anything for now.",
        )
    if schedule.state is ScheduleState.ACTIVE:
        return ("Tips are posted ", *name_schedule(schedule), ".")
    why = f": {schedule.reason}" if schedule.reason else "."
    return (*name_schedule(schedule), f": {schedule.state}{why}")


def _facts(
    schedule: Schedule, post: UpcomingPost | None, *, usable: bool
) -> Iterator[tuple[str, Prose]]:
    plan = schedule.plan
    if usable:
        yield "When", describe_schedule(plan)
    if post is not None:
        yield "Next", (Time(post.due_at), " (skipped)" if post.skipped else "")
        if post.tip:
            yield "Tip", name_tip(post.tip)
        elif not post.skipped:
            yield "Tip", "none left: add one, or repeat them under Options"
    yield "Posts", ", ".join(_modes(plan))
    yield "If missed", _describe_missed(plan)
    if plan.mention:
        yield "Notifies", (Mention(plan.mention),)


def _modes(plan: Plan) -> Iterator[str]:
    yield "shuffled" if plan.shuffled else "in queue order"
    yield "starting over at the end" if plan.repeats else "each tip once"
    if plan.pin:
        yield "pinned"
    if plan.thread:
        yield "with a thread"


def _describe_missed(plan: Plan) -> str:
    late = f"posted up to {pluralize(plan.hours, 'hour')} late"
    return _MISSED.get(plan.missed, late)


def _buttons(schedule: Schedule, post: UpcomingPost | None, *, usable: bool) -> Iterator[Action]:
    number = {"schedule": str(schedule.number)}
    edit = Action("Edit", Call("schedule-edit", number))
    if not usable:
        yield edit
        yield Action("Stop", Call("schedule-stop", number), ActionStyle.DANGER)
        return
    if post is None:
        yield Action("Resume", Call("schedule-resume", number), ActionStyle.PRIMARY)
        yield edit
        yield Action("Stop", Call("schedule-stop", number), ActionStyle.DANGER)
        return
    yield edit
    yield Action("Pause", Call("schedule-pause", number))
    due = {**number, "due": format_due_time(post.due_at)}
    if post.skipped:
        yield Action("Undo the skip", Call("schedule-skip-post", {**due, "undo": "yes"}))
    else:
        yield Action("Skip next", Call("schedule-skip-post", due))
    yield Action("Post now", Call("schedule-post-now", number))


def _menu(schedule: Schedule, post: UpcomingPost | None) -> Iterator[Action]:
    number = {"schedule": str(schedule.number)}
    if post is not None:
        yield Action("Swap next tip", Call("schedule-swap", number))
        yield Action("Preview next tip", Call("tips-preview", number))
    yield Action("Options", Call("schedule-options", number))
    if post is not None:
        yield Action("Stop", Call("schedule-stop", number), ActionStyle.DANGER)
    yield SCHEDULES_ACTION
    yield PANEL_ACTION


@schedule_command(hidden=True)
async def schedule_options(
    context: CommandContext, schedule: Annotated[int | None, _SCHEDULE] = None
) -> Reply:
    """Change how a schedule posts, with one click for each change."""
    moderator = await ModeratorContext.open(context)
    found = await pick_schedule(moderator, schedule)
    if isinstance(found, Reply):
        return found
    nodes = Actions(tuple(_option_changes(found, context.caller)))
    show = Action("Back to the schedule", Call("schedule-show", {"schedule": f"{found.number}"}))
    answer: Prose = ("What do you want to change for ", *name_schedule(found), "?")
    return Reply(answer, (nodes,), buttons=(show,))


def _option_changes(schedule: Schedule, caller: Caller) -> Iterator[Action]:
    """Yield the changes that one click makes; what is set already isn't offered."""
    number = {"schedule": str(schedule.number)}
    has_threads = all(each.startswith("discord:") for each in (schedule.plan.channel, caller.id))
    for label, values in _changes(schedule.plan, has_threads=has_threads):
        yield Action(label, Call("schedule-edit", {**number, **values}))
    yield Action("Notify a role or group", Call("schedule-notify", number))


def _changes(plan: Plan, *, has_threads: bool) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the label of each change, and the arguments of `schedule edit` that make it."""
    for weeks in _WEEKS:
        if weeks != plan.weeks:
            often = "every week" if weeks == 1 else f"every {pluralize(weeks, 'week')}"
            yield f"Post {often}", {"weeks": str(weeks)}
    switches = {
        "order": (plan.shuffled, "Shuffle the tips", "Post in queue order"),
        "again": (plan.repeats, "Start over when all have been posted", "Post each tip only once"),
        "thread": (plan.thread, "Open a thread under each tip", "Stop opening threads"),
        "pin": (plan.pin, "Pin each tip", "Stop pinning tips"),
    }
    if not has_threads:
        del switches["thread"]
    for name, (is_on, switch_on, switch_off) in switches.items():
        values = ("ordered", "shuffled") if name == "order" else ("no", "yes")
        yield switch_off if is_on else switch_on, {name: values[not is_on]}
    if plan.mention:
        yield "Notify nobody", {"mention": "none"}
    yield from _missed_changes(plan)


def _missed_changes(plan: Plan) -> Iterator[tuple[str, dict[str, str]]]:
    for hours in _CATCH_UP_HOURS:
        if plan.missed is not Missed.CATCH_UP or plan.hours != hours:
            label = f"If missed, post up to {pluralize(hours, 'hour')} late"
            yield label, {"missed": "catch-up", "hours": str(hours)}
    if plan.missed is not Missed.SKIP:
        yield "If missed, skip it", {"missed": "skip"}
    if plan.missed is not Missed.ASK:
        yield "If missed, ask me", {"missed": "ask"}
