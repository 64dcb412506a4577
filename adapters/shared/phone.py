"""The lines that text and tables take on a phone, by which replies are split into pages."""

import re
from collections.abc import Sequence

from rich.cells import cell_len, chop_cells

COLUMNS = 45
MONOSPACE_COLUMNS = 42
SCREEN_LINES, SCREEN_CHARACTERS = 25, 1_000
PAGE_LINES, PAGE_CHARACTERS = 2 * SCREEN_LINES, 2 * SCREEN_CHARACTERS
PICTURE_LINES = 9
_BUTTON_PADDING = 5  # columns around the label of a button beside a text
_MIN_COLUMNS = 8  # of a text beside a button, and of a table's column
_WORD = re.compile(r" *[^ ]+")


def count_lines(text: str, columns: int = COLUMNS) -> int:
    """Return the number of lines of *text*, which may have line breaks and wraps at spaces."""
    return sum(_wrap(line, columns) for line in text.split("\n"))


def count_monospace_lines(text: str) -> int:
    """Return the number of lines of preformatted *text*, which breaks even within a word."""
    return sum(len(chop_cells(line, MONOSPACE_COLUMNS)) or 1 for line in text.split("\n"))


def columns_beside(label: str) -> int:
    """Return the columns that are left for a text beside a button with this *label*."""
    return max(_MIN_COLUMNS, COLUMNS - cell_len(label) - _BUTTON_PADDING)


def count_row_lines(rows: Sequence[Sequence[str]], nowrap: Sequence[bool]) -> list[int]:
    """Return the number of lines of each row of a table whose columns share a phone's width.

    A column with True in *nowrap* is as wide as its widest cell; the others share the rest.
    """
    widest = [max(map(_natural_width, column)) for column in zip(*rows, strict=True)]
    widths = _share_columns(widest, nowrap)
    return [max(map(count_lines, row, widths)) for row in rows]


def _share_columns(widest: Sequence[int], nowrap: Sequence[bool]) -> list[int]:
    widths, flexible = list(widest), [at for at, fixed in enumerate(nowrap) if not fixed]
    left = COLUMNS - sum(widest) + sum(widest[at] for at in flexible)
    for done, at in enumerate(sorted(flexible, key=widest.__getitem__)):
        share = max(_MIN_COLUMNS, left // (len(flexible) - done))
        widths[at] = max(1, min(widest[at], share))
        left -= widths[at]
    return widths


def _natural_width(cell: str) -> int:
    return max(map(cell_len, cell.split("\n")))


def _wrap(line: str, columns: int) -> int:
    width = len if line.isascii() else cell_len  # the same for ASCII, and len is faster
    if width(line) <= columns:
        return 1
    lines, used = 1, 0
    for word in _WORD.findall(line.rstrip()):
        if used + width(word) <= columns:
            used += width(word)
            continue
        pieces = chop_cells(word.lstrip(" ") if used else word, max(1, columns)) or [""]
        lines += len(pieces) - (0 if used else 1)
        used = cell_len(pieces[-1])
    return lines
