"""What a content file can get wrong that only the product can tell."""

from collections.abc import Iterator

from bot.app import App
from bot.errors import Refusal
from content import Content

_PAIR = 2  # roles that a comparison needs


def faults(content: Content) -> list[str]:
    """List the lines to type that no command understands, and what is too little to work with."""
    return list(_faults(content, App(content)))


def _faults(content: Content, app: App) -> Iterator[str]:
    if len(content.roles) < _PAIR:
        yield "roles: a comparison needs two (add a file to roles/)"
    for entry in content.faq.values():
        for line in entry.see:
            try:
                app.parse(line)
            except Refusal as refusal:
                yield f"faq: {entry.id}.see: '{line}' can't be typed ({refusal.says})"
