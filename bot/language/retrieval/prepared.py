"""The shipped documents as the search reads them, so that the first question needn't wait for it.

"make index" writes the file. A document that isn't in it, such as an entry of an admin's own, is
read when the index is built. So is one that has changed or has a name whose reading has changed.
"""

import json
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from bot.language.retrieval.documents import Document, ReadDocument
from bot.language.retrieval.names import NameMarker
from bot.language.retrieval.terms import split_words
from bot.language.retrieval.vectors import DIMENSIONS

FILE = Path(__file__).with_name("documents.bin")


class PreparedDocuments:
    """The documents in the file: a line of JSON, then their packed vectors."""

    def __init__(self, path: Path = FILE) -> None:
        """Read the file."""
        head, _, self._vectors = path.read_bytes().partition(b"\n")
        read = json.loads(head)
        self.words: Sequence[str] = read["words"]
        self._terms: Sequence[str] = read["terms"]
        self._names: dict[str, str] = read["names"]
        self._documents: dict[str, Any] = read["documents"]

    def find(self, documents: Sequence[Document], marker: NameMarker) -> list[ReadDocument | None]:
        """Return each of *documents* as it was read, or None if it must be read with *marker*."""
        changed = {name for name, _ in marker.read_as.items() ^ self._names.items()}
        return [
            None if changed and _has_any(changed, each) else self._find(each) for each in documents
        ]

    def _find(self, document: Document) -> ReadDocument | None:
        kept = self._documents.get(document.digest)
        if kept is None:
            return None
        start = kept["vector"] * DIMENSIONS
        vector = self._vectors[start : start + DIMENSIONS]
        return ReadDocument(
            kept["exact"],
            [[self._terms[each] for each in stems] for stems in kept["stems"]],
            {self._terms[term]: count for term, count in zip(*kept["counts"], strict=True)},
            vector if any(vector) else b"",
            frozenset(),
        )


def _has_any(names: Collection[str], document: Document) -> bool:
    """Return whether a phrasing of *document* has one of *names*."""
    texts = [f" {' '.join(split_words(each))} " for each in document.phrasings]
    return any(f" {name} " in text for name in names for text in texts)
