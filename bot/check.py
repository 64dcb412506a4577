"""What a content file can get wrong that only the product can tell."""

from collections.abc import Iterable, Iterator

from bot.app import App
from bot.errors import Refusal
from bot.quiz import lint
from content import Content, Quiz

_PAIR = 2  # roles that a comparison needs


def faults(content: Content) -> list[str]:
    """List the lines to type that no command understands, and what is too little to work with."""
    return list(_faults(content, App(content)))


def _faults(content: Content, app: App) -> Iterator[str]:
    if len(content.roles) < _PAIR:
        yield "roles: a comparison needs two (add a file to roles/)"
    for quiz in content.quiz.values():
        yield from (f"quiz: {quiz.id}: {fault}" for fault in lint.faults(quiz))
        yield from _lines(app, f"quiz: {quiz.id}", _next_lines(quiz))
    for entry in content.faq.values():
        yield from _lines(app, f"faq: {entry.id}.see", entry.see)


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
