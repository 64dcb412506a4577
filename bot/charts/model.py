"""What a chart says. Whoever draws one (PNG, blocks of a terminal) draws just these words."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Trait(StrEnum):
    """What a span is, by which it gets its look: one of two roles' reports, or a claim."""

    FIRST = "first"
    SECOND = "second"
    CLAIM = "claim"


@dataclass(frozen=True, slots=True)
class Span:
    """A range of amounts: from *low* to *high*, with the thick part and the middle of reports."""

    label: str
    note: str  # how much it rests on, in small
    figure: str  # the range in words
    strong: str  # the one number to take home; may be empty
    low: int
    high: int
    thick: tuple[int, int]
    middle: int | None
    trait: Trait


@dataclass(frozen=True, slots=True)
class Panel:
    """Spans under one heading, which may be empty."""

    title: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """An amount to be marked on every span."""

    value: int
    label: str


@dataclass(frozen=True, slots=True)
class Ranges:
    """Spans on one scale, all in the same currency."""

    title: str
    subtitle: str
    panels: tuple[Panel, ...]
    mark: Mark | None
    foot: str

    @property
    def spans(self) -> tuple[Span, ...]:
        """Give the spans of every panel."""
        return tuple(span for panel in self.panels for span in panel.spans)

    @property
    def key(self) -> tuple[tuple[str, str], ...]:
        """Give each sign that is used, by name, and what it means."""
        reports = any(span.middle is not None for span in self.spans)
        claims = any(span.trait is Trait.CLAIM for span in self.spans)
        parts = [
            ("thick", "middle half of reports"),
            ("thin", "p10 to p90"),
            ("tick", "median (bold)"),
        ]
        key = parts if reports else []
        key += [("claim", "what a source claims")] if claims else []
        return tuple(key + ([("mark", self.mark.label)] if self.mark else []))


@dataclass(frozen=True, slots=True)
class Bar:
    """A signed share: to the right when it is positive, to the left when it is not."""

    label: str
    value: float
    shown: str


@dataclass(frozen=True, slots=True)
class Bars:
    """Signed bars from a common zero; *left* and *right* say what the two sides stand for."""

    title: str
    subtitle: str
    left: str
    right: str
    bars: tuple[Bar, ...]
    foot: str


Chart = Ranges | Bars


def alt(chart: Chart) -> str:
    """Give in words all that the picture shows, for whoever does not see it."""
    head = f"Chart. {chart.title}: {chart.subtitle}."
    body = _ranges(chart) if isinstance(chart, Ranges) else _bars(chart)
    return " ".join([head, *body, chart.foot])


def _ranges(chart: Ranges) -> Iterator[str]:
    for panel in chart.panels:
        yield (
            (f"{panel.title}: " if panel.title else "") + "; ".join(map(_words, panel.spans)) + "."
        )
    yield "Drawn are: " + ", ".join(words for _, words in chart.key) + "."


def _words(span: Span) -> str:
    median = f"median {span.strong}, " if span.strong else ""
    half = "middle half " if span.middle is not None else ""
    return f"{span.label}: {median}{half}{span.figure}, {span.note}"


def _bars(chart: Bars) -> Iterator[str]:
    yield f"To the right: {chart.right}; to the left: {chart.left}."
    yield "; ".join(f"{bar.label} {bar.shown}" for bar in chart.bars) + "."
