"""Monospace tables, progress bars and shortened labels, the same on every platform."""

from collections.abc import Iterable, Sequence

from rich.cells import cell_len

from adapters.shared.sanitize import sanitize
from bot.language.mentions import anonymize_mentions
from bot.reply import Channel, CommandLine, Link, Mention, Prose, Table, Time

_GAP = "  "
_SHORT_CELL = 24  # characters
_PROGRESS_WIDTH = 20  # cells


def plain_text(prose: Prose) -> str | None:
    """Return *prose* without markup, or None if it has a part that plain text can't show.

    These are links, mentions, channels, times and commands to click.
    """
    if isinstance(prose, str):
        return sanitize(anonymize_mentions(prose))
    if any(isinstance(part, Link | Mention | Channel | Time | CommandLine) for part in prose):
        return None
    return sanitize("".join(part if isinstance(part, str) else part.text for part in prose))  # type: ignore[union-attr]  # the others are ruled out above


def monospace(table: Table, max_width: int) -> list[str] | None:
    """Return the lines of *table* in aligned columns, or None.

    The result is None if the lines would be wider than *max_width* character cells, or if a cell of
    the table has a line break or a part that plain text can't show, such as a link.
    """
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
    """Return True if the *cells* of a table row are short enough for one line together.

    A cell is None if plain text can't show it; then the result is False.
    """
    return all(cell is not None and len(cell) <= _SHORT_CELL for cell in cells)


def progress_bar(done: int, total: int, filled: str = "█", empty: str = "░") -> str:
    """Return a bar of 20 characters that shows the proportion of *done* to *total*."""
    cells = round(_PROGRESS_WIDTH * done / total) if total else 0
    return filled * cells + empty * (_PROGRESS_WIDTH - cells)


def shorten(label: str, max_length: int) -> str:
    """Return *label*, cut to *max_length* characters with "…" at the end if it is longer."""
    return label if len(label) <= max_length else label[: max_length - 1] + "…"
