"""Layout of a chart: boxes, diamonds and lines of text at pixel positions."""

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.charts.model import Bar, BarChart, Chart, Panel, RangeChart, SeriesKind, Span

WIDTH, MARGIN = 960, 48  # pixels; a phone shows a third of that
TITLE_SIZE, TEXT_SIZE, SMALL_SIZE = 44, 32, 27  # pixels; a phone shows 27 as 9 or 10

# Text on the card has a contrast of at least 5.7 (WCAG 2.2), whatever theme surrounds the picture.
# The hues can be told apart with any color vision deficiency (Okabe and Ito, 2008).
CARD, BORDER, TRACK = "#FBFAF7", "#D5D1C7", "#ECE9E1"
INK, GRAY = "#1B1F27", "#565C69"
BLUE, PALE_BLUE = "#0072B2", "#8FBFDD"
RED, PALE_RED = "#D55E00", "#EDB48C"
SLATE, PEWTER = "#565C69", "#A9ADB5"
BACKGROUNDS = (CARD, TRACK)
COLORS = (CARD, BORDER, INK, GRAY, BLUE, PALE_BLUE, RED, PALE_RED, SLATE, PEWTER)
_SERIES_COLORS = {
    SeriesKind.FIRST: (BLUE, PALE_BLUE),
    SeriesKind.SECOND: (RED, PALE_RED),
    SeriesKind.CLAIM: (SLATE, CARD),
}

# Pixels
_BAR_HEIGHT, _BAR_GAP = 24, 18
_MIN_BAR_WIDTH = 6
_SPAN_HEIGHT, _SPAN_GAP = 30, 22
_WHISKER_HEIGHT, _TICK_WIDTH = 8, 6
_SCALE_PADDING = 0.04  # share of the scale that is left free at each end


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle with round corners: filled, or with a border of *outline* pixels if not 0."""

    left: int
    top: int
    right: int
    bottom: int
    fill: str
    radius: int = 0
    outline: int = 0


@dataclass(frozen=True, slots=True)
class Diamond:
    """A square on a corner, centered on *x* and *y*; *half* is half of its diagonal."""

    x: int
    y: int
    half: int


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of text with its baseline at *y*.

    The text starts at *x*, or ends there if *anchor* is "r".
    """

    x: int
    y: int
    text: str
    size: int
    color: str
    bold: bool = False
    anchor: str = "l"


Measure = Callable[[str, int, bool], float]  # (text, size, bold) to width in pixels
Shape = Box | Diamond | TextLine


@dataclass(slots=True)
class Page:
    """The shapes of a chart, added from top to bottom; *y* is the height in pixels used so far."""

    measure: Measure
    y: int = MARGIN
    shapes: list[Shape] = field(default_factory=list)

    def add(self, *shapes: Shape) -> None:
        """Add shapes to the page, without changing *y*."""
        self.shapes += shapes

    def add_title(self, chart: Chart) -> None:
        """Add the chart's title and subtitle."""
        self.add_paragraph(chart.title, TITLE_SIZE, INK, bold=True)
        self.add_paragraph(chart.subtitle, TEXT_SIZE - 3, GRAY)

    def add_footer(self, chart: Chart) -> None:
        """Add the chart's footer and the bottom margin."""
        self.add_paragraph(chart.footer, SMALL_SIZE - 2, GRAY)
        self.y += MARGIN - 12

    def add_rule(self) -> None:
        """Add a horizontal line between the margins, without changing *y*."""
        self.add(Box(MARGIN, self.y, WIDTH - MARGIN, self.y + 2, BORDER))

    def add_paragraph(self, text: str, size: int, color: str, *, bold: bool = False) -> None:
        """Add *text*, wrapped between the margins, and increase *y* by its height."""
        for line in self.wrap(text, size, WIDTH - 2 * MARGIN, bold=bold):
            self.y += round(size * 1.3)
            self.add(TextLine(MARGIN, self.y - round(size * 0.3), line, size, color, bold))

    def wrap(self, text: str, size: int, width: int, *, bold: bool = False) -> list[str]:
        """Return *text* as lines of at most *width* pixels, broken only between words."""
        lines = [""]
        for word in text.split():
            longer = f"{lines[-1]} {word}".strip()
            if lines[-1] and self.text_width(longer, size, bold=bold) > width:
                lines.append(word)
            else:
                lines[-1] = longer
        return lines

    def text_width(self, text: str, size: int, *, bold: bool = False) -> float:
        """Return the width of *text* in pixels."""
        return self.measure(text, size, bold)


