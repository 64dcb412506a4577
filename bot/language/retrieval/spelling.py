"""Correcting typos in the words of a question."""

from collections.abc import Iterable
from functools import lru_cache

from bot.language import thresholds

_LENGTHS = range(thresholds.MIN_TYPO_LENGTH, 20)  # letters of words that may have a typo


class Spelling:
    """The words that entries and the vocabulary use."""

    def __init__(self, words: Iterable[str], others: Iterable[str] = ()) -> None:
        """Take *words* and *others* as correctly spelled; a typo is only one of *words*."""
        self._by_length: dict[int, list[str]] = {}
        meant = frozenset(words)
        self._known = meant.union(others)
        for word in sorted(meant):
            self._by_length.setdefault(len(word), []).append(word)
        self.correct = lru_cache(maxsize=1024)(self._correct)

    def __contains__(self, word: object) -> bool:
        """Return whether *word* is spelled correctly."""
        return word in self._known

    def _correct(self, word: str) -> str:
        """Return the known word that *word* is a typo of, or *word* itself if there is none.

        A typo is one letter too many, too few or wrong, or two swapped, which is most likely.
        """
        length = len(word)
        if word in self._known or not _LENGTHS.start <= length < _LENGTHS.stop:
            return word
        from rapidfuzz import process  # noqa: PLC0415  # only unknown words need it
        from rapidfuzz.distance import OSA  # noqa: PLC0415

        near = [
            match
            for each in (length, length + 1, length - 1)
            for match, *_ in process.extract(
                word, self._by_length.get(each, ()), scorer=OSA.distance, score_cutoff=1
            )
        ]
        letters = sorted(word)
        return min(near, key=lambda match: sorted(match) != letters, default=word)
