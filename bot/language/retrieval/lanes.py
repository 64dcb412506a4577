"""Many products of bytes at once: each integer holds many numbers, in lanes of four bytes."""

import struct
from collections.abc import Sequence
from operator import mul

_LANE = 4  # bytes, enough for the sum of 65,000 products of two bytes


class ByteMatrix:
    """Rows of bytes, all of which are multiplied with a vector of bytes at once.

    The numbers that the rows have at one place are the lanes of an integer. The products with the
    vector are then a multiplication for each place.
    """

    def __init__(self, rows: Sequence[bytes]) -> None:
        """Take rows of the same length."""
        self._columns = [to_lanes(bytes(each)) for each in zip(*rows, strict=True)]
        self._count = len(rows)

    def multiply(self, vector: bytes) -> tuple[int, ...]:
        """Return the scalar product of *vector* with each row."""
        return read_lanes(sum(map(mul, self._columns, vector)), self._count)


def to_lanes(numbers: bytes) -> int:
    """Return *numbers* as the lanes of one integer, four bytes each."""
    lanes = bytearray(_LANE * len(numbers))
    lanes[::_LANE] = numbers
    return int.from_bytes(lanes, "little")


def read_lanes(total: int, count: int) -> tuple[int, ...]:
    """Return the *count* lanes of *total*."""
    return struct.unpack(f"<{count}I", total.to_bytes(_LANE * count, "little"))
