"""What a content file can get wrong that only the product can tell."""

from collections.abc import Iterable, Iterator

from rapidfuzz import fuzz

from bot.app import App
from bot.errors import Refusal
from bot.quiz import lint
from content import Content, Quiz

_PAIR = 2  # roles that a comparison needs
_ALIKE = 85  # rapidfuzz ratio of two tips: those of the starter pack stay below 60


def faults(content: Content) -> list[str]:
    """List the lines to type that no command understands, and what is too little to work with."""
    return list(_faults(content, App(content)))


def _faults(content: Content, app: App) -> Iterator[str]:
    if len(content.roles) < _PAIR:
        yield "roles: a comparison needs two (add a file to roles/)"
    yield from _titles(content)
    for quiz in content.quiz.values():
        yield from (f"quiz: {quiz.id}: {fault}" for fault in lint.faults(quiz))
        yield from _lines(app, f"quiz: {quiz.id}", _next_lines(quiz))
    yield from _twins(content)
    for entry in content.faq.values():
        yield from _lines(app, f"faq: {entry.id}.see", entry.see)


def _titles(content: Content) -> Iterator[str]:
    """Find the job titles that stand under two roles."""
    roles: dict[str, str] = {}
    for entry in content.titles.values():
        for title in entry.titles:
            if roles.setdefault(title, entry.role) != entry.role:
                yield f"titles: {entry.id}: '{title}' already counts as {roles[title]}"


def _twins(content: Content) -> Iterator[str]:
    """Find tips that say the same in nearly the same words."""
    tips = list(content.tips.values())
    for at, tip in enumerate(tips):
        for other in tips[at + 1 :]:
            if fuzz.token_sort_ratio(tip.text, other.text) >= _ALIKE:
                yield f"tips: {tip.id} and {other.id} say nearly the same (remove one)"


def _lines(app: App, where: str, lines: Iterable[str]) -> Iterator[str]:
    """Find lines to type that no command understands."""
    for line in lines:
        try:
            app.parse(line)
        except Refusal as refusal:
            yield f"{where}: '{line}' can't be typed ({refusal.says})"


def _next_lines(quiz: Quiz) -> Iterator[str]:
    for outcome in quiz.outcomes:
        yield from outcome.next
    for item in quiz.items:
        for option in item.options:
            yield from (lead.line for lead in option.leads)
