"""Marking of names in a question: roles, places, tools, sources, amounts and years.

"Toronto ml eng, 90k" and "Berlin ai engineer, €70,000" ask the same, so a search compares what kind
of names they have, not which. A role gets its usual name, because answers differ by role.
"""

import re
from collections.abc import Iterator, Mapping

from bot.language.name_index import normalize
from bot.language.places import find_place, may_begin_place
from bot.language.retrieval.terms import split_words
from content import Content

AMOUNT, PLACE, TOOL, SOURCE, YEARS = "@amount", "@place", "@tool", "@source", "@years"
_MAX_WORDS = 4
_MIN_PLURAL = 4  # letters of a name that may have a plural's s
_UNITS = (
    r"k|lpa|lakhs?|lacs?|crores?|cr|grand|thousand|million|m|mil|euros?|dollars?|pounds?|bucks|rupees|"
    r"usd|eur|gbp|inr|sgd|chf|pln|cad|aud|brl|jpy|sek|€|£|\$|₹|zł"
)
_YEARS = re.compile(r"\b\d{1,2}(?:\.\d)?\s?\+?\s?(?:years?|yrs?|yoe|y)\b")
_AMOUNTS = (
    re.compile(rf"(?:[$£€₹]|\b(?:usd|eur|gbp|inr|sgd|chf|pln|cad|aud|rs)\b\.?)\s?\d[\d.,']*\s?(?:(?:{_UNITS})\b)?"),
    re.compile(rf"\b\d[\d.,']*\s?(?:{_UNITS})(?!\w)"),
    re.compile(r"\b\d{2,3}[,.']?\d{3}\b|\b\d{5,}\b"),
)
# Names of places and tools that are usually other words.
_ORDINARY = frozenset(
    "nice reading of most mobile go r me or is at la no to am as be my so by do et al ad id ma pa va "
    "ok hi oh man chad model models data training agents agent amazon openai anthropic what why how "
    "cork bath orange evals pipelines evaluation monitoring testing deployment deploy cloud "
    "transformers foundation gpt chatgpt claude gemini kaggle leetcode kubernetes docker go py".split()
)


class NameMarker:
    """The names in a content, by which questions are read."""

    def __init__(self, content: Content) -> None:
        """Take the names of *content*."""
        self._names: dict[str, tuple[str, ...]] = dict(_read_names(content))
        self._longest: dict[str, int] = {}
        for name in self._names:
            first, *others = name.split()
            self._longest[first] = max(len(others) + 1, self._longest.get(first, 0))

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
            count, marked = self._mark(words, at)
            found += marked
            at += count
        return found

    def _mark(self, words: list[str], at: int) -> tuple[int, tuple[str, ...]]:
        """Return how many words from *at* on are a name, at least one, and what replaces them."""
        word = words[at]
        if word.startswith("xx"):
            return 1, (f"@{word[2:]}",) if word in {"xxyears", "xxamount"} else (word,)
        for count in range(min(self._longest.get(word, 0), len(words) - at), 0, -1):
            marked = self._names.get(" ".join(words[at : at + count]))
            if marked is not None:
                return count, marked
        if may_begin_place(word):
            for count in range(min(3, len(words) - at), 0, -1):
                name = " ".join(words[at : at + count])
                if name not in _ORDINARY and find_place(name) is not None:
                    return count, (PLACE,)
        return 1, (word,)


def _read_names(content: Content) -> Iterator[tuple[str, tuple[str, ...]]]:
    for tool in content.tools.values():
        for name in (tool.id, tool.name, *tool.aliases):
            plain = normalize(name)
            if plain and plain not in _ORDINARY:
                yield plain, (*plain.split(), TOOL)
    for source in content.sources.values():
        for name in filter(None, (source.short, source.author)):
            yield normalize(name), (*normalize(name).split(), SOURCE)
    for country in content.countries.values():
        for name in (country.name, *country.aliases):
            if normalize(name) not in _ORDINARY and len(name) > 2:
                yield normalize(name), (PLACE,)
    for role in content.roles.values():
        full = tuple(normalize(role.name).split())
        for name in (role.id, role.name, *role.aliases):
            plain = normalize(name)
            words = full
            if " " not in plain:
                words = (plain, full[0]) if plain not in full else (plain,)
                words = full if len(plain) <= 4 and plain not in full and plain != "llm" else words  # noqa: PLR2004
            yield plain, words
            if len(plain) >= _MIN_PLURAL and not plain.endswith("s"):
                yield f"{plain}s", words
