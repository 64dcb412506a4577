"""Search in a community's own answers, by the measures that rate the shipped documents.

There may be 500 answers in each of thousands of communities, so an index keeps no texts: terms and
vectors in a few bytes. The vectors of words, the spelling, the names and the weights of words are
those of the shipped index. The answers nearest by words and by the signs of their vectors are
rated; their vectors are compared then.
"""

import asyncio
import hashlib
import math
import re
import struct
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest, nsmallest

from bot.language import thresholds
from bot.language.retrieval import compact
from bot.language.retrieval.documents import Document
from bot.language.retrieval.postings import MAX_COUNT, Postings, term_id
from bot.language.retrieval.search import (
    NEAREST,
    Certainty,
    Ratings,
    ReadQuestion,
    ReadWords,
    SearchIndex,
    add_up,
    mix_sentences,
)
from bot.language.retrieval.terms import Word, to_term
from bot.language.retrieval.vectors import DIMENSIONS, length_of_sum

_MAX_PHRASINGS = 32
_PLACE = re.compile(  # a question with one of these asks about the community itself
    r"\b(?:here|server|channel|discord|slack|workspace|our|ours|mods?|moderators?|"
    r"this (?:group|community|company|team))\b",
    re.IGNORECASE,
)
_SLICE = 0.002  # seconds that building may take at once
_MAX_VISITED = 2_500  # occurrences of words that are rated, those of the rarest words first
_COUNTS = 10  # steps of a count from one to the next
_DIGEST_SIZE = 8


@dataclass(frozen=True, slots=True)
class IndexedAnswer:
    """An answer as the search finds it, by its question, other wordings and text.

    With *entry*, the FAQ entry with that id answers the question.
    """

    id: str
    question: str
    wordings: tuple[str, ...] = ()
    text: str = ""
    entry: str | None = None

    @property
    def document(self) -> Document:
        """The answer as a document of a search."""
        return Document(self.question, self.wordings[: _MAX_PHRASINGS - 1], (self.text,))


@dataclass(frozen=True, slots=True)
class OwnMatch:
    """An answer of a community that is like a question."""

    id: str
    entry: str | None
    score: float
    is_exact: bool  # whether a wording is the question itself


@dataclass(frozen=True, slots=True)
class OwnResult:
    """The answers of a community that are like a question, best first.

    *certainty* is that of the first: NOTHING if a shipped document is better.
    """

    matches: tuple[OwnMatch, ...] = ()
    certainty: Certainty = Certainty.NOTHING


@dataclass(frozen=True, slots=True)
class _Slot:
    """An answer in the index."""

    id: str
    entry: str | None
    digest: bytes  # of its texts
    spread: float  # the length of the sum of its wordings' vectors
    vectors: bytes  # compact ones, of the wordings
    exact: bytes  # hashes of the wordings
    stems: bytes  # the number of a wording's stems and their ids, for each wording


