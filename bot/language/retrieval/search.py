"""Search for the FAQ entry or the command that answers a question.

A document is an entry or a command; its wordings are ways to ask for it. Its score is the sum of
three. BM25 (Robertson and Zaragoza 2009) rates the whole document: its wordings and, with less
weight, its answers. The F-measure (van Rijsbergen 1979) rates the wording with the most words in
common: the share of the weight that question and wording have in common. Word vectors rate how near
the question is to the document's prototype or, without one, to the mean of its wordings.

A word weighs more if few documents have it. Words match by their stems or, in BM25, by a common
topic.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property, lru_cache
from heapq import nlargest
from itertools import chain
from operator import mul
from typing import NamedTuple

from bot.language import thresholds
from bot.language.name_index import normalize
from bot.language.retrieval.documents import Document, ReadDocument, read_document
from bot.language.retrieval.lines import LineRater, ReadLine
from bot.language.retrieval.names import MARK, NameMarker
from bot.language.retrieval.postings import term_id
from bot.language.retrieval.prepared import PreparedDocuments
from bot.language.retrieval.spelling import Spelling
from bot.language.retrieval.terms import Word, known_words, read_words, split_words
from bot.language.retrieval.vectors import (
    TextVectors,
    VectorScorer,
    WordVectors,
    read_prototypes,
)
from bot.language.retrieval.vocabulary import FILLER_WORDS

_OPPOSITES = (frozenset({"ai", "ml"}), frozenset({"us", "uk"}))


class Certainty(Enum):
    """How sure a search is that the best entry answers the question."""

    ANSWER = auto()
    CLOSEST = auto()  # it may
    NOTHING = auto()  # no entry is close


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a search: the ids of entries, best first, and its confidence in the first.

    *scores* are those of the entries, in the same order.
    """

    ids: tuple[str, ...]
    confidence: float
    scores: tuple[float, ...] = ()
    best_score: float = 0.0  # of all documents, also of those that aren't answers
    is_known_off_topic: bool = False  # whether it is a shipped question that has no answer

    @property
    def certainty(self) -> Certainty:
        """How sure the search is that the first entry answers the question."""
        if self.confidence >= thresholds.ANSWER_CONFIDENCE:
            return Certainty.ANSWER
        if self.confidence >= thresholds.CLOSEST_CONFIDENCE:
            return Certainty.CLOSEST
        return Certainty.NOTHING


@dataclass(frozen=True, slots=True)
class ReadWords:
    """The words of a question as documents are compared with them."""

    split: Sequence[str]  # its words as typed, with marks instead of names
    corrected: Sequence[str]  # those without typos
    words: Sequence[Word]  # without typos, the rarest first
    vector: bytes | None
    known: float  # how much of the words the vector stands for, from 0 to 1
    typos: Sequence[str]  # the words that were corrected


@dataclass(frozen=True, slots=True)
class ReadQuestion:
    """A question as documents are compared with it."""

    text: str  # normalized
    words: ReadWords


class Ratings(NamedTuple):
    """The measures that rate a document; all but the last are added up, with weights."""

    share: float  # by BM25, of the question's weight
    similarity: float  # the F-measure of the wording with the most words in common
    meaning: float  # the cosine to the prototype or the mean of the wordings; see ReadWords.known
    gain: float  # by BM25, in all


def add_up(rated: Mapping[int, Ratings]) -> dict[int, float]:
    """Return the scores of documents by their ratings."""
    weights = thresholds.SCORE_WEIGHTS
    return {number: sum(map(mul, weights, each)) for number, each in rated.items()}


