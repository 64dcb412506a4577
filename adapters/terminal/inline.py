"""Inline nodes as styled text; a str stays literal, whatever is in it."""

import re
from typing import assert_never

from rich.text import Text

from bot.reply import Code, Emphasis, Inline, Link, Person, Prose, Strong, Time

# Escape sequences in a user's words must not reach the terminal.
_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def prose(parts: Prose) -> Text:
    """Turn prose into one text."""
    if isinstance(parts, str):
        return Text(literal(parts))
    text = Text()
    for part in parts:
        text.append_text(_inline(part))
    return text


def literal(text: str) -> str:
    """Make *text* harmless: control characters become visible, tabs become spaces."""
    return _CONTROL.sub("\ufffd", text.replace("\r\n", "\n").expandtabs(4))


def _inline(part: Inline) -> Text:  # noqa: PLR0911  # one case for each node
    match part:
        case str():
            return Text(literal(part))
        case Strong(text):
            return Text(literal(text), style="bold")
        case Emphasis(text):
            return Text(literal(text), style="dim")
        case Code(text):
            return Text(literal(text), style="cyan")
        case Link(text, url):
            shown = text if text == url else f"{text} <{url}>"
            return Text(literal(shown), style="underline")
        case Person(id_):
            return Text(literal(id_))
        case Time(at):
            return Text(f"{at:%Y-%m-%d %H:%M} UTC")
        case _:
            assert_never(part)