class CommunityIndex:
    """An index of the answers of a community."""

    __slots__ = ("codes", "count", "postings", "shared", "slots")

    def __init__(self, shared: SearchIndex) -> None:
        """Begin without answers; `build` returns an index with answers."""
        self.shared, self.postings = shared, Postings()
        self.slots: list[_Slot | None] = []  # None where an answer was removed
        self.count = 0
        self.codes = bytearray()  # the code of each slot's mean vector

    def __len__(self) -> int:
        """Return the number of answers."""
        return self.count

    @classmethod
    async def build(
        cls,
        answers: Sequence[IndexedAnswer],
        shared: SearchIndex,
        before: "CommunityIndex | None" = None,
    ) -> "CommunityIndex":
        """Return an index of *answers*, made without holding up the event loop.

        *shared* is the index of the shipped documents. Answers that are the same in the index
        *before* aren't read again.
        """
        index = cls(shared)
        until = time.perf_counter() + _SLICE
        for _ in index._fill(answers, before):
            if time.perf_counter() >= until:
                await asyncio.sleep(0)
                until = time.perf_counter() + _SLICE
        return index

    def _fill(
        self, answers: Sequence[IndexedAnswer], before: "CommunityIndex | None"
    ) -> Iterator[None]:
        """Index *answers* in steps; a pause is possible after each."""
        old, old_postings = [], Postings()
        if before is not None and before.shared is self.shared:
            old, old_postings = before.slots, before.postings
            self.codes[:] = before.codes
        wanted = {(each.id, _digest(each)): each for each in answers}
        yield
        self.slots = [
            each if each and wanted.pop((each.id, each.digest), None) else None for each in old
        ]
        removed = {number for number, each in enumerate(self.slots) if not each}
        self.count = len(answers)
        free, added = sorted(removed, reverse=True), list[tuple[int, int, int]]()
        for (_, digest), answer in wanted.items():
            if not free:
                free.append(len(self.slots))
                self.slots.append(None)
                self.codes += bytes(compact.CODE_SIZE)
            added += self._add(free.pop(), answer, digest)
            yield
        if added or len(removed) > sum(not each for each in old):
            for self.postings in old_postings.change(removed, added):
                yield
        else:
            self.postings = old_postings

    def _add(self, number: int, answer: IndexedAnswer, digest: bytes) -> list[tuple[int, int, int]]:
        """Store *answer* in the slot *number*; return its terms, each with how often it occurs."""
        document = answer.document
        weight = thresholds.OWN_WORDINGS / len(document.phrasings)
        read = self.shared.read_document(document, (weight, thresholds.OWN_TEXT_WEIGHT))
        vectors = read.vectors[DIMENSIONS:]
        parts = [vectors[at : at + DIMENSIONS] for at in range(0, len(vectors), DIMENSIONS)]
        start = number * compact.CODE_SIZE
        code = compact.encode_signs(read.vectors[:DIMENSIONS]) if parts else b""
        self.codes[start : start + compact.CODE_SIZE] = code or bytes(compact.CODE_SIZE)
        self.slots[number] = _Slot(
            answer.id,
            answer.entry,
            digest,
            length_of_sum(parts) if parts else 0.0,
            b"".join(map(compact.shrink, parts)),
            b"".join(map(_hash, read.exact)),
            b"".join(
                struct.pack(f"<B{len(stems[:255])}I", len(stems[:255]), *map(term_id, stems[:255]))
                for stems in read.stems
            ),
        )
        return [
            (term_id(term), number, min(round(count * _COUNTS), MAX_COUNT))
            for term, count in read.counts.items()
        ]

    def search(self, question: str) -> OwnResult:
        """Return the answers that are like *question*, and whether the first is better than others.

        The lead over the shipped documents decides. Answers that are neither first nor near it are
        left out.
        """
        matches = self.find(self.shared.read(question))
        if not matches:
            return OwnResult()
        shipped = self.shared.search(question).score
        if _PLACE.search(question):
            shipped -= thresholds.OWN_PLACE_LEAD
        first = matches[0]
        least = max(thresholds.OWN_OTHER_SCORE, max(first.score, shipped) - thresholds.OWN_BEHIND)
        near = tuple(each for each in matches if each.is_exact or each.score >= least)
        return OwnResult(near, _find_certainty(first, first.score - shipped))

    def find(self, asked: ReadQuestion) -> list[OwnMatch]:
        """Return the answers that are like *asked*, best first."""
        scores = self._score(asked.whole)
        if asked.sentences:
            scores = mix_sentences(scores, [*map(self._score, asked.sentences)])
        wording = _hash(asked.text)
        found = [
            OwnMatch(slot.id, slot.entry, scores.get(number, 0.0), wording in slot.exact)
            for number, slot in enumerate(self.slots)
            if slot is not None and (number in scores or wording in slot.exact)
        ]
        return sorted(found, key=lambda match: (not match.is_exact, -match.score))

    def _score(self, read: ReadWords) -> dict[int, float]:
        """Return the scores of the answers that are most like *read*.

        A word that no shipped document has counts much: it's the community's own.
        """
        rated = self._rate(self._keep_own_words(read))
        scores = add_up(rated)
        new = {
            number
            for term in map(term_id, dict.fromkeys(map(to_term, read.split)))
            if not self.shared.has_term(term)
            for number in self.postings.find(term)[0]
        }
        for number in new & scores.keys():
            if rated[number].share >= thresholds.OWN_WORD_SHARE:
                scores[number] += thresholds.OWN_WORD_LEAD
        return scores

    def _keep_own_words(self, read: ReadWords) -> ReadWords:
        """Return *read* without corrections of words that the answers have."""
        kept = [
            each
            for each in read.split
            if self.shared.correct(each) != each and term_id(to_term(each)) in self.postings
        ]
        return self.shared.read_words(read.split, kept) if kept else read

    def _rate(self, read: ReadWords) -> dict[int, Ratings]:
        """Return the ratings of the answers that are most like *read*."""
        weights = {term: self._weigh(term) for word in read.words for term in map(term_id, word)}
        words = {word: max(weights[term_id(term)] for term in word) for word in read.words}
        total = math.fsum(words.values())
        if not total:
            return {}
        gains = self._score_words(words, weights)
        candidates = {*nlargest(thresholds.NEAR_ENTRIES, gains, key=gains.__getitem__)}
        if read.vector is not None:
            differences = compact.count_differences(compact.encode_signs(read.vector), self.codes)
            near = nsmallest(
                thresholds.NEAR_ANSWERS, range(len(differences)), key=differences.__getitem__
            )
            candidates.update(near)
        asked = {term_id(word[0]): weights[term_id(word[0])] for word in words}
        return {
            number: self._rate_slot(slot, read, asked, gains.get(number, 0.0), total)
            for number in candidates
            if (slot := self.slots[number]) is not None
        }

    def _rate_slot(
        self, slot: _Slot, read: ReadWords, asked: Mapping[int, float], gain: float, total: float
    ) -> Ratings:
        def measure(stems: Sequence[int]) -> float:
            """Return the F-measure of a wording."""
            common = math.fsum(asked[each] for each in stems if each in asked)
            weight = math.fsum(asked.get(each) or weigh(each) for each in stems)
            return 2 * common / (asked_weight + weight) if common else 0.0

        mean, nearest = 0.0, [0.0]
        weigh, asked_weight = self.shared.weigh_id, math.fsum(asked.values())
        if read.vector is not None and slot.vectors:
            cosines = compact.compare(tuple(read.vector), slot.vectors)
            mean = sum(cosines) / slot.spread
            nearest = sorted(cosines, reverse=True)[:NEAREST]
        similarity = max(map(measure, _read_stems(slot.stems)), default=0.0)
        return Ratings(
            gain / total, similarity, mean, nearest[0], sum(nearest) / len(nearest), gain
        )

    def _weigh(self, term: int) -> float:
        """Return the weight of a term; one that many answers have weighs less."""
        own = self.postings.count_texts(term)
        return self.shared.weigh_id(term, own / max(len(self), 1))

    def _score_words(
        self, words: Mapping[Word, float], weights: Mapping[int, float]
    ) -> dict[int, float]:
        """Return the score by BM25 of each answer that has one of *words*, the rarest first."""
        scores: dict[int, float] = defaultdict(float)
        visited = 0
        for word in sorted(words, key=words.__getitem__, reverse=True):
            best: dict[int, float] = {}
            for term in map(term_id, word):
                numbers, counts = self.postings.find(term)
                visited += len(numbers)
                for number, count in zip(numbers, counts, strict=True):
                    gain = weights[term] * _SATURATED[count]
                    if gain > best.get(number, 0.0):
                        best[number] = gain
            for number, gain in best.items():
                scores[number] += gain
            if visited > _MAX_VISITED:
                break
        return scores


