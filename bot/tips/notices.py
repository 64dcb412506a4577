"""What moderators are told of posts: what went wrong, and how to mend it."""

from collections.abc import Iterable
from datetime import datetime

from bot.call import Call
from bot.formatting import pluralize
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
from bot.tips.citations import Change
from storage import Schedule, Tip

_QUEUE = Action("the queue", Call("tips"))
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def when(schedule: Schedule) -> str:
    """Say when a schedule posts: "Mondays at 09:00 Europe/Berlin"."""
    plan = schedule.plan
    every = "" if plan.weeks == 1 else f", every {pluralize(plan.weeks, 'week')}"
    clock = "{:02}:{:02}".format(*divmod(plan.minute, 60))
    return f"{_DAYS[plan.weekday]}s at {clock} {plan.zone}{every}"


def in_short(schedule: Schedule) -> str:
    """Return the schedule in short: "Mondays 09:00"."""
    plan = schedule.plan
    return "{}s {:02}:{:02}".format(_DAYS[plan.weekday], *divmod(plan.minute, 60))


def stamp(due_at: datetime) -> str:
    """Write a due time into a Call."""
    return due_at.strftime("%Y%m%dT%H%M%SZ")


def _about(schedule: Schedule) -> str:
    return f"Weekly tips, schedule {schedule.number}"


def _told(schedule: Schedule, *says: Prose, options: Iterable[Action] = ()) -> Reply:
    nodes: list[Node] = [Heading(_about(schedule)), *map(Paragraph, says)]
    return Reply((*nodes, Actions((*options, _schedules()))))


def _schedules() -> Action:
    return Action("all schedules", Call("tips-schedules"))


def empty(schedule: Schedule, due_at: datetime, *, through: bool) -> Reply:
    """Say that there is no tip for a time, ahead of it or at it."""
    why = "this channel has had every tip of the queue" if through else "the queue is empty"
    says = ("There is no tip for ", Time(due_at), f": {why}. Add one, or that week stays without.")
    options = [Action("add the starter pack", Call("tips-starter")), _QUEUE]
    if through:
        again = Call("tips-change", {"schedule": str(schedule.number), "again": "yes"})
        options.insert(0, Action("start over with the first tips", again))
    return _told(schedule, says, options=options)


def lacking(schedule: Schedule, due_at: datetime, what: tuple[str, ...]) -> Reply:
    """Say ahead of time what will keep a tip from being posted."""
    says: Prose = ("The next tip is due at ", Time(due_at), ", and this is in its way:")
    nodes = (Heading(_about(schedule)), Paragraph(says), Bullets(what), Actions((_schedules(),)))
    return Reply(nodes)


def stuck(schedule: Schedule, step: str, says: str) -> Reply:
    """Say that a step needs somebody's help; it is tried again meanwhile."""
    more = "It is tried again every quarter of an hour."
    return _told(schedule, f"The step “{step}” waits for your help. {says}", more)


def failed(schedule: Schedule, step: str, says: str) -> Reply:
    """Say that a step was given up; the post itself stands."""
    return _told(schedule, f"The tip is posted, but the step “{step}” failed. {says}")


def unusable(schedule: Schedule, wrong: str) -> Reply:
    """Return the notice that a schedule can't be used, with the fix."""
    number = {"schedule": str(schedule.number)}
    options = (
        Action("remove this schedule", Call("tips-stop", number)),
        Action("pause it", Call("tips-pause", number)),
    )
    says = f"This schedule posts nothing for now: {wrong}. Your other schedules go on."
    return _told(schedule, says, options=options)


def stopped(schedule: Schedule, says: str) -> Reply:
    """Say that a schedule posts no more, since its channel is gone."""
    fix = "The schedule is stopped. Make a new one for another channel; nothing of it is lost."
    return _told(schedule, f"{says} {fix}")


def missed(schedule: Schedule, dues: list[datetime], why: str) -> Reply:
    """Say which posts were missed."""
    times: list[str | Time] = []
    for each in dues:
        times += [", " if times else "", Time(each)]
    return _told(schedule, ("Not posted: ", *times, f". {why}"))


def asking(schedule: Schedule, due_at: datetime) -> Reply:
    """Ask whether to post what is late."""
    says = ("The tip of ", Time(due_at), " could not be posted in time. Shall it be posted now?")
    return _told(
        schedule, says, options=_decisions(schedule, due_at, "post it now", "leave it out")
    )


def uncertain(schedule: Schedule, due_at: datetime) -> Reply:
    """Ask whether something was posted."""
    says = (
        "The tip of ",
        Time(due_at),
        " may have been posted: the answer got lost, and I may not look. Is it there?",
    )
    options = _decisions(schedule, due_at, "it is not there, post it", "it is there")
    return _told(schedule, says, options=options)


def _decisions(schedule: Schedule, due_at: datetime, yes: str, no: str) -> list[Action]:
    args = {"schedule": str(schedule.number), "due": stamp(due_at)}
    return [
        Action(label, Call("tips-settle", {**args, "deed": deed}))
        for label, deed in ((yes, "post"), (no, "leave"))
    ]


def held(tip: Tip, changes: tuple[Change, ...]) -> Reply:
    """Say that a tip is held, and what has changed."""
    says = f"Tip {tip.number} is held: what it rests on has changed. Read it again, then decide."
    columns = (Column("entry"), Column("part"), Column("old"), Column("new"))
    rows = tuple((each.cite, each.part, each.old, each.new) for each in changes)
    number = {"tip": str(tip.number)}
    options = (
        Action("it still holds", Call("tips-approve", number)),
        Action("edit it", Call("tips-edit", number)),
        Action("remove it", Call("tips-remove", number)),
    )
    nodes = (Heading("Weekly tips"), Paragraph(says), Paragraph(tip.text), Table(columns, rows))
    return Reply((*nodes, Actions(options)))
