"""Word vectors: what they know, and how they are packed."""

import sys
from operator import mul
from pathlib import Path

import pytest

from bot.language.retrieval.vectors import DIMENSIONS, Vector, WordVectors
from bot.language.understanding import search_index
from content import Content

sys.path.append(str(Path(__file__).parents[2] / "bench"))
from word_vectors import pack


def embed(*words: str) -> Vector:
    found = WordVectors().embed(words, lambda _: 1.0)
    assert found is not None
    return found


def cosine(one: Vector, other: Vector) -> float:
    return float(sum(map(mul, one, other)))


@pytest.mark.parametrize(
    ("word", "near", "far"),
    [("salary", "wages", "pizza"), ("quit", "resign", "python"), ("mle", "engineer", "banana")],
)
def test_words_that_mean_nearly_the_same_are_near(word: str, near: str, far: str) -> None:
    assert cosine(embed(word), embed(near)) > cosine(embed(word), embed(far)) + 0.2


def test_unknown_words_have_no_direction() -> None:
    assert WordVectors().embed(["qwertzuiop", ""], lambda _: 1.0) is None


def test_a_heavier_word_pulls_harder() -> None:
    weights = {"salary": 9.0, "pizza": 1.0}
    mixed = WordVectors().embed(weights, weights.__getitem__)
    assert mixed is not None
    assert cosine(mixed, embed("salary")) > cosine(mixed, embed("pizza"))


def test_the_packed_file_keeps_directions(tmp_path: Path) -> None:
    lines = {
        "one": [1.0, *[0.0] * (DIMENSIONS - 1)],
        "two": [0.5, 0.5, *[0.0] * (DIMENSIONS - 2)],
        "2nd": [1.0] * DIMENSIONS,  # no word
    }
    glove = tmp_path / "glove.txt"
    text = "".join(f"{word} {' '.join(map(str, vector))}\n" for word, vector in lines.items())
    glove.write_text(text, encoding="utf-8")
    pack(glove, tmp_path / "packed.bin")
    packed = WordVectors(tmp_path / "packed.bin")
    assert ("one" in packed, "two" in packed, "2nd" in packed) == (True, True, False)
    one, two = (packed.embed([word], lambda _: 1.0) for word in ("one", "two"))
    assert one is not None
    assert two is not None
    assert cosine(one, two) == pytest.approx(0.5**0.5)


def test_a_question_in_other_words_finds_its_entry(content: Content) -> None:
    index = search_index(content)
    for question, entry in (
        ("which occupation brings home a fatter paycheck in america", "pays-more-us"),
        ("must one hold a doctorate", "phd"),
    ):
        assert entry in index.search(question).ids[:3], question
