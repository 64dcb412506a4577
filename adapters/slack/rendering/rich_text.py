"""Inline nodes as elements of rich text, in which no text is ever markup."""

from collections.abc import Mapping
from typing import Any, assert_never

from adapters.shared.sanitize import sanitize
from bot.language.mentions import anonymous, mentioned, plainly
from bot.reply import Bold, Channel, Code, Emphasis, Inline, Link, Mention, Prose, Time

_CHANNEL = "#channel"  # where only words can stand
Json = dict[str, Any]
Names = Mapping[str, str]  # what people are called, by platform-tagged id


def elements(prose: Prose, names: Names) -> list[Json]:
    """Turn prose into elements; none of them notifies anybody."""
    parts = (prose,) if isinstance(prose, str) else prose
    return [each for part in parts for each in _inline(part, names)]


def words(text: str, **style: bool) -> list[Json]:
    """Give *text* as an element, where there is any."""
    shown = sanitize(text)
    styled = {"style": style} if style else {}
    return [{"type": "text", "text": shown, **styled}] if shown else []


def plain(prose: Prose) -> str | None:
    """Give prose without markup, or None where it would lose more than emphasis."""
    if isinstance(prose, str):
        return sanitize(plainly(prose))
    if any(isinstance(part, Link | Mention | Channel | Time) for part in prose):
        return None
    return sanitize("".join(part if isinstance(part, str) else part.text for part in prose))  # type: ignore[union-attr]  # the others are ruled out above


def spoken(prose: Prose, names: Names) -> str:
    """Give prose as a screen reader says it."""
    return "".join(
        each.get("text") or each.get("fallback") or each.get("url") or _CHANNEL
        for each in elements(prose, names)
    )


def text(shown: str) -> Json:
    """Give a text object in which nothing is markup, emoji names neither."""
    return {"type": "plain_text", "text": shown, "emoji": False}


def _mention(part: str | Mention | Channel, names: Names) -> list[Json]:
    if isinstance(part, str):
        return words(part)
    if isinstance(part, Channel):
        platform, _, channel = part.id.partition(":")
        inner = channel.rpartition("/")[2]
        here = platform == "slack" and inner
        return [{"type": "channel", "channel_id": inner}] if here else words(anonymous(part))
    # A real mention would notify people, so show their names.
    name = names.get(part.id, "").removeprefix("@")
    return words(f"@{name}" if name else anonymous(part), bold=True)


def _inline(part: Inline, names: Names) -> list[Json]:  # noqa: PLR0911  # one case for each node
    match part:
        case str():
            return [each for one in mentioned(part) for each in _mention(one, names)]
        case Bold(text):
            return words(text, bold=True)
        case Emphasis(text):
            return words(text, italic=True)
        case Code(text):
            return words(text, code=True)
        case Link(text, url):
            shown = {"text": sanitize(text)} if text.strip() else {}
            return [{"type": "link", "url": sanitize(url), **shown}]
        case Mention() | Channel():
            return _mention(part, names)
        case Time(at):
            moment = {"type": "date", "timestamp": int(at.timestamp())}
            fallback = f"{at:%Y-%m-%d %H:%M} UTC"
            return [{**moment, "format": "{date_num} {time}", "fallback": fallback}]
        case _:
            assert_never(part)