class SearchIndex:
    """A search index of documents."""

    def __init__(self, documents: Mapping[str, Document], marker: NameMarker | None = None) -> None:
        """Index *documents* by their ids. *marker* marks the names in texts."""
        self._ids, self._documents = tuple(documents), tuple(documents.values())
        self._split = marker.split if marker else split_words
        prepared, words = PreparedDocuments(), WordVectors()
        self._vectors = TextVectors(words)
        found = prepared.find(self._documents, marker) if marker else [None] * len(documents)
        read = [
            each or read_document(document, self._split, self._vectors)
            for each, document in zip(found, self._documents, strict=True)
        ]
        # A line and its question are read, compared with own answers and searched for.
        self._read = lru_cache(maxsize=4)(self._read_question)
        self.read_line = lru_cache(maxsize=2048)(
            lambda line: self.line_rater.read(self._split(line))
        )
        self._read_asked = lru_cache(maxsize=4)(  # two answers may be compared with it
            lambda question: self.line_rater.read(self.read(question).words.corrected)
        )
        self._search = lru_cache(maxsize=4)(lambda question: self._find(self.read(question)))
        self._entries = _EntryScorer([each.counts for each in read])
        self.line_rater = LineRater(self._vectors, self._entries.weigh)
        self._wordings = _WordingScorer([each.stems for each in read], self._entries.weigh)
        shipped = read_prototypes() if marker else {}
        prototypes = (
            shipped.get(each) if kept else None for each, kept in zip(documents, found, strict=True)
        )
        self._meanings = VectorScorer(
            [each or document.vector for each, document in zip(prototypes, read, strict=True)]
        )
        self._subjects = [frozenset(each.stems[0]) for each in read]
        self._exact = {
            text: number for number, each in reversed([*enumerate(read)]) for text in each.exact
        }
        known = {*known_words(), *chain.from_iterable(each.words for each in read)}
        if any(found):
            known.update(prepared.words)
        self._spelling = Spelling(known, words.words)

    def search(self, question: str) -> Result:
        """Return the documents that are like *question*, and the confidence in the best.

        A document with a wording equal to *question* is the best, with certainty.
        """
        return self._search(question)

    def read(self, question: str) -> ReadQuestion:
        """Return *question* as documents are compared with it."""
        return self._read(question)

    def _read_question(self, question: str) -> ReadQuestion:
        text = " ".join(_shorten(question.split()))  # fewer words to find names in
        return ReadQuestion(normalize(question), self.read_words(self._split(text)))

    def read_words(self, words: Sequence[str], kept: Container[str] = ()) -> ReadWords:
        """Return *words*, of many the first and the last ones, which tend to be the question.

        Typos are corrected, but not those of the words *kept*.
        """
        split = _shorten(words)
        is_short = len(split) <= thresholds.MAX_CORRECTED_WORDS
        unknown = [
            each
            for each in (dict.fromkeys(split) if is_short else ())
            if each not in FILLER_WORDS and each not in self._spelling and each not in kept
        ]
        read_as = {
            each: self._spelling.correct(each) for each in unknown[: thresholds.MAX_CORRECTIONS]
        }
        corrected = [read_as.get(each, each) for each in split]
        terms = dict.fromkeys(read_words(corrected))
        rarest = nlargest(thresholds.MAX_RATED_WORDS, terms, key=self._entries.weigh)
        vector = self._vectors.embed(corrected) if rarest else None
        typos = [each for each in read_as if read_as[each] != each]
        return ReadWords(split, corrected, rarest, vector, self._share_known(corrected), typos)

    def _share_known(self, words: Iterable[str]) -> float:
        """Return the root of the share of the weight of *words*, without numbers, with a vector."""
        named = [each for each in dict.fromkeys(words) if each.isalpha() or each.startswith(MARK)]
        known = [each for each in named if each.startswith(MARK) or each in self._vectors.words]
        if len(known) == len(named):
            return 1.0
        total, part = (self._sum_weights(read_words(each)) for each in (named, known))
        return math.sqrt(part / total) if total else 0.0

    def _sum_weights(self, words: Iterable[Word]) -> float:
        return math.fsum(map(self._entries.weigh, words))

    def rate_lines(self, question: str, lines: Iterable[str]) -> list[float]:
        """Return how well each of *lines* fits *question*; see LineRater."""
        return self.line_rater.rate(self.read_for_lines(question), map(self.read_line, lines))

    def read_for_lines(self, question: str) -> ReadLine:
        """Return *question* as lines are compared with it."""
        return self._read_asked(question)

    def read_document(self, document: Document, weights: tuple[float, float]) -> ReadDocument:
        """Return *document* as it is read, with the *weights* of words in phrasings and answers."""
        return read_document(document, self._split, self._vectors, weights)

    def correct(self, word: str) -> str:
        """Return what *word* is read as: another word if it looks like a typo of that."""
        return word if word in FILLER_WORDS else self._spelling.correct(word)

    def has_vector(self, word: str) -> bool:
        """Return whether *word* has a vector, perhaps without its typo."""
        return self.correct(word) in self._vectors.words or word.startswith(MARK)

    def has_term(self, term: int) -> bool:
        """Return whether a document has the term with the id *term*."""
        return self._entries.has_id(term)

    def weigh_id(self, term: int, share: float = 0.0) -> float:
        """Return the weight of the term with the id *term*.

        *share* is the share of other documents that have it.
        """
        return self._entries.weigh_id(term, share)

    def _find(self, asked: ReadQuestion) -> Result:
        rated = self._rate(asked.words)
        scores = add_up(rated)
        ranked = sorted(scores, key=lambda number: -scores[number])
        exact = self._exact.get(asked.text)
        if exact is not None:
            ranked = [exact, *(number for number in ranked if number != exact)]
        answers = [number for number in ranked if self._documents[number].is_answer]
        if not answers:
            return Result((), 0.0)
        first = answers[0]
        confidence = (
            math.inf
            if first == exact
            else thresholds.MEANING_WEIGHT * rated[first].meaning
            + self._weigh_lead(first, ranked, scores)
        )
        is_best = ranked[0] == first and first in rated
        if is_best and rated[first].similarity >= thresholds.EQUAL_WORDING:
            confidence = max(confidence, thresholds.ANSWER_CONFIDENCE)
        is_foreign = confidence < thresholds.CLOSEST_CONFIDENCE and ranked[0] != first
        shown = [] if is_foreign else answers
        ids = tuple(self._ids[number] for number in shown)
        rates = tuple(scores.get(number, 0.0) for number in shown)
        is_known = exact is not None and not self._documents[exact].is_answer
        return Result(ids, confidence, rates, max(scores.values(), default=0.0), is_known)

    def _weigh_lead(self, first: int, ranked: Sequence[int], scores: Mapping[int, float]) -> float:
        """Return what the lead of the answer *first* over other groups adds to the confidence.

        It's negative if a subject without an answer comes before it.
        """
        group = self._documents[first].group
        others = (
            scores.get(each, 0.0)  # an equal question that has nothing to do with it may have none
            for each in ranked
            if each != first and (not group or group != self._documents[each].group)
        )
        lead = min(scores[first] - next(others, 0.0), thresholds.CLEAR_LEAD)
        return lead * (thresholds.LEAD_WEIGHT if lead > 0 else thresholds.BEHIND_WEIGHT)

    def _rate(self, read: ReadWords) -> dict[int, Ratings]:
        """Return the ratings of each document that may answer a question."""
        words, asked = read.words, read.vector
        if not words:
            return {}
        total = math.fsum(map(self._entries.weigh, words))
        gains = self._entries.score(words)
        means = self._meanings.score(asked) if asked else {}
        candidates = {*find_best(gains), *find_best(means)}
        similarity = self._wordings.score(words, candidates)
        rated, stems = dict[int, Ratings](), {word[0] for word in words}
        for number in candidates:
            gain, factor = gains.get(number, 0.0), self._subject_factor(number, stems)
            rated[number] = Ratings(
                gain / total * factor,
                similarity[number] * factor,
                means.get(number, 0.0) * factor * read.known,
                gain * factor,
            )
        return rated

    def _subject_factor(self, number: int, asked: AbstractSet[str]) -> float:
        """Return a factor below 1 if document *number* is about the other role or country.

        *asked* are the question's stems.
        """
        subjects, factor = self._subjects[number], 1.0
        for pair in _OPPOSITES:
            named, meant = asked & pair, subjects & pair
            if named and meant and not named & meant:
                factor *= thresholds.OTHER_SUBJECT_FACTOR
        return factor


