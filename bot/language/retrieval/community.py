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
from typing import NamedTuple

from bot.language import thresholds
from bot.language.retrieval import compact
from bot.language.retrieval.documents import Document
from bot.language.retrieval.postings import MAX_COUNT, AddedPostings, Postings, term_id
from bot.language.retrieval.search import (
    Certainty,
    Ratings,
    ReadQuestion,
    ReadWords,
    SearchIndex,
    add_up,
    find_best,
)
from bot.language.retrieval.terms import Word, to_term

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
_MAX_STEMS = 255  # of a wording


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


_HEAD = struct.Struct(f"<{_DIGEST_SIZE}sB")


class _Slot(NamedTuple):
    """An answer in the index.

    *data* begins with the digest of its texts and the number of wordings. The hashes of the
    wordings follow, the compact vector (zeros without one), and for each wording the number of its
    stems and their ids.
    """

    id: str
    entry: str | None
    data: bytes

    @property
    def digest(self) -> bytes:
        """A hash of the texts."""
        return self.data[:_DIGEST_SIZE]

    @property
    def exact(self) -> bytes:
        """The hashes of the wordings."""
        _, wordings = _HEAD.unpack_from(self.data)
        return self.data[_HEAD.size : _HEAD.size + wordings * _DIGEST_SIZE]

    def read(self) -> tuple[bytes, int]:
        """Return the compact vector, and where in *data* the stems begin."""
        _, wordings = _HEAD.unpack_from(self.data)
        start = _HEAD.size + wordings * _DIGEST_SIZE
        end = start + compact.SIZE
        return self.data[start:end], end


