"""Inline parts of replies (bold, links, mentions) as styled text.

A str is literal text and never read as markup.
"""

from typing import assert_never

from rich.text import Text

from adapters.shared.sanitize import sanitize
from bot.formatting import format_utc
from bot.language.mentions import anonymize, anonymize_mentions
from bot.reply import Bold, Channel, Code, CommandLine, Emphasis, Inline, Link, Mention, Prose, Time

_SELF = Mention("terminal:local")  # the terminal's only user


def render_prose(parts: Prose) -> Text:
    """Return a string, or a tuple of inline parts, as one styled text of the rich library."""
    if isinstance(parts, str):
        return Text(sanitize(anonymize_mentions(parts)))
    text = Text()
    for part in parts:
        text.append_text(_render_inline(part))
    begins_with_self = parts[:1] == (_SELF,)
    return Text("You").append_text(text[3:]) if begins_with_self else text


def _render_inline(part: Inline) -> Text:  # noqa: PLR0911  # one case for each node
    match part:
        case str():
            return Text(sanitize(anonymize_mentions(part)))
        case Bold(text):
            return Text(sanitize(text), style="bold")
        case Emphasis(text):
            return Text(sanitize(text), style="dim")
        case Code(text) | CommandLine(text):
            return Text(sanitize(text), style="cyan")
        case Link(text, url):
            shown = text if text == url else f"{text} <{url}>"
            return Text(sanitize(shown), style="underline")
        case Mention() | Channel():
            return Text("you" if part == _SELF else anonymize(part))
        case Time(at):
            return Text(format_utc(at))
        case _:
            assert_never(part)
