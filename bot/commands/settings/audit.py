"""The command `settings audit`: the log of all that moderators did."""

import asyncio
import csv
import io
import re
from collections.abc import Iterable
from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example, truncate
from bot.commands.schedule.page import name_schedule
from bot.commands.settings import PANEL, PEOPLE_ACTIONS, settings_command
from bot.community.own_answers.page import shorten
from bot.formatting import format_utc, pluralize
from bot.language.mentions import label_with_id, show_ids, split_mentions
from bot.language.name_index import NamedValue
from bot.reply import Action, Bullets, CodeBlock, Inline, Mention, Prose, Reply, Time
from bot.tips.context import ModeratorContext
from bot.tips.message import shorten_tip
from bot.tips.recurrence import parse_due_time
from bot.tips.schedule_input import file_formats, numbers
from content.spreadsheets import escape_formula
from storage import AuditEntry

_PAGE_SIZE, _MAX_EXPORTED = 8, 10_000
_MAX_PAGES_SUGGESTED = 25
_NAME_LENGTH = 30  # characters of a tip's name
_NUMBERED = re.compile(r"\b(?:(?P<kind>tip|schedule) (?P<number>\d+)|(?P<due>\d{8}T\d{6}Z))\b")
_ANSWER = re.compile(r"answer (?P<number>\d{1,9})(?P<text>.*)", re.DOTALL)
_TEXT_ACTIONS = frozenset({"hid", "showed again"})  # of statements, whose details are text
_TEXT_LENGTH = 200  # characters of such details
_AFTER_SCHEDULE = re.compile(r"(?<=\d) (?=tip \d|\d{8}T)")
_ACTIONS_ON_SCHEDULES = {
    "scheduled": "started",
    "active": "resumed",
    "removed": "stopped",
    "swapped": "chose the next tip of",
    "missed": "missed a post of",
    "unskipped": "undid the skip of",
}
"""Other wordings of actions, used if a schedule follows them."""
_RENUMBERING = ("joined", "stopped sharing", "parted")
"""After these actions, the numbers in earlier lines belong to other tips and schedules."""
_COMMUNITY_ACTIONS = frozenset(
    {
        *("created a sharing code", "joined", "stopped sharing"),
        *("made a link code", "parted"),  # as versions up to 0.1 wrote them
    }
)


async def _suggest_pages(context: CommandContext, typed: str) -> Iterable[NamedValue[int]]:
    """Return a suggestion for each page of the audit log, labeled with the page's newest line."""
    del typed
    moderator = await ModeratorContext.open(context)
    lines = await moderator.store.audit.list_for_queue(
        moderator.queue, _PAGE_SIZE * _MAX_PAGES_SUGGESTED
    )

    def label(page: int, line: AuditEntry) -> str:
        return f"{page} · {format_utc(line.at)}: {line.action}"

    newest = enumerate(lines[::_PAGE_SIZE], 1)
    return [NamedValue(str(page), label(page, line), page) for page, line in newest]


_PAGE = Arg("which page; the newest entries are on the first", numbers, autocomplete=_suggest_pages)


