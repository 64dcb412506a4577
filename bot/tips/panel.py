"""The tips panel: what is posted next, what is left, what waits, and buttons for the rest."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.call import Call
from bot.formatting import pluralize
from bot.reply import (
    Action,
    ActionStyle,
    Channel,
    Fields,
    Node,
    Paragraph,
    Prose,
    Reply,
    Time,
)
from bot.tips.context import (
    PANEL_ACTION,
    QUEUE_ACTION,
    SCHEDULES_ACTION,
    SETUP_ACTION,
    ModeratorContext,
    TipContext,
)
from bot.tips.message import name_tip
from bot.tips.selection import UpcomingPost, count_left, upcoming_posts
from bot.tips.validation import find_plan_problem
from storage import OccurrenceState, Schedule, ScheduleState, TipState

_LOOK_AHEAD = 2  # posts of each schedule, because the next one may be skipped
_UNDECIDED_POSTS = (OccurrenceState.ASKING, OccurrenceState.UNCERTAIN)


@dataclass(frozen=True, slots=True)
class _PanelState:
    """The facts that the panel shows about a queue."""

    schedules: Sequence[Schedule]
    following: UpcomingPost | None  # the next post of all schedules that isn't skipped
    left: str  # tips for its channel, and for how many weeks they last
    waiting_tips: int
    waiting_posts: int


async def panel_reply(
    moderator: ModeratorContext, done: Prose | None = None, *actions: Action
) -> Reply:
    """Return the tips panel; after an action, it begins with what was *done*.

    *actions* are buttons about what was done, such as "Restore". They come before the panel's own.
    """
    state = await _read_state(moderator)
    summary = _summarize(state)
    nodes: list[Node] = [Paragraph(summary)] if done else []
    if state.following and state.following.tip:
        nodes.append(Paragraph(name_tip(state.following.tip)))
    facts = tuple(_facts(state))
    nodes += [Fields(facts)] if facts else []
    return Reply(
        done or summary,
        tuple(nodes),
        buttons=(*actions, *_buttons(state, has_actions=bool(actions))),
        more=tuple(each for each in _menu(state) if each not in actions),
        return_to=PANEL_ACTION.call,
        is_returned=True,
    )


async def _read_state(moderator: ModeratorContext) -> _PanelState:
    store, queue = moderator.store, moderator.queue
    schedules = await store.schedules.list_for_queue(queue)
    posting = [each for each in schedules if is_posting(each)]
    posts = [
        post
        for each in posting
        for post in await upcoming_posts(moderator.tips, each, _LOOK_AHEAD)
        if not post.skipped
    ]
    following = min(posts, key=lambda post: post.due_at, default=None)
    left = await _describe_supply(moderator.tips, following.schedule, posting) if following else ""
    waiting = await store.tips.list_for_queue(queue, TipState.SUGGESTED, TipState.HELD)
    undecided = await store.occurrences.list_for_queue(queue, *_UNDECIDED_POSTS)
    return _PanelState(schedules, following, left, len(waiting), len(undecided))


def is_posting(schedule: Schedule) -> bool:
    """Return True if a schedule posts tips: it is active, and its plan can be used."""
    return schedule.state is ScheduleState.ACTIVE and not find_plan_problem(schedule.plan)


async def _describe_supply(
    context: TipContext, schedule: Schedule, posting: Iterable[Schedule]
) -> str:
    """Return how many tips are left for a schedule's channel, and for how many weeks."""
    count = await count_left(context, schedule)
    if schedule.plan.repeats and not count:
        return "all posted once; they'll repeat"
    channel = schedule.plan.channel
    per_week = sum(1 / each.plan.weeks for each in posting if each.plan.channel == channel)
    weeks = pluralize(int(count / per_week), "week")
    return f"{count}, enough for {weeks}" if count else "none"


def _summarize(state: _PanelState) -> Prose:
    if not state.schedules:
        return "Weekly tips aren't set up here yet."
    if state.following is None:
        return "No tip is due: every schedule is paused or stopped."
    where = Channel(state.following.schedule.plan.channel)
    if state.following.tip is None:
        return ("No tip is left for ", Time(state.following.due_at), " in ", where, ". Add one.")
    return ("The next tip comes ", Time(state.following.due_at), " in ", where, ".")


def _facts(state: _PanelState) -> Iterator[tuple[str, Prose]]:
    if state.left:
        yield "Tips left", state.left
    if state.waiting_tips:
        yield "Waiting for approval", pluralize(state.waiting_tips, "tip")
    if state.waiting_posts:
        yield "Waiting for your decision", pluralize(state.waiting_posts, "post")


def _buttons(state: _PanelState, *, has_actions: bool) -> Iterator[Action]:
    """Yield the panel's buttons; one of them stands out unless other actions come before them."""
    is_set_up = bool(state.schedules)
    primary = ActionStyle.NORMAL if has_actions else ActionStyle.PRIMARY
    if not is_set_up:
        yield Action(SETUP_ACTION.label, SETUP_ACTION.call, primary)
    adds_first = is_set_up and not state.waiting_tips
    yield Action("Add tip", Call("tips-add"), primary if adds_first else ActionStyle.NORMAL)
    if state.waiting_tips:
        style = primary if is_set_up else ActionStyle.NORMAL
        yield Action("Review suggestions", Call("tips-review"), style)
    if is_set_up:
        yield Action("Schedules", SCHEDULES_ACTION.call)
        yield Action("Calendar", Call("schedule-calendar"))
    if state.following and state.following.tip:
        yield Action("Post now", Call("schedule-post-now"))


def _menu(state: _PanelState) -> Iterator[Action]:
    yield QUEUE_ACTION
    if state.schedules:
        yield Action("Past posts", Call("schedule-history"))
        yield Action("Add a schedule", SETUP_ACTION.call)
    yield Action("Import tips", Call("tips-import"))
    yield Action("Show who did what", Call("settings-audit"))
