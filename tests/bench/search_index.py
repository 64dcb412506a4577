"""Make bot/language/retrieval/documents.bin: the shipped FAQ, requests and off-topic questions.

Run: make index, after a change to their texts, to names of tools, sources or roles, or to how a
search reads texts. The bot works without it, but its first question waits for what has changed.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

from asked_questions import load_paraphrases

from bot.language.retrieval.documents import Document, ReadDocument, read_document
from bot.language.retrieval.names import NameMarker
from bot.language.retrieval.prepared import FILE
from bot.language.retrieval.vectors import DIMENSIONS, TextVectors, WordVectors
from bot.language.understanding import list_documents
from content import load


def read_with_paraphrases(
    document: Document, paraphrases: Sequence[str], marker: NameMarker, vectors: TextVectors
) -> ReadDocument:
    """Return *document* as it is read; the mean of its vectors is also that of *paraphrases*."""
    phrasings, others = (map(marker.split, texts) for texts in (document.phrasings, paraphrases))
    read = read_document(document, marker.split, vectors)
    return replace(read, vectors=vectors.pack(phrasings, others))


def write_documents(
    documents: Mapping[str, Document],
    marker: NameMarker,
    target: Path,
    paraphrases: Mapping[str, Sequence[str]],
) -> None:
    """Write *documents*, read with *marker* and their *paraphrases*, to *target*."""
    words = WordVectors()
    phrasings = [marker.split(text) for each in documents.values() for text in each.phrasings]
    found = [vector for each in phrasings if (vector := words.embed(each)) is not None]
    common = [round(sum(column) / len(found), 6) for column in zip(*found, strict=True)]
    vectors = TextVectors(words, common)
    read = {
        each.digest: read_with_paraphrases(each, paraphrases.get(id_, ()), marker, vectors)
        for id_, each in documents.items()
    }
    terms = sorted({*chain.from_iterable(each.counts for each in read.values())})
    number = {term: at for at, term in enumerate(terms)}
    packed = b"".join(each.vectors for each in read.values())
    start, kept = 0, {}
    for digest, each in read.items():
        count = len(each.vectors) // DIMENSIONS
        kept[digest] = {
            "exact": each.exact,
            "stems": [[number[stem] for stem in stems] for stems in each.stems],
            "counts": [[number[term] for term in each.counts], [*each.counts.values()]],
            "vectors": [start, count],
        }
        start += count
    head = {
        "common": common,
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
    write_documents(list_documents(content), NameMarker(content), FILE, load_paraphrases())


if __name__ == "__main__":
    main()
