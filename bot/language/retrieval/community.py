"""Search in a community's own answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from bot.language.name_index import normalize
from bot.language.retrieval.search import SearchIndex


@dataclass(frozen=True, slots=True)
class IndexedAnswer:
    """An own answer as the search sees it; *entry* is the id of the shipped entry it leads to."""

    id: str
    question: str
    wordings: Sequence[str] = ()
    text: str = ""
    entry: str | None = None


class CommunityIndex:
    """The index of the answers of one queue; it finds those whose question is the same."""

    def __init__(self, exact: Mapping[str, IndexedAnswer]) -> None:
        self._exact = exact

    @classmethod
    async def build(
        cls,
        answers: Sequence[IndexedAnswer],
        shared: SearchIndex,
        before: "CommunityIndex | None" = None,
    ) -> Self:
        """Return the index of *answers*."""
        del shared, before
        pairs = ((text, each) for each in answers for text in (each.question, *each.wordings))
        return cls({normalize(text): each for text, each in reversed([*pairs])})

    def find(self, question: str) -> IndexedAnswer | None:
        """Return the answer with this question or wording, or None."""
        return self._exact.get(normalize(question))
