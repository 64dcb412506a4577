"""The audit log of the queue."""

import asyncio
import csv
import io
from collections.abc import Iterable
from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example
from bot.commands.settings import settings_command
from bot.formatting import format_utc
from bot.language.mentions import label_with_id, show_ids
from bot.language.name_index import NamedValue
from bot.reply import (
    Action,
    CodeBlock,
    Column,
    Mention,
    Node,
    Paragraph,
    Prose,
    Reply,
    Table,
    Time,
)
from bot.tips.context import QUEUE_ACTION, ModeratorContext
from bot.tips.schedule_input import file_formats, numbers
from content.spreadsheets import escape_formula
from storage import AuditEntry

_PAGE_SIZE, _MAX_EXPORTED = 15, 10_000
_MAX_PAGES_SUGGESTED = 25
_COMMUNITY_ACTIONS = frozenset({"made a link code", "joined", "parted"})


async def _suggest_pages(context: CommandContext, typed: str) -> Iterable[NamedValue[int]]:
    """Return a suggestion for each page of the audit log, labeled with the page's newest line."""
    del typed
    moderator = await ModeratorContext.open(context)
    lines = await moderator.store.audit.list_for_queue(
        moderator.queue, _PAGE_SIZE * _MAX_PAGES_SUGGESTED
    )

    def label(page: int, line: AuditEntry) -> str:
        return f"{page} · {format_utc(line.at)}: {line.action} {_subject(line)}"

    newest = enumerate(lines[::_PAGE_SIZE], 1)
    return [NamedValue(str(page), label(page, line), page) for page, line in newest]


_PAGE = Arg("which page; the newest first", numbers, autocomplete=_suggest_pages)


@settings_command(Example("settings audit", shows=("Who did what",)))
async def settings_audit(
    context: CommandContext,
    page: Annotated[int, _PAGE] = 1,
    form: Annotated[str | None, Arg("all of it, as a file", file_formats)] = None,
) -> Reply:
    """See who suggested, approved, edited, scheduled, posted or was refused.

    By ids and times alone; the text of a tip is not in it. In the file, members and channels stand
    under the ids that the platform gives them.
    """
    moderator = await ModeratorContext.open(context)
    audit = moderator.store.audit
    if form is not None:
        lines = await audit.list_for_queue(moderator.queue, _MAX_EXPORTED)
        text = await asyncio.to_thread(_export_csv, lines)
        return Reply("Who did what", (CodeBlock(text, "csv"),))
    count = await audit.count(moderator.queue)
    pages = max(1, -(-count // _PAGE_SIZE))
    at = min(page, pages)
    lines = await audit.list_for_queue(moderator.queue, _PAGE_SIZE, (at - 1) * _PAGE_SIZE)
    nodes: list[Node] = []
    nodes += [_audit_table(lines)] if lines else [Paragraph("Nothing was done yet.")]
    actions = [
        Action(label, Call("settings-audit", {"page": str(number)}))
        for label, number in (("Newer", at - 1), ("Older", at + 1))
        if 1 <= number <= pages
    ]
    buttons = (*actions, QUEUE_ACTION)
    return Reply("Who did what", tuple(nodes), buttons=buttons, return_to=context.call)


def _audit_table(lines: tuple[AuditEntry, ...]) -> Table:
    columns = (Column("when"), Column("who"), Column("did"), Column("what"))
    return Table(columns, tuple(_audit_row(each) for each in lines))


def _audit_row(line: AuditEntry) -> tuple[Prose, ...]:
    who: Prose = (Mention(line.actor),) if line.actor else "the bot"
    return ((Time(line.at),), who, line.action, _subject(line))


def _subject(line: AuditEntry) -> str:
    """Return the thing that an audit line is about, such as "tip 3".

    A community's id is shortened to its platform's name.
    """
    if line.action not in _COMMUNITY_ACTIONS:
        return line.details
    words = (word.partition(":") for word in line.details.split(" "))
    return " ".join(name.capitalize() if id_ else name for name, _, id_ in words)


def _export_csv(lines: tuple[AuditEntry, ...]) -> str:
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\n")
    writer.writerow(("at", "who (id on the platform)", "action", "about"))
    writer.writerows(map(escape_formula, _csv_row(each)) for each in lines)
    return sheet.getvalue()


def _csv_row(line: AuditEntry) -> tuple[str, ...]:
    who = label_with_id(Mention(line.actor)) if line.actor else "the bot"
    return (line.at.isoformat(), who, line.action, show_ids(_subject(line)))
