"""Which lines of an answer fit a question."""

import json
import random
from collections.abc import Sequence
from operator import mul
from pathlib import Path

import pytest

from bot.app import App
from bot.language.arrangement import arrange
from bot.language.retrieval.hidden_layer import STEPS, ZERO
from bot.language.retrieval.lines import LineRater, ReadLine
from bot.language.retrieval.vectors import DIMENSIONS, TextVectors, WordVectors
from bot.language.understanding import search_index

VALIDATION = Path(__file__).parents[2] / "questions" / "lines_validation.jsonl"
CHANCE = random.Random(3)  # noqa: S311  # the numbers of a test


def write_matrix(rows: Sequence[Sequence[int]], path: Path, weights: Sequence[float]) -> None:
    head = json.dumps({"step": 0.5, "weights": weights})
    packed = bytes(number + ZERO for row in rows for number in row)
    path.write_bytes(head.encode() + b"\n" + packed)


def rater(path: Path) -> LineRater:
    return LineRater(TextVectors(WordVectors()), lambda word: float(len(word[0])), path)


def test_a_line_is_rated_by_the_matrix_in_the_file(tmp_path: Path) -> None:
    rows = [[CHANCE.randint(-127, 127) for _ in range(DIMENSIONS)] for _ in range(DIMENSIONS)]
    write_matrix(rows, tmp_path / "matrix.bin", [0.0, 0.0, 0.0])
    asked, line = (bytes(CHANCE.choices(range(256), k=DIMENSIONS)) for _ in range(2))
    read = [ReadLine(frozenset(), (), each) for each in (asked, line)]
    numbers = [[(byte - ZERO) / STEPS for byte in each] for each in (asked, line)]
    turned = [0.5 * sum(map(mul, row, numbers[0])) for row in rows]
    expected = sum(map(mul, turned, numbers[1]))
    assert rater(tmp_path / "matrix.bin").rate(read[0], [read[1]]) == [pytest.approx(expected)]


def test_words_and_their_other_forms_count_with_their_weight(tmp_path: Path) -> None:
    write_matrix([[0] * DIMENSIONS] * DIMENSIONS, tmp_path / "matrix.bin", [1.0, 10.0, 0.0])
    rate = rater(tmp_path / "matrix.bin")
    asked, same, form, other = (
        rate.read(text.split()) for text in ("referral", "a referral", "who referred you", "pay")
    )
    assert rate.rate(asked, [same, form, other]) == [len("referral"), 10 * len("referral"), 0]


def test_the_nearest_word_counts(tmp_path: Path) -> None:
    write_matrix([[0] * DIMENSIONS] * DIMENSIONS, tmp_path / "matrix.bin", [0.0, 0.0, 1.0])
    rate = rater(tmp_path / "matrix.bin")
    asked = rate.read(["salary"])
    lines = [rate.read(text.split()) for text in ("salary table", "wage table", "", "zzqx")]
    same, near, *without = rate.rate(asked, lines)
    assert same == pytest.approx(1)
    assert 0.1 < near < 0.9
    assert without == [0, 0]
    assert rate.rate(rate.read(["zzqx"]), lines) == [0, 0, 0, 0]


def test_answers_begin_with_what_was_asked(app: App) -> None:
    """Of the answers with a line that somebody found fitting, most begin with one."""
    index, begun, number = search_index(app.content), 0, 0
    for each in map(json.loads, VALIDATION.read_text(encoding="utf-8").splitlines()):
        for entry in (app.content.faq[id_] for id_ in each["entries"]):
            facts = [part if isinstance(part, str) else part.says for part in entry.facts]
            fitting = [line for line in each["fits"] if line in (*entry.unstated, *facts)]
            if fitting:
                first = arrange(each["ask"], entry, index)[0]
                text = first if isinstance(first, str) else first.says
                ends = (line.partition(" don't ")[2] or line for line in fitting)
                begun, number = begun + any(end in text for end in ends), number + 1
    assert number > 300
    assert begun / number > 0.66


@pytest.mark.parametrize(
    ("question", "entry", "begins"),
    [
        ("do referrals matter that much", "job-openings", "Our sources don't say how much a ref"),
        ("gpu kernel engineer salary", "cuda-and-inference", "Our sources don't say who hires"),
        ("how many months to learn ai engineering", "how-long", "AI engineering takes 6"),
        ("do i need sql as an ai engineer", "programming-languages", "Learn Python and SQL"),
    ],
)
def test_the_line_that_is_asked_for_comes_first(
    app: App, question: str, entry: str, begins: str
) -> None:
    first = arrange(question, app.content.faq[entry], search_index(app.content))[0]
    assert (first if isinstance(first, str) else first.says).startswith(begins)
