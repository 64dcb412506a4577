"""Search for the FAQ entry that answers a question.

A word weighs more if few entries have it (inverse document frequency, Spärck Jones 1972). An
entry's score is the F-measure (van Rijsbergen 1979) of two shares: how much of the question's
weight a phrasing of the entry covers, and how much of the phrasing's weight the question covers.
Words match if their stems are equal or nearly equal in spelling.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.language import thresholds
from bot.language.name_index import normalize

_STOP_WORDS = frozenset(
    (
        "a about actually all am an and any are as at be been being better between but by can "
        "could did do does doing don for from get go had has have having how i if im in into is "
        "it its just like ll make me more much my need of on one or our out re really s should so "
        "some t tell than that the their them then there these they this those to too up us ve vs "
        "want was we were what when where which while who whom why will with would you your yours "
        "whats whos wheres hows im ive dont doesnt isnt arent cant"
    ).split()
)
# Words with the same meaning here; the first of each row replaces the others.
_SYNONYMS = (
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
    (re.compile(r"\bmach\w{2,4} l\w{0,3}rn\w*"), "ml"),  # also with typos
    (re.compile(r"\bhow much (?:money )?(?:do|does|can|will|would|could)\b"), "pay"),
    (re.compile(r"^(what .+?) makes?(?= (?:in|as|at|with|per)\b|$)"), r"\1 pay"),
)
_OPPOSITES = (frozenset({"ai", "ml"}), frozenset({"us", "uk"}))
_REPLACEMENTS = {word: row.split()[0] for row in _SYNONYMS for word in row.split()}


@dataclass(frozen=True, slots=True)
class Hit:
    """An FAQ entry that a search found: its id, and its score from 0 to 1."""

    id: str
    score: float


class SearchIndex:
    """A search index of FAQ entries. An entry is found by any phrasing of its question."""

    def __init__(self, entries: Mapping[str, Sequence[str]]) -> None:
        """Index *entries*: the phrasings of each entry, by its id."""
        self._phrasings = [
            (key, frozenset(extract_terms(text)))
            for key, texts in entries.items()
            for text in texts
        ]
        per_entry = [
            {word for text in texts for word in extract_terms(text)} for texts in entries.values()
        ]
        counts = Counter(word for found in per_entry for word in found)
        self._unknown = thresholds.UNKNOWN_TERM_WEIGHT * math.log(1 + len(entries))
        self._weight = {word: math.log(1 + len(entries) / count) for word, count in counts.items()}

    def search(self, question: str) -> list[Hit]:
        """Return the entries that score at least TOPIC_SCORE for *question*, best first."""
        asked = frozenset(map(self._correct_term, extract_terms(question)))
        best: dict[str, float] = {}
        for key, phrasing in self._phrasings:
            best[key] = max(best.get(key, 0.0), self._score(asked, phrasing))
        hits = [Hit(key, score) for key, score in best.items() if score >= thresholds.TOPIC_SCORE]
        return sorted(hits, key=lambda hit: -hit.score)

    def _correct_term(self, word: str) -> str:
        """Return the indexed word that *word* is a typo of, or *word* itself if there is none."""
        if word in self._weight or len(word) < thresholds.MIN_TERM_LENGTH:
            return word
        from rapidfuzz import fuzz  # noqa: PLC0415  # only unknown words need it

        best = max(self._weight, key=lambda known: fuzz.ratio(word, known), default=word)
        return best if is_same_term(word, best) else word

    def _score(self, asked: frozenset[str], phrasing: frozenset[str]) -> float:
        shared = self._total_weight(asked & phrasing)
        if not shared:
            return 0.0
        recall = shared / self._total_weight(asked)
        precision = shared / self._total_weight(phrasing)
        beta = thresholds.RECALL_WEIGHT
        f_measure = (1 + beta) * precision * recall / (beta * precision + recall)
        return f_measure * _topic_factor(asked, phrasing)

    def _total_weight(self, found: Iterable[str]) -> float:
        # fsum makes the sum independent of the set's order, so that ties stay ties.
        return math.fsum(self._weight.get(word, self._unknown) for word in found)


def _topic_factor(asked: frozenset[str], phrasing: frozenset[str]) -> float:
    """Return a factor for the score: below 1 if a question and a phrasing differ in their subject.

    *asked* holds the terms of the question, *phrasing* the terms of a phrasing in the FAQ.
    """
    factor = 1.0
    for pair in _OPPOSITES:
        named, meant = asked & pair, phrasing & pair
        if named and meant and named != meant:
            factor *= (
                thresholds.PARTIAL_SUBJECT_FACTOR
                if named & meant
                else thresholds.OTHER_SUBJECT_FACTOR
            )
    if "hire" in asked and "hire" not in phrasing:
        factor *= thresholds.PARTIAL_SUBJECT_FACTOR
    return factor


def extract_terms(text: str) -> list[str]:
    """Return the search terms of *text*: word stems, without stop words.

    Words with the same meaning become the same term.
    """
    plain = normalize(text)
    for phrase, word in _PHRASES:
        plain = phrase.sub(word, plain)
    return [
        _stem(_REPLACEMENTS.get(word, word)) for word in plain.split() if word not in _STOP_WORDS
    ]


def is_same_term(word: str, other: str) -> bool:
    """Return True if two words are equal, or long and nearly equal in spelling."""
    if word == other:
        return True
    if min(len(word), len(other)) < thresholds.MIN_TERM_LENGTH:
        return False
    from rapidfuzz import fuzz  # noqa: PLC0415  # the checks above settle most words

    return fuzz.ratio(word, other) >= thresholds.TERM_MATCH


def is_stop_word(word: str) -> bool:
    """Return True if *word* is too common to search for, such as "in" or "us"."""
    return normalize(word) in _STOP_WORDS


def _stem(word: str) -> str:
    """Return *word* without a common English ending.

    The result needn't be a real stem, because questions and FAQ entries are treated alike.
    """
    for ending in ("ing", "ies", "es", "ed", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:  # noqa: PLR2004
            return word[: -len(ending)]
    return word
