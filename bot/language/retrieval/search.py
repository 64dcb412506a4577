"""Search for the FAQ entry that answers a question.

An entry's score is the sum of three. BM25 (Robertson and Zaragoza 2009) rates the whole entry: its
question, the other wordings of it and, with less weight, the answers. The F-measure (van Rijsbergen
1979) rates the wording that is most like the question, by two shares: how much of the question's
weight the wording covers, and how much of the wording's weight the question covers. Word vectors
rate the wording that means most nearly the same in other words.

A word weighs more if few entries have it. Words match by their stems or by a common topic.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from heapq import nlargest

from bot.language import thresholds
from bot.language.name_index import normalize
from bot.language.retrieval.spelling import Spelling
from bot.language.retrieval.terms import Word, content_words, known_words, read_words, split_words
from bot.language.retrieval.vectors import VectorScorer

Texts = Sequence[Sequence[Word]]
_OPPOSITES = (frozenset({"ai", "ml"}), frozenset({"us", "uk"}))


@dataclass(frozen=True, slots=True)
class Document:
    """The texts of an FAQ entry: its question, other wordings of it, and the answers."""

    question: str
    wordings: Sequence[str] = ()
    answers: Sequence[str] = ()

    @property
    def phrasings(self) -> tuple[str, ...]:
        """The question and its other wordings."""
        return (self.question, *self.wordings)


class Certainty(Enum):
    """How sure a search is that the best entry answers the question."""

    ANSWER = auto()
    CLOSEST = auto()  # it may
    NOTHING = auto()  # no entry is close


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a search: the ids of entries, best first, and its confidence in the first."""

    ids: tuple[str, ...]
    confidence: float

    @property
    def certainty(self) -> Certainty:
        """How sure the search is that the first entry answers the question."""
        if self.confidence >= thresholds.ANSWER_CONFIDENCE:
            return Certainty.ANSWER
        if self.confidence >= thresholds.CLOSEST_CONFIDENCE:
            return Certainty.CLOSEST
        return Certainty.NOTHING


class SearchIndex:
    """A search index of FAQ entries."""

    def __init__(self, documents: Mapping[str, Document]) -> None:
        """Index *documents* by the ids of their entries."""
        self._ids = tuple(documents)
        phrasings = [list(map(read_words, each.phrasings)) for each in documents.values()]
        answers = [list(map(read_words, each.answers)) for each in documents.values()]
        self._entries = _EntryScorer(zip(phrasings, answers, strict=True))
        self._wordings = _WordingScorer(phrasings, self._entries)
        self._subjects = [{word[0] for word in question} for question, *_ in phrasings]
        self._exact = {
            normalize(text): number
            for number, each in reversed([*enumerate(documents.values())])
            for text in reversed(each.phrasings)
        }
        texts = (text for each in documents.values() for text in (*each.phrasings, *each.answers))
        words = {word for text in texts for word in split_words(text)}
        self._spelling = Spelling(words.union(known_words()))
        self._meanings = _create_vector_scorer(documents.values())

    def search(self, question: str) -> Result:
        """Return the entries that are like *question*, and the confidence in the best.

        An entry with a wording equal to *question* is the best, with certainty.
        """
        words = list(dict.fromkeys(read_words(question, self._spelling.correct)))
        similarity = self._wordings.score(words)
        by_words = {
            number: score + similarity.get(number, 0.0)
            for number, score in self._entries.score(words).items()
        }
        best = nlargest(thresholds.NEAR_ENTRIES, by_words, key=lambda each: by_words[each])
        meanings = content_words(question, self._correct)
        by_meaning = self._meanings.score(meanings, best, thresholds.NEAR_ENTRIES)
        scores = {
            number: self._subject_factor(number, words)
            * (
                by_words.get(number, 0.0)
                + thresholds.MEANING_WEIGHT * max(0.0, by_meaning.get(number, 0.0))
            )
            for number in by_words.keys() | by_meaning.keys()
        }
        ranked = sorted(scores, key=lambda number: -scores[number])
        exact = self._exact.get(normalize(question))
        if exact is not None:
            ranked = [exact, *(number for number in ranked if number != exact)]
            confidence = math.inf
        else:
            lead = 1 + 2 * min(_margin([scores[each] for each in ranked]), thresholds.CLEAR_MARGIN)
            confidence = lead * similarity.get(ranked[0], 0.0) if ranked else 0.0
        return Result(tuple(self._ids[number] for number in ranked), confidence)

    def _correct(self, word: str) -> str:
        return word if self._meanings.knows(word) else self._spelling.correct(word)

    def _subject_factor(self, number: int, words: Iterable[Word]) -> float:
        """Return a factor below 1 if entry *number* is about the other role or country."""
        asked, subjects = {word[0] for word in words}, self._subjects[number]
        factor = 1.0
        for pair in _OPPOSITES:
            named, meant = asked & pair, subjects & pair
            if named and meant and not named & meant:
                factor *= thresholds.OTHER_SUBJECT_FACTOR
        return factor


