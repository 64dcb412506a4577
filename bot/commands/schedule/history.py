"""Commands for past posts and for the decisions about posts that wait for a moderator."""

from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example
from bot.commands.schedule import schedule_command
from bot.errors import Refusal
from bot.formatting import pluralize
from bot.reply import Action, Column, Paragraph, Prose, Reply, Table, Time
from bot.tips.context import QUEUE_ACTION, SCHEDULES_ACTION, ModeratorContext
from bot.tips.notices import confirmation
from bot.tips.recurrence import format_due_time, parse_due_time
from bot.tips.schedule_input import newest_counts, numbers
from bot.tips.validation import require_postable
from storage import Occurrence, OccurrenceState, Step

_DEFAULT_COUNT, _MAX_COUNT = 10, 50
_STATES = tuple(each for each in OccurrenceState if each is not OccurrenceState.PLANNED)


@schedule_command(Example("schedule history", shows=("Posts",)))
async def schedule_history(
    context: CommandContext,
    latest: Annotated[int, Arg("how many, the newest first", newest_counts)] = _DEFAULT_COUNT,
) -> Reply:
    """See what was posted, missed or waits for you, and what came of each step."""
    moderator = await ModeratorContext.open(context)
    store = moderator.store
    found = await store.occurrences.list_for_queue(
        moderator.queue, *_STATES, limit=min(latest, _MAX_COUNT)
    )
    if not found:
        nothing = Paragraph("Nothing has come due yet.")
        return Reply("Posts", (nothing,), buttons=(SCHEDULES_ACTION, QUEUE_ACTION))
    schedules = {
        each.id: f"{each.number}" for each in await store.schedules.list_for_queue(moderator.queue)
    }
    tips = {tip.id: f"{tip.number}" for tip in await store.tips.list_for_queue(moderator.queue)}
    narrow = (Column("schedule", nowrap=True), Column("tip", nowrap=True))
    columns = (Column("due"), *narrow, Column("state"), Column("steps"))
    rows = tuple(
        _post_row(each, schedules.get(each.schedule, "removed"), tips.get(each.tip or "", "–"))
        for each in found
    )
    actions: list[Action] = []
    for each in found:
        if each.schedule in schedules:
            actions += _decision_actions(each, schedules[each.schedule])
    table = Table(columns, rows)
    buttons = (*actions, SCHEDULES_ACTION, QUEUE_ACTION)
    return Reply("Posts", (table,), buttons=buttons, return_to=context.call)


def _post_row(occurrence: Occurrence, schedule: str, tip: str) -> tuple[Prose, ...]:
    receipts = (occurrence.receipts[step] for step in Step if step in occurrence.receipts)
    steps = (
        f"{each.step} {each.state}"
        + (f" after {pluralize(each.tries, 'attempt')}" if each.tries > 1 else "")
        + (f": {each.error}" if each.error else "")
        for each in receipts
    )
    due_at = (Time(occurrence.due_at),)
    return (due_at, schedule, tip, occurrence.state, "; ".join(steps) or "–")


def _decision_actions(occurrence: Occurrence, schedule: str) -> list[Action]:
    """Return buttons to post or leave out an occurrence (a due post) that waits for a moderator.

    Return [] if *occurrence* doesn't wait. *schedule* is the schedule's number.
    """
    if occurrence.state not in {OccurrenceState.ASKING, OccurrenceState.UNCERTAIN}:
        return []
    args = {"schedule": schedule, "due": format_due_time(occurrence.due_at)}
    when = f"{occurrence.due_at:%Y-%m-%d}"
    return [
        Action(f"{when}: post it", Call("schedule-settle", {**args, "decision": "post"})),
        Action(f"{when}: leave it", Call("schedule-settle", {**args, "decision": "leave"})),
    ]


@schedule_command(hidden=True)
async def schedule_settle(
    context: CommandContext,
    schedule: Annotated[int, Arg("the schedule's number", numbers)],
    due: Annotated[str, Arg("which time", max_length=20)],
    decision: Annotated[str, Arg("post or leave", max_length=8)],
) -> Reply:
    """Decide about a post that is late, or may have been made."""
    moderator = await ModeratorContext.open(context)
    found, due_at = await moderator.find_schedule(schedule), parse_due_time(due)
    occurrences = moderator.store.occurrences
    occurrence = await occurrences.get(found.id, due_at) if due_at else None
    if occurrence is None or decision not in {"post", "leave"}:
        raise Refusal("There is nothing to decide any more.", SCHEDULES_ACTION)
    if decision == "post":
        await require_postable(moderator, occurrence.channel, found.plan)
    is_uncertain = occurrence.state is OccurrenceState.UNCERTAIN
    left = OccurrenceState.DONE if is_uncertain else OccurrenceState.SKIPPED
    decided = await occurrences.decide(
        occurrence.schedule,
        occurrence.due_at,
        OccurrenceState.DUE if decision == "post" else left,
        current_states=[OccurrenceState.UNCERTAIN, OccurrenceState.ASKING],
        at=context.now,
        message="unknown" if is_uncertain and decision == "leave" else None,
    )
    if not decided:
        raise Refusal("That is decided already.", SCHEDULES_ACTION)
    await moderator.record_audit("decided", f"schedule {schedule} {due} {decision}")
    text = "It is posted within half a minute." if decision == "post" else "It stays as it is."
    return confirmation(text, SCHEDULES_ACTION, QUEUE_ACTION)
