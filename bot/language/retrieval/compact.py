"""Vectors in few bytes, for the many answers of communities.

A number of a vector takes half a byte. A code has only the signs of the numbers: two vectors are
near each other if few bits of their codes differ.
"""

import math

from bot.language.retrieval.vectors import DIMENSIONS, cosine_at

SIZE = DIMENSIONS // 2
"""The bytes of a compact vector."""

CODE_SIZE = DIMENSIONS // 8
"""The bytes of a code."""

_ZERO, _STEP, _HALF = 128, 8, 8  # half a byte holds -64 to 56 of a packed vector, in steps of 8
_DIGITS = b"0123456789abcdef"
_TO_DIGIT = bytes(
    _DIGITS[min(max((byte - _ZERO + _STEP // 2) // _STEP + _HALF, 0), 15)] for byte in range(256)
)
_FROM_DIGIT = bytes(
    (_DIGITS.index(byte) - _HALF) * _STEP + _ZERO if byte in _DIGITS else 0 for byte in range(256)
)
_MAX_TIES = 24
_COUNT_BITS = bytes(byte.bit_count() for byte in range(256))
_TO_SIGN = bytes(b"01"[byte >= _ZERO] for byte in range(256))


def shrink(packed: bytes) -> bytes:
    """Return a packed vector as a compact one."""
    return bytes.fromhex(packed.translate(_TO_DIGIT).decode("ascii"))


def grow(compact: bytes) -> bytes:
    """Return a compact vector as a packed one, which is only nearly the same."""
    return compact.hex().encode("ascii").translate(_FROM_DIGIT)


def encode_signs(packed: bytes) -> bytes:
    """Return the code of a packed vector."""
    return int(packed.translate(_TO_SIGN), 2).to_bytes(CODE_SIZE, "little")


def find_nearest(asked: bytes, codes: bytes | bytearray, count: int) -> list[int]:
    """Return the places of the *count* of *codes* that differ least from the code *asked*.

    Those that differ as much as the last one are among them, so that the order of *codes* doesn't
    decide; of very many, it does.
    """
    number = len(codes) // CODE_SIZE
    if not number:
        return []
    differing = int.from_bytes(codes, "little") ^ int.from_bytes(asked * number, "little")
    bits = differing.to_bytes(len(codes), "little").translate(_COUNT_BITS)
    # The counts of all codes are added up at once, as the bytes of an integer.
    counts = (int.from_bytes(bits[at::CODE_SIZE], "little") for at in range(CODE_SIZE))
    differences = sum(counts).to_bytes(number, "little")
    most = sorted(differences)[:count][-1]
    near = [at for at, each in enumerate(differences) if each <= most]
    return sorted(near, key=differences.__getitem__)[: count + _MAX_TIES]


def compare(asked: bytes, compact: bytes) -> float:
    """Return the cosine of a compact vector to the packed vector *asked*."""
    return cosine_at(math.dist(asked, grow(compact)))
