"""A typed line as words: cleaned of what nobody types, quotes and ``key:`` understood."""

import re
from dataclasses import dataclass, field

from bot.command import truncate
from bot.errors import Refusal

LONGEST = 1_000  # characters
_DIGITS = 4  # no list that is shown has more entries than that can count
_WORD = re.compile(
    r"""(?:(?P<key>[A-Za-z][\w-]*)[:=](?!//))?(?:["“”](?P<quoted>[^"“”]*)["“”]|(?P<plain>\S+))?"""
)
# Control characters and lone surrogates, and the format characters that reorder or hide text;
# the joiners stay, since emoji and several scripts need them.
_UNTYPABLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    r"\ud800-\udfff]"
)
_OURS = re.compile(r"^[/!]?crossroads(\s+|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the line; *key* is set for ``key:value``."""

    text: str
    key: str = ""
    quoted: bool = False
    typed: str = field(default="", compare=False)  # with its key and quotes


def cleaned(line: str) -> str:
    """Trim *line* to what was meant, without a prefix of ours.

    Raises:
        Refusal: when it is too long, or holds characters that can't have been typed.

    """
    if len(line) > LONGEST:
        raise Refusal(
            f"That is {len(line):,} characters long; up to {LONGEST:,} fit. Make it shorter."
        )
    visible = " ".join(_UNTYPABLE.sub(" ", line).split())
    if _UNTYPABLE.search(line):
        again = f" Without them it reads “{truncate(visible)}”." if visible else ""
        says = "That line has control characters in it, so nothing was done with it."
        raise Refusal(f"{says}{again} Type it again.")
    return _OURS.sub("", visible)


def split(line: str) -> list[Word]:
    """Cut *line* into words; quotes hold a value together."""
    found = []
    for match in _WORD.finditer(line):
        quoted = match["quoted"] is not None
        text = match["quoted"] if quoted else (match["plain"] or "")
        if text or match["key"]:
            found.append(Word(text.strip(), (match["key"] or "").casefold(), quoted, match[0]))
    return found


def joined(words: list[Word]) -> str:
    """Write words as one name, without the punctuation around it."""
    return " ".join(word.text for word in words).strip(" ,;.!?")


def chosen_number(text: str, most: int) -> int | None:
    """Read *text* as a number from 1 to *most*; None for anything else, however long."""
    if not text.isdecimal() or len(text) > _DIGITS:
        return None
    number = int(text)
    return number if 1 <= number <= most else None
