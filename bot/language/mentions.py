"""Mentions in plain text: shown as mentions, never as raw ids."""

import re
from collections.abc import Iterator

from bot.reply import Channel, Mention

# The forms of a mention: the adapters' own ("slack:T1/U2"), quoted or not, and Discord's.
# Only what can be an id: "discord:2026" is words.
_MENTION = re.compile(
    r"(?P<quote>\"?)(?P<tagged>slack:[TE][A-Z0-9]+/[CDGSUW][A-Z0-9]+"
    r"|discord:(?:role/)?\d{15,20})(?P=quote)(?![A-Za-z0-9])"
    r"|<(?P<sign>@!?|@&|#)(?P<number>\d{15,20})>"
)
_HINTS = ("slack:", "discord:", "<@", "<#")
_PEOPLE = frozenset("UWS")  # first letters of Slack's ids of members and user groups


def split_mentions(text: str) -> Iterator[str | Mention | Channel]:
    """Return the parts of *text*: words and mentions."""
    at = 0
    for found in _find_mentions(text):
        if found.start() > at:
            yield text[at : found.start()]
        yield _to_node(found)
        at = found.end()
    if at < len(text):
        yield text[at:]


def anonymize_mentions(text: str) -> str:
    """Return *text* for places that can't hold a mention, such as a button."""
    parts = (part if isinstance(part, str) else anonymize(part) for part in split_mentions(text))
    return "".join(parts)


def find_cut(text: str, longest: int) -> int:
    """Return where to cut *text*: at *longest*, or after a mention that this would split."""
    for found in _find_mentions(text):
        if found.start() < longest < found.end():
            return found.end()
    return longest


def anonymize(part: Mention | Channel) -> str:
    """Return a stand-in for the name of an unknown person or channel."""
    if isinstance(part, Channel):
        return "#channel"
    platform, _, rest = part.id.partition(":")
    kind = rest.rpartition("/")[2][:1] if platform == "slack" else rest
    group = kind == "S" or kind.startswith("role/")
    return "@group" if group else "@member"


def show_ids(text: str) -> str:
    """Return *text* with what the platform itself calls who is mentioned: "member U123"."""
    return "".join(
        part if isinstance(part, str) else label_with_id(part) for part in split_mentions(text)
    )


def label_with_id(part: Mention | Channel) -> str:
    """Return what to call somebody, or a channel, in a file: "channel C123"."""
    return f"{anonymize(part)[1:]} {re.split('[:/]', part.id)[-1]}"


def _find_mentions(text: str) -> Iterator[re.Match[str]]:
    return _MENTION.finditer(text) if any(hint in text for hint in _HINTS) else iter(())


def _to_node(found: re.Match[str]) -> Mention | Channel:
    if found["sign"]:
        role = "role/" if found["sign"] == "@&" else ""
        tagged = f"discord:{role}{found['number']}"
        return Channel(tagged) if found["sign"] == "#" else Mention(tagged)
    tagged = found["tagged"]
    person = tagged.rpartition("/")[2][0] in _PEOPLE if "slack:" in tagged else "/" in tagged
    return Mention(tagged) if person else Channel(tagged)