def _create_vector_scorer(documents: Iterable[Document]) -> VectorScorer:
    """Return a scorer that weighs words by how few of *documents* have them in a wording."""
    wordings = [list(map(content_words, each.phrasings)) for each in documents]
    counts = Counter(word for texts in wordings for word in set().union(*texts))
    total = len(wordings)
    unknown = thresholds.UNSEEN_WORD_WEIGHT * math.log(2 + 2 * total)

    def weigh(word: str) -> float:
        count = counts[word]
        return math.log(1 + (total - count + 0.5) / (count + 0.5)) if count else unknown

    return VectorScorer(dict(enumerate(wordings)), weigh)


class _EntryScorer:
    """BM25, as a share of the question's weight."""

    def __init__(self, entries: Iterable[tuple[Texts, Texts]]) -> None:
        """Index *entries*: for each its phrasings and its answers."""
        frequencies = [_count_terms(*texts) for texts in entries]
        counts = Counter(term for each in frequencies for term in each)
        total = len(frequencies)
        self._weights = {
            term: math.log(1 + (total - count + 0.5) / (count + 0.5))
            for term, count in counts.items()
        }
        self._unknown_weight = math.log(2 + 2 * total)
        self._gains: dict[str, dict[int, float]] = defaultdict(dict)
        for number, each in enumerate(frequencies):
            for term, frequency in each.items():
                gain = (1 + thresholds.SATURATION) * frequency / (frequency + thresholds.SATURATION)
                self._gains[term][number] = gain * self._weights[term]

    def weigh(self, word: Word) -> float:
        """Return the weight of *word*: that of its rarest term."""
        return max(self._weights.get(term, self._unknown_weight) for term in word)

    def score(self, words: Iterable[Word]) -> dict[int, float]:
        """Return the score of each entry that has one of *words*."""
        scores: dict[int, float] = defaultdict(float)
        total = math.fsum(map(self.weigh, words))
        for word in words:
            best: dict[int, float] = {}
            for term in word:
                for number, gain in self._gains.get(term, {}).items():
                    best[number] = max(gain, best.get(number, 0.0))
            for number, gain in best.items():
                scores[number] += gain / total
        return scores


class _WordingScorer:
    """The F-measure of the wording that is most like a question."""

    def __init__(self, entries: Iterable[Texts], scorer: _EntryScorer) -> None:
        """Index *entries*: for each its wordings. *scorer* weighs their words."""
        self._weigh = scorer.weigh
        self._entry_of: list[int] = []  # by the wording
        self._total: list[float] = []  # weight, by the wording
        self._places: list[tuple[int, float]] = []  # the wording and the weight of each word in it
        self._places_with: dict[str, set[int]] = defaultdict(set)  # by the term
        for entry, wordings in enumerate(entries):
            for words in map(dict.fromkeys, wordings):
                self._add(entry, words)

    def _add(self, entry: int, words: Iterable[Word]) -> None:
        for word in words:
            for term in word:
                self._places_with[term].add(len(self._places))
            self._places.append((len(self._entry_of), self._weigh(word)))
        self._entry_of.append(entry)
        self._total.append(math.fsum(map(self._weigh, words)))

    def score(self, words: Iterable[Word]) -> dict[int, float]:
        """Return the score of the best wording for each entry that has one of *words*."""
        total = math.fsum(map(self._weigh, words))
        covered: dict[int, float] = defaultdict(float)  # weight of the question, by the wording
        matched: set[int] = set()
        for word in words:
            places = set[int]().union(*(self._places_with.get(term, ()) for term in word))
            for wording in {self._places[place][0] for place in places}:
                covered[wording] += self._weigh(word)
            matched |= places
        covering: dict[int, float] = defaultdict(float)  # weight of the wording, by the wording
        for place in sorted(matched):
            wording, weight = self._places[place]
            covering[wording] += weight
        scores: dict[int, float] = defaultdict(float)
        for wording, weight in covered.items():
            precision, recall = covering[wording] / self._total[wording], weight / total
            score = 2 * precision * recall / (precision + recall)
            scores[self._entry_of[wording]] = max(score, scores[self._entry_of[wording]])
        return scores


def _margin(scores: Sequence[float]) -> float:
    """Return how far the first score is above the second, as a share of the first."""
    if len(scores) < 2 or not scores[0]:  # noqa: PLR2004
        return 1.0
    return 1 - scores[1] / scores[0]


def _count_terms(phrasings: Texts, answers: Texts) -> dict[str, float]:
    """Return how often each term occurs in an entry; an occurrence in answers counts less."""
    counts: dict[str, float] = defaultdict(float)
    for texts, weight in ((phrasings, 1.0), (answers, thresholds.ANSWER_WEIGHT)):
        for term in (term for words in texts for word in words for term in word):
            counts[term] += weight
    return counts
