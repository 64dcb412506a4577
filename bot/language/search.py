"""Finding the entry that a question is about, or saying honestly that there is none.

Every word of a question weighs as much as it is rare among the entries (inverse document
frequency, Spärck Jones 1972). An entry's score is the F-measure (van Rijsbergen 1979) of two
shares: how much of the question's weight a phrasing covers, and how much of the phrasing's weight
the question covers.
Words match when they are equal once folded to a stem, or nearly equal in spelling.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from bot.language.name_index import folded

FOUND = 0.5  # from this score on, an entry answers the question; see tests/bot/test_search.py
NEAR = 0.3  # from this score on, it is a topic worth naming
_BETA = 2.0  # the question's words count twice as much as the phrasing's (F-measure, beta squared)
_ASTRAY = 0.6  # what is left of a score when the question is about the other role or country,
_ASIDE = 0.85  # and when it is about one of two, or about hiring and the entry is not
_STRANGE = 1.6  # how much more a word weighs that no entry has
_SPELLING = 84  # rapidfuzz ratio at which two words of five letters or more are the same
_LONG = 5
_STOP = frozenset(
    (
        "a about actually all am an and any are as at be been being better between but by can "
        "could did do does doing don for from get go had has have having how i if im in into is "
        "it its just like ll make me more much my need of on one or our out re really s should so "
        "some t tell than that the their them then there these they this those to too up us ve vs "
        "want was we were what when where which while who whom why will with would you your yours "
        "whats whos wheres hows im ive dont doesnt isnt arent cant"
    ).split()
)
# Words that mean the same here; the first of each row stands for all.
_SAME = (
    "maths math mathematics mathematical",
    "phd doctorate doctoral",
    "degree diploma university college bachelor",
    "pay salary salaries paid earn earns earning earnings wage wages compensation money",
    "learn learning study studying",
    "hire hiring recruit recruiting recruiter",
    "developer engineer engineers engineering developers dev",
    "job jobs role roles position positions",
    "ml mle machinelearning",
    "ai aie genai",
    "uk britain england british london",
    "overvalued overrated overhyped hype hyped",
    "replace replaced disappear vanish obsolete",
    "hallucination hallucinations hallucinate",
    "us usa america american",
    "hard difficult tough harder difficulty",
    "easy easier simple simpler",
    "interview interviews interviewing",
    "switch transition move change switching moving",
    "future prospects outlook",
    "first initial initially",
    "llm llms",
)
_PHRASES = (
    (re.compile(r"\bmach\w{2,4} l\w{0,3}rn\w*"), "ml"),  # as it is also misspelt
    (re.compile(r"\bhow much (?:money )?(?:do|does|can|will|would|could)\b"), "pay"),
    (re.compile(r"^(what .+?) makes?(?= (?:in|as|at|with|per)\b|$)"), r"\1 pay"),
)
_OPPOSED = (frozenset({"ai", "ml"}), frozenset({"us", "uk"}))
_CANON = {word: row.split()[0] for row in _SAME for word in row.split()}


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry's id and how well it fits, 0 to 1."""

    id: str
    score: float


class Index:
    """Phrasings of entries, searchable by whole questions."""

    def __init__(self, entries: Mapping[str, Sequence[str]]) -> None:
        """Index *entries*: for each id, the ways in which its question is put."""
        self._phrasings = [
            (key, frozenset(words(text))) for key, texts in entries.items() for text in texts
        ]
        per_entry = [{word for text in texts for word in words(text)} for texts in entries.values()]
        counts = Counter(word for found in per_entry for word in found)
        # A word that no entry has is what the question is about, more than any that one has.
        self._unknown = _STRANGE * math.log(1 + len(entries))
        self._weight = {word: math.log(1 + len(entries) / count) for word, count in counts.items()}

    def search(self, question: str) -> list[Hit]:
        """Rank the entries by how well they fit *question*, best first; ties keep their order."""
        asked = self._recognised(words(question))
        best: dict[str, float] = {}
        for key, phrasing in self._phrasings:
            best[key] = max(best.get(key, 0.0), self._score(asked, phrasing))
        hits = [Hit(key, score) for key, score in best.items() if score >= NEAR]
        return sorted(hits, key=lambda hit: -hit.score)

    def _recognised(self, asked: Iterable[str]) -> frozenset[str]:
        """Replace misspelt words by the known word that they are nearest to."""
        return frozenset(self._spelt(word) for word in asked)

    def _spelt(self, word: str) -> str:
        if word in self._weight or len(word) < _LONG:
            return word
        near = max(self._weight, key=lambda known: fuzz.ratio(word, known), default=word)
        return near if len(near) >= _LONG and fuzz.ratio(word, near) >= _SPELLING else word

    def _score(self, asked: frozenset[str], phrasing: frozenset[str]) -> float:
        shared = self._sum(asked & phrasing)
        if not shared:
            return 0.0
        recall, precision = shared / self._sum(asked), shared / self._sum(phrasing)
        f_score = (1 + _BETA) * precision * recall / (_BETA * precision + recall)
        return f_score * _fit(asked, phrasing)

    def _sum(self, found: Iterable[str]) -> float:
        # fsum, as a set's order differs from process to process and a tie must stay a tie.
        return math.fsum(self._weight.get(word, self._unknown) for word in found)


def _fit(asked: frozenset[str], phrasing: frozenset[str]) -> float:
    """Give the share of a score that stays when the two are about different things."""
    fit = 1.0
    for pair in _OPPOSED:
        named, meant = asked & pair, phrasing & pair
        if named and meant and named != meant:
            fit *= _ASIDE if named & meant else _ASTRAY
    return fit * (_ASIDE if ("hire" in asked) > ("hire" in phrasing) else 1)


def words(text: str) -> list[str]:
    """Give the words of *text* that carry meaning, folded so that their forms are equal."""
    plain = folded(text)
    for phrase, word in _PHRASES:
        plain = phrase.sub(word, plain)
    return [_stem(_CANON.get(word, word)) for word in plain.split() if word not in _STOP]


def same(word: str, other: str) -> bool:
    """Tell whether two words are equal, or nearly equal in spelling."""
    long = min(len(word), len(other)) >= _LONG
    return word == other or (long and fuzz.ratio(word, other) >= _SPELLING)


def is_common(word: str) -> bool:
    """Tell whether *word* says nothing by itself, as "in" and "us"."""
    return folded(word) in _STOP


def _stem(word: str) -> str:
    """Cut the commonest English endings; crude, but the same on both sides."""
    for ending in ("ing", "ies", "es", "ed", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:  # noqa: PLR2004
            return word[: -len(ending)]
    return word
