"""Charts in blocks: the same words as in the picture, and bars of character cells."""

from collections.abc import Callable, Iterator

from rich.cells import cell_len
from rich.text import Text

from adapters.shared.sanitize import literal
from bot.charts import Bar, Bars, Chart, Ranges, Span, Trait

_THIN, _THICK, _TICK, _CLAIM, _MARK, _ZERO = "─", "█", "┃", "▒", "◆", "│"
_COLOURS = {Trait.FIRST: "blue", Trait.SECOND: "yellow", Trait.CLAIM: ""}
_SIGNS = {"thick": _THICK, "thin": _THIN, "tick": _TICK, "claim": _CLAIM, "mark": _MARK}
_WIDEST = 72  # cells; longer bars tell no more


def chart(drawn: Chart, width: int) -> Iterator[Text]:
    """Draw *drawn* in lines of at most *width* cells, as far as its words can be broken."""
    yield Text(literal(drawn.title), style="bold")
    yield Text(literal(drawn.subtitle), style="dim")
    wide = min(width, _WIDEST)
    yield from _ranges(drawn, wide) if isinstance(drawn, Ranges) else _bars(drawn, wide)
    yield Text(literal(drawn.foot), style="dim")


def _ranges(drawn: Ranges, width: int) -> Iterator[Text]:
    cell = _scale(drawn, width)
    for panel in drawn.panels:
        if panel.title:
            yield Text(literal(panel.title), style="bold")
        for span in panel.spans:
            figure = Text(f"{literal(span.figure)} ", style="dim")
            figure.append(literal(span.strong), style="bold")
            label = Text.assemble(literal(span.label), "  ", (literal(span.note), "dim"))
            yield from _ends(label, figure, width)
            yield _span(span, drawn.mark.value if drawn.mark else None, cell, width)
    yield Text("  ".join(f"{_SIGNS[sign]} {literal(words)}" for sign, words in drawn.key))


def _scale(drawn: Ranges, width: int) -> Callable[[int], int]:
    """Give the function from an amount to its cell."""
    amounts = [end for span in drawn.spans for end in (span.low, span.high)]
    amounts += [drawn.mark.value] if drawn.mark else []
    low, high = min(amounts), max(amounts)
    return lambda amount: round((width - 1) * (amount - low) / max(1, high - low))


def _ends(left: Text, right: Text, width: int) -> Iterator[Text]:
    """Set two texts at the ends of a line, or below each other."""
    right.rstrip()
    gap = width - cell_len(left.plain) - cell_len(right.plain)
    if gap < 1:
        yield left
        yield right
    else:
        yield Text.assemble(left, " " * gap, right)


def _span(span: Span, mark: int | None, cell: Callable[[int], int], width: int) -> Text:
    cells = [" "] * width
    for start, end, sign in (
        (span.low, span.high, _THIN),
        (*span.thick, _CLAIM if span.trait is Trait.CLAIM else _THICK),
    ):
        for at in range(cell(start), cell(end) + 1):
            cells[at] = sign
    if span.middle is not None:
        cells[cell(span.middle)] = _TICK
    if mark is not None:
        cells[cell(mark)] = _MARK
    line = Text("".join(cells), style=_COLOURS[span.trait])
    line.highlight_words([_TICK, _MARK], "bold default")
    line.rstrip()
    return line


def _bars(drawn: Bars, width: int) -> Iterator[Text]:
    left, right = (Text(literal(side), style="dim") for side in (drawn.left, drawn.right))
    yield from _ends(left, right, width)
    low = min(0.0, *(bar.value for bar in drawn.bars))
    high = max(0.0, *(bar.value for bar in drawn.bars))
    unit = (width - 1) / ((high - low) or 1)
    for bar in drawn.bars:
        yield from _ends(Text(literal(bar.label)), Text(bar.shown, style="bold"), width)
        yield _bar(bar, round(-low * unit), unit, width)


def _bar(bar: Bar, zero: int, unit: float, width: int) -> Text:
    cells = [" "] * width
    end = min(width - 1, max(0, zero + round(bar.value * unit)))
    for at in range(min(zero, end), max(zero, end) + 1):
        cells[at] = _THICK
    cells[zero] = _ZERO
    line = Text("".join(cells), style="blue" if bar.value > 0 else "yellow")
    line.rstrip()
    return line
