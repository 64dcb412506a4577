"""How well a line of an answer fits a question: a fact, or what the sources don't say.

A line fits if it has the question's words, other forms of them ("refer", "referral") or words that
mean nearly the same. A matrix, which labeled questions taught (tests/bench/line_matrix.py), turns
the question's vector to where the lines are that fit it: "how long" to those with months.
"""

import json
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from operator import mul
from pathlib import Path
from sys import intern
from typing import NamedTuple

from bot.language.retrieval.hidden_layer import STEPS, ZERO
from bot.language.retrieval.lanes import ByteMatrix
from bot.language.retrieval.terms import Word, is_stop_word, read_words
from bot.language.retrieval.vectors import TextVectors, read_meanings

FILE = Path(__file__).with_name("line_matrix.bin")
_BEGINNING = 5  # letters that other forms of a word have in common with it


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line, or a question, as they're compared with one another."""

    stems: frozenset[str]
    words: tuple[str, ...]  # that have a vector, without stop words
    vector: bytes | None  # the packed sum of the words


class Measures(NamedTuple):
    """Measures of what a line and a question have in common."""

    stems: float  # the weight of the stems in both
    beginnings: float  # the weight of the question's stems of which the line has the beginning
    nearest: float  # the mean cosine of the question's words to the nearest of the line


class LineRater:
    """Rates lines by the matrix in the file."""

    def __init__(
        self, vectors: TextVectors, weigh: Callable[[Word], float], path: Path = FILE
    ) -> None:
        """Read the file: a line of JSON, then the rows of the matrix, a byte a number.

        The JSON has what one step of a byte is, and the weights of the other measures. *weigh*
        returns the weight of a word.
        """
        head, _, packed = path.read_bytes().partition(b"\n")
        read = json.loads(head)
        self._vectors, self._weigh = vectors, weigh
        self._step: float = read["step"]
        self._weights: tuple[float, ...] = tuple(read["weights"])
        size = math.isqrt(len(packed))
        rows = [packed[at : at + size] for at in range(0, len(packed), size)]
        self._matrix, self._sums = ByteMatrix(rows), [*map(sum, rows)]
        self._read_word = lru_cache(maxsize=2048)(self._read_word_vector)

    def read(self, words: Sequence[str]) -> ReadLine:
        """Return the line of *words* as it's compared."""
        stems = frozenset(
            intern(stem) for stem, *_ in read_words(words) if len(stem) > 1 and stem.isalpha()
        )
        vectors, content = self._vectors.words, (each for each in words if not is_stop_word(each))
        known = dict.fromkeys(map(intern, read_meanings(content, vectors)))
        return ReadLine(stems, tuple(known), self._vectors.embed_words(words))

    def rate(self, asked: ReadLine, lines: Iterable[ReadLine]) -> list[float]:
        """Return how well each of *lines* fits the question *asked*.

        The model expects that people choose one rated 1 above another e (2.7) times as often.
        """
        listed, turned = [*lines], self._apply_matrix(asked.vector)
        return [
            self._multiply(turned, line.vector) + math.fsum(map(mul, self._weights, measured))
            for line, measured in zip(listed, self.measure(asked, listed), strict=True)
        ]

    def measure(self, asked: ReadLine, lines: Iterable[ReadLine]) -> Iterator[Measures]:
        """Yield what each of *lines* has in common with the question *asked*."""
        listed = [*lines]
        words = [*map(self._read_word, asked.words)]
        nearest = _find_nearest(words, [each.words for each in listed], self._read_word)
        for line, near in zip(listed, nearest, strict=True):
            alike = _list_beginnings(line.stems - asked.stems)
            begun = (each for each in asked.stems - line.stems if each[:_BEGINNING] in alike)
            shared = self._sum(asked.stems & line.stems)
            yield Measures(shared, self._sum(begun), near)

    def _sum(self, stems: Iterable[str]) -> float:
        return math.fsum(self._weigh((each,)) for each in stems)

    def _apply_matrix(self, vector: bytes | None) -> list[float]:
        """Return the vector of a question as the matrix turns it; empty without one."""
        if vector is None:
            return []
        scale, shift = self._step / STEPS, ZERO * (ZERO * len(vector) - sum(vector))
        products = self._matrix.multiply(vector)
        return [
            scale * (product - ZERO * total + shift)
            for product, total in zip(products, self._sums, strict=True)
        ]

    def _multiply(self, turned: Sequence[float], vector: bytes | None) -> float:
        """Return the scalar product of a *turned* vector and a line's."""
        if vector is None or not turned:
            return 0.0
        return (math.fsum(map(mul, turned, vector)) - ZERO * math.fsum(turned)) / STEPS

    def _read_word_vector(self, word: str) -> "_WordVector":
        weight, numbers = self._vectors.words.read_word(word)
        length = math.dist(numbers, bytes([ZERO]) * len(numbers))
        return _WordVector(numbers, sum(numbers), length, weight * length)


@dataclass(frozen=True, slots=True)
class _WordVector:
    """The packed vector of a word, the sum of its bytes, its length and the word's weight."""

    numbers: bytes
    total: int
    length: float
    weight: float


def _find_nearest(
    asked: Sequence[_WordVector],
    lines: Sequence[Sequence[str]],
    read_word: Callable[[str], _WordVector],
) -> list[float]:
    """Return the mean of the cosines of the words *asked* to the nearest word of each of *lines*.

    Heavier words count more. The mean is 0 for a line without words, or if none is asked.
    """
    words = [*dict.fromkeys(chain.from_iterable(lines))]
    others = [*map(read_word, words)]
    matrix, nearest = ByteMatrix([each.numbers for each in others]), [0.0] * len(lines)
    shifts = [ZERO * (ZERO * len(each.numbers) - each.total) for each in others]
    total = math.fsum(each.weight for each in asked)
    for one in asked:
        products, shift = matrix.multiply(one.numbers), ZERO * one.total
        cosines = {
            word: (product + own - shift) / other.length
            for word, product, own, other in zip(words, products, shifts, others, strict=True)
        }
        share = one.weight / one.length / total
        for at, line in enumerate(lines):
            if line:
                nearest[at] += share * max([cosines[each] for each in line])
    return nearest


def _list_beginnings(stems: AbstractSet[str]) -> frozenset[str]:
    """Return the beginnings of the *stems* that are long enough to have other forms."""
    return frozenset(each[:_BEGINNING] for each in stems if len(each) >= _BEGINNING)
