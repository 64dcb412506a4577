"""Messages to moderators about problems with schedules and posts."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.call import Call
from bot.reply import (
    Action,
    ActionStyle,
    Bullets,
    Channel,
    Inline,
    Node,
    Paragraph,
    Prose,
    Reply,
    Time,
)
from bot.tips.context import QUEUE_ACTION, SCHEDULES_ACTION
from bot.tips.recurrence import MINUTES_PER_DAY, WEEKDAYS, describe_briefly, format_due_time
from storage import Schedule, Step

_STEPS = {
    Step.POST: "post the tip",
    Step.PIN: "pin the tip",
    Step.UNPIN: "unpin the last tip",
    Step.THREAD: "open a thread under the tip",
}


def _notice(
    answer: Prose,
    *paragraphs: Prose,
    bullets: Sequence[str] = (),
    actions: Iterable[Action] = (),
) -> Reply:
    """Return a notice with *bullets* between its first sentence and its paragraphs."""
    nodes: list[Node] = [Bullets(tuple(bullets))] if bullets else []
    nodes += map(Paragraph, paragraphs)
    return Reply(answer, tuple(nodes), buttons=(*actions, SCHEDULES_ACTION))


def _place(schedule: Schedule) -> tuple[Inline, ...]:
    """Return a schedule's channel and time: "#tips (Mondays at 09:00)"."""
    plan = schedule.plan
    is_readable = 0 <= plan.weekday < len(WEEKDAYS) and 0 <= plan.minute < MINUTES_PER_DAY
    return (Channel(plan.channel), f" ({describe_briefly(schedule.plan)})" if is_readable else "")


def confirmation(text: Prose, *actions: Action) -> Reply:
    """Build the reply to a command that succeeded: one sentence and buttons."""
    return Reply(text, buttons=actions)


def no_tip(schedule: Schedule, due_at: datetime, *, exhausted: bool) -> Reply:
    """Build the notice that there is no tip for a due time.

    *exhausted* means that the queue has tips, but that the channel has had all of them.
    """
    answer = ("There is no tip for ", *_place(schedule), " on ", Time(due_at), ".")
    actions = [Action("Add the starter pack", Call("tips-starter")), QUEUE_ACTION]
    if not exhausted:
        text = "The queue is empty. Add tips, or nothing will be posted that week."
        return _notice(answer, text, actions=actions)
    again = Call("schedule-edit", {"schedule": str(schedule.number), "again": "yes"})
    actions.insert(0, Action("Start over", again))
    text = "Every tip in the queue has already been posted there. Add more, or start over."
    return _notice(answer, text, actions=actions)


def posting_blocked(schedule: Schedule, due_at: datetime, problems: tuple[str, ...]) -> Reply:
    """Build the notice, sent before the due time, that *problems* will prevent the next post."""
    answer = ("I can't post the next tip in ", *_place(schedule), ", due ", Time(due_at), ".")
    return _notice(
        answer, "Fix this before then, and the tip will go out on time.", bullets=problems
    )


def step_needs_help(schedule: Schedule, step: Step, problem: str) -> Reply:
    """Build the notice that a delivery step is retried until a moderator fixes *problem*."""
    answer = (f"I couldn't {_STEPS[step]} in ", *_place(schedule), f". {problem}")
    return _notice(answer, "Please fix this. I'll keep trying every 15 minutes.")


def step_failed(schedule: Schedule, step: Step, problem: str) -> Reply:
    """Build the notice that a step after the post, such as pinning, failed and isn't retried."""
    answer = ("The tip in ", *_place(schedule), f" is posted, but I couldn't {_STEPS[step]}.")
    return _notice(answer, f"{problem} I won't try again, so please do it by hand.")


def schedule_unusable(schedule: Schedule, problem: str) -> Reply:
    """Build the notice that a schedule can't be used; *problem* must also say how to fix it."""
    number = {"schedule": str(schedule.number)}
    actions = (
        Action("Edit schedule", Call("schedule-edit", number)),
        Action("Pause schedule", Call("schedule-pause", number)),
        Action("Stop schedule", Call("schedule-stop", number), ActionStyle.DANGER),
    )
    answer = ("Nothing is posted in ", *_place(schedule), f" for now: {problem}.")
    return _notice(answer, "Your other schedules continue.", actions=actions)


def schedule_stopped(schedule: Schedule, problem: str) -> Reply:
    """Build the notice that a schedule was stopped because its channel is gone."""
    answer = ("I stopped the weekly tips in ", *_place(schedule), f". {problem}")
    fix = "Your tips are still in the queue. Choose another channel for them."
    edit = Call("schedule-edit", {"schedule": str(schedule.number)})
    return _notice(answer, fix, actions=[Action("Choose a channel", edit)])


def posts_missed(schedule: Schedule, due_times: list[datetime], why: str) -> Reply:
    """Build the notice that no tips were posted at *due_times*, with the reason *why*."""
    times: list[str | Time] = []
    for each in due_times:
        times += [", " if times else "", Time(each)]
    answer = ("Not posted in ", *_place(schedule), ": ", *times, ".")
    return _notice(answer, f"{why} The next tip will be posted as planned.")


def ask_about_late_post(schedule: Schedule, due_at: datetime) -> Reply:
    """Build the message that asks moderators whether to post a late tip now."""
    answer = ("A tip wasn't posted in time in ", *_place(schedule), ": it was due ", Time(due_at))
    actions = _decisions(schedule, due_at, "Post it now", "Skip it")
    return _notice((*answer, "."), "Post it now, or skip it?", actions=actions)


def ask_about_uncertain_post(schedule: Schedule, due_at: datetime) -> Reply:
    """Build the message that asks moderators whether a tip was posted.

    It is used if the platform's answer was lost and the bot can't look for the post.
    """
    answer = ("The tip in ", *_place(schedule), " may have been posted; it was due ")
    text = (
        "I didn't get the platform's response, and I can't read the channel. "
        "Check the channel, then choose."
    )
    actions = _decisions(schedule, due_at, "Post it now", "Mark it as posted")
    return _notice((*answer, Time(due_at), "."), text, actions=actions)


def _decisions(schedule: Schedule, due_at: datetime, post: str, leave: str) -> list[Action]:
    """Return two buttons, labeled *post* and *leave*, to decide about a late or uncertain post."""
    args = {"schedule": str(schedule.number), "due": format_due_time(due_at)}
    return [
        Action(label, Call("schedule-settle", {**args, "decision": decision}))
        for label, decision in ((post, "post"), (leave, "leave"))
    ]
