"""Inline parts of replies (bold, links, mentions) as rich text, where nothing is read as markup."""

from collections.abc import Mapping
from typing import Any, assert_never

from adapters.shared.sanitize import sanitize
from bot.formatting import format_utc
from bot.language.mentions import anonymize, split_mentions
from bot.reply import Bold, Channel, Code, CommandLine, Emphasis, Inline, Link, Mention, Prose, Time

UNKNOWN_CHANNEL = "#channel"
Json = dict[str, Any]
Names = Mapping[str, str]  # display names by id ("slack:T1/U2")


def to_elements(prose: Prose, names: Names) -> list[Json]:
    """Return *prose* as rich text elements, in which mentions don't notify anyone.

    *names* are display names by id.
    """
    parts = (prose,) if isinstance(prose, str) else prose
    return [each for part in parts for each in _to_element(part, names)]


def text_element(text: str, **style: bool) -> list[Json]:
    """Return a list with *text* as a rich text element, or an empty list if it is empty."""
    shown = sanitize(text)
    styled = {"style": style} if style else {}
    return [{"type": "text", "text": shown, **styled}] if shown else []


def to_spoken_text(prose: Prose, names: Names) -> str:
    """Return *prose* as plain text for screen readers; *names* are display names by id."""
    return "".join(
        each.get("text") or each.get("fallback") or each.get("url") or UNKNOWN_CHANNEL
        for each in to_elements(prose, names)
    )


def plain_text_object(text: str) -> Json:
    """Return a Block Kit text object in which markup and emoji names aren't interpreted."""
    return {"type": "plain_text", "text": text, "emoji": False}


def _mention(part: str | Mention | Channel, names: Names) -> list[Json]:
    if isinstance(part, str):
        return text_element(part)
    if isinstance(part, Channel):
        platform, _, channel = part.id.partition(":")
        inner = channel.rpartition("/")[2]
        here = platform == "slack" and inner
        return [{"type": "channel", "channel_id": inner}] if here else text_element(anonymize(part))
    # A real mention would notify people, so show their names.
    name = names.get(part.id, "").removeprefix("@")
    return text_element(f"@{name}" if name else anonymize(part), bold=True)


def _to_element(part: Inline, names: Names) -> list[Json]:  # noqa: PLR0911  # one case for each node
    match part:
        case str():
            return [each for one in split_mentions(part) for each in _mention(one, names)]
        case Bold(text):
            return text_element(text, bold=True)
        case Emphasis(text):
            return text_element(text, italic=True)
        case Code(text):
            return text_element(text, code=True)
        case CommandLine(line):
            return text_element(f"/crossroads {line}", code=True)
        case Link(text, url):
            shown = {"text": sanitize(text)} if text.strip() else {}
            return [{"type": "link", "url": sanitize(url), **shown}]
        case Mention() | Channel():
            return _mention(part, names)
        case Time(at):
            moment = {"type": "date", "timestamp": int(at.timestamp())}
            return [{**moment, "format": "{date_num} {time}", "fallback": format_utc(at)}]
        case _:
            assert_never(part)
