"""The calendar of coming posts."""

from typing import Annotated
from zoneinfo import ZoneInfo

from bot.app import CommandContext
from bot.command import Arg, Example, truncate
from bot.commands.schedule import schedule_command
from bot.reply import (
    Column,
    Node,
    Paragraph,
    Prose,
    Reply,
    Table,
    Time,
)
from bot.tips.context import QUEUE_ACTION, SCHEDULES_ACTION, ModeratorContext
from bot.tips.schedule_input import post_counts
from bot.tips.selection import UpcomingPost, upcoming_posts
from bot.tips.validation import find_plan_problem
from storage import ScheduleState

_DEFAULT_COUNT, _MAX_COUNT = 6, 26
_TEXT_LENGTH = 50  # characters of a tip in the calendar


@schedule_command(Example("schedule calendar", shows=("Mon 2026-11-23 09:00",)))
async def schedule_calendar(
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
