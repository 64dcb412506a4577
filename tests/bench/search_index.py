"""Make bot/language/retrieval/documents.bin: the shipped FAQ, requests and off-topic questions.

Run: make index, after a change to their texts, to names of tools, sources or roles, or to how a
search reads texts. The bot works without it, but its first question waits for what has changed.
"""

import json
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

from bot.language.retrieval.documents import Document, read_document
from bot.language.retrieval.names import NameMarker
from bot.language.retrieval.prepared import FILE
from bot.language.retrieval.vectors import DIMENSIONS, TextVectors, WordVectors
from bot.language.understanding import list_documents
from content import load


def write_documents(documents: Iterable[Document], marker: NameMarker, target: Path) -> None:
    """Write *documents*, read with *marker*, to *target*."""
    vectors = TextVectors(WordVectors())
    read = {each.digest: read_document(each, marker.split, vectors) for each in documents}
    terms = sorted({*chain.from_iterable(each.counts for each in read.values())})
    number = {term: at for at, term in enumerate(terms)}
    packed = b"".join(each.vector or bytes(DIMENSIONS) for each in read.values())
    kept = {
        digest: {
            "exact": each.exact,
            "stems": [[number[stem] for stem in stems] for stems in each.stems],
            "counts": [[number[term] for term in each.counts], [*each.counts.values()]],
            "vector": at,
        }
        for at, (digest, each) in enumerate(read.items())
    }
    head = {
        "words": sorted({*chain.from_iterable(each.words for each in read.values())}),
        "terms": terms,
        "names": marker.read_as,
        "documents": kept,
    }
    text = json.dumps(head, separators=(",", ":"), ensure_ascii=False)
    target.write_bytes(text.encode() + b"\n" + packed)


def main() -> None:
    """Write the file."""
    content = load()
    write_documents(list_documents(content).values(), NameMarker(content), FILE)


if __name__ == "__main__":
    main()
