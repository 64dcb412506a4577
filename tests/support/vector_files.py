"""Writing the files of word vectors, hidden layer and prototypes that the search reads."""

import json
import re
from array import array
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.language.retrieval.hidden_layer import ZERO
from bot.language.retrieval.vectors import pack_vector

WORD = re.compile(r"@?[a-z]+\d*(?:_@?[a-z]+\d*)?")
"""A word or a pair of words."""

_MAX = 127
_MAX_WEIGHT = 255


def write_vectors(vectors: Mapping[str, Sequence[float]], target: Path) -> None:
    """Write the words and pairs in *vectors*, their weights and their numbers to *target*.

    The weight of a word is the largest of its numbers.
    """
    found = {word: each for word, each in vectors.items() if WORD.fullmatch(word) and any(each)}
    largest = {word: max(map(abs, vector)) for word, vector in found.items()}
    scale, numbers = _MAX_WEIGHT / max(largest.values()), bytearray()
    for word, vector in found.items():
        numbers.append(max(1, round(largest[word] * scale)))
        numbers += array("b", (round(each / largest[word] * _MAX) for each in vector)).tobytes()
    target.write_bytes(" ".join(found).encode() + b"\n" + numbers)


def read_vectors(source: Path) -> dict[str, list[float]]:
    """Return the vectors of the words and pairs in the file *source*; the largest number is 1."""
    head, _, packed = source.read_bytes().partition(b"\n")
    words, found = head.decode().split(" "), {}
    size = len(packed) // len(words)
    for at, word in enumerate(words):
        weight, *numbers = packed[at * size : (at + 1) * size]
        scale = weight / _MAX_WEIGHT / _MAX
        found[word] = [scale * (each - 2 * ZERO * (each >= ZERO)) for each in numbers]
    return found


def write_prototypes(prototypes: Mapping[str, Sequence[float]], target: Path) -> None:
    """Write the prototypes of documents, by their ids, to *target*."""
    packed = b"".join(map(pack_vector, prototypes.values()))
    target.write_bytes("\t".join(prototypes).encode() + b"\n" + packed)


def write_hidden_layer(
    first: tuple[Sequence[Sequence[float]], Sequence[float]],
    second: tuple[Sequence[Sequence[float]], Sequence[float]],
    largest_unit: float,
    target: Path,
) -> None:
    """Write the *first* and *second* step of the hidden layer to *target*.

    Each is a matrix, as rows, and a bias. Hidden units above *largest_unit* are cut off.
    """
    steps = [max(abs(each) for row in rows for each in row) / _MAX for rows, _ in (first, second)]
    head = {
        "size": len(first[0][0]),
        "first_step": steps[0],
        "second_step": steps[1],
        "unit_step": largest_unit / _MAX_WEIGHT,
        "inner": [round(each, 6) for each in first[1]],
        "outer": [round(each, 6) for each in second[1]],
    }
    packed = bytes(
        round(each / step) + ZERO
        for (rows, _), step in zip((first, second), steps, strict=True)
        for row in rows
        for each in row
    )
    target.write_bytes(json.dumps(head).encode() + b"\n" + packed)
