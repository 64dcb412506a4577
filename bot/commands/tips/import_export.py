"""Commands to import and export the queue, and to add the starter pack."""

import asyncio
import hashlib
from pathlib import Path
from typing import Annotated

from bot.app import CommandContext
from bot.attachment import MAX_BYTES, unreadable_refusal
from bot.call import Call
from bot.command import Arg, Example, FormLayout, truncate
from bot.commands.tips import tips_command
from bot.errors import Refusal
from bot.formatting import pluralize
from bot.reply import Action, ActionStyle, Bullets, CodeBlock, Node, Paragraph, Reply
from bot.tips.context import PANEL_ACTION, QUEUE_ACTION, ModeratorContext
from bot.tips.import_export import ImportResult, export_tips, parse_tips
from bot.tips.panel import panel_reply
from bot.tips.schedule_input import file_formats
from bot.tips.starter import new_starter_tips
from bot.tips.validation import ACTIVE_STATES
from content import UnreadableFileError, read_text

_PENDING_IMPORT = "tips-import"  # the preference that stores a file until it is confirmed
_MAX_SHOWN_PROBLEMS, _SHOWN_TIPS = 25, 5
_TEXT_SUFFIXES = (".csv", ".tsv", ".txt", ".yaml", ".yml")  # Excel's Unicode text is a .txt
_WORKBOOK_SUFFIXES = (".xlsx", ".xls", ".ods")  # refused, and the message names readable formats
_FILE = Arg(
    "CSV with a header, or a YAML list", max_length=MAX_BYTES, accepts_file=True, label="File"
)


@tips_command(Example("tips starter", shows=("52 tips",)))
async def tips_starter(context: CommandContext) -> Reply:
    """Add the starter pack: 52 sourced tips, one for every week of a year.

    Tips that have been in the queue before aren't added again, even if you removed them.
    """
    moderator = await ModeratorContext.open(context)
    existing = await moderator.store.tips.list_for_queue(moderator.queue)
    new = list(new_starter_tips(context.content, existing))
    added = await moderator.store.tips.add(moderator.queue, new, context.now) if new else ()
    if not added:
        raise Refusal("The starter pack is already in the queue.", QUEUE_ACTION, PANEL_ACTION)
    count = pluralize(len(added), "tip")
    await moderator.record_audit("added", f"starter pack, {count}")
    return await panel_reply(moderator, f"Added from the starter pack: {count}.", QUEUE_ACTION)


@tips_command(
    Example("tips import - Ask for the team's last three launches.", shows=("1 new tip",)),
    form=FormLayout("Import tips", "Check", ("text",)),
)
async def tips_import(context: CommandContext, text: Annotated[str, _FILE]) -> Reply:
    """Import tips from CSV or YAML; you see what was found before anything is added.

    The columns or fields are text, role, topic, link and cites. A YAML list can also contain just
    the texts. In the terminal, type a file's name.
    """
    moderator = await ModeratorContext.open(context)
    text = _read_local_file(context, text) or text
    found = await _parse_file(moderator, text)
    nodes: list[Node] = []
    if found.problems:
        nodes.append(Bullets(found.problems[:_MAX_SHOWN_PROBLEMS]))
        more = len(found.problems) - _MAX_SHOWN_PROBLEMS
        nodes += [Paragraph(f"And {pluralize(more, 'problem')} more.")] if more > 0 else []
        nodes.append(Paragraph("Nothing was added. Fix the file, then import it again."))
    if found.problems or not found.tips:
        again = Action("Import another file", Call("tips-import"))
        return Reply(_summarize(found), tuple(nodes), buttons=(again, PANEL_ACTION))
    await moderator.store.preferences.set(moderator.community, _PENDING_IMPORT, text)
    call = Call("tips-import-now", {"file": _digest(text)})
    confirm = Action(f"Add {pluralize(len(found.tips), 'tip')}", call, ActionStyle.PRIMARY)
    shown = tuple(truncate(" ".join(each.text.split()), 60) for each in found.tips[:_SHOWN_TIPS])
    return Reply(_summarize(found), (Bullets(shown),), buttons=(confirm, PANEL_ACTION))


@tips_command(hidden=True)
async def tips_import_now(
    context: CommandContext, file: Annotated[str, Arg("which checked file", max_length=16)]
) -> Reply:
    """Add the tips of the file that was checked last."""
    moderator = await ModeratorContext.open(context)
    store = moderator.store
    text = (await store.preferences.get_all(moderator.community)).get(_PENDING_IMPORT)
    if text is None or _digest(text) != file:
        message = (
            "That file was already imported, or you checked another one after it. Nothing was "
            "added."
        )
        raise Refusal(message, QUEUE_ACTION, PANEL_ACTION)
    found = await _parse_file(moderator, text)
    if found.problems:  # the content has changed since the check
        raise Refusal(found.problems[0], QUEUE_ACTION)
    await store.preferences.set(moderator.community, _PENDING_IMPORT, None)
    added = await store.tips.add(moderator.queue, found.tips, context.now)
    count = pluralize(len(added), "tip")
    await moderator.record_audit("imported", count)
    return await panel_reply(moderator, f"Imported: {count}.", QUEUE_ACTION)


@tips_command(Example("tips export", shows=("text,role,topic,link,cites",)))
async def tips_export(
    context: CommandContext, form: Annotated[str, Arg("CSV or YAML", file_formats)] = "csv"
) -> Reply:
    """Export the queue as CSV or YAML, to keep it or to import it elsewhere."""
    moderator = await ModeratorContext.open(context)
    found = await moderator.store.tips.list_for_queue(moderator.queue, *ACTIVE_STATES)
    await moderator.record_audit("exported", pluralize(len(found), "tip"))
    text = await asyncio.to_thread(export_tips, found, form)  # queues can be long
    return Reply(f"{pluralize(len(found), 'tip')} from the queue:", (CodeBlock(text, form),))


async def _parse_file(moderator: ModeratorContext, text: str) -> ImportResult:
    existing = await moderator.store.tips.list_for_queue(moderator.queue)
    content, registry = moderator.context.content, moderator.context.app.name_registry
    return await asyncio.to_thread(parse_tips, text, content, registry, existing)


def _summarize(found: ImportResult) -> str:
    parts = [pluralize(len(found.tips), "new tip")]
    parts += [f"{found.duplicates} already in the queue"] if found.duplicates else []
    parts += [pluralize(len(found.problems), "problem")] if found.problems else []
    return f"{', '.join(parts)}."


def _read_local_file(context: CommandContext, name: str) -> str | None:
    """Return the text of the local file *name*, or None if *name* isn't a file's name.

    Return None outside the terminal, too. Raise Refusal if the file can't be read.
    """
    is_file_name = name.casefold().endswith(_TEXT_SUFFIXES + _WORKBOOK_SUFFIXES)
    if context.caller.id != "terminal:local" or not is_file_name:
        return None
    try:
        return read_text(Path(name).expanduser(), MAX_BYTES)
    except RuntimeError as error:  # "~ada" in *name*, and there is no user ada
        raise Refusal(f"“{name}” can't be imported: {error}") from error
    except UnreadableFileError as error:
        raise unreadable_refusal(name, error) from error


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
