"""Charts as data: every text and value that a renderer (PNG or terminal) draws."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class SeriesKind(StrEnum):
    """The series that a span belongs to: the first or second role's reports, or a claim."""

    FIRST = "first"
    SECOND = "second"
    CLAIM = "claim"


@dataclass(frozen=True, slots=True)
class Span:
    """A range of amounts from *low* to *high*: the p10 and p90 of reports, or a claimed band."""

    label: str
    sample_note: str  # small print, such as the number of reports
    range_text: str  # the iqr as text
    headline: str  # the median as text; empty for a claim
    low: int
    high: int
    iqr: tuple[int, int]  # interquartile range; for a claim, the same as low and high
    median: int | None
    series: SeriesKind


@dataclass(frozen=True, slots=True)
class Panel:
    """A group of spans; the title may be empty."""

    title: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """An amount that is marked on every span."""

    value: int
    label: str


@dataclass(frozen=True, slots=True)
class RangeChart:
    """Spans on one scale; all amounts are in the same currency."""

    title: str
    subtitle: str
    panels: tuple[Panel, ...]
    mark: Mark | None
    footer: str

    @property
    def spans(self) -> tuple[Span, ...]:
        """The spans of all panels."""
        return tuple(span for panel in self.panels for span in panel.spans)

    @property
    def legend(self) -> tuple[tuple[str, str], ...]:
        """The name of each symbol that the chart uses, with its meaning."""
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
    """A signed value: positive values point to the right, negative ones to the left."""

    label: str
    value: float
    value_text: str


@dataclass(frozen=True, slots=True)
class BarChart:
    """Signed bars from a common zero; the labels say what the two sides stand for."""

    title: str
    subtitle: str
    left_label: str
    right_label: str
    bars: tuple[Bar, ...]
    footer: str


Chart = RangeChart | BarChart


def alt_text(chart: Chart) -> str:
    """Return everything that the chart shows, in words."""
    intro = f"Chart. {chart.title}: {chart.subtitle}."
    body = _describe_ranges(chart) if isinstance(chart, RangeChart) else _describe_bars(chart)
    return " ".join([intro, *body, chart.footer])


def _describe_ranges(chart: RangeChart) -> Iterator[str]:
    for panel in chart.panels:
        title = f"{panel.title}: " if panel.title else ""
        yield f"{title}{'; '.join(map(_describe_span, panel.spans))}."
    yield f"Drawn are: {', '.join(meaning for _, meaning in chart.legend)}."


def _describe_span(span: Span) -> str:
    median = f"median {span.headline}, " if span.headline else ""
    half = "middle half " if span.median is not None else ""
    return f"{span.label}: {median}{half}{span.range_text}, {span.sample_note}"


def _describe_bars(chart: BarChart) -> Iterator[str]:
    yield f"To the right: {chart.right_label}; to the left: {chart.left_label}."
    yield f"{'; '.join(f'{bar.label} {bar.value_text}' for bar in chart.bars)}."