def layout_chart(chart: Chart, measure: Measure) -> Page:
    """Return the page with all shapes of *chart*; *measure* returns the width of a text."""
    page = Page(measure)
    page.add_title(chart)
    if isinstance(chart, RangeChart):
        _add_ranges(page, chart)
    else:
        _add_bars(page, chart)
    page.add_footer(chart)
    return page


def _add_ranges(page: Page, chart: RangeChart) -> None:
    page.y += 10
    scale = _scale(chart)
    for panel in chart.panels:
        _add_panel(page, panel, chart, scale)
    if chart.legend:
        _add_legend(page, chart)
    page.y += 4


def _scale(chart: RangeChart) -> Callable[[int], int]:
    """Return a function that converts an amount to its x position in pixels."""
    amounts = [end for span in chart.spans for end in (span.low, span.high)]
    amounts += [chart.mark.value] if chart.mark else []
    low, high = min(amounts), max(amounts)
    padding = max(1, round((high - low) * _SCALE_PADDING))
    low, high = low - padding, high + padding
    width = WIDTH - 2 * MARGIN
    return lambda amount: MARGIN + round(width * (amount - low) / (high - low))


def _add_panel(page: Page, panel: Panel, chart: RangeChart, scale: Callable[[int], int]) -> None:
    if panel.title:
        page.y += 14
        page.add_rule()
        page.y += 4
        page.add_paragraph(panel.title, TEXT_SIZE, INK, bold=True)
    for span in panel.spans:
        page.y += 4
        _add_span_text(page, span)
        _add_span_bar(page, span, scale)
        if chart.mark:
            half = _SPAN_HEIGHT // 2
            page.add(Diamond(scale(chart.mark.value), page.y + half, half + 5))
        page.y += _SPAN_HEIGHT + _SPAN_GAP


def _add_span_text(page: Page, span: Span) -> None:
    """Add the label and figures of a span (a range of amounts), on two lines if necessary."""
    headline = page.text_width(span.headline, TEXT_SIZE, bold=True) if span.headline else 0
    range_text = page.text_width(span.range_text, SMALL_SIZE) + 16
    label = page.text_width(span.label, TEXT_SIZE)
    note = page.text_width(span.sample_note, SMALL_SIZE - 2) + 16
    right = WIDTH - MARGIN
    fits = label + note + headline + range_text <= right - MARGIN - 16
    page.y += 38
    baseline = page.y - 8
    page.add(TextLine(MARGIN, baseline, span.label, TEXT_SIZE, INK))
    if span.headline:
        page.add(TextLine(right, baseline, span.headline, TEXT_SIZE, INK, bold=True, anchor="r"))
    if not fits:
        page.y += 36
        baseline += 36
        label, headline = -16, 0
    left = MARGIN + round(label) + 16
    right -= round(headline) + 16 if headline else 0
    page.add(TextLine(left, baseline, span.sample_note, SMALL_SIZE - 2, GRAY))
    page.add(TextLine(right, baseline, span.range_text, SMALL_SIZE, GRAY, anchor="r"))
    page.y += 5


