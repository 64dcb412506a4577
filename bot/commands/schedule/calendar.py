"""The calendar of coming posts."""

from collections.abc import Iterable, Iterator
from typing import Annotated
from zoneinfo import ZoneInfo

from bot.app import CommandContext
from bot.command import Arg, Example
from bot.commands.schedule import schedule_command
from bot.formatting import pluralize
from bot.reply import Bullets, Channel, Node, Paragraph, Prose, Reply, Time
from bot.tips.context import (
    PANEL_ACTION,
    QUEUE_ACTION,
    SCHEDULES_ACTION,
    SETUP_ACTION,
    ModeratorContext,
)
from bot.tips.message import shorten_tip
from bot.tips.panel import is_posting
from bot.tips.schedule_input import post_counts
from bot.tips.selection import UpcomingPost, upcoming_posts
from bot.tips.validation import find_plan_problem
from storage import ScheduleState

_DEFAULT_COUNT, _MAX_COUNT = 6, 26
_TEXT_LENGTH = 40  # characters of a tip in the calendar


@schedule_command(Example("schedule calendar", shows=("Mon 23 Nov, 09:00",)))
async def schedule_calendar(
    context: CommandContext,
    weeks: Annotated[int, Arg("how many posts to show", post_counts)] = _DEFAULT_COUNT,
) -> Reply:
    """See when each tip will be posted, in the channel's time zone and in yours."""
    moderator = await ModeratorContext.open(context)
    schedules = await moderator.store.schedules.list_for_queue(moderator.queue)
    count = min(weeks, _MAX_COUNT)
    posting = [each for each in schedules if is_posting(each)]
    found = [post for each in posting for post in await upcoming_posts(moderator.tips, each, count)]
    posts = sorted(_until_empty(found), key=lambda post: post.due_at)[:count]
    is_one = len({each.plan.channel for each in posting}) == 1
    nodes: list[Node] = [Bullets(tuple(_describe(post, show_channel=not is_one) for post in posts))]
    nodes = nodes if posts else []
    for each in schedules:
        problem = find_plan_problem(each.plan)
        if problem and each.state is ScheduleState.ACTIVE:
            where = Channel(each.plan.channel)
            nodes.append(Paragraph(("⚠ A schedule in ", where, f" isn't posting: {problem}.")))
    title: Prose = "No posts are coming up: every schedule is paused or stopped."
    if posts and is_one:
        title = ("Next posts in ", Channel(posts[0].schedule.plan.channel), ":")
    elif posts:
        title = f"The next {pluralize(len(posts), 'post')}:"
    elif not schedules:
        return Reply("Weekly tips aren't set up here yet.", buttons=(SETUP_ACTION, PANEL_ACTION))
    buttons = (SCHEDULES_ACTION, QUEUE_ACTION, PANEL_ACTION)
    return Reply(title, tuple(nodes), buttons=buttons, return_to=context.call)


def _until_empty(posts: Iterable[UpcomingPost]) -> Iterator[UpcomingPost]:
    """Yield *posts*, but of each schedule only the first for which no tip is left."""
    empty: set[str] = set()
    for each in posts:
        if each.schedule.id not in empty:
            yield each
        if each.tip is None and not each.skipped:
            empty.add(each.schedule.id)


def _describe(post: UpcomingPost, *, show_channel: bool) -> Prose:
    plan = post.schedule.plan
    there = post.due_at.astimezone(ZoneInfo(plan.zone))
    where: tuple[str | Channel, ...] = (" in ", Channel(plan.channel)) if show_channel else ()
    tip = "skipped" if post.skipped else "no tip left"
    if post.tip:
        tip = shorten_tip(post.tip, _TEXT_LENGTH)
    when = f"{there:%a} {there.day} {there:%b}, {there:%H:%M}"
    return (when, *where, " (your time: ", Time(post.due_at), f"): {tip}")
