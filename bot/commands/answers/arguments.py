"""The arguments of the commands for community answers, and the values that complete them."""

import re
from collections.abc import Iterable
from datetime import date, timedelta

from bot.app import CommandContext
from bot.command import Arg
from bot.community.own_answers.checks import (
    MAX_LINK_LENGTH,
    MAX_QUESTIONS_LENGTH,
    MAX_TEXT_LENGTH,
)
from bot.community.own_answers.page import shorten
from bot.community.waiting import MAX_AT_ONCE, list_waiting_groups
from bot.errors import Refusal
from bot.formatting import pluralize
from bot.language.argument_types import NONE_WORDS
from bot.language.name_index import NamedValue, NameIndex, NameRegistry, ParsedNames
from bot.tips.context import ModeratorContext
from bot.tips.schedule_input import numbers, roles_or_none
from storage import CommunityAnswer

Numbers = tuple[int, ...]
_NUMBERS = re.compile(r"#?\d{1,6}(?:,#?\d{1,6})*")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_MONTHS = re.compile(r"(?:in )?(\d{1,2}|a) months?|(?:in )?(1|a) (year)")
_SUGGESTED_MONTHS = (1, 3, 6, 12)
_MONTHS_PER_YEAR, _MAX_MONTHS = 12, 60
_SHORTEST_MONTH = 28
_LABEL_LENGTH = 80


async def suggest_answers(context: CommandContext, typed: str) -> Iterable[NamedValue[int]]:
    """Return the community's answers as suggestions, labeled with their questions."""
    del typed  # the caller filters the suggestions by it
    moderator = await ModeratorContext.open(context)
    found = await moderator.store.answers.list_for_queue(moderator.queue)
    return [label_answer(each) for each in found]


def label_answer(answer: CommunityAnswer) -> NamedValue[int]:
    """Return an answer's number as a suggestion: "3 · Is there a dress code?"."""
    label = f"{answer.number} · {shorten(answer.question, _LABEL_LENGTH)}"
    return NamedValue(str(answer.number), label, answer.number, answer.wordings)


async def suggest_waiting(context: CommandContext, typed: str) -> Iterable[NamedValue[Numbers]]:
    """Return what waits for the moderators as suggestions: "7 · Is there a dress code?"."""
    del typed
    groups = await list_waiting_groups(await ModeratorContext.open(context))
    return [
        NamedValue(
            each.numbers,
            f"{each.first.number} · {shorten(each.first.text, _LABEL_LENGTH)}",
            parse_numbers(each.numbers),
            each.texts,
        )
        for each in groups
    ]


def parse_numbers(text: str) -> Numbers:
    """Return the numbers in "7,9", each once; none if it isn't such a list or is too long."""
    if not _NUMBERS.fullmatch(text):
        return ()
    found = tuple(dict.fromkeys(int(each) for each in text.replace("#", "").split(",")))
    return found if len(found) <= MAX_AT_ONCE and all(found) else ()


def item_lists(registry: NameRegistry) -> NameIndex[Numbers]:
    """Return a NameIndex that parses numbers of questions or reports, such as "7" or "7,9"."""
    del registry

    def parse(text: str) -> NamedValue[Numbers] | None:
        found = parse_numbers(text)
        name = ",".join(map(str, found))
        return NamedValue(name, f"#{name}", found) if found else None

    return ParsedNames("question or report", parse, "7, or 7,9")


def review_dates(registry: NameRegistry) -> NameIndex[str]:
    """Return a NameIndex that parses a date, such as "2027-03-01" or "3 months", or "none"."""
    del registry

    def parse(text: str) -> NamedValue[str] | None:
        plain = text.casefold()
        if plain in NONE_WORDS:
            return NamedValue("none", "No date", "none")
        is_date = _DATE.fullmatch(plain) or _MONTHS.fullmatch(plain)
        return NamedValue(plain, plain, plain) if is_date else None

    return ParsedNames("date", parse, "2027-03-01, 3 months or none")


async def suggest_review_dates(context: CommandContext, typed: str) -> Iterable[NamedValue[str]]:
    """Return dates in one to twelve months as suggestions."""
    del typed
    today = context.now.date()
    days = ((count, _add_months(today, count).isoformat()) for count in _SUGGESTED_MONTHS)
    return [
        NamedValue(day, f"in {pluralize(count, 'month')}, on {day}", day) for count, day in days
    ]


def parse_review_date(text: str | None, context: CommandContext) -> date | None:
    """Return the date that *text* means, or None without one.

    Raise Refusal unless the date exists, and is in the next five years.
    """
    if text is None or text in NONE_WORDS:
        return None
    today, months = context.now.date(), _MONTHS.fullmatch(text)
    try:
        found = _add_months(today, _count(months)) if months else date.fromisoformat(text)
    except ValueError as error:
        raise Refusal(f"{text} isn't a real date.", argument="review") from error
    if not today < found <= _add_months(today, _MAX_MONTHS):
        message = f"Choose a future date within five years, not {found}."
        raise Refusal(message, argument="review")
    return found


def _count(months: re.Match[str]) -> int:
    if months[3]:
        return _MONTHS_PER_YEAR
    return 1 if months[1] == "a" else int(months[1])


def _add_months(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, _MONTHS_PER_YEAR)
    first = date(day.year + years, month + 1, 1)
    last = (first + timedelta(days=_SHORTEST_MONTH + 4)).replace(day=1) - timedelta(days=1)
    return last.replace(day=min(day.day, last.day))


def optional_change(given: str | None, before: str | None) -> str | None:
    """Return the new value of a field: *before* if none was *given*, None for "none"."""
    if given is None:
        return before
    return None if given.casefold() in NONE_WORDS else given


ANSWER = Arg("which answer", numbers, autocomplete=suggest_answers, label="Answer")
ITEM = Arg("which question or report", item_lists, autocomplete=suggest_waiting, label="Question")
QUESTIONS = Arg(
    "the question; put other ways to ask it on separate lines (or after |)",
    max_length=MAX_QUESTIONS_LENGTH,
    label="Question, then other wordings",
)
TEXT = Arg("what members read, in plain text", max_length=MAX_TEXT_LENGTH, label="Answer")
LINK = Arg("a link to read more, starting with https://", max_length=MAX_LINK_LENGTH, label="Link")
ROLE = Arg("which role it is about, or none", roles_or_none, label="Role")
REVIEW = Arg(
    "when to remind you to check it: a date, 3 months, or none",
    review_dates,
    autocomplete=suggest_review_dates,
    label="Remind us to review it",
)
FIELDS = ("question", "text", "link", "role", "review")
