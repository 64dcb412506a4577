"""Correcting typos in the words of a question."""

from collections.abc import Iterable
from functools import lru_cache

from bot.language import thresholds


class Spelling:
    """The words that entries and the vocabulary use."""

    def __init__(self, words: Iterable[str]) -> None:
        """Take *words* as correctly spelled."""
        self._known = frozenset(words)
        self._by_length: dict[int, list[str]] = {}
        for word in sorted(self._known):
            self._by_length.setdefault(len(word), []).append(word)
        self.correct = lru_cache(maxsize=1024)(self._correct)

    def _correct(self, word: str) -> str:
        """Return the known word that *word* is a typo of, or *word* itself if there is none."""
        edits = (len(word) >= thresholds.MIN_TYPO_LENGTH) + (len(word) >= thresholds.MIN_TWO_TYPOS_LENGTH)
        if not edits or word in self._known or word.isdigit():
            return word
        from rapidfuzz import process  # noqa: PLC0415  # only unknown words need it
        from rapidfuzz.distance import OSA  # noqa: PLC0415

        best, fewest = word, edits + 1
        for length in range(len(word) - edits, len(word) + edits + 1):
            found = process.extractOne(word, self._by_length.get(length, ()), scorer=OSA.distance, score_cutoff=fewest - 1)
            if found:
                best, fewest = found[0], found[1]
        return best
