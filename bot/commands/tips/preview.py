"""A tip's page: the tip as it is posted, when it comes, and buttons that change it."""

from collections.abc import Iterator
from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example
from bot.commands.tips import tips_command
from bot.errors import Refusal
from bot.reply import (
    Action,
    ActionStyle,
    Channel,
    Fields,
    Mention,
    Paragraph,
    Prose,
    Reply,
    Time,
)
from bot.tips.completion import suggest_schedules, suggest_tips
from bot.tips.context import PANEL_ACTION, QUEUE_ACTION, ModeratorContext
from bot.tips.message import render_tip
from bot.tips.panel import is_posting
from bot.tips.schedule_input import numbers
from bot.tips.selection import UpcomingPost, upcoming_posts
from bot.tips.validation import ACTIVE_STATES, find_plan_problem
from storage import Schedule, Tip, TipState

_LOOK_AHEAD = 2  # posts, because the next one may be skipped
_ANY_SCHEDULE = Arg(
    "the schedule that posts it", numbers, autocomplete=suggest_schedules(), label="Schedule"
)
_TIP = Arg(
    "which tip; the next one by default",
    numbers,
    autocomplete=suggest_tips(*ACTIVE_STATES),
    label="Tip",
)
_STATES = {
    TipState.QUEUED: "in the queue",
    TipState.SUGGESTED: "suggested, waiting for approval",
    TipState.HELD: "on hold: its sources changed, so check it again",
    TipState.DENIED: "denied",
    TipState.REMOVED: "removed",
}


@tips_command(Example("tips preview", shows=("Tip of the week",)))
async def tips_preview(
    context: CommandContext,
    tip: Annotated[int | None, _TIP] = None,
    schedule: Annotated[int | None, _ANY_SCHEDULE] = None,
) -> Reply:
    """See a tip exactly as members will see it, and change it."""
    moderator = await ModeratorContext.open(context)
    found = await _find_schedule(moderator, schedule)
    is_usable = found is not None and not find_plan_problem(found.plan)
    posts = await upcoming_posts(moderator.tips, found, _LOOK_AHEAD) if found and is_usable else ()
    post = next((each for each in posts if not each.skipped), None)
    chosen = await moderator.find_tip(tip) if tip else post.tip if post else None
    if chosen is None:
        queued = await moderator.store.tips.list_for_queue(moderator.queue, TipState.QUEUED)
        if not queued or posts:
            raise Refusal("There is no tip to post. Add one.", Action("Add tip", Call("tips-add")))
        chosen = queued[0]
    return await tip_page(moderator, chosen, post=post)


async def tip_page(
    moderator: ModeratorContext,
    tip: Tip,
    done: Prose | None = None,
    *,
    post: UpcomingPost | None = None,
) -> Reply:
    """Return a tip's page; after a change, it begins with what was *done*.

    *post* is the next post of the schedule for which the tip is shown.
    """
    message = render_tip(tip, moderator.context.content)
    title = (Paragraph(message.answer),) if done else ()
    queued = await moderator.store.tips.list_for_queue(moderator.queue, TipState.QUEUED)
    position = next((at for at, each in enumerate(queued, 1) if each.id == tip.id), 0)
    return Reply(
        done or message.answer,
        (*title, *message.nodes, Fields(tuple(_facts(tip, position, len(queued), post)))),
        buttons=tuple(_buttons(tip, position, len(queued))),
        more=tuple(_menu(tip)),
        return_to=Call("tips-preview", {"tip": str(tip.number)}),
        is_returned=True,
    )


async def _find_schedule(moderator: ModeratorContext, number: int | None) -> Schedule | None:
    """Return schedule *number*; without *number*, the schedule that is due next, if any."""
    if number is not None:
        return await moderator.find_schedule(number)
    found = await moderator.store.schedules.list_for_queue(moderator.queue)
    posting = [each for each in found if is_posting(each)]
    return min(posting, key=lambda each: each.next_due, default=None)


def _facts(
    tip: Tip, position: int, queued: int, post: UpcomingPost | None
) -> Iterator[tuple[str, Prose]]:
    state = _STATES.get(tip.state, tip.state)
    yield "State", f"number {position} of {queued} in the queue" if position else state
    if post is not None and post.tip is not None and post.tip.id == tip.id:
        plan = post.schedule.plan
        yield "Next post", (Time(post.due_at), " in ", Channel(plan.channel))
        after = [*(["is pinned"] if plan.pin else []), *(["gets a thread"] if plan.thread else [])]
        if after:
            yield "Then", f"it {' and '.join(after)}"
        if plan.mention:
            yield "Notifies", (Mention(plan.mention),)
    if tip.suggested_by:
        yield "Suggested by", (Mention(tip.suggested_by),)


def _buttons(tip: Tip, position: int, queued: int) -> Iterator[Action]:
    number = {"tip": str(tip.number)}
    if tip.state in {TipState.DENIED, TipState.REMOVED}:
        yield Action("Restore", Call("tips-restore", number), ActionStyle.PRIMARY)
        return
    if tip.state in {TipState.SUGGESTED, TipState.HELD}:
        yield Action("Approve", Call("tips-approve", number), ActionStyle.PRIMARY)
    yield Action("Edit", Call("tips-edit", number))
    if position > 1:
        yield Action("Move to top", Call("tips-move", {**number, "place": "1"}))
    if position > 2:  # noqa: PLR2004  # to the second place, which isn't the top
        yield Action("Move up", Call("tips-move", {**number, "place": str(position - 1)}))
    if 0 < position < queued:
        yield Action("Move down", Call("tips-move", {**number, "place": str(position + 1)}))
    if tip.state is TipState.SUGGESTED:
        yield Action("Deny", Call("tips-deny", number))
    yield Action("Remove", Call("tips-remove", number), ActionStyle.DANGER)


def _menu(tip: Tip) -> Iterator[Action]:
    if tip.state is TipState.QUEUED:
        yield Action("Post it next", Call("schedule-swap", {"tip": str(tip.number)}))
    yield QUEUE_ACTION
    yield PANEL_ACTION
