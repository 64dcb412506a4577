"""The hidden layer between the sum of a text's words and its vector.

A sum can't tell that a word changes what another one means: the layer adds what words mean
together. It is v + W₂·max(0, W₁·v + b₁) + b₂, and it was trained with the word vectors (see
tests/bench/word_vectors.py). Each number of the matrices and of the hidden units takes a byte.
"""

import json
from collections.abc import Sequence
from pathlib import Path

from bot.language.retrieval.lanes import ByteMatrix

FILE = Path(__file__).with_name("hidden_layer.bin")
ZERO = 128  # the byte of a number that is zero; those of hidden units are never negative
STEPS = 250  # a byte of a vector holds a number from -0.512 to 0.508, in steps of 0.004
_MAX = 255
_HALF = 0.5  # so that cutting off a number's decimals rounds it


class HiddenLayer:
    """The layer in the file."""

    def __init__(self, path: Path = FILE) -> None:
        """Read the file: a line of JSON, then the rows of W₁ and those of W₂.

        The JSON has the size of a vector, what one step of a byte is in each of the two matrices
        and in the hidden units, and b₁ and b₂.
        """
        head, _, packed = path.read_bytes().partition(b"\n")
        read = json.loads(head)
        size, units = read["size"], len(read["inner"])
        rows = [packed[at : at + size] for at in range(0, units * size, size)]
        self._first = ByteMatrix(rows)
        self._second = ByteMatrix(
            [packed[at : at + units] for at in range(units * size, len(packed), units)]
        )
        self._scale = read["first_step"] / STEPS / read["unit_step"]
        self._inner = [  # with what the zeros of the bytes add
            ZERO * (ZERO * size - sum(row)) * self._scale + bias / read["unit_step"] + _HALF
            for row, bias in zip(rows, read["inner"], strict=True)
        ]
        self._step = read["second_step"] * read["unit_step"]
        self._outer: list[float] = read["outer"]

    def apply(self, vector: Sequence[float], packed: bytes) -> list[float]:
        """Return what the layer makes of *vector*, whose bytes are *packed*; its length isn't 1."""
        scale, shift = self._scale, ZERO * sum(packed) * self._scale
        products = self._first.multiply(packed)
        sums = [
            product * scale + bias - shift
            for product, bias in zip(products, self._inner, strict=True)
        ]
        units = bytes([min(int(each), _MAX) if each > 0 else 0 for each in sums])
        step, shift = self._step, ZERO * sum(units) * self._step
        return [
            number + product * step + bias - shift
            for number, product, bias in zip(
                vector, self._second.multiply(units), self._outer, strict=True
            )
        ]
