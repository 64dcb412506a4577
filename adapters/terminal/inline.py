"""Inline nodes as styled text; a str stays literal, whatever is in it."""

from typing import assert_never

from rich.text import Text

from adapters.shared.sanitize import literal
from bot.language.mentions import anonymous, plainly
from bot.reply import Channel, Code, Emphasis, Inline, Link, Person, Prose, Strong, Time

_SELF = Person("terminal:local")  # the terminal's only user


def prose(parts: Prose) -> Text:
    """Turn prose into one text."""
    if isinstance(parts, str):
        return Text(literal(plainly(parts)))
    text = Text()
    for part in parts:
        text.append_text(_inline(part))
    return text


def _inline(part: Inline) -> Text:  # noqa: PLR0911  # one case for each node
    match part:
        case str():
            return Text(literal(plainly(part)))
        case Strong(text):
            return Text(literal(text), style="bold")
        case Emphasis(text):
            return Text(literal(text), style="dim")
        case Code(text):
            return Text(literal(text), style="cyan")
        case Link(text, url):
            shown = text if text == url else f"{text} <{url}>"
            return Text(literal(shown), style="underline")
        case Person() | Channel():
            return Text("you" if part == _SELF else anonymous(part))
        case Time(at):
            return Text(f"{at:%Y-%m-%d %H:%M} UTC")
        case _:
            assert_never(part)
