"""Writing the files of word vectors and prototypes that the search reads."""

import re
from array import array
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.language.retrieval.vectors import pack_vector

WORD = re.compile(r"@?[a-z]+\d*(?:_@?[a-z]+\d*)?")
"""A word or a pair of words."""

_MAX = 127
_MAX_WEIGHT = 255


def write_vectors(vectors: Mapping[str, Sequence[float]], target: Path) -> None:
    """Write the words and pairs in *vectors*, their weights and their numbers to *target*.

    The weight of a word is the largest of its numbers.
    """
    found = {word: vector for word, vector in vectors.items() if WORD.fullmatch(word)}
    largest = {word: max(map(abs, vector)) for word, vector in found.items()}
    scale, numbers = _MAX_WEIGHT / max(largest.values()), bytearray()
    for word, vector in found.items():
        numbers.append(max(1, round(largest[word] * scale)))
        numbers += array("b", (round(each / largest[word] * _MAX) for each in vector)).tobytes()
    target.write_bytes(" ".join(found).encode() + b"\n" + numbers)


def write_prototypes(prototypes: Mapping[str, Sequence[float]], target: Path) -> None:
    """Write the prototypes of documents, by their ids, to *target*."""
    packed = b"".join(map(pack_vector, prototypes.values()))
    target.write_bytes("\t".join(prototypes).encode() + b"\n" + packed)
