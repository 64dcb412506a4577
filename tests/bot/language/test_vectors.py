"""Word vectors: what they know, and how they are packed."""

from collections.abc import Sequence
from operator import mul
from pathlib import Path

import pytest
from vector_files import write_prototypes, write_vectors

from bot.language.retrieval.compact import CODE_SIZE, find_nearest
from bot.language.retrieval.vectors import (
    DIMENSIONS,
    VectorScorer,
    WordVectors,
    read_prototypes,
)
from bot.language.understanding import list_documents, search_index
from content import Content


def embed(*words: str) -> Sequence[float]:
    found = WordVectors().embed(words)
    assert found is not None
    return found


def cosine(one: Sequence[float], other: Sequence[float]) -> float:
    return float(sum(map(mul, one, other)))


@pytest.mark.parametrize(
    ("word", "near", "far"),
    [("salary", "wages", "pizza"), ("quit", "resign", "python"), ("recruiter", "hiring", "banana")],
)
def test_words_that_mean_nearly_the_same_are_near(word: str, near: str, far: str) -> None:
    assert cosine(embed(word), embed(near)) > cosine(embed(word), embed(far)) + 0.2


def test_unknown_words_have_no_direction() -> None:
    assert WordVectors().embed(["qwertzuiop", ""]) is None


def test_a_word_that_says_more_weighs_more() -> None:
    mixed = embed("salary", "the")
    assert cosine(mixed, embed("salary")) > cosine(mixed, embed("the"))


def test_the_packed_file_keeps_directions_and_weights(tmp_path: Path) -> None:
    rest = [0.0] * (DIMENSIONS - 2)
    vectors = {"one": [0.5, 0.0, *rest], "two": [0.0, 1.0, *rest], "2nd": [1.0] * DIMENSIONS}
    write_vectors(vectors, tmp_path / "packed.bin")
    packed = WordVectors(tmp_path / "packed.bin")
    assert ("one" in packed, "two" in packed, "2nd" in packed) == (True, True, False)
    both, one, two = (packed.embed(each) for each in (["one", "two"], ["one"], ["two"]))
    assert both is not None
    assert one is not None
    assert two is not None
    assert cosine(one, two) == pytest.approx(0)
    assert cosine(both, two) == pytest.approx(2 * cosine(both, one), rel=0.02)


def test_a_question_in_other_words_finds_its_entry(content: Content) -> None:
    index = search_index(content)
    for question, entry in (
        ("which occupation brings home a fatter paycheck in america", "pays-more-us"),
        ("must one hold a doctorate", "phd"),
    ):
        assert entry in index.search(question).ids[:3], question


def test_the_order_of_words_counts(tmp_path: Path) -> None:
    rest = [0.0] * (DIMENSIONS - 2)
    vectors = {"hire": [1.0, 0.0, *rest], "me": [1.0, 0.0, *rest], "hire_me": [0.0, 2.0, *rest]}
    write_vectors(vectors, tmp_path / "packed.bin")
    packed = WordVectors(tmp_path / "packed.bin")
    assert sorted(packed.words) == ["hire", "me"]
    found = [packed.embed(each.split()) for each in ("hire me", "me hire", "hire unknown me")]
    assert [each and each[1] > 0.5 for each in found] == [True, False, True]


def test_nearly_all_shipped_documents_have_a_prototype(content: Content) -> None:
    prototypes, documents = read_prototypes(), list_documents(content)
    new = documents.keys() - prototypes.keys()  # these have the mean of their wordings
    assert prototypes.keys() <= documents.keys()
    assert len(new) <= len(documents) / 10, "Run tests/bench/word_vectors.py."
    for each in prototypes.values():
        numbers = [(byte - 128) / 250 for byte in each]  # see vectors.pack_vector
        assert cosine(numbers, numbers) == pytest.approx(1, abs=0.05)


def test_documents_are_scored_by_their_vectors(tmp_path: Path) -> None:
    rest = [0.0] * (DIMENSIONS - 4)
    vectors = {"small-talk topic:thanks": [0.5] * 4 + rest, "phd": [0.5, 0.5, -0.5, -0.5, *rest]}
    write_prototypes(vectors, tmp_path / "prototypes.bin")
    thanks, phd = read_prototypes(tmp_path / "prototypes.bin").values()
    scorer = VectorScorer([thanks, phd, b""])
    assert scorer.score(thanks) == {0: pytest.approx(1), 1: pytest.approx(0)}


@pytest.mark.parametrize("others", [5, 6, 7, 200])
def test_the_nearest_code_is_found_wherever_it_stands(others: int) -> None:
    asked, other = b"\xff" * CODE_SIZE, b"\xff" * (CODE_SIZE - 1) + b"\x00"
    for place in (0, others // 2, others):
        codes = [other] * others
        codes.insert(place, asked)
        found = find_nearest(asked, b"".join(codes), 6)
        assert found[0] == place
        assert len(found) >= 6
