from hypothesis import given, settings
from hypothesis import strategies as st
from random_replies import strings_in, text
from rich.cells import cell_len

from adapters.terminal import render, to_text
from adapters.terminal.limits import MAX_WIDTH, MIN_WIDTH
from bot.charts.model import (
    Bar,
    BarChart,
    Chart,
    Mark,
    Panel,
    RangeChart,
    SeriesKind,
    Span,
    alt_text,
)
from bot.reply import Image, Reply

amounts = st.lists(st.integers(1, 10**9), min_size=5, max_size=5).map(sorted)
spans = st.builds(
    lambda label, note, ends, trait: Span(
        label, note, "figure", "strong", ends[0], ends[4], (ends[1], ends[3]), ends[2], trait
    ),
    text, text, amounts, st.sampled_from(SeriesKind),
)  # fmt: skip
panels = st.builds(
    Panel, st.one_of(st.just(""), text), st.lists(spans, min_size=1, max_size=3).map(tuple)
)
ranges = st.builds(
    RangeChart, text, text, st.lists(panels, min_size=1, max_size=3).map(tuple),
    st.one_of(st.none(), st.builds(Mark, st.integers(1, 10**9), text)), text,
)  # fmt: skip
points = st.integers(-1_000, 1_000).map(lambda tenths: tenths / 10)
bar = st.builds(Bar, text, points, st.just("+1"))
bars = st.builds(
    BarChart, text, text, text, text, st.lists(bar, min_size=1, max_size=5).map(tuple), text
)


def drawn(chart: Chart, width: int) -> str:
    reply = Reply("Done.", (Image("chart.png", chart, alt_text(chart)),))
    return "".join(to_text(message, width) for message in render(reply, width).messages)


@settings(max_examples=75)
@given(st.one_of(ranges, bars), st.integers(MIN_WIDTH, MAX_WIDTH))
def test_a_chart_in_blocks_has_every_word_and_fits(chart: Chart, width: int) -> None:
    page = drawn(chart, width)
    assert max(map(cell_len, page.splitlines())) <= width
    assert [word for each in strings_in(chart) for word in each.split() if word not in page] == []


def test_bars_lie_where_the_amounts_are() -> None:
    span = Span("reports", "n 9", "$1–$3", "$2", 0, 100, (25, 75), 50, SeriesKind.FIRST)
    claim = Span("claim", "", "$4", "", 100, 100, (100, 100), None, SeriesKind.CLAIM)
    chart = RangeChart("Pay", "a year", (Panel("", (span, claim)),), Mark(0, "mine"), "Sources.")
    lines = drawn(chart, 41).splitlines()[2:]  # without the answer
    assert lines[3] == "◆" + "─" * 9 + "█" * 10 + "┃" + "█" * 10 + "─" * 10
    assert lines[5] == "◆" + " " * 39 + "▒"


def test_a_picture_in_blocks_is_a_loss_that_is_told() -> None:
    chart = BarChart("Yes", "points", "no", "yes", (Bar("A", 1.0, "+1"),), "So.")
    [loss] = render(Reply("Done.", (Image("chart.png", chart, alt_text(chart)),)), 80).degradations
    assert str(loss) == "picture as blocks"
