"""Checks of the content beyond its schema: for `content check`, start, reload and the doctor."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import fuzz

from bot.app import App
from bot.errors import Refusal
from bot.quiz import lint
from content import (
    Content,
    ContentError,
    Diagnostic,
    EntryDiagnostic,
    FieldPath,
    LenientLoad,
    Quiz,
    Severity,
    load_leniently,
)

_ALIKE = 85  # rapidfuzz ratio; tips of the starter pack stay below 60


@dataclass(frozen=True, slots=True)
class Checked:
    """Valid content, with warnings for its author."""

    content: Content
    warnings: tuple[Diagnostic, ...]


def checked(overlay: Path | None) -> Checked:
    """Load and check the content with *overlay* over it.

    Raises:
        ContentError: with all errors and warnings, if there is at least one error.

    """
    read = load_leniently(overlay)
    found = [*read.diagnostics, *_alone(read)]
    if not read.errors:  # otherwise a command line may name an entry that failed to load
        found += _lines(read)
    if any(fault.severity is Severity.ERROR for fault in found):
        raise ContentError(found)
    return Checked(read.content, tuple(sorted(found)))


def _alone(read: LenientLoad) -> Iterator[Diagnostic]:
    """Yield faults that concern single entries or pairs; needs no complete content."""
    yield from _titles(read)
    yield from _twins(read)
    for quiz in read.content.quiz.values():
        yield from (read.locate("quiz", quiz.id, flaw) for flaw in lint.find_flaws(quiz))


def _titles(read: LenientLoad) -> Iterator[Diagnostic]:
    """Yield job titles that are listed under two roles."""
    roles: dict[str, str] = {}
    for entry in read.content.titles.values():
        for at, title in enumerate(entry.titles):
            role = roles.setdefault(title, entry.role)
            if role != entry.role:
                problem, mend = f"'{title}' already counts as {role}", "remove it from one of them"
                flaw = EntryDiagnostic(("titles", at), problem, mend, Severity.ERROR)
                yield read.locate("titles", entry.id, flaw)


def _twins(read: LenientLoad) -> Iterator[Diagnostic]:
    """Yield tips with nearly the same text."""
    tips = list(read.content.tips.values())
    for at, tip in enumerate(tips):
        for other in tips[at + 1 :]:
            if fuzz.token_sort_ratio(tip.text, other.text) >= _ALIKE:
                problem, mend = f"says nearly the same as '{tip.id}'", "remove one of them"
                flaw = EntryDiagnostic(("text",), problem, mend, Severity.WARNING)
                yield read.locate("tips", other.id, flaw)


def _lines(read: LenientLoad) -> Iterator[Diagnostic]:
    """Yield suggested command lines that the bot doesn't understand."""
    app = App(read.content)
    for kind, entry, place, line in _to_type(read.content):
        try:
            app.parse(line)
        except Refusal as refusal:
            flaw = EntryDiagnostic(
                place, f"'{line}' can't be typed", refusal.message, Severity.ERROR
            )
            yield read.locate(kind, entry, flaw)


def _to_type(content: Content) -> Iterator[tuple[str, str, FieldPath, str]]:
    """Yield the command lines that answers suggest: kind, entry id, place in the entry, line."""
    for entry in content.faq.values():
        for at, line in enumerate(entry.see):
            yield "faq", entry.id, ("see", at), line
    for quiz in content.quiz.values():
        for place, line in _next_lines(quiz):
            yield "quiz", quiz.id, place, line


def _next_lines(quiz: Quiz) -> Iterator[tuple[FieldPath, str]]:
    for at, outcome in enumerate(quiz.outcomes):
        for number, line in enumerate(outcome.next):
            yield ("outcomes", at, "next", number), line
    for at, item in enumerate(quiz.items):
        for of, option in enumerate(item.options):
            for number, lead in enumerate(option.leads):
                yield ("items", at, "options", of, "leads", number, "line"), lead.line
