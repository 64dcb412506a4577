"""Notices to moderators: problems with schedules, posts and tips, and how to fix them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.call import Call
from bot.reply import (
    Action,
    Actions,
    Bullets,
    Column,
    Heading,
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
    heading = Heading(f"Weekly tips, schedule {schedule.number}")
    nodes: list[Node] = [heading, *map(Paragraph, paragraphs)]
    nodes += [Bullets(tuple(bullets))] if bullets else []
    return Reply((*nodes, Actions((*actions, SCHEDULES_ACTION))))


def confirmation(text: Prose, *actions: Action) -> Reply:
    """Return the one-sentence reply to a command."""
    return Reply((Paragraph(text), Actions(actions)))


def no_tip(schedule: Schedule, due_at: datetime, *, exhausted: bool) -> Reply:
    """Report that there is no tip for a coming or present due time.

    *exhausted*: the queue has tips, but the channel has had them all.
    """
    why = "this channel has had every tip of the queue" if exhausted else "the queue is empty"
    text = ("There is no tip for ", Time(due_at), f": {why}. Add one, or that week stays without.")
    actions = [Action("add the starter pack", Call("tips-starter")), QUEUE_ACTION]
    if exhausted:
        again = Call("tips-change", {"schedule": str(schedule.number), "again": "yes"})
        actions.insert(0, Action("start over with the first tips", again))
    return _notice(schedule, text, actions=actions)


def posting_blocked(schedule: Schedule, due_at: datetime, problems: tuple[str, ...]) -> Reply:
    """Warn before the due time of problems that will prevent the post."""
    text: Prose = ("The next tip is due at ", Time(due_at), ", and this is in its way:")
    return _notice(schedule, text, bullets=problems)


def step_needs_help(schedule: Schedule, step: str, problem: str) -> Reply:
    """Report a step that fails until somebody fixes the problem; retries go on."""
    more = "It is tried again every quarter of an hour."
    return _notice(schedule, f"The step “{step}” waits for your help. {problem}", more)


def step_failed(schedule: Schedule, step: str, problem: str) -> Reply:
    """Report a follow-up step that failed for good; the post itself stands."""
    return _notice(schedule, f"The tip is posted, but the step “{step}” failed. {problem}")


def schedule_unusable(schedule: Schedule, problem: str) -> Reply:
    """Report a schedule that can't be used; *problem* includes the fix."""
    number = {"schedule": str(schedule.number)}
    actions = (
        Action("remove this schedule", Call("tips-stop", number)),
        Action("pause it", Call("tips-pause", number)),
    )
    text = f"This schedule posts nothing for now: {problem}. Your other schedules go on."
    return _notice(schedule, text, actions=actions)


def schedule_stopped(schedule: Schedule, problem: str) -> Reply:
    """Report that a schedule was stopped because its channel is gone."""
    fix = "The schedule is stopped. Make a new one for another channel; nothing of it is lost."
    return _notice(schedule, f"{problem} {fix}")


def posts_missed(schedule: Schedule, due_times: list[datetime], why: str) -> Reply:
    """Report posts that were missed."""
    times: list[str | Time] = []
    for each in due_times:
        times += [", " if times else "", Time(each)]
    return _notice(schedule, ("Not posted: ", *times, f". {why}"))


def ask_about_late_post(schedule: Schedule, due_at: datetime) -> Reply:
    """Ask whether to post a tip that is late."""
    text = ("The tip of ", Time(due_at), " could not be posted in time. Shall it be posted now?")
    actions = _decisions(schedule, due_at, "post it now", "leave it out")
    return _notice(schedule, text, actions=actions)


def ask_about_uncertain_post(schedule: Schedule, due_at: datetime) -> Reply:
    """Ask whether a tip was posted, because the platform's answer got lost."""
    text = (
        "The tip of ",
        Time(due_at),
        " may have been posted: the answer got lost, and I may not look. Is it there?",
    )
    actions = _decisions(schedule, due_at, "it is not there, post it", "it is there")
    return _notice(schedule, text, actions=actions)


def _decisions(schedule: Schedule, due_at: datetime, post: str, leave: str) -> list[Action]:
    """Return the two decisions about an occurrence under the labels *post* and *leave*."""
    args = {"schedule": str(schedule.number), "due": format_due_time(due_at)}
    return [
        Action(label, Call("tips-settle", {**args, "deed": decision}))
        for label, decision in ((post, "post"), (leave, "leave"))
    ]


def tip_held(tip: Tip, changes: Sequence[tuple[str, str, str, str]]) -> Reply:
    """Report a held tip with the changes of its cited entries: entry, field, old and new value."""
    text = f"Tip {tip.number} is held: what it rests on has changed. Read it again, then decide."
    columns = (Column("entry"), Column("part"), Column("old"), Column("new"))
    number = {"tip": str(tip.number)}
    actions = (
        Action("it still holds", Call("tips-approve", number)),
        Action("edit it", Call("tips-edit", number)),
        Action("remove it", Call("tips-remove", number)),
    )
    table = Table(columns, tuple(changes))
    nodes = (Heading("Weekly tips"), Paragraph(text), Paragraph(tip.text), table)
    return Reply((*nodes, Actions(actions)))
