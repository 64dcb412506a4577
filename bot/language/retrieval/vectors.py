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
from operator import mul, sub
from pathlib import Path

DIMENSIONS = 160
FILE = Path(__file__).with_name("word_vectors.bin")
Vector = tuple[float, ...]

_STEPS, _ZERO = 250, 128  # a byte holds a number from -0.512 to 0.508, in steps of 0.004
_NUMBERS = tuple((byte - _ZERO) / _STEPS for byte in range(256))  # share their memory

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


class TextVectors:
    """Vectors of texts, without *common*: the direction that all wordings have in common.

    It is taken off (Arora, Liang and Ma 2017) because every question here is about jobs and
    engineers.
    """

    def __init__(self, words: WordVectors, common: Sequence[float]) -> None:
        self.words, self._common = words, common

    def embed(self, words: Iterable[str]) -> Vector | None:
        """Return the vector of *words*, or None if none of them is known."""
        packed = self._embed(words)
        return None if packed is None else unpack(packed)

    def pack(self, wordings: Iterable[Iterable[str]]) -> bytes:
        """Return the vector of the mean of *wordings* and those of each, DIMENSIONS bytes long."""
        packed = [vector for each in wordings if (vector := self._embed(each)) is not None]
        if not packed:
            return b""
        mean = to_unit(list(map(sum, zip(*map(unpack, packed), strict=True))))
        return b"".join((_pack(mean), *packed))

    def _embed(self, words: Iterable[str]) -> bytes | None:
        found = self.words.embed(words)
        if found is None:
            return None
        return _pack(to_unit(list(map(sub, found, self._common))))


class VectorScorer:
    """Scores documents by the cosines between a question and their wordings."""

    def __init__(self, packed: Sequence[bytes]) -> None:
        """Take what TextVectors.pack returned for each document."""
        self._packed = packed
        self._means = {
            number: unpack(each[:DIMENSIONS]) for number, each in enumerate(packed) if each
        }
        self._unpacked: dict[int, list[Vector]] = {}

    def score_means(self, asked: Vector) -> dict[int, float]:
        """Return the cosine of each document's mean to *asked*."""
        return {number: _cosine(asked, mean) for number, mean in self._means.items()}

    def score_wordings(self, asked: Vector, number: int) -> list[float]:
        """Return the cosine of each wording of document *number* to *asked*."""
        vectors = self._unpacked.get(number)
        if vectors is None:
            packed = self._packed[number]
            starts = range(DIMENSIONS, len(packed), DIMENSIONS)
            vectors = [unpack(packed[start : start + DIMENSIONS]) for start in starts]
            self._unpacked[number] = vectors
        return [_cosine(asked, each) for each in vectors]


def _pack(vector: Sequence[float]) -> bytes:
    """Return *vector* with a byte a number."""
    return bytes([min(max(round(each * _STEPS) + _ZERO, 0), 255) for each in vector])


def unpack(packed: bytes) -> Vector:
    """Return the vector that was packed, of about length 1."""
    return tuple(map(_NUMBERS.__getitem__, packed))


def _cosine(one: Vector, other: Vector) -> float:
    """Return the cosine of two vectors of length 1; their distance is computed fastest."""
    return 1 - math.dist(one, other) ** 2 / 2
