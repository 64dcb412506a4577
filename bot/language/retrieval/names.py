"""Marking of names in a question: roles, places, tools, sources, amounts and years.

"Toronto ml eng, 90k" and "Berlin ai engineer, €70,000" ask the same, so a search compares what kind
of names they have, not which. A role gets its usual name, because answers differ by role.
"""

import re
from collections.abc import Container, Iterator, Sequence
from functools import lru_cache

from bot.language.name_index import normalize
from bot.language.places import all_places, find_place, may_begin_place
from bot.language.retrieval.terms import split_words
from content import Content

MARK = "@"  # begins all marks
AMOUNT, PLACE, TOOL, SOURCE, YEARS = "@amount", "@place", "@tool", "@source", "@years"
_PLACEHOLDERS = {"xxyears": YEARS, "xxamount": AMOUNT}  # no words, until a text is split
_MAX_WORDS = 4
_MIN_PLURAL = 4  # letters of a name that may have a plural's s
_MAX_ABBREVIATION = 4  # letters of "mle"
_UNITS = (
    r"k|lpa|lakhs?|lacs?|crores?|cr|grand|thousand|million|m|mil|euros?|dollars?|pounds?|bucks|"
    r"rupees|usd|eur|gbp|inr|sgd|chf|pln|cad|aud|brl|jpy|sek|€|£|\$|₹|zł"
)
_YEARS = re.compile(r"\b\d{1,2}(?:\.\d)?\s?\+?\s?(?:years?|yrs?|yoe|y)\b")
_AMOUNTS = (
    re.compile(
        rf"(?:[$£€₹]|\b(?:usd|eur|gbp|inr|sgd|chf|pln|cad|aud|rs)\b\.?)\s?\d[\d.,']*\s?(?:(?:{_UNITS})\b)?"
    ),
    re.compile(rf"\b\d[\d.,']*\s?(?:{_UNITS})(?!\w)"),
    re.compile(r"\b\d{2,3}[,.']?\d{3}\b|\b\d{5,}\b"),
)
ORDINARY_WORDS = frozenset(
    (
        "nice reading of most mobile go r me or is at la no to am as be my so by do et al ad id ma "
        "pa va ok hi oh man chad model models data training agents agent amazon openai anthropic "
        "what why how cork bath orange evals pipelines evaluation monitoring testing deployment "
        "deploy cloud transformers foundation gpt chatgpt claude gemini kaggle leetcode kubernetes "
        "docker py"
    ).split()
)
"""Names of places and tools that are usually other words."""


class NameMarker:
    """The names in the content, which are marked when a question is read."""

    def __init__(self, content: Content) -> None:
        """Take the names of *content*."""
        self._names: dict[str, Sequence[str]] = dict(_read_names(content))
        self._countries = {
            place.country
            for entry in content.faq.values()
            for word in entry.question.rstrip("?").split()
            if word[:1].isupper() and (place := find_place(word)) is not None
        }  # that have entries of their own
        self._longest: dict[str, int] = {}
        for name in self._names:
            first, *others = name.split()
            self._longest[first] = max(len(others) + 1, self._longest.get(first, 0))
        self._may_begin = lru_cache(maxsize=4096)(self._may_begin_name)

    @property
    def read_as(self) -> dict[str, str]:
        """The marks that replace names, by name; places count if their country has entries."""
        names = {name: " ".join(words) for name, words in self._names.items()}
        places = (name for name, place in all_places().items() if place.country in self._countries)
        return {**dict.fromkeys(places, PLACE), **names}

    def split(self, text: str) -> list[str]:
        """Return the words of *text* in lower case, with marks instead of, or after, its names."""
        lowered = text.casefold()
        if any(map(str.isdecimal, lowered)):
            lowered = _YEARS.sub(" xxyears ", lowered)
            for each in _AMOUNTS:
                lowered = each.sub(" xxamount ", lowered)
            text = lowered
        words = split_words(text)
        found: list[str] = []
        at = 0
        while at < len(words):
            if self._may_begin(words[at]):
                count, marked = self._mark(words, at)
            else:
                count, marked = 1, (words[at],)
            found += marked
            at += count
        return found

    def _may_begin_name(self, word: str) -> bool:
        """Return False if surely no name begins with *word*."""
        is_place = word not in ORDINARY_WORDS and may_begin_place(word)
        return is_place or word in self._longest or word in _PLACEHOLDERS

    def _mark(self, words: list[str], at: int) -> tuple[int, Sequence[str]]:
        """Return how many words from *at* on are a name, at least one, and what replaces them."""
        word = words[at]
        if word in _PLACEHOLDERS:
            return 1, (_PLACEHOLDERS[word],)
        for count in range(min(self._longest.get(word, 0), len(words) - at), 0, -1):
            marked = self._names.get(" ".join(words[at : at + count]))
            if marked is not None:
                return count, marked
        if word not in ORDINARY_WORDS and may_begin_place(word):
            for count in range(min(_MAX_WORDS, len(words) - at), 0, -1):
                place = find_place(" ".join(words[at : at + count]))
                if place is not None:
                    own = (place.country,) if place.country in self._countries else ()
                    return count, (*own, PLACE)
        return 1, (word,)


def _read_names(content: Content) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield each name with the words that replace it."""
    for tool in content.tools.values():
        for name in _normalize_all(tool.id, tool.name, *tool.aliases):
            yield name, (*name.split(), TOOL)
    for source in content.sources.values():
        for name in _normalize_all(source.short, source.author or ""):
            yield name, (*name.split(), SOURCE)
    asked = {word for each in content.faq.values() for word in normalize(each.question).split()}
    for role in content.roles.values():
        for name in _normalize_all(role.id, role.name, *role.aliases):
            words = _words_of_role(name, normalize(role.name).split(), asked)
            yield name, words
            if len(name) >= _MIN_PLURAL and not name.endswith("s"):
                yield f"{name}s", words


def _normalize_all(*names: str) -> Iterator[str]:
    yield from (
        plain for each in names if (plain := normalize(each)) and plain not in ORDINARY_WORDS
    )


def _words_of_role(name: str, usual: Sequence[str], asked: Container[str]) -> Sequence[str]:
    """Return the words that replace *name*: the *usual* name, or a word that says less or more.

    Words that are *asked* about stay.
    """
    if name in usual:  # "AI" is less than "AI engineer"
        return (name,)
    kept = [each for each in name.split() if each in asked and each not in usual]
    if " " in name or len(name) <= _MAX_ABBREVIATION:
        return (*kept, *usual)
    return (name, usual[0])  # "genai" is a kind of AI
