"""The lines that text takes on a phone, checked against the measure of first screens."""

from hypothesis import example, given
from hypothesis import strategies as st
from random_replies import text
from rich.cells import cell_len
from screens.measure import (
    PHONE_COLUMNS,
    Button,
    ScreenBuilder,
    shared_columns,
    wrapped_lines,
)
from screens.measure import columns_beside as measured_columns_beside

from adapters.shared.phone import (
    COLUMNS,
    columns_beside,
    count_lines,
    count_monospace_lines,
    count_row_lines,
)

_paragraphs = st.lists(st.one_of(text, st.just("")), min_size=1, max_size=4).map("\n".join)
_rows = st.integers(1, 5).flatmap(
    lambda width: st.lists(st.lists(text, min_size=width, max_size=width), min_size=1, max_size=3)
)


def measured(text: str, *, monospace: bool = False) -> int:
    screen = ScreenBuilder()
    if monospace:
        screen.add_monospace(text)
    else:
        screen.add_text(text)
    return screen.lines


@given(_paragraphs)
def test_a_text_takes_the_lines_that_are_measured(paragraphs: str) -> None:
    assert count_lines(paragraphs) == measured(paragraphs)
    assert count_monospace_lines(paragraphs) >= measured(paragraphs, monospace=True)


@given(_rows, st.data())
def test_a_table_takes_the_lines_that_are_measured(
    rows: list[list[str]], data: st.DataObject
) -> None:
    nowrap = data.draw(st.lists(st.booleans(), min_size=len(rows[0]), max_size=len(rows[0])))
    natural = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    widths = shared_columns(natural, nowrap)
    expected = [max(map(wrapped_lines, row, widths)) for row in rows]
    assert count_row_lines(rows, nowrap) == expected


def test_a_word_without_width_takes_no_line() -> None:
    assert wrapped_lines("0000000⺀ \ud7b0", 8) == wrapped_lines("0000000⺀", 8)


def test_lines_are_counted_as_by_eye() -> None:
    assert COLUMNS == PHONE_COLUMNS
    assert count_lines("x" * 45) == 1
    assert count_lines("x" * 46) == 2
    assert count_lines("a\n\nb") == 3
    assert count_monospace_lines("x" * 43 + "\nb") == 3
    assert columns_beside("Approve") == measured_columns_beside(Button("Approve")) == 33


@example("a \u3000 b", 2)
@given(
    st.text(alphabet=st.sampled_from("ab \t\n\u200b\u0301\u3000漢\x85\u2028"), max_size=80),
    st.integers(1, 50),
)
def test_any_text_has_lines(words: str, columns: int) -> None:
    """Whatever its spaces and letters without width are."""
    assert count_lines(words, columns) >= 1 + words.count("\n")
