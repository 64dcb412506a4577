"""Messages to moderators about problems with schedules, posts and tips."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.call import Call
from bot.reply import (
    Action,
    ActionStyle,
    Bullets,
    Column,
    Node,
    Paragraph,
    Prose,
    Reply,
    Table,
    Time,
)
from bot.tips.context import QUEUE_ACTION, SCHEDULES_ACTION
from bot.tips.recurrence import format_due_time
from storage import Schedule, Tip


def _notice(
    schedule: Schedule,
    *paragraphs: Prose,
    bullets: Sequence[str] = (),
    actions: Iterable[Action] = (),
) -> Reply:
    nodes: list[Node] = [*map(Paragraph, paragraphs)]
    nodes += [Bullets(tuple(bullets))] if bullets else []
    answer = f"Weekly tips, schedule {schedule.number}"
    return Reply(answer, tuple(nodes), buttons=(*actions, SCHEDULES_ACTION))


def confirmation(text: Prose, *actions: Action) -> Reply:
    """Build the reply to a command that succeeded: one sentence and buttons."""
    return Reply(text, buttons=actions)


def no_tip(schedule: Schedule, due_at: datetime, *, exhausted: bool) -> Reply:
    """Build the notice that there is no tip for a due time.

    *exhausted* means that the queue has tips, but that the channel has had all of them.
    """
    why = "this channel has had every tip of the queue" if exhausted else "the queue is empty"
    text = ("There is no tip for ", Time(due_at), f": {why}. Add one, or that week stays without.")
    actions = [Action("Add the starter pack", Call("tips-starter")), QUEUE_ACTION]
    if exhausted:
        again = Call("schedule-edit", {"schedule": str(schedule.number), "again": "yes"})
        actions.insert(0, Action("Start over", again))
    return _notice(schedule, text, actions=actions)


def posting_blocked(schedule: Schedule, due_at: datetime, problems: tuple[str, ...]) -> Reply:
    """Build the notice, sent before the due time, that *problems* will prevent the next post."""
    text: Prose = ("The next tip is due at ", Time(due_at), ", and this is in its way:")
    return _notice(schedule, text, bullets=problems)


def step_needs_help(schedule: Schedule, step: str, problem: str) -> Reply:
    """Build the notice that a delivery step is retried until a moderator fixes *problem*."""
    more = "It is tried again every quarter of an hour."
    return _notice(schedule, f"The step “{step}” waits for your help. {problem}", more)


def step_failed(schedule: Schedule, step: str, problem: str) -> Reply:
    """Build the notice that a step after the post, such as pinning, failed and isn't retried."""
    return _notice(schedule, f"The tip is posted, but the step “{step}” failed. {problem}")


def schedule_unusable(schedule: Schedule, problem: str) -> Reply:
    """Build the notice that a schedule can't be used; *problem* must also say how to fix it."""
    number = {"schedule": str(schedule.number)}
    actions = (
        Action("Remove schedule", Call("schedule-stop", number), ActionStyle.DANGER),
        Action("Pause schedule", Call("schedule-pause", number)),
    )
    text = f"This schedule posts nothing for now: {problem}. Your other schedules go on."
    return _notice(schedule, text, actions=actions)


def schedule_stopped(schedule: Schedule, problem: str) -> Reply:
    """Build the notice that a schedule was stopped because its channel is gone."""
    fix = "The schedule is stopped. Make a new one for another channel; nothing of it is lost."
    return _notice(schedule, f"{problem} {fix}")


def posts_missed(schedule: Schedule, due_times: list[datetime], why: str) -> Reply:
    """Build the notice that no tips were posted at *due_times*, with the reason *why*."""
    times: list[str | Time] = []
    for each in due_times:
        times += [", " if times else "", Time(each)]
    return _notice(schedule, ("Not posted: ", *times, f". {why}"))


def ask_about_late_post(schedule: Schedule, due_at: datetime) -> Reply:
    """Build the message that asks moderators whether to post a late tip now."""
    text = ("The tip of ", Time(due_at), " could not be posted in time. Shall it be posted now?")
    actions = _decisions(schedule, due_at, "Post it now", "Leave it out")
    return _notice(schedule, text, actions=actions)


def ask_about_uncertain_post(schedule: Schedule, due_at: datetime) -> Reply:
    """Build the message that asks moderators whether a tip was posted.

    It is used if the platform's answer was lost and the bot can't look for the post.
    """
    text = (
        "The tip of ",
        Time(due_at),
        " may have been posted: the answer got lost, and I may not look. Is it there?",
    )
    actions = _decisions(schedule, due_at, "Post it, it isn't there", "It's there")
    return _notice(schedule, text, actions=actions)


def _decisions(schedule: Schedule, due_at: datetime, post: str, leave: str) -> list[Action]:
    """Return two buttons, labeled *post* and *leave*, to decide about a late or uncertain post."""
    args = {"schedule": str(schedule.number), "due": format_due_time(due_at)}
    return [
        Action(label, Call("schedule-settle", {**args, "decision": decision}))
        for label, decision in ((post, "post"), (leave, "leave"))
    ]


def tip_held(tip: Tip, changes: Sequence[tuple[str, str, str, str]]) -> Reply:
    """Build the notice that a tip is held for review because entries that it cites have changed.

    Each of *changes* is an entry, its field, the old value and the new value.
    """
    text = f"Tip {tip.number} is held: what it rests on has changed. Read it again, then decide."
    columns = (Column("entry"), Column("part"), Column("old"), Column("new"))
    number = {"tip": str(tip.number)}
    actions = (
        Action("Keep this tip", Call("tips-approve", number)),
        Action("Edit", Call("tips-edit", number)),
        Action("Remove", Call("tips-remove", number), ActionStyle.DANGER),
    )
    table = Table(columns, tuple(changes))
    return Reply(text, (Paragraph(tip.text), table), buttons=actions)