def _add_span_bar(page: Page, span: Span, scale: Callable[[int], int]) -> None:
    top, bottom, middle = page.y, page.y + _SPAN_HEIGHT, page.y + _SPAN_HEIGHT // 2
    color, pale = _SERIES_COLORS[span.series]
    page.add(Box(MARGIN, top, WIDTH - MARGIN, bottom, TRACK, 8))
    left, right = (scale(end) for end in span.iqr)
    right = max(right, left + _TICK_WIDTH)  # so that a single figure is visible
    if span.series is SeriesKind.CLAIM:
        page.add(Box(left, top, right, bottom, color, 6, 4))
        return
    half = _WHISKER_HEIGHT // 2
    page.add(
        Box(scale(span.low), middle - half, scale(span.high), middle + half, pale, half),
        Box(left, top, right, bottom, color, 6),
    )
    if span.median is not None:
        x, half = scale(span.median), _TICK_WIDTH // 2
        page.add(
            Box(x - half, top - 3, x + half, bottom + 5, CARD),
            Box(x - half + 1, top - 3, x + half - 1, bottom + 5, INK),
        )


def _add_legend(page: Page, chart: RangeChart) -> None:
    page.y += 2
    page.add_rule()
    page.y += 44
    x = MARGIN
    for symbol, text in chart.legend:
        width = 44 + round(page.text_width(text, SMALL_SIZE)) + 26
        if x > MARGIN and x + width > WIDTH - MARGIN + 26:
            x, page.y = MARGIN, page.y + 42
        page.add(_legend_symbol(symbol, x, page.y - 10))
        page.add(TextLine(x + 44, page.y, text, SMALL_SIZE, INK))
        x += width
    page.y += 14


def _legend_symbol(symbol: str, x: int, y: int) -> Shape:
    """Return the shape of a legend's symbol, with its left edge at *x* and centered on *y*."""
    match symbol:
        case "thick":
            return Box(x, y - 11, x + 34, y + 11, SLATE, 5)
        case "thin":
            return Box(x, y - 4, x + 34, y + 4, PEWTER, 4)
        case "tick":
            return Box(x + 15, y - 15, x + 19, y + 15, INK)
        case "claim":
            return Box(x, y - 11, x + 34, y + 11, SLATE, 5, 4)
        case _:
            return Diamond(x + 17, y, 16)


def _add_bars(page: Page, chart: BarChart) -> None:
    page.y += 20
    low = min(0.0, *(bar.value for bar in chart.bars))
    high = max(0.0, *(bar.value for bar in chart.bars))
    scale = (WIDTH - 2 * MARGIN) / ((high - low) or 1)
    zero = MARGIN + round(-low * scale)
    _add_side_labels(page, chart)
    for bar in chart.bars:
        color = BLUE if bar.value > 0 else RED
        _add_bar_label(page, bar, color)
        length = max(round(abs(bar.value) * scale), _MIN_BAR_WIDTH)
        left, right = (zero, zero + length) if bar.value > 0 else (zero - length, zero)
        bottom = page.y + _BAR_HEIGHT
        page.add(
            Box(MARGIN, page.y, WIDTH - MARGIN, bottom, TRACK, 7),
            Box(left, page.y, right, bottom, color, 5),
            Box(zero - 1, page.y - 5, zero + 2, bottom + 5, INK),
        )
        page.y = bottom + _BAR_GAP
    page.add_rule()
    page.y += 10


def _add_side_labels(page: Page, chart: BarChart) -> None:
    """Add the names of the chart's two sides, each in the color of the bars on that side."""
    right = WIDTH - MARGIN
    page.y += 30
    page.add(
        TextLine(MARGIN, page.y, chart.left_label, SMALL_SIZE, RED, bold=True),
        TextLine(right, page.y, chart.right_label, SMALL_SIZE, BLUE, bold=True, anchor="r"),
    )
    page.y += 14


def _add_bar_label(page: Page, bar: Bar, color: str) -> None:
    right = WIDTH - MARGIN
    lines = page.wrap(bar.label, TEXT_SIZE - 2, right - MARGIN - 110)
    value = TextLine(right, page.y + 36, bar.value_text, TEXT_SIZE, color, bold=True, anchor="r")
    for line in lines:
        page.y += 36
        page.add(TextLine(MARGIN, page.y, line, TEXT_SIZE - 2, INK))
    page.add(value)
    page.y += 10