def _shorten(words: Sequence[str]) -> Sequence[str]:
    """Return *words*, or of more than MAX_STORY_TOKENS the first and the last ones."""
    half = thresholds.MAX_STORY_TOKENS // 2
    return words if len(words) <= 2 * half else [*words[:half], *words[-half:]]


def find_best(scores: Mapping[int, float]) -> list[int]:
    """Return the NEAR_ENTRIES documents with the highest *scores*."""
    return sorted(scores, key=scores.__getitem__, reverse=True)[: thresholds.NEAR_ENTRIES]


class _EntryScorer:
    """BM25."""

    def __init__(self, documents: Sequence[Mapping[str, float]]) -> None:
        """Index *documents*: for each how often each term occurs."""
        self._total = len(documents)
        self._unknown_weight = math.log(2 + 2 * self._total)
        self._counts: dict[str, dict[int, float]] = defaultdict(dict)
        for number, counts in enumerate(documents):
            for term, count in counts.items():
                self._counts[term][number] = count
        self._gains: dict[str, tuple[float, dict[int, float]]] = {}
        self.weigh = lru_cache(maxsize=4096)(self._weigh)

    def _weigh(self, word: Word) -> float:
        """Return the weight of *word*: that of its rarest term."""
        return max([self._rate(term)[0] for term in word])

    @cached_property
    def _ids(self) -> dict[int, tuple[int, float]]:
        """The number of documents that have each term, and its weight, by the term's id."""
        return {
            term_id(term): (len(counts), self._weigh_count(len(counts)))
            for term, counts in self._counts.items()
        }

    def has_id(self, term: int) -> bool:
        """Return whether a document has the term with the id *term*."""
        return term in self._ids

    def weigh_id(self, term: int, share: float) -> float:
        """Return the weight of the term with the id *term* if a *share* of others has it, too."""
        count, weight = self._ids.get(term, (0, self._unknown_weight))
        if not share:
            return weight
        return self._weigh_count(min(count + share * self._total, self._total))

    def _weigh_count(self, documents: float) -> float:
        """Return the weight of a term that so many *documents* have."""
        return math.log(1 + (self._total - documents + 0.5) / (documents + 0.5))

    def score(self, words: Iterable[Word]) -> dict[int, float]:
        """Return the score of each document that has one of *words*."""
        scores: dict[int, float] = defaultdict(float)
        for word in words:
            best = self._rate(word[0])[1]
            if len(word) > 1:
                best = self._gain_best(word)
            for number, gain in best.items():
                scores[number] += gain
        return scores

    def _gain_best(self, word: Word) -> dict[int, float]:
        """Return the most that one of the terms of *word* adds to the score of each document."""
        best: dict[int, float] = {}
        for term in word:
            for number, gain in self._rate(term)[1].items():
                if gain > best.get(number, 0.0):
                    best[number] = gain
        return best

    def _rate(self, term: str) -> tuple[float, dict[int, float]]:
        """Return the weight of *term*, and what it adds to the score of each document."""
        counts = self._counts.get(term)
        if counts is None:
            return self._unknown_weight, {}
        if term not in self._gains:
            weight = self._weigh_count(len(counts))
            scale = (1 + thresholds.SATURATION) * weight
            self._gains[term] = (
                weight,
                {
                    number: scale * count / (count + thresholds.SATURATION)
                    for number, count in counts.items()
                },
            )
        return self._gains[term]