@settings_command(Example("settings audit", shows=("actions are logged", "added")))
async def settings_audit(
    context: CommandContext,
    page: Annotated[int, _PAGE] = 1,
    form: Annotated[str | None, Arg("the whole log as a file", file_formats)] = None,
) -> Reply:
    """See who suggested, approved, scheduled or posted tips, changed settings, or was refused.

    The log stores numbers and times. The only texts that it stores are what community answers said
    before a change. Tips and schedules that still exist are shown by name. In the file, members and
    channels have the platform's own ids.
    """
    moderator = await ModeratorContext.open(context)
    audit = moderator.store.audit
    if form is not None:
        lines = await audit.list_for_queue(moderator.queue, _MAX_EXPORTED)
        text = await asyncio.to_thread(_export_csv, lines)
        answer = f"The audit log: {pluralize(len(lines), 'action')}, newest first."
        return Reply(answer, (CodeBlock(text, "csv"),), return_to=PANEL)
    count = await audit.count(moderator.queue)
    if not count:
        return Reply("Nothing has been logged yet.", return_to=PANEL)
    pages = -(-count // _PAGE_SIZE)
    at = min(page, pages)
    lines = await audit.list_for_queue(moderator.queue, _PAGE_SIZE, (at - 1) * _PAGE_SIZE)
    names = not await audit.count_actions(moderator.queue, _RENUMBERING)
    actions = [
        Action(label, Call("settings-audit", {"page": str(number)}))
        for label, number in (("Newer", at - 1), ("Older", at + 1))
        if 1 <= number <= pages
    ]
    verb = "action is" if count == 1 else "actions are"
    part = f" This is page {at} of {pages}." if pages > 1 else ""
    return Reply(
        f"{count:,} {verb} logged, newest first.{part}",
        (Bullets(tuple([await _describe(moderator, each, names=names) for each in lines])),),
        buttons=(*actions, Action("Export as CSV", Call("settings-audit", {"form": "csv"}))),
        return_to=PANEL,
    )


async def _describe(moderator: ModeratorContext, line: AuditEntry, *, names: bool) -> Prose:
    """Return a line such as "21 November, 14:00: @anna added “Ask first”".

    Without *names*, it has the numbers of tips and schedules.
    """
    who = Mention(line.actor) if line.actor else "the bot"
    if _is_about_person(line):
        return (Time(line.at), ": ", who, f" {PEOPLE_ACTIONS[line.action]} ", Mention(line.details))
    if line.action == "refused":
        command = moderator.context.app.commands.get(line.details)
        used = command.words if command else line.details
        return (Time(line.at), ": ", who, f" wasn't allowed to use {used}")
    answer = _ANSWER.fullmatch(line.details)
    if answer or line.action in _TEXT_ACTIONS:
        named = await _name_answer(moderator, answer, names=names) if answer else line.details
        return (Time(line.at), ": ", who, f" {line.action} {truncate(named, _TEXT_LENGTH)}")
    action = _ACTIONS_ON_SCHEDULES.get(line.action, line.action)
    if not line.details.startswith("schedule "):
        action = line.action
    return (
        Time(line.at),
        ": ",
        who,
        f" {action} ",
        *await _name_subject(moderator, line, names=names),
    )


async def _name_answer(moderator: ModeratorContext, found: re.Match[str], *, names: bool) -> str:
    """Return an answer's question in place of its number, if it exists, and its text before."""
    answer = None
    if names:
        answer = await moderator.store.answers.get(moderator.queue, int(found["number"]))
    named = f"“{shorten(answer.question, _NAME_LENGTH)}”" if answer else f"answer {found['number']}"
    return f"{named}{found['text']}"


async def _name_subject(moderator: ModeratorContext, line: AuditEntry, *, names: bool) -> Prose:
    """Return what a line is about, with names and times for the numbers in it."""
    text = _subject(line).replace(" by schedule ", " for schedule ")
    text = _AFTER_SCHEDULE.sub(": ", text)
    named: list[Inline] = []
    at = 0
    for found in _NUMBERED.finditer(text):
        named += [*split_mentions(text[at : found.start()])]
        named += await _name_part(moderator, found, names=names)
        at = found.end()
    return (*named, *split_mentions(text[at:]))


async def _name_part(
    moderator: ModeratorContext, found: re.Match[str], *, names: bool
) -> tuple[Inline, ...]:
    """Return the name of the tip or schedule, or the time, that *found* stands for.

    A tip that no longer exists keeps its number.
    """
    if found["due"]:
        due_at = parse_due_time(found["due"])
        return (Time(due_at) if due_at else found[0],)
    if not names:
        return (found[0],)
    number = int(found["number"])
    if found["kind"] == "tip":
        tip = await moderator.store.tips.get(moderator.queue, number)
        return (f"“{shorten_tip(tip, _NAME_LENGTH)}”" if tip else found[0],)
    schedule = await moderator.store.schedules.get(moderator.queue, number)
    return name_schedule(schedule) if schedule else ("a deleted schedule",)


def _is_about_person(line: AuditEntry) -> bool:
    """Return whether the details of *line* are a person's, role's or group's id.

    Discord's ids of members look like those of channels. The id of a person who has deleted their
    data is replaced by words.
    """
    return line.action in PEOPLE_ACTIONS and ":" in line.details


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
    is_person = _is_about_person(line)
    about = label_with_id(Mention(line.details)) if is_person else show_ids(_subject(line))
    return (line.at.isoformat(), who, line.action, about)
