"""Who did what to the queue, and where moderators are told of trouble."""

import asyncio
import csv
import io
from collections.abc import Iterable
from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example, Permission, PickerType, command
from bot.errors import Outage, Refusal
from bot.language.mentions import identified, with_id
from bot.language.name_index import Name
from bot.platform import DeliveryError, needs_intervention
from bot.reply import (
    Action,
    Actions,
    Channel,
    CodeBlock,
    Column,
    Heading,
    Mention,
    Node,
    Paragraph,
    Prose,
    Reply,
    Table,
    Time,
)
from bot.tips.bench import LISTED, Bench
from bot.tips.context import LINKING, TOLD_IN, post_key
from bot.tips.planning import placed, postable
from bot.tips.schedule_input import channels_or_none, formats, numbers
from bot.tips.validation import OFF
from content.sheets import guarded
from storage import AuditEntry

_CHANNEL = Arg(
    "the moderators' channel; none: a direct message", channels_or_none, picker=PickerType.CHANNEL
)
_PAGE, _ALL = 15, 10_000
_OFFERED = 25  # pages


async def _pages(context: CommandContext, typed: str) -> Iterable[Name[int]]:
    """Return the pages, each labeled with its newest line."""
    del typed
    bench = await Bench.of(context)
    found = await bench.desk.store.audit.of(bench.queue, _PAGE * _OFFERED)
    firsts = enumerate(found[::_PAGE], 1)
    return [
        Name(str(at), f"{at} · {each.at:%Y-%m-%d %H:%M} UTC: {each.action} {_about(each)}", at)
        for at, each in firsts
    ]


@command(
    Example("tips audit", shows=("Who did what",)),
    permission=Permission.MODERATORS,
)
async def tips_audit(
    context: CommandContext,
    page: Annotated[int, Arg("which page; the newest first", numbers, autocomplete=_pages)] = 1,
    form: Annotated[str | None, Arg("all of it, as a file", formats)] = None,
) -> Reply:
    """See who suggested, approved, edited, scheduled, posted or was refused.

    By ids and times alone; the text of a tip is not in it. In the file, members and channels stand
    under the ids that the platform gives them.
    """
    bench = await Bench.of(context)
    audit = bench.desk.store.audit
    if form is not None:
        lines = await audit.of(bench.queue, _ALL)
        return Reply(
            (Heading("Who did what"), CodeBlock(await asyncio.to_thread(_written, lines), "csv"))
        )
    count = await audit.count(bench.queue)
    pages = max(1, -(-count // _PAGE))
    at = min(page, pages)
    lines = await audit.of(bench.queue, _PAGE, (at - 1) * _PAGE)
    nodes: list[Node] = [Heading("Who did what")]
    nodes += [_table(lines)] if lines else [Paragraph("Nothing was done yet.")]
    turns = (("newer", at - 1), ("older", at + 1))
    options = [
        Action(label, Call("tips-audit", {"page": str(to)}))
        for label, to in turns
        if 1 <= to <= pages
    ]
    return Reply((*nodes, Actions((*options, LISTED))))


def _table(lines: tuple[AuditEntry, ...]) -> Table:
    columns = (Column("when"), Column("who"), Column("did"), Column("what"))
    return Table(columns, tuple(_row(each) for each in lines))


def _row(line: AuditEntry) -> tuple[Prose, ...]:
    who: Prose = (Mention(line.who),) if line.who else "the bot"
    return ((Time(line.at),), who, line.action, _about(line))


def _about(line: AuditEntry) -> str:
    """Return what a line is about; a community is called by its platform."""
    if line.action not in LINKING:
        return line.about
    words = (word.partition(":") for word in line.about.split(" "))
    return " ".join(name.capitalize() if id_ else name for name, _, id_ in words)


def _written(lines: tuple[AuditEntry, ...]) -> str:
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\n")
    writer.writerow(("at", "who (id on the platform)", "action", "about"))
    writer.writerows(map(guarded, _cells(each)) for each in lines)
    return sheet.getvalue()


def _cells(line: AuditEntry) -> tuple[str, ...]:
    who = with_id(Mention(line.who)) if line.who else "the bot"
    return (line.at.isoformat(), who, line.action, identified(_about(line)))


@command(
    Example("tips tell none", shows=("direct message",)),
    permission=Permission.MODERATORS,
)
async def tips_tell(
    context: CommandContext,
    channel: Annotated[str | None, _CHANNEL] = None,
) -> Reply:
    """Choose where moderators are told of suggestions and of trouble.

    Without a channel, whoever made a schedule is told of its trouble in a direct message.
    """
    bench = await Bench.of(context)
    preferences = bench.desk.store.preferences
    if channel is not None:
        chosen = None if channel in OFF else channel
        if chosen is not None:
            chosen = (await placed(bench, chosen)).id
            await postable(bench, chosen)
            await _greeted(bench, chosen)
        await preferences.put(bench.community, TOLD_IN, chosen)
        await bench.note("chose where to be told", chosen or channel)
    now = (await preferences.of(bench.community)).get(TOLD_IN)
    where: Prose = ("in a direct message to who made the schedule",)
    if now:
        where = ("in ", Channel(now))
    says = Paragraph(("Moderators are told ", *where, "."))
    return Reply((says, Actions((LISTED,))))


async def _greeted(bench: Bench, channel: str) -> None:
    """Post to a new channel of the moderators, so that a missing permission shows now."""
    platform = bench.desk.platform(channel)
    says = Reply((Paragraph("Moderators are told of weekly tips here from now on."),))
    try:
        if platform is not None:
            key = post_key("told", channel, bench.context.now.isoformat())
            await platform.post(channel, says, key)
    except DeliveryError as error:
        failed = Refusal if needs_intervention(error) else Outage
        raise failed(f"I couldn't post there, so nothing was changed. {error.message}") from error