class _WordingScorer:
    """The F-measure of the wording that has the most in common with a question."""

    def __init__(
        self, documents: Sequence[Sequence[Sequence[str]]], weigh: Callable[[Word], float]
    ) -> None:
        """Index *documents*: for each the stems of its wordings.

        *weigh* returns the weight of a word.
        """
        self._documents, self._weigh = documents, weigh
        self._weighed: dict[int, list[tuple[frozenset[str], float]]] = {}

    def _weigh_all(self, number: int) -> list[tuple[frozenset[str], float]]:
        """Return the stems of each wording of document *number* with their weight."""
        if number not in self._weighed:
            self._weighed[number] = [
                (frozenset(stems), self._sum(stems)) for stems in self._documents[number]
            ]
        return self._weighed[number]

    def _sum(self, terms: Iterable[str]) -> float:
        return math.fsum(self._weigh((term,)) for term in terms)

    def score(self, words: Iterable[Word], numbers: Iterable[int]) -> dict[int, float]:
        """Return the score of the best wording of each of the documents *numbers*."""
        weights = {word[0]: self._weigh((word[0],)) for word in words}
        asked, total = frozenset(weights), math.fsum(weights.values())
        return {number: self._score(number, asked, weights, total) for number in numbers}

    def _score(
        self, number: int, asked: frozenset[str], weights: Mapping[str, float], total: float
    ) -> float:
        best = 0.0
        for terms, weight in self._weigh_all(number):
            common = terms & asked
            if common:
                score = 2 * sum([weights[term] for term in common]) / (total + weight)
                best = max(best, score)
        return best