def _find_certainty(first: OwnMatch, lead: float) -> Certainty:
    """Return how sure the best match is, by its *lead* over the shipped documents."""
    if first.is_exact:
        return Certainty.ANSWER
    if first.score >= thresholds.OWN_ANSWER_SCORE and lead >= thresholds.OWN_ANSWER_LEAD:
        return Certainty.ANSWER
    if first.score >= thresholds.OWN_CLOSEST_SCORE and lead >= thresholds.OWN_CLOSEST_LEAD:
        return Certainty.CLOSEST
    return Certainty.NOTHING


_SATURATED = [
    (1 + thresholds.SATURATION) * count / (count + thresholds.SATURATION * _COUNTS)
    for count in range(MAX_COUNT + 1)
]
"""What a term adds to the score of an answer that has it as often, relative to its weight."""


def _read_stems(packed: bytes) -> Iterator[tuple[int, ...]]:
    """Yield the ids of the stems of each wording."""
    at = 0
    while at < len(packed):
        count = packed[at]
        yield struct.unpack_from(f"<{count}I", packed, at + 1)
        at += 1 + 4 * count


def _digest(answer: IndexedAnswer) -> bytes:
    texts = (answer.question, *answer.wordings, "", answer.text, answer.entry or "")
    return _hash("\0".join(texts))


def _hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode(errors="replace"), digest_size=_DIGEST_SIZE).digest()
