"""Commands for the audit log of the queue and the channel for moderators' notices."""

import asyncio
import csv
import io
from collections.abc import Iterable
from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example, PickerType
from bot.commands.tips import moderator_command
from bot.errors import Outage, Refusal
from bot.formatting import format_utc
from bot.language.argument_types import NONE_WORDS
from bot.language.mentions import label_with_id, show_ids
from bot.language.name_index import NamedValue
from bot.platform import DeliveryError, needs_intervention
from bot.reply import (
    Action,
    Channel,
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
from bot.tips.context import MODERATOR_CHANNEL, QUEUE_ACTION, ModeratorContext, idempotency_key
from bot.tips.notices import confirmation
from bot.tips.schedule_input import channels_or_none, file_formats, numbers
from bot.tips.validation import find_channel, require_postable
from content.spreadsheets import escape_formula
from storage import AuditEntry

_CHANNEL = Arg(
    "the moderators' channel; none: a direct message", channels_or_none, picker=PickerType.CHANNEL
)
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


@moderator_command(Example("tips audit", shows=("Who did what",)))
async def tips_audit(
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
        Action(label, Call("tips-audit", {"page": str(number)}))
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


@moderator_command(Example("tips tell none", shows=("direct message",)))
async def tips_tell(
    context: CommandContext, channel: Annotated[str | None, _CHANNEL] = None
) -> Reply:
    """Choose where moderators are told of suggestions and of trouble.

    Without a channel, the person who made a schedule gets a direct message about its problems.
    """
    moderator = await ModeratorContext.open(context)
    preferences = moderator.store.preferences
    if channel is not None:
        chosen = None
        if channel not in NONE_WORDS:
            chosen = (await find_channel(moderator, channel)).id
            await require_postable(moderator, chosen)
            await _post_test_message(moderator, chosen)
        await preferences.set(moderator.community, MODERATOR_CHANNEL, chosen)
        await moderator.record_audit("chose where to be told", chosen or channel)
    current = (await preferences.get_all(moderator.community)).get(MODERATOR_CHANNEL)
    where: Prose = ("in a direct message to who made the schedule",)
    if current:
        where = ("in ", Channel(current))
    return confirmation(("Moderators are told ", *where, "."), QUEUE_ACTION)


async def _post_test_message(moderator: ModeratorContext, channel: str) -> None:
    """Post a message to the channel that was chosen, so that a missing permission shows now.

    Raise Refusal if the bot can't post there, and Outage if the platform is busy or down.
    """
    platform = moderator.tips.platform(channel)
    if platform is None:
        return
    message = Reply("Moderators are told of weekly tips here from now on.")
    key = idempotency_key("told", channel, moderator.context.now.isoformat())
    try:
        await platform.post(channel, message, key)
    except DeliveryError as error:
        failure = Refusal if needs_intervention(error) else Outage
        raise failure(f"I couldn't post there, so nothing was changed. {error.message}") from error
