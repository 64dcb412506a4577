"""Vectors of words, by which a search finds questions that use other words.

The file holds about 15,000 words with 160 dimensions. Each began as the embedding of the word by
all-MiniLM-L6-v2 (Apache License 2.0); then they were trained so that wordings of the same question
are near each other. tests/bench/word_vectors.py does both. A word's length is its weight.
"""

import math
from array import array
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain
from operator import mul
from pathlib import Path

DIMENSIONS = 160
FILE = Path(__file__).with_name("word_vectors.bin")
Vector = tuple[float, ...]

_STEPS = 1_000  # to which numbers are rounded, so that equal ones share their memory
_NUMBERS = tuple(step / _STEPS for step in range(-_STEPS, _STEPS + 1))

# Words of this field that the file doesn't have, in its words.
_MEANINGS = {
    "aie": ("ai", "engineer"),
    "genai": ("generative", "ai"),
    "llms": ("llm",),
    "swe": ("software", "engineer"),
    "uni": ("university",),
}


class WordVectors:
    """The vectors in the file, each of which is only read when its word is needed."""

    def __init__(self, path: Path = FILE) -> None:
        """Read the file: the words with spaces between, a line break, and a byte a number.

        The first number of a word is its weight.
        """
        words, _, self._numbers = path.read_bytes().partition(b"\n")
        self._places = {word: place for place, word in enumerate(words.decode().split(" "))}
        self._vector = lru_cache(maxsize=4096)(self._read)

    @property
    def words(self) -> Iterable[str]:
        """All words in the file."""
        return self._places.keys()

    def __contains__(self, word: object) -> bool:
        return word in self._places

    def embed(self, words: Iterable[str]) -> list[float] | None:
        """Return the weighted mean direction of *words* as a vector of length 1.

        Return None if none of the words is known.
        """
        known = chain.from_iterable(_MEANINGS.get(each, (each,)) for each in words)
        vectors = [vector for each in known if (vector := self._vector(each)) is not None]
        return to_unit(list(map(sum, zip(*vectors, strict=True)))) if vectors else None

    def _read(self, word: str) -> "array[int] | None":
        place = self._places.get(word)
        if place is None:
            return None
        start = place * (1 + DIMENSIONS)
        weight, numbers = self._numbers[start], self._numbers[start + 1 : start + 1 + DIMENSIONS]
        return array("h", [weight * each for each in array("b", numbers)])


def to_unit(vector: Sequence[float]) -> list[float]:
    """Return *vector* scaled to length 1, or unchanged if it has no length."""
    length = math.sqrt(sum(map(mul, vector, vector)))
    return [each / length for each in vector] if length else list(vector)


def _round(vector: Sequence[float]) -> Vector:
    return tuple(_NUMBERS[round(each * _STEPS) + _STEPS] for each in vector)


def _cosine(one: Vector, other: Vector) -> float:
    """Return the cosine of two vectors of length 1; their distance is computed fastest."""
    return 1 - math.dist(one, other) ** 2 / 2


class VectorScorer:
    """Scores entries by the cosine between a question and the wording that is most like it.

    What all wordings have in common is taken off first (Arora, Liang and Ma 2017), because every
    question here is about jobs and engineers.
    """

    def __init__(self, entries: Sequence[Sequence[Sequence[str]]]) -> None:
        """Index *entries*: for each the words of each of its wordings."""
        self._vectors = WordVectors()
        found = [
            [array("f", vector) for words in wordings if (vector := self._vectors.embed(words))]
            for wordings in entries
        ]
        every = [vector for vectors in found for vector in vectors]
        columns = zip(*every, strict=True) if every else [[0.0]] * DIMENSIONS
        self._common = [sum(column) / max(len(every), 1) for column in columns]
        self._wordings = [[self._without_common(each) for each in vectors] for vectors in found]
        self._means = {
            number: _round(to_unit(list(map(sum, zip(*vectors, strict=True)))))
            for number, vectors in enumerate(self._wordings)
            if vectors
        }

    def _without_common(self, vector: Sequence[float]) -> Vector:
        return _round(to_unit([a - b for a, b in zip(vector, self._common, strict=True)]))

    @property
    def words(self) -> Iterable[str]:
        """The words that have a vector, so that they are no typos."""
        return self._vectors.words

    def embed(self, words: Iterable[str]) -> Vector | None:
        """Return the vector of *words*, or None if none of them is known."""
        found = self._vectors.embed(words)
        return None if found is None else self._without_common(found)

    def score_means(self, asked: Vector) -> dict[int, float]:
        """Return the cosine of each entry's mean to *asked*."""
        return {number: _cosine(asked, mean) for number, mean in self._means.items()}

    def score_wordings(self, asked: Vector, number: int) -> list[float]:
        """Return the cosine of each wording of entry *number* to *asked*."""
        return [_cosine(asked, each) for each in self._wordings[number]]
