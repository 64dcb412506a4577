"""Text that both chat platforms show alike: monospace tables, progress bars, shortened labels."""

from collections.abc import Iterable, Sequence

from rich.cells import cell_len

from adapters.shared.sanitize import sanitize
from bot.language.mentions import anonymize_mentions
from bot.reply import Channel, Link, Mention, Prose, Table, Time

_GAP = "  "
_SHORT_CELL = 24  # characters
_PROGRESS_WIDTH = 20  # cells


def plain_text(prose: Prose) -> str | None:
    """Return prose without markup, or None if that would lose more than emphasis."""
    if isinstance(prose, str):
        return sanitize(anonymize_mentions(prose))
    if any(isinstance(part, Link | Mention | Channel | Time) for part in prose):
        return None
    return sanitize("".join(part if isinstance(part, str) else part.text for part in prose))  # type: ignore[union-attr]  # the others are ruled out above


def monospace(table: Table, max_width: int) -> list[str] | None:
    """Return aligned lines, or None if they'd be too wide or lose a link or a line break."""
    rows = [[sanitize(column.title) for column in table.columns]]
    for row in table.rows:
        cells = [cell for cell in map(plain_text, row) if cell is not None and "\n" not in cell]
        if len(cells) < len(row):
            return None
        rows.append(cells)
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    if sum(widths) + len(_GAP) * (len(widths) - 1) > max_width:
        return None
    head, *lines = (_align(cells, widths) for cells in rows)
    return [head, _GAP.join("─" * width for width in widths), *lines]


def _align(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (
        cell + " " * (width - cell_len(cell)) for cell, width in zip(cells, widths, strict=True)
    )
    return _GAP.join(padded).rstrip()


def fit_on_one_line(cells: Iterable[str | None]) -> bool:
    """Return whether all cells of a stacked row, None if not plain text, are short enough."""
    return all(cell is not None and len(cell) <= _SHORT_CELL for cell in cells)


def progress_bar(done: int, total: int, filled: str = "█", empty: str = "░") -> str:
    """Return a bar that shows how much of *total* is done."""
    cells = round(_PROGRESS_WIDTH * done / total) if total else 0
    return filled * cells + empty * (_PROGRESS_WIDTH - cells)


def shorten(label: str, max_length: int) -> str:
    """Return a label of at most *max_length* characters; the adapter shows its full text above."""
    return label if len(label) <= max_length else label[: max_length - 1] + "…"
