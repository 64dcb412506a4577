"""Which texts have a term and how often, in a few bytes for each."""

import zlib
from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

MAX_COUNT = 255
_NUMBER_BITS, _COUNT_BITS = 16, 8
_MAX_NUMBER = (1 << _NUMBER_BITS) - 1
_TERM_BITS = 32
_PARTS = 32  # of all terms; each is sorted at once


@lru_cache(maxsize=8192)
def term_id(term: str) -> int:
    """Return the number of *term*; two of a community's terms hardly ever have the same."""
    return zlib.crc32(term.encode())


class Postings:
    """The texts that each term is in, by their numbers, and how often."""

    __slots__ = ("_counts", "_numbers", "_starts", "_terms")

    def __init__(self) -> None:
        """Begin without terms."""
        self._terms, self._starts = array("I"), array("I")
        self._numbers, self._counts = array("H"), bytearray()

    def __contains__(self, term: int) -> bool:
        at = bisect_left(self._terms, term)
        return at < len(self._terms) and self._terms[at] == term

    def find(self, term: int) -> tuple["array[int]", bytearray]:
        """Return the numbers of the texts that *term* is in, and how often it is in each."""
        start, end = self._span(term)
        return self._numbers[start:end], self._counts[start:end]

    def count_texts(self, term: int) -> int:
        """Return how many texts *term* is in."""
        start, end = self._span(term)
        return end - start

    def _span(self, term: int) -> tuple[int, int]:
        at = bisect_left(self._terms, term)
        return self._span_at(at) if term in self else (0, 0)

    def _span_at(self, at: int) -> tuple[int, int]:
        is_last = at + 1 == len(self._starts)
        return self._starts[at], len(self._numbers) if is_last else self._starts[at + 1]

    def merge(self, removed: Collection[int], added: "AddedPostings") -> Iterator["Postings"]:
        """Yield postings without the texts *removed* and with those *added*.

        They are complete when there are no more; a pause is possible after each.
        """
        new, at = Postings(), 0
        for part, postings in enumerate(added.parts, 1):
            end = bisect_left(self._terms, (part << _TERM_BITS) // _PARTS)
            kept = [
                _pack(self._terms[place], number, self._counts[each])
                for place in range(at, end)
                for each in range(*self._span_at(place))
                if (number := self._numbers[each]) not in removed
            ]
            at = end
            new._extend(sorted(kept + postings))
            yield new

    def _extend(self, postings: Iterable[int]) -> None:
        last = -1
        for each in postings:
            term = each >> (_NUMBER_BITS + _COUNT_BITS)
            if term != last:
                self._terms.append(term)
                self._starts.append(len(self._numbers))
                last = term
            self._numbers.append(each >> _COUNT_BITS & _MAX_NUMBER)
            self._counts.append(each & MAX_COUNT)


class AddedPostings:
    """Terms of texts that postings are to get."""

    def __init__(self) -> None:
        """Begin without terms."""
        self.parts: list[list[int]] = [[] for _ in range(_PARTS)]

    def add(self, term: int, number: int, count: int) -> None:
        """Add *term*, which occurs so often in the text *number*."""
        self.parts[term * _PARTS >> _TERM_BITS].append(_pack(term, number, count))


def _pack(term: int, number: int, count: int) -> int:
    return (term << _NUMBER_BITS | number) << _COUNT_BITS | count
