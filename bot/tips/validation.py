"""What a moderator or member writes as a tip: checked, and told apart from what is there."""

import re
from collections.abc import Iterable

from bot.errors import Refusal
from bot.tips.citations import seen
from bot.tips.message import LONGEST, entry
from content import Content
from storage import NewTip, Tip, TipState

OFF = frozenset({"none", "off", "no"})
_LINK = re.compile(r"https?://[^\s<>]{3,300}")
_TOPIC = 40
_CITE = "market/bls-developers-growth"
ALIVE = (TipState.SUGGESTED, TipState.HELD, TipState.QUEUED)  # undecided ones first


def new_tip(  # noqa: PLR0913  # all that a tip can have
    content: Content,
    text: str,
    *,
    link: str | None = None,
    role: str | None = None,
    topic: str | None = None,
    cites: str | None = None,
    origin: str | None = None,
) -> NewTip:
    """Check what is to be a tip; raises Refusal with the first fault."""
    for fault in faults(content, text, link, topic, cites):
        raise Refusal(fault)
    named = _cited(cites)
    seen_now = seen(content, named)
    return NewTip(
        line_ends(text.strip()), link or None, role, topic or None, named, seen_now, origin
    )


def faults(
    content: Content, text: str, link: str | None, topic: str | None, cites: str | None
) -> Iterable[str]:
    """Find everything that keeps a text from being a tip."""
    if not text.strip():
        yield "The text is empty. Write the tip out."
    if len(text) > LONGEST:
        yield f"The text has {len(text):,} characters; up to {LONGEST:,} fit."
    if link and not _LINK.fullmatch(link):
        yield f"“{link[:60]}” is no web address that starts with https://."
    if topic and len(topic) > _TOPIC:
        yield f"The topic has {len(topic)} characters; up to {_TOPIC} fit."
    for cite in _cited(cites):
        if entry(content, cite) is None:
            yield f"“{cite[:60]}” is no entry of the content. Write it like {_CITE}."


def known_texts(tips: Iterable[Tip]) -> dict[str, int]:
    """Give the tips that are alive by their text, without regard to case and spaces."""
    return {folded_text(tip.text): tip.number for tip in tips if tip.state in ALIVE}


def line_ends(text: str) -> str:
    """Return *text* with Unix line ends instead of those of Windows and old Macs."""
    return re.sub("\r\n?", "\n", text)


def folded_text(text: str) -> str:
    """Reduce a text to what makes two of them the same tip."""
    return " ".join(text.casefold().split())


def _cited(cites: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(re.split(r"[\s,;]+", cites.strip()))) if cites else ()
