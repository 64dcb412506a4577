"""Vectors of English words, by which a search finds questions that use other words.

The file holds the most frequent words of GloVe 6B with 100 dimensions (Pennington, Socher and
Manning 2014, in the public domain under the PDDL) and some words of this field that are rarer.
tests/bench/word_vectors.py makes it from GloVe's own file.
"""

import math
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from itertools import chain
from operator import mul
from pathlib import Path

DIMENSIONS = 100
FILE = Path(__file__).with_name("word_vectors.bin")
Vector = Sequence[float]

# Words of this field that GloVe doesn't know or means differently, in its words.
_MEANINGS = {
    "ai": ("artificial", "intelligence"),
    "aie": ("artificial", "intelligence", "engineer"),
    "ds": ("data", "scientist"),
    "genai": ("artificial", "intelligence"),
    "llm": ("language", "models"),
    "llms": ("language", "models"),
    "ml": ("machine", "learning"),
    "mle": ("machine", "learning", "engineer"),
    "swe": ("software", "engineer"),
    "uni": ("university",),
}


class WordVectors:
    """The vectors in the file, each of which is only read when its word is needed."""

    def __init__(self, path: Path = FILE) -> None:
        """Read the file: the words with spaces between, a line break, and a byte a number."""
        words, _, self._numbers = path.read_bytes().partition(b"\n")
        self._places = {word: place for place, word in enumerate(words.decode().split(" "))}
        self._vector = cache(self._read)

    def __contains__(self, word: object) -> bool:
        return word in self._places

    def embed(self, words: Iterable[str], weigh: Callable[[str], float]) -> Vector | None:
        """Return the weighted mean direction of *words* as a vector of length 1.

        Return None if none of the words is known.
        """
        total: Vector | None = None
        for word in chain.from_iterable(_MEANINGS.get(each, (each,)) for each in words):
            vector = self._vector(word)
            if vector is not None:
                weight = weigh(word)
                weighted = [weight * each for each in vector]
                total = [a + b for a, b in zip(total, weighted, strict=True)] if total else weighted
        return to_unit(total) if total else None

    def _read(self, word: str) -> Vector | None:
        place = self._places.get(word)
        if place is None:
            return None
        start = place * DIMENSIONS
        return to_unit(array("b", self._numbers[start : start + DIMENSIONS]))


def to_unit(vector: Vector) -> list[float]:
    """Return *vector* scaled to length 1, or unchanged if it has no length."""
    length = math.sqrt(sum(map(mul, vector, vector)))
    return [each / length for each in vector] if length else list(vector)


class VectorScorer:
    """Scores entries by the cosine between a question and the wording that is most like it.

    What all wordings have in common is taken off first (Arora, Liang and Ma 2017), because every
    question here is about jobs and engineers. Only the wordings of the entries that are closest on
    average are compared one by one, which saves three quarters of the time.
    """

    def __init__(
        self, entries: Mapping[int, Sequence[Sequence[str]]], weigh: Callable[[str], float]
    ) -> None:
        """Index *entries*: the words of each wording, by the entry's number."""
        self._vectors, self._weigh = WordVectors(), weigh
        found = {
            number: [v for words in wordings if (v := self._vectors.embed(words, weigh))]
            for number, wordings in entries.items()
        }
        every = [vector for vectors in found.values() for vector in vectors]
        columns = zip(*every, strict=True) if every else [[0.0]] * DIMENSIONS
        self._common = [sum(column) / max(len(every), 1) for column in columns]
        self._wordings = {
            number: [self._without_common(each) for each in vectors]
            for number, vectors in found.items()
            if vectors
        }
        self._means = {
            number: to_unit([sum(column) for column in zip(*vectors, strict=True)])
            for number, vectors in self._wordings.items()
        }

    def _without_common(self, vector: Vector) -> list[float]:
        return to_unit([a - b for a, b in zip(vector, self._common, strict=True)])

    def knows(self, word: str) -> bool:
        """Return whether *word* has a vector, so that it is no typo."""
        return word in self._vectors

    def score(self, words: Iterable[str], others: Iterable[int], closest: int) -> dict[int, float]:
        """Return the cosine, from -1 to 1, of the *closest* entries to *words* and of *others*."""
        asked = self._vectors.embed(words, self._weigh)
        if asked is None:
            return {}
        asked = self._without_common(asked)
        means = {number: sum(map(mul, asked, mean)) for number, mean in self._means.items()}
        ranked = sorted(means, key=lambda number: -means[number])
        return {
            number: max(sum(map(mul, asked, each)) for each in self._wordings[number])
            for number in {*ranked[:closest], *others} & means.keys()
        }
