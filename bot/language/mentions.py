"""Finding mentions of members, groups and channels in text, to replace raw ids."""

import re
from collections.abc import Iterator

from bot.reply import Channel, Mention

# Mentions as the adapters write them ("slack:T1/U2"), perhaps quoted, and as Discord writes them
# ("<@123>"). The number of digits distinguishes an id from other text, such as "discord:2026".
_MENTION = re.compile(
    r"(?P<quote>\"?)(?P<tagged>slack:[TE][A-Z0-9]+/[CDGSUW][A-Z0-9]+"
    r"|discord:(?:role/)?\d{15,20})(?P=quote)(?![A-Za-z0-9])"
    r"|<(?P<sign>@!?|@&|#)(?P<number>\d{15,20})>"
)
_HINTS = ("slack:", "discord:", "<@", "<#")
_PEOPLE = frozenset("UWS")  # first letters of Slack's ids of members and user groups


def split_mentions(text: str) -> Iterator[str | Mention | Channel]:
    """Yield the parts of *text* in order: strings, and a node for each mention."""
    at = 0
    for found in _find_mentions(text):
        if found.start() > at:
            yield text[at : found.start()]
        yield _to_node(found)
        at = found.end()
    if at < len(text):
        yield text[at:]


def anonymize_mentions(text: str) -> str:
    """Return *text* with "@member", "@group" or "#channel" in place of each mention."""
    parts = (part if isinstance(part, str) else anonymize(part) for part in split_mentions(text))
    return "".join(parts)


def find_cut(text: str, max_length: int) -> int:
    """Return *max_length*, or the end of a mention in *text* that a cut there would split."""
    for found in _find_mentions(text):
        if found.start() < max_length < found.end():
            return found.end()
    return max_length


def anonymize(part: Mention | Channel) -> str:
    """Return "@member", "@group" or "#channel" for a mention whose name is unknown."""
    if isinstance(part, Channel):
        return "#channel"
    platform, _, rest = part.id.partition(":")
    kind = rest.rpartition("/")[2][:1] if platform == "slack" else rest
    group = kind == "S" or kind.startswith("role/")
    return "@group" if group else "@member"


def show_ids(text: str) -> str:
    """Return *text* with each mention as the platform's own id: "member U123"."""
    return "".join(
        part if isinstance(part, str) else label_with_id(part) for part in split_mentions(text)
    )


def label_with_id(part: Mention | Channel) -> str:
    """Return a mention as the platform's own id, for an exported file: "channel C123"."""
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
