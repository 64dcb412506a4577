"""Checks of the content beyond its schema, run at start, at reload and by admin commands."""

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
    Quiz,
    Severity,
)
from content.loader import LenientLoad, load_leniently

_DUPLICATE_RATIO = 85  # rapidfuzz ratio; tips of the starter pack stay below 60


@dataclass(frozen=True, slots=True)
class CheckedContent:
    """Content without errors, and warnings for its author."""

    content: Content
    warnings: tuple[Diagnostic, ...]


def load_checked(overlay: Path | None) -> CheckedContent:
    """Load the content with the admin's folder *overlay* over it, and check it.

    Raise ContentError, with all errors and warnings, if there is at least one error.
    """
    read = load_leniently(overlay)
    found = [*read.diagnostics, *_entry_faults(read)]
    if not read.errors:  # otherwise a command line may name an entry that failed to load
        found += _unparsable_lines(read)
    if any(fault.severity is Severity.ERROR for fault in found):
        raise ContentError(found)
    return CheckedContent(read.content, tuple(sorted(found)))


def _entry_faults(loaded: LenientLoad) -> Iterator[Diagnostic]:
    """Yield faults in single entries or pairs of entries; other entries may have failed to load."""
    yield from _ambiguous_titles(loaded)
    yield from _duplicate_tips(loaded)
    for quiz in loaded.content.quiz.values():
        yield from (loaded.locate("quiz", quiz.id, flaw) for flaw in lint.find_flaws(quiz))


def _ambiguous_titles(loaded: LenientLoad) -> Iterator[Diagnostic]:
    """Yield an error for each job title that is listed under two roles."""
    roles: dict[str, str] = {}
    for entry in loaded.content.titles.values():
        for at, title in enumerate(entry.titles):
            role = roles.setdefault(title, entry.role)
            if role != entry.role:
                problem, mend = f"'{title}' already counts as {role}", "remove it from one of them"
                flaw = EntryDiagnostic(("titles", at), problem, mend, Severity.ERROR)
                yield loaded.locate("titles", entry.id, flaw)


def _duplicate_tips(loaded: LenientLoad) -> Iterator[Diagnostic]:
    """Yield a warning for each tip with nearly the same text as another tip."""
    tips = list(loaded.content.tips.values())
    for at, tip in enumerate(tips):
        for other in tips[at + 1 :]:
            if fuzz.token_sort_ratio(tip.text, other.text) >= _DUPLICATE_RATIO:
                problem, mend = f"says nearly the same as '{tip.id}'", "remove one of them"
                flaw = EntryDiagnostic(("text",), problem, mend, Severity.WARNING)
                yield loaded.locate("tips", other.id, flaw)


def _unparsable_lines(loaded: LenientLoad) -> Iterator[Diagnostic]:
    """Yield an error for each suggested command line that the bot can't parse."""
    app = App(loaded.content)
    for kind, entry, place, line in _suggested_lines(loaded.content):
        try:
            app.parse(line)
        except Refusal as refusal:
            flaw = EntryDiagnostic(
                place, f"'{line}' can't be typed", refusal.message, Severity.ERROR
            )
            yield loaded.locate(kind, entry, flaw)


def _suggested_lines(content: Content) -> Iterator[tuple[str, str, FieldPath, str]]:
    """Yield each command line in answers, as (kind, entry id, path in the entry, line)."""
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
