"""Splitting of a typed line into tokens: words, quoted texts and ``key:value`` pairs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.command import truncate
from bot.errors import Refusal
from bot.language import thresholds

MAX_LINE_LENGTH = 2_000  # characters, as many as a message on Discord
_MAX_DIGITS = 4  # no list has more entries than that
_TOKEN = re.compile(
    r"""(?:(?P<key>[A-Za-z][\w-]*)[:=](?!//))?(?:["“”](?P<quoted>[^"“”]*)["“”]|(?P<plain>\S+))?"""
)
_US = re.compile(r"US\W*")
_HAS_MARKS = re.compile(r'[:="“”]')  # of a key or a quoted text
# Phones and web pages add these where nobody sees them.
_INVISIBLE_CHARACTERS = re.compile(r"[\u00ad\u061c\u200b\u200e\u200f\u2060\ufeff]")
# Control characters, lone surrogates, and format characters that reorder or hide text. Joiners
# are allowed because emoji and several scripts need them.
_FORBIDDEN_CHARACTERS = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2061-\u206f\ud800-\udfff]"
)
_BOT_PREFIX = re.compile(r"^[/!]?crossroads(\s+|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a quoted text in a typed line, with the *key* before it in ``key:value``."""

    text: str
    key: str = ""
    quoted: bool = False
    raw: str = field(default="", compare=False)  # as typed, with key and quotes


def clean_line(line: str) -> str:
    """Return *line* with single spaces, without invisible characters or a leading "crossroads".

    Raises:
        Refusal: if the line is too long or contains control characters.

    """
    if len(line) > MAX_LINE_LENGTH:
        length = f"{len(line):,} characters long; the limit is {MAX_LINE_LENGTH:,}"
        raise Refusal(f"That's {length}. Make it shorter.")
    line = _INVISIBLE_CHARACTERS.sub("", line)
    visible = " ".join(_FORBIDDEN_CHARACTERS.sub(" ", line).split())
    if _FORBIDDEN_CHARACTERS.search(line):
        again = f" Without them, it reads “{truncate(visible)}”." if visible else ""
        says = "That line has control characters in it, so I didn't run it."
        raise Refusal(f"{says}{again} Type it again.")
    return _BOT_PREFIX.sub("", visible)


def lower_capitals(line: str) -> str:
    """Return *line* in lower case if it is a question that is all in capitals.

    "IN" and "AT" aren't India and Austria then. "US" and the last word stay in capitals.
    """
    words = line.split(" ")
    if not line.isupper() or len(words) < thresholds.MIN_QUESTION_TOKENS:
        return line
    *others, last = words
    return " ".join((*(each if _US.fullmatch(each) else each.lower() for each in others), last))


def tokenize(line: str, limit: int | None = None) -> list[Token]:
    """Return the first *limit* tokens of *line*, which is split at spaces except within quotes."""
    if not _HAS_MARKS.search(line):  # most lines: plain words
        return [Token(each, raw=each) for each in line.split()[:limit]]
    found: list[Token] = []
    for match in _TOKEN.finditer(line):
        quoted = match["quoted"] is not None
        text = match["quoted"] if quoted else (match["plain"] or "")
        if text or match["key"]:
            if len(found) == limit:
                break
            found.append(Token(text.strip(), (match["key"] or "").casefold(), quoted, match[0]))
    return found


def join_tokens(tokens: Sequence[Token]) -> str:
    """Return the tokens joined by spaces, without punctuation at both ends."""
    return " ".join(token.text for token in tokens).strip(" ,;.!?")


def parse_choice_number(text: str, highest: int) -> int | None:
    """Return *text* as a number from 1 to *highest*, or None if it isn't one."""
    if not text.isdecimal() or len(text) > _MAX_DIGITS:
        return None
    number = int(text)
    return number if 1 <= number <= highest else None
