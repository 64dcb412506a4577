"""Commands for past posts and for the decisions about posts that wait for a moderator."""

from collections.abc import Iterator, Mapping
from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example
from bot.commands.schedule import schedule_command
from bot.commands.schedule.posting import describe_delivery
from bot.errors import Refusal
from bot.reply import Action, Actions, Bullets, Channel, Node, Paragraph, Prose, Reply, Time
from bot.tips.context import PANEL_ACTION, QUEUE_ACTION, SCHEDULES_ACTION, ModeratorContext
from bot.tips.message import shorten_tip
from bot.tips.panel import panel_reply
from bot.tips.recurrence import format_due_time, parse_due_time
from bot.tips.schedule_input import newest_counts, numbers
from bot.tips.validation import require_postable
from storage import Occurrence, OccurrenceState, Schedule, Step, StepState, Tip

_DEFAULT_COUNT, _MAX_COUNT = 6, 50
_TEXT_LENGTH = 40  # characters of a tip
_STATES = tuple(each for each in OccurrenceState if each is not OccurrenceState.PLANNED)
_UNDECIDED = (OccurrenceState.ASKING, OccurrenceState.UNCERTAIN)
_WORDS = {
    OccurrenceState.DUE: "not posted yet",
    OccurrenceState.DONE: "posted",
    OccurrenceState.SKIPPED: "skipped",
    OccurrenceState.MISSED: "missed",
    OccurrenceState.EMPTY: "no tip was left",
    OccurrenceState.ASKING: "late: post it now?",
    OccurrenceState.UNCERTAIN: "may have been posted: is it there?",
    OccurrenceState.GONE: "the channel is gone",
}


@schedule_command(Example("schedule history", shows=("posts",)))
async def schedule_history(
    context: CommandContext,
    latest: Annotated[int, Arg("how many posts, newest first", newest_counts)] = _DEFAULT_COUNT,
) -> Reply:
    """See past posts, and decide about those that are waiting for you."""
    moderator = await ModeratorContext.open(context)
    store = moderator.store
    found = await store.occurrences.list_for_queue(
        moderator.queue, *_STATES, limit=min(latest, _MAX_COUNT)
    )
    buttons = (SCHEDULES_ACTION, QUEUE_ACTION, PANEL_ACTION)
    if not found:
        return Reply("There are no past posts yet.", buttons=buttons)
    schedules = {each.id: each for each in await store.schedules.list_for_queue(moderator.queue)}
    tips = {tip.id: tip for tip in await store.tips.list_for_queue(moderator.queue)}
    return Reply(
        "Past posts, newest first:",
        tuple(_list_posts(found, schedules, tips)),
        buttons=buttons,
        return_to=context.call,
    )


def _list_posts(
    found: tuple[Occurrence, ...], schedules: Mapping[str, Schedule], tips: Mapping[str, Tip]
) -> Iterator[Node]:
    """Yield those that wait for a decision, with its buttons, and then the others."""
    waiting = [each for each in found if each.state in _UNDECIDED and each.schedule in schedules]
    for each in waiting:
        yield Paragraph(_describe(each, tips.get(each.tip or "")))
        yield Actions(_decisions(each, schedules[each.schedule]))
    others = [each for each in found if each not in waiting]
    if others:
        yield Bullets(tuple(_describe(each, tips.get(each.tip or "")) for each in others))


def _describe(occurrence: Occurrence, tip: Tip | None) -> Prose:
    where = (Time(occurrence.due_at), " in ", Channel(occurrence.channel))
    state = _WORDS.get(occurrence.state, "unknown")
    if occurrence.state is OccurrenceState.DUE and occurrence.message:
        state = "posted"
    shown = f" – {shorten_tip(tip, _TEXT_LENGTH)}" if tip else ""
    failed = (StepState.WAITING, StepState.FAILED, StepState.UNKNOWN)
    receipts = (occurrence.receipts[step] for step in Step if step in occurrence.receipts)
    errors = "".join(
        f" ⚠ {each.step}: {each.error}" for each in receipts if each.error and each.state in failed
    )
    return (*where, f": {state}{shown}{errors}")


def _decisions(occurrence: Occurrence, schedule: Schedule) -> tuple[Action, ...]:
    """Return the buttons for an occurrence that waits for a moderator: to post it, or not."""
    args = {"schedule": str(schedule.number), "due": format_due_time(occurrence.due_at)}
    is_uncertain = occurrence.state is OccurrenceState.UNCERTAIN
    post, leave = "Post it now", "Skip it"
    if is_uncertain:
        post, leave = "Post it now", "Mark it as posted"
    return (
        Action(post, Call("schedule-settle", {**args, "decision": "post"})),
        Action(leave, Call("schedule-settle", {**args, "decision": "leave"})),
    )


@schedule_command(hidden=True)
async def schedule_settle(
    context: CommandContext,
    schedule: Annotated[int, Arg("which schedule", numbers)],
    due: Annotated[str, Arg("which post", max_length=20)],
    decision: Annotated[str, Arg("post or leave", max_length=8)],
) -> Reply:
    """Decide about a post that is late, or that may have gone out."""
    moderator = await ModeratorContext.open(context)
    found, due_at = await moderator.find_schedule(schedule), parse_due_time(due)
    occurrences = moderator.store.occurrences
    occurrence = await occurrences.get(found.id, due_at) if due_at else None
    if occurrence is None or due_at is None or decision not in {"post", "leave"}:
        raise Refusal("There's nothing to decide about that post.", SCHEDULES_ACTION)
    if decision == "post":
        await require_postable(moderator, occurrence.channel, found.plan)
    is_uncertain = occurrence.state is OccurrenceState.UNCERTAIN
    left = OccurrenceState.DONE if is_uncertain else OccurrenceState.SKIPPED
    decided = await occurrences.decide(
        occurrence.schedule,
        occurrence.due_at,
        OccurrenceState.DUE if decision == "post" else left,
        current_states=_UNDECIDED,
        at=context.now,
        message="unknown" if is_uncertain and decision == "leave" else None,
    )
    if not decided:
        raise Refusal("Someone has already made that decision.", PANEL_ACTION)
    await moderator.record_audit("decided", f"schedule {schedule} {due} {decision}")
    done: Prose = "Marked as posted." if is_uncertain else "Skipped."
    if decision == "post":
        done = await describe_delivery(moderator, found, due_at)
    return await panel_reply(moderator, done)
