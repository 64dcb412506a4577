"""Charts as data: the texts and values that a renderer (PNG or terminal) draws."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class SeriesKind(StrEnum):
    """The data that a span shows: reports on the first or second role, or a source's figure."""

    FIRST = "first"
    SECOND = "second"
    CLAIM = "claim"


@dataclass(frozen=True, slots=True)
class Span:
    """A labeled range of amounts in a chart, from *low* to *high*.

    For survey reports, these are the 10th and 90th percentile; for a claim (a pay figure that a
    source published), the ends of the figure.
    """

    label: str
    sample_note: str  # small print, such as the number of reports
    range_text: str  # the interquartile range as text
    headline: str  # the median as text; empty for a claim
    low: int
    high: int
    iqr: tuple[int, int]  # interquartile range; for a claim, the same as low and high
    median: int | None
    series: SeriesKind


@dataclass(frozen=True, slots=True)
class Panel:
    """A group of spans below a title, which may be empty."""

    title: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """An amount, such as a member's own pay, that is marked on every span of the chart."""

    value: int
    label: str


@dataclass(frozen=True, slots=True)
class RangeChart:
    """A chart of spans (ranges of amounts) on one scale, all in the same currency."""

    title: str
    subtitle: str
    panels: tuple[Panel, ...]
    mark: Mark | None
    footer: str

    @property
    def spans(self) -> tuple[Span, ...]:
        """The labeled ranges of all panels, in their order."""
        return tuple(span for panel in self.panels for span in panel.spans)

    @property
    def legend(self) -> tuple[tuple[str, str], ...]:
        """Pairs of a symbol in the chart and its meaning, such as ("thin", "p10 to p90")."""
        entries = []
        if any(span.median is not None for span in self.spans):
            entries += [("thick", "middle half of reports"), ("thin", "p10 to p90")]
            entries.append(("tick", "median (bold)"))
        if any(span.series is SeriesKind.CLAIM for span in self.spans):
            entries.append(("claim", "what a source claims"))
        if self.mark:
            entries.append(("mark", self.mark.label))
        return tuple(entries)


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with a signed value: to the right of zero if it is positive, else to the left."""

    label: str
    value: float
    value_text: str


@dataclass(frozen=True, slots=True)
class BarChart:
    """A chart of bars to both sides of zero, with a label that says what each side stands for."""

    title: str
    subtitle: str
    left_label: str
    right_label: str
    bars: tuple[Bar, ...]
    footer: str


Chart = RangeChart | BarChart


def alt_text(chart: Chart) -> str:
    """Return the text alternative of *chart*: everything that it shows, in words."""
    intro = f"Chart. {chart.title}: {chart.subtitle}."
    body = _describe_ranges(chart) if isinstance(chart, RangeChart) else _describe_bars(chart)
    return " ".join([intro, *body, chart.footer])


def _describe_ranges(chart: RangeChart) -> Iterator[str]:
    for panel in chart.panels:
        title = f"{panel.title}: " if panel.title else ""
        yield f"{title}{'; '.join(map(_describe_span, panel.spans))}."
    yield f"The chart shows: {', '.join(meaning for _, meaning in chart.legend)}."


def _describe_span(span: Span) -> str:
    median = f"median {span.headline}, " if span.headline else ""
    half = "middle half " if span.median is not None else ""
    return f"{span.label}: {median}{half}{span.range_text}, {span.sample_note}"


def _describe_bars(chart: BarChart) -> Iterator[str]:
    yield f"To the right: {chart.right_label}; to the left: {chart.left_label}."
    yield f"{'; '.join(f'{bar.label} {bar.value_text}' for bar in chart.bars)}."
