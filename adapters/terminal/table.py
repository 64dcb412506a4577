"""Tables in columns, or stacked row by row if the columns would be too narrow to read."""

from collections.abc import Iterator, Sequence

from rich import box
from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from adapters.terminal.inline import render_prose
from adapters.terminal.limits import COLUMN_GAP, MAX_UNBROKEN_WORD, MIN_PROSE_COLUMN
from bot.reply import Column, Prose, Table


def render_columns(table: Table, width: int) -> RenderableType | None:
    """Return *table* in columns, or None if they don't fit in *width* cells."""
    natural = [_natural_width(column, cells) for column, cells in _iterate_columns(table)]
    tight = [_min_width(column, cells) for column, cells in _iterate_columns(table)]
    easy = [
        max(least, min(full, MIN_PROSE_COLUMN)) for least, full in zip(tight, natural, strict=True)
    ]
    gaps = COLUMN_GAP * (len(natural) - 1)
    least = next((each for each in (easy, tight) if sum(each) + gaps <= width), None)
    if least is None:
        return None
    # rich's divider takes one cell of each gap between columns.
    grid = Grid(
        box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, COLUMN_GAP - 1, 0, 0), show_edge=False
    )
    # Blank lines separate rows of long text; rows of short cells don't need them.
    grid.leading = int(sum(natural) + gaps > width and max(natural) > MAX_UNBROKEN_WORD)
    for column, cells in zip(
        table.columns, _distribute_width(least, natural, width - gaps), strict=True
    ):
        grid.add_column(render_prose(column.title), width=cells, overflow="fold")
    for row in table.rows:
        grid.add_row(*(render_prose(cell) for cell in row))
    return grid


def render_stacked(table: Table) -> RenderableType:
    """Return *table* row by row: the first cell, then the other cells with their titles."""
    blocks: list[RenderableType] = []
    short = max(
        (cell_len(render_prose(cell).plain) for row in table.rows for cell in row), default=0
    )
    for row in table.rows:
        first, *rest = (
            Text.assemble(*_prefix_title(column.title, render_prose(cell)))
            for column, cell in zip(table.columns, row, strict=True)
        )
        lines = [Text(" · ").join(rest)] if short <= MIN_PROSE_COLUMN else rest
        blocks += [first, *(Padding(line, (0, 0, 0, 2)) for line in lines), Text()]
    return Group(*blocks[:-1])


def _prefix_title(title: str, cell: Text) -> Iterator[Text]:
    if title:
        yield render_prose(f"{title}: ")
    yield cell


def _iterate_columns(table: Table) -> Iterator[tuple[Column, Sequence[Prose]]]:
    for at, column in enumerate(table.columns):
        yield column, [row[at] for row in table.rows]


def _distribute_width(least: list[int], natural: list[int], space: int) -> list[int]:
    """Return column widths between *least* and *natural* that fill *space* cells.

    The column with the smallest part of its natural width is widened first.
    """
    widths = list(least)
    for _ in range(min(space, sum(natural)) - sum(least)):
        cramped = max(range(len(widths)), key=lambda at: natural[at] / max(1, widths[at]))
        widths[cramped] += 1
    return widths


def _natural_width(column: Column, cells: Sequence[Prose]) -> int:
    """Return the width, in character cells, at which no text in the column wraps."""
    texts = [render_prose(cell).plain for cell in (column.title, *cells)]
    return max(cell_len(line) for text in texts for line in text.split("\n"))


def _min_width(column: Column, cells: Sequence[Prose]) -> int:
    """Return the smallest width, in character cells, at which the column is readable."""
    natural = _natural_width(column, cells)
    if column.nowrap:
        return natural
    words = [word for cell in (column.title, *cells) for word in render_prose(cell).plain.split()]
    longest = max(map(cell_len, words), default=0)
    if natural <= MIN_PROSE_COLUMN:  # few words, so a line may hold only one
        return longest
    return min(natural, max(MIN_PROSE_COLUMN, min(longest, MAX_UNBROKEN_WORD)))
