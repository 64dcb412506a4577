"""Preview of a tip as it will be posted."""

from typing import Annotated

from bot.app import CommandContext
from bot.command import Arg, Example
from bot.commands.tips import tips_command
from bot.errors import Refusal
from bot.reply import (
    Channel,
    Fields,
    Heading,
    Mention,
    Prose,
    Reply,
    Time,
)
from bot.tips.completion import suggest_schedules, suggest_tips
from bot.tips.context import QUEUE_ACTION, SCHEDULES_ACTION, ModeratorContext
from bot.tips.message import render_tip
from bot.tips.schedule_input import numbers
from bot.tips.selection import UpcomingPost, upcoming_posts
from bot.tips.validation import ACTIVE_STATES
from storage import Schedule, Tip, TipState

_ANY_SCHEDULE = Arg("the schedule's number", numbers, autocomplete=suggest_schedules())
_TIP = Arg(
    "the tip's number; the next one without it", numbers, autocomplete=suggest_tips(*ACTIVE_STATES)
)


@tips_command(Example("tips preview", shows=("Tip of the week",)))
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
