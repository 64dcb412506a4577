"""The hidden layer between the sum of a text's words and its vector."""

import random
from operator import mul
from pathlib import Path

import pytest
from vector_files import write_hidden_layer

from bot.language.retrieval.hidden_layer import HiddenLayer
from bot.language.retrieval.lanes import ByteMatrix
from bot.language.retrieval.vectors import DIMENSIONS, pack_vector, to_unit

UNITS = 24
CHANCE = random.Random(7)  # noqa: S311  # the numbers of a test


def numbers(count: int, largest: float) -> list[float]:
    return [CHANCE.uniform(-largest, largest) for _ in range(count)]


def test_it_computes_what_its_file_says(tmp_path: Path) -> None:
    first = [numbers(DIMENSIONS, 0.3) for _ in range(UNITS)], numbers(UNITS, 0.1)
    second = [numbers(UNITS, 0.2) for _ in range(DIMENSIONS)], numbers(DIMENSIONS, 0.05)
    vector = to_unit(numbers(DIMENSIONS, 1.0))
    units = [max(0.0, sum(map(mul, row, vector)) + bias) for row, bias in zip(*first, strict=True)]
    expected = [
        number + sum(map(mul, row, units)) + bias
        for number, row, bias in zip(vector, *second, strict=True)
    ]
    write_hidden_layer(first, second, max(units), tmp_path / "layer.bin")
    found = HiddenLayer(tmp_path / "layer.bin").apply(vector, pack_vector(vector))
    assert found == pytest.approx(expected, abs=0.03)
    assert found != pytest.approx(vector, abs=0.1)


def test_units_that_are_too_large_are_cut_off(tmp_path: Path) -> None:
    first = [[1.0, *[0.0] * (DIMENSIONS - 1)]], [1.0]
    second = [[1.0]] * DIMENSIONS, [0.0] * DIMENSIONS
    write_hidden_layer(first, second, 0.5, tmp_path / "layer.bin")
    vector = [0.0] * DIMENSIONS
    found = HiddenLayer(tmp_path / "layer.bin").apply(vector, pack_vector(vector))
    assert found == pytest.approx([0.5] * DIMENSIONS, abs=0.01)


def test_products_of_bytes_dont_run_into_each_other() -> None:
    rows = [bytes([255] * 600), bytes(600), bytes([1, *[0] * 599])]
    assert ByteMatrix(rows).multiply(bytes([255] * 600)) == (600 * 255 * 255, 0, 255)
