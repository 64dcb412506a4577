"""Whole queues: the starter pack, import and export."""

import asyncio
import hashlib
from pathlib import Path
from typing import Annotated

from bot.app import CommandContext
from bot.attachment import MAX_BYTES, unreadable_refusal
from bot.call import Call
from bot.command import Arg, Example, Permission, command
from bot.errors import Refusal
from bot.formatting import pluralize
from bot.reply import Action, Actions, Bullets, CodeBlock, Heading, Node, Paragraph, Reply
from bot.tips.bench import LISTED, Bench
from bot.tips.citations import seen
from bot.tips.import_export import Read, read, write
from bot.tips.schedule_input import formats
from bot.tips.validation import folded_text
from content import Content, Unreadable, WeeklyTip, read_text
from storage import NewTip, TipState

_PENDING = "tips-import"  # the preference that keeps a file until somebody says yes
_FAULTS = 25  # that are shown
_ENDINGS = (".csv", ".tsv", ".txt", ".yaml", ".yml")  # Excel's Unicode text is a .txt
_WORKBOOKS = (".xlsx", ".xls", ".ods")  # can't be read; who names one is told what can
_LIVING = (TipState.SUGGESTED, TipState.HELD, TipState.QUEUED)


@command(
    Example("tips starter", shows=("52 tips",)),
    permission=Permission.MODERATORS,
)
async def tips_starter(context: CommandContext) -> Reply:
    """Add the starter pack: a tip for every week of a year, each resting on sourced facts.

    Whatever of it was in the queue before is left out, even if it was removed.
    """
    bench = await Bench.of(context)
    there = await bench.desk.store.tips.of(bench.queue)
    known = {tip.origin for tip in there} | {folded_text(tip.text) for tip in there}
    new = [
        _new(context.content, each)
        for name, each in context.content.tips.items()
        if not {name, folded_text(each.text)} & known
    ]
    if not new:
        raise Refusal("The starter pack is in the queue already.", LISTED)
    await bench.desk.store.tips.add(bench.queue, new, context.now)
    await bench.note("added", f"starter pack, {pluralize(len(new), 'tip')}")
    says = Paragraph(f"Queued from the starter pack: {pluralize(len(new), 'tip')}.")
    return Reply((says, Actions((LISTED,))))


def _new(content: Content, tip: WeeklyTip) -> NewTip:
    said = seen(content, tip.cites)
    return NewTip(tip.text, None, tip.role, tip.topic, tip.cites, said, tip.id)


@command(
    Example("tips import - Ask for the team's last three launches.", shows=("1 new tip",)),
    permission=Permission.MODERATORS,
)
async def tips_import(
    context: CommandContext,
    text: Annotated[
        str, Arg("CSV with a header, or a YAML list", max_length=MAX_BYTES, accepts_file=True)
    ],
) -> Reply:
    """Read tips from CSV or YAML: first all faults are shown, and nothing is changed.

    The columns, or fields, are text, role, topic, link and cites; a YAML list may hold texts
    alone. In the terminal, give a file's name.
    """
    bench = await Bench.of(context)
    text = _file(context, text) or text
    found = await _read(bench, text)
    nodes: list[Node] = [Heading("Import, as a dry run"), Paragraph(_counts(found))]
    if found.faults:
        nodes.append(Bullets(found.faults[:_FAULTS]))
        more = len(found.faults) - _FAULTS
        nodes += [Paragraph(f"And {pluralize(more, 'fault')} more.")] if more > 0 else []
        nodes.append(Paragraph("Nothing is imported until every fault is mended."))
    if found.faults or not found.tips:
        return Reply((*nodes, Actions((LISTED,))))
    await bench.desk.store.preferences.put(bench.community, _PENDING, text)
    yes = Call("tips-import-now", {"file": _digest(text)})
    return Reply((*nodes, Actions((Action(f"import {len(found.tips)}", yes), LISTED))))


@command(permission=Permission.MODERATORS, hidden=True)
async def tips_import_now(
    context: CommandContext, file: Annotated[str, Arg("which dry run", max_length=16)]
) -> Reply:
    """Import what the last dry run has read."""
    bench = await Bench.of(context)
    store = bench.desk.store
    text = (await store.preferences.of(bench.community)).get(_PENDING)
    if text is None or _digest(text) != file:
        raise Refusal("That import is done, or another one was read since.", LISTED)
    found = await _read(bench, text)
    if found.faults:  # the content was changed since
        raise Refusal(found.faults[0], LISTED)
    await store.preferences.put(bench.community, _PENDING, None)
    added = await store.tips.add(bench.queue, found.tips, context.now)
    many = pluralize(len(added), "tip")
    await bench.note("imported", many)
    return Reply((Paragraph(f"Queued: {many}."), Actions((LISTED,))))


@command(
    Example("tips export", shows=("text,role,topic,link,cites",)),
    permission=Permission.MODERATORS,
)
async def tips_export(
    context: CommandContext, form: Annotated[str, Arg("CSV or YAML", formats)] = "csv"
) -> Reply:
    """Write the queue as CSV or YAML, so that it can be imported elsewhere."""
    bench = await Bench.of(context)
    found = await bench.desk.store.tips.of(bench.queue, *_LIVING)
    await bench.note("exported", pluralize(len(found), "tip"))
    written = await asyncio.to_thread(write, found, form)  # queues can be long
    return Reply((Heading("The queue"), CodeBlock(written, form)))


async def _read(bench: Bench, text: str) -> Read:
    there = await bench.desk.store.tips.of(bench.queue)
    return await asyncio.to_thread(
        read, text, bench.context.content, bench.context.app.name_registry, there
    )


def _counts(found: Read) -> str:
    new, known, wrong = len(found.tips), found.known, len(found.faults)
    parts = [pluralize(new, "new tip")]
    parts += [f"{known} known already"] if known else []
    parts += [pluralize(wrong, "fault")] if wrong else []
    return f"{', '.join(parts)}."


def _file(context: CommandContext, name: str) -> str | None:
    """Read a file of the terminal's own user; nobody else may name one."""
    if context.caller.id != "terminal:local" or not name.casefold().endswith(_ENDINGS + _WORKBOOKS):
        return None
    try:
        return read_text(Path(name).expanduser(), MAX_BYTES)
    except RuntimeError as error:  # "~ada": no such user
        raise Refusal(f"“{name}” can't be imported: {error}") from error
    except Unreadable as error:
        raise unreadable_refusal(name, error) from error


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
