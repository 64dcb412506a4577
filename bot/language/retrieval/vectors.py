"""Vectors of words, by which a search finds questions that use other words.

A text's vector is the sum of those of its words and pairs of words, such as "hire_me", so that the
order of words counts, after a hidden layer. Two sentence models taught them which texts mean nearly
the same, and thousands of labeled questions which documents answer them: a document's prototype is
the vector that questions for it should have. tests/bench/word_vectors.py trains them further. The
length of a word's vector is its weight.
"""

import math
from collections.abc import Container, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, pairwise
from operator import mul
from pathlib import Path

from bot.language.retrieval.hidden_layer import STEPS, ZERO, HiddenLayer
from bot.language.retrieval.lanes import ByteMatrix, read_lanes, to_lanes

DIMENSIONS = 192
FILE = Path(__file__).with_name("word_vectors.bin")
PROTOTYPES = Path(__file__).with_name("prototypes.bin")

_PAIR = "_"  # is between the words of a pair
_UNSIGNED = bytes((byte + ZERO) % 256 for byte in range(256))  # of signed bytes, plus ZERO

# Words of this field that the file doesn't have, in its words.
MEANINGS = {
    "aie": ("ai", "engineer"),
    "genai": ("generative", "ai"),
    "llms": ("llm",),
    "swe": ("software", "engineer"),
    "uni": ("university",),
}


def read_meanings(words: Iterable[str], known: Container[str]) -> list[str]:
    """Return *words* with abbreviations written out, without those that aren't *known*."""
    meant = chain.from_iterable(MEANINGS.get(each, (each,)) for each in words)
    return [each for each in meant if each in known]


def list_pairs(words: Iterable[str]) -> Iterator[str]:
    """Yield each pair of *words* in a row, as the file has it."""
    return map(_PAIR.join, pairwise(words))


class WordVectors:
    """The vectors in the file, each of which is only read when its word is needed."""

    def __init__(self, path: Path = FILE) -> None:
        """Read the file: the words with spaces between, a line break, and a byte a number.

        The first number of a word is its weight.
        """
        with path.open("rb") as file:  # rather than split all of it, which takes twice the memory
            words, self._numbers = file.readline().decode().rstrip("\n"), file.read()
        self._places = {word: place for place, word in enumerate(words.split(" "))}
        self._vector = lru_cache(maxsize=1024)(self._read)

    @property
    def words(self) -> Iterable[str]:
        """All words in the file, without pairs."""
        return (each for each in self._places if _PAIR not in each)

    def __contains__(self, word: object) -> bool:
        return word in self._places

    def embed(self, words: Iterable[str]) -> list[float] | None:
        """Return the weighted mean direction of *words* and pairs as a vector of length 1.

        Return None if none of the words is known.
        """
        known = read_meanings(words, self._places)
        parts = chain(known, list_pairs(known))
        found = [read for each in parts if (read := self._vector(each)) is not None]
        if not found:
            return None
        weights, vectors = zip(*found, strict=True)
        zero = ZERO * sum(weights)
        return to_unit([each - zero for each in read_lanes(sum(vectors), DIMENSIONS)])

    def read_word(self, word: str) -> tuple[int, bytes]:
        """Return the weight of the known *word*, and its packed vector, whose length isn't 1."""
        start = self._places[word] * (1 + DIMENSIONS)
        weight, numbers = self._numbers[start], self._numbers[start + 1 : start + 1 + DIMENSIONS]
        return weight, numbers.translate(_UNSIGNED)

    def _read(self, word: str) -> tuple[int, int] | None:
        """Return the weight of *word*, and its weighted vector as one integer.

        The lanes of the integer are the numbers plus ZERO, so that none is negative.
        """
        if word not in self._places:
            return None
        weight, numbers = self.read_word(word)
        return weight, weight * to_lanes(numbers)


def to_unit(vector: Sequence[float]) -> list[float]:
    """Return *vector* scaled to length 1, or unchanged if it has no length."""
    length = math.sqrt(sum(map(mul, vector, vector)))
    return [each / length for each in vector] if length else list(vector)


def read_prototypes(path: Path = PROTOTYPES) -> dict[str, bytes]:
    """Return the packed prototypes of documents by their ids.

    The file has the ids with tabs between, a line break, and DIMENSIONS bytes a prototype.
    """
    ids, _, packed = path.read_bytes().partition(b"\n")
    starts = range(0, len(packed), DIMENSIONS)
    found = (packed[start : start + DIMENSIONS] for start in starts)
    return dict(zip(ids.decode().split("\t"), found, strict=True))


class TextVectors:
    """Packed vectors of texts."""

    def __init__(self, words: WordVectors) -> None:
        self.words, self._layer = words, HiddenLayer()

    def embed(self, words: Iterable[str]) -> bytes | None:
        """Return the packed meaning of *words*, or None if none of them is known."""
        found = self._embed(words)
        return None if found is None else pack_vector(found)

    def embed_words(self, words: Iterable[str]) -> bytes | None:
        """Return the packed sum of *words*, or None if none of them is known."""
        found = self.words.embed(words)
        return None if found is None else pack_vector(found)

    def embed_mean(self, wordings: Iterable[Iterable[str]]) -> bytes:
        """Return the packed mean direction of *wordings*; empty if no word is known."""
        found = [vector for each in wordings if (vector := self._embed(each)) is not None]
        return pack_vector(to_unit(list(map(sum, zip(*found, strict=True))))) if found else b""

    def _embed(self, words: Iterable[str]) -> list[float] | None:
        """Return the meaning of *words*, of length 1, or None if none of them is known."""
        found = self.words.embed(words)
        return None if found is None else to_unit(self._layer.apply(found, pack_vector(found)))


class PackedVectors:
    """Packed vectors, all of which are compared with a question at once."""

    def __init__(self, packed: Sequence[bytes]) -> None:
        """Take vectors of DIMENSIONS bytes."""
        self._matrix = ByteMatrix(packed)
        self._sums = [_sum_squares(each) for each in packed]

    def compare(self, asked: bytes) -> list[float]:
        """Return the cosine of each vector to *asked*, computed from their distance."""
        if not self._sums:
            return []
        own = _sum_squares(asked)
        return [
            1 - (own + other - 2 * product) / (2 * STEPS * STEPS)
            for other, product in zip(self._sums, self._matrix.multiply(asked), strict=True)
        ]


class VectorScorer:
    """Scores documents by the cosines between a question and their vectors."""

    def __init__(self, packed: Sequence[bytes]) -> None:
        """Take the packed vector of each document, empty if it has none."""
        self._numbers = [number for number, each in enumerate(packed) if each]
        self._vectors = PackedVectors([packed[each] for each in self._numbers])

    def score(self, asked: bytes) -> dict[int, float]:
        """Return the cosine of each document's vector to *asked*."""
        return dict(zip(self._numbers, self._vectors.compare(asked), strict=True))


def cosine_at(distance: float) -> float:
    """Return the cosine of two packed vectors, of length 1, by their *distance* in bytes' steps."""
    return 1 - distance * distance / (2 * STEPS * STEPS)


def _sum_squares(packed: bytes) -> int:
    return sum(map(mul, packed, packed))


def pack_vector(vector: Sequence[float]) -> bytes:
    """Return *vector* with a byte a number."""
    steps = [round(each * STEPS) + ZERO for each in vector]
    try:
        return bytes(steps)
    except ValueError:
        return bytes([min(max(each, 0), 255) for each in steps])
