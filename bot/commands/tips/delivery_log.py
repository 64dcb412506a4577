"""What was posted, and what came of each step: the receipts."""

from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example, Permission, command
from bot.formatting import pluralize
from bot.reply import Action, Actions, Column, Heading, Node, Paragraph, Prose, Reply, Table, Time
from bot.tips import notices as words
from bot.tips.bench import LISTED, SCHEDULES, Bench
from bot.tips.schedule_input import latest as newest
from storage import Occurrence, OccurrenceState, Step

_SHOWN, _MOST = 10, 50
_PAST = tuple(each for each in OccurrenceState if each is not OccurrenceState.PLANNED)


@command(
    Example("tips posts", shows=("Posts",)),
    permission=Permission.MODERATORS,
)
async def tips_posts(
    context: CommandContext,
    latest: Annotated[int, Arg("how many, the newest first", newest)] = _SHOWN,
) -> Reply:
    """See what was posted, missed or waits for you, and what came of each step."""
    bench = await Bench.of(context)
    store = bench.desk.store
    found = await store.occurrences.of(bench.queue, *_PAST, latest=min(latest, _MOST))
    if not found:
        nothing = Paragraph("Nothing has come due yet.")
        return Reply((Heading("Posts"), nothing, Actions((SCHEDULES, LISTED))))
    schedules = {each.id: each for each in await store.schedules.of(bench.queue)}
    tips = {tip.id: f"{tip.number}" for tip in await store.tips.of(bench.queue)}
    firm = (Column("schedule", nowrap=True), Column("tip", nowrap=True))
    columns = (Column("due"), *firm, Column("state"), Column("steps"))
    numbered = {each.id: f"{each.number}" for each in schedules.values()}
    rows = tuple(
        _row(each, numbered.get(each.schedule, "removed"), tips.get(each.tip or "", "–"))
        for each in found
    )
    nodes: tuple[Node, ...] = (Heading("Posts"), Table(columns, rows))
    options: list[Action] = []
    for each in found:
        its = schedules.get(each.schedule)
        options += _open(each, its.number) if its else []
    return Reply((*nodes, Actions((*options, SCHEDULES, LISTED))))


def _row(it: Occurrence, schedule: str, tip: str) -> tuple[Prose, ...]:
    steps = (it.receipts[step] for step in Step if step in it.receipts)
    done = (
        f"{each.step} {each.state}"
        + (f" after {pluralize(each.tries, 'attempt')}" if each.tries > 1 else "")
        + (f": {each.says}" if each.says else "")
        for each in steps
    )
    return ((Time(it.due_at),), schedule, tip, it.state, "; ".join(done) or "–")


def _open(it: Occurrence, number: int) -> list[Action]:
    """Offer what a moderator has to decide."""
    if it.state not in {OccurrenceState.ASKING, OccurrenceState.UNCERTAIN}:
        return []
    args = {"schedule": str(number), "due": words.stamp(it.due_at)}
    when = f"{it.due_at:%Y-%m-%d}"
    return [
        Action(f"{when}: post it", Call("tips-settle", {**args, "deed": "post"})),
        Action(f"{when}: leave it", Call("tips-settle", {**args, "deed": "leave"})),
    ]
