"""Charts drawn with block characters, with the same text as in the image."""

from collections.abc import Callable, Iterator

from rich.cells import cell_len
from rich.text import Text

from adapters.shared.sanitize import sanitize
from bot.charts.model import Bar, BarChart, Chart, RangeChart, SeriesKind, Span

_THIN, _THICK, _TICK, _CLAIM, _MARK, _ZERO = "─", "█", "┃", "▒", "◆", "│"
_COLORS = {SeriesKind.FIRST: "blue", SeriesKind.SECOND: "yellow", SeriesKind.CLAIM: ""}
_SIGNS = {"thick": _THICK, "thin": _THIN, "tick": _TICK, "claim": _CLAIM, "mark": _MARK}
_MAX_WIDTH = 72  # cells; a wider chart would show no more detail


def render_chart(chart: Chart, width: int) -> Iterator[Text]:
    """Yield a chart as styled lines for a terminal *width* cells wide; longer texts wrap."""
    yield Text(sanitize(chart.title), style="bold")
    yield Text(sanitize(chart.subtitle), style="dim")
    wide = min(width, _MAX_WIDTH)
    yield from (
        _render_ranges(chart, wide) if isinstance(chart, RangeChart) else _render_bars(chart, wide)
    )
    yield Text(sanitize(chart.footer), style="dim")


def _render_ranges(chart: RangeChart, width: int) -> Iterator[Text]:
    cell = _make_scale(chart, width)
    for panel in chart.panels:
        if panel.title:
            yield Text(sanitize(panel.title), style="bold")
        for span in panel.spans:
            figure = Text(f"{sanitize(span.range_text)} ", style="dim")
            figure.append(sanitize(span.headline), style="bold")
            label = Text.assemble(sanitize(span.label), "  ", (sanitize(span.sample_note), "dim"))
            yield from _justify(label, figure, width)
            yield _render_span(span, chart.mark.value if chart.mark else None, cell, width)
    yield Text("  ".join(f"{_SIGNS[sign]} {sanitize(words)}" for sign, words in chart.legend))


def _make_scale(chart: RangeChart, width: int) -> Callable[[int], int]:
    """Return a function that converts an amount to a cell's position, 0 to *width* - 1."""
    amounts = [end for span in chart.spans for end in (span.low, span.high)]
    amounts += [chart.mark.value] if chart.mark else []
    low, high = min(amounts), max(amounts)
    return lambda amount: round((width - 1) * (amount - low) / max(1, high - low))


def _justify(left: Text, right: Text, width: int) -> Iterator[Text]:
    """Yield one line with *left* and *right* at its ends, or two lines if they don't fit."""
    right.rstrip()
    gap = width - cell_len(left.plain) - cell_len(right.plain)
    if gap < 1:
        yield left
        yield right
    else:
        yield Text.assemble(left, " " * gap, right)


def _render_span(span: Span, mark: int | None, cell: Callable[[int], int], width: int) -> Text:
    cells = [" "] * width
    for start, end, sign in (
        (span.low, span.high, _THIN),
        (*span.iqr, _CLAIM if span.series is SeriesKind.CLAIM else _THICK),
    ):
        for at in range(cell(start), cell(end) + 1):
            cells[at] = sign
    if span.median is not None:
        cells[cell(span.median)] = _TICK
    if mark is not None:
        cells[cell(mark)] = _MARK
    line = Text("".join(cells), style=_COLORS[span.series])
    line.highlight_words([_TICK, _MARK], "bold default")
    line.rstrip()
    return line


def _render_bars(chart: BarChart, width: int) -> Iterator[Text]:
    left, right = (
        Text(sanitize(side), style="dim") for side in (chart.left_label, chart.right_label)
    )
    yield from _justify(left, right, width)
    low = min(0.0, *(bar.value for bar in chart.bars))
    high = max(0.0, *(bar.value for bar in chart.bars))
    unit = (width - 1) / ((high - low) or 1)
    for bar in chart.bars:
        yield from _justify(Text(sanitize(bar.label)), Text(bar.value_text, style="bold"), width)
        yield _render_bar(bar, round(-low * unit), unit, width)


def _render_bar(bar: Bar, zero: int, unit: float, width: int) -> Text:
    cells = [" "] * width
    end = min(width - 1, max(0, zero + round(bar.value * unit)))
    for at in range(min(zero, end), max(zero, end) + 1):
        cells[at] = _THICK
    cells[zero] = _ZERO
    line = Text("".join(cells), style="blue" if bar.value > 0 else "yellow")
    line.rstrip()
    return line