class CommunityIndex:
    """An index of the answers of a community."""

    __slots__ = ("codes", "count", "exact", "postings", "shared", "slots")

    def __init__(self, shared: SearchIndex) -> None:
        """Begin without answers; `build` returns an index with answers."""
        self.shared, self.postings = shared, Postings()
        self.slots: list[_Slot | None] = []  # None where an answer was removed
        self.count = 0
        self.exact = b""  # the hashes of all wordings
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
        free, added = sorted(removed, reverse=True), AddedPostings()
        for (_, digest), answer in wanted.items():
            if not free:
                free.append(len(self.slots))
                self.slots.append(None)
                self.codes += bytes(compact.CODE_SIZE)
            self._add(free.pop(), answer, digest, added)
            yield
        self.exact = b"".join(each.exact for each in self.slots if each)
        if wanted or len(removed) > sum(not each for each in old):
            for self.postings in old_postings.merge(removed, added):
                yield
        else:
            self.postings = old_postings

    def _add(self, number: int, answer: IndexedAnswer, digest: bytes, added: AddedPostings) -> None:
        """Store *answer* in the slot *number*, and its terms in *added*."""
        document = answer.document
        weight = thresholds.OWN_WORDINGS / len(document.phrasings)
        read = self.shared.read_document(document, (weight, thresholds.OWN_TEXT_WEIGHT))
        start = number * compact.CODE_SIZE
        code = compact.encode_signs(read.vector) if read.vector else bytes(compact.CODE_SIZE)
        self.codes[start : start + compact.CODE_SIZE] = code
        data = [
            _HEAD.pack(digest, len(read.exact)),
            *map(_hash, read.exact),
            compact.shrink(read.vector) if read.vector else bytes(compact.SIZE),
        ]
        for stems in read.stems:
            ids = [*map(term_id, stems[:_MAX_STEMS])]
            data.append(struct.pack(f"<B{len(ids)}I", len(ids), *ids))
        self.slots[number] = _Slot(answer.id, answer.entry, b"".join(data))
        for term, count in read.counts.items():
            added.add(term_id(term), number, min(round(count * _COUNTS), MAX_COUNT))

    def search(self, question: str) -> OwnResult:
        """Return the answers that are like *question*, and whether the first is better than others.

        The lead over the shipped documents decides. Answers that are neither first nor near it are
        left out.
        """
        matches = self.find(self.shared.read(question))
        if not matches:
            return OwnResult()
        found = self.shared.search(question)
        shipped = found.best_score
        if _PLACE.search(question):
            shipped -= thresholds.OWN_PLACE_LEAD
        first = matches[0]
        least = max(thresholds.OWN_OTHER_SCORE, max(first.score, shipped) - thresholds.OWN_BEHIND)
        near = tuple(each for each in matches if each.is_exact or each.score >= least)
        certainty = _find_certainty(first, first.score - shipped)
        if found.is_known_off_topic and not first.is_exact:
            certainty = Certainty.NOTHING
        return OwnResult(near, certainty)

    def find(self, asked: ReadQuestion) -> list[OwnMatch]:
        """Return the answers that are like *asked*, best first."""
        scores = self._score(asked.words)
        exact, wording = set[int](), _hash(asked.text)
        if wording in self.exact:
            exact = {at for at, slot in enumerate(self.slots) if slot and wording in slot.exact}
        found = [
            OwnMatch(slot.id, slot.entry, scores.get(number, 0.0), number in exact)
            for number in exact | scores.keys()
            if (slot := self.slots[number]) is not None
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
        kept = [each for each in read.typos if term_id(to_term(each)) in self.postings]
        return self.shared.read_words(read.split, kept) if kept else read

    def _rate(self, read: ReadWords) -> dict[int, Ratings]:
        """Return the ratings of the answers that are most like *read*."""
        weights = {term: self._weigh(term) for word in read.words for term in map(term_id, word)}
        words = {word: max(weights[term_id(term)] for term in word) for word in read.words}
        total = math.fsum(words.values())
        if not total:
            return {}
        gains = self._score_words(words, weights)
        candidates = {*find_best(gains)}
        if read.vector is not None:
            code = compact.encode_signs(read.vector)
            candidates.update(compact.find_nearest(code, self.codes, thresholds.NEAR_ANSWERS))
        asked = {term_id(word[0]): weights[term_id(word[0])] for word in words}
        return {
            number: self._rate_slot(slot, read, asked, gains.get(number, 0.0), total)
            for number in candidates
            if (slot := self.slots[number]) is not None
        }

    def _rate_slot(
        self, slot: _Slot, read: ReadWords, asked: Mapping[int, float], gain: float, total: float
    ) -> Ratings:
        vector, start = slot.read()
        meaning = compact.compare(read.vector, vector) if read.vector and any(vector) else 0.0
        similarity = self._measure(slot.data, start, asked) if gain else 0.0
        return Ratings(gain / total, similarity, meaning, gain)

    def _measure(self, data: bytes, start: int, asked: Mapping[int, float]) -> float:
        """Return the best F-measure of the wordings, whose stems begin at *start* in *data*."""
        best, total, weigh = 0.0, sum(asked.values()), self.shared.weigh_id
        for stems in _read_stems(data, start):
            common = [asked[each] for each in stems if each in asked]
            if common:
                others = [weigh(each) for each in stems if each not in asked]
                shared = sum(common)
                best = max(best, 2 * shared / (total + shared + sum(others)))
        return best

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
"""The score that a term adds to an answer, relative to its weight, by how often it occurs."""


def _read_stems(packed: bytes, at: int) -> Iterator[tuple[int, ...]]:
    """Yield the ids of the stems of each wording, the first of which begins at *at*."""
    while at < len(packed):
        count = packed[at]
        yield struct.unpack_from(f"<{count}I", packed, at + 1)
        at += 1 + 4 * count


def _digest(answer: IndexedAnswer) -> bytes:
    texts = (answer.question, *answer.wordings, "", answer.text, answer.entry or "")
    return _hash("\0".join(texts))


def _hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode(errors="replace"), digest_size=_DIGEST_SIZE).digest()
