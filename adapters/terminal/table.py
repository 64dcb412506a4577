"""Tables that fit the window: columns while they are wide enough to read, facts below that."""

from collections.abc import Iterator, Sequence

from rich import box
from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from adapters.terminal.inline import prose
from adapters.terminal.limits import GAP, LONGEST_WORD, PROSE_COLUMN
from bot.reply import Column, Prose, Table


def columns(table: Table, width: int) -> RenderableType | None:
    """Draw *table* in columns, or give None where *width* cells are too few for it."""
    least = [_least(column, cells) for column, cells in _by_column(table)]
    natural = [_natural(column, cells) for column, cells in _by_column(table)]
    gaps = GAP * (len(least) - 1)
    if sum(least) + gaps > width:
        return None
    # The box's divider takes the last cell of each gap.
    grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, GAP - 1, 0, 0), show_edge=False)
    grid.leading = int(sum(natural) + gaps > width)
    for column, cells in zip(table.columns, _shared_out(least, natural, width - gaps), strict=True):
        grid.add_column(prose(column.title), width=cells, overflow="fold")
    for row in table.rows:
        grid.add_row(*(prose(cell) for cell in row))
    return grid


def facts(table: Table) -> RenderableType:
    """Draw each row as a small block: its first cell, the other cells under it by title."""
    blocks: list[RenderableType] = []
    for row in table.rows:
        first, *rest = (prose(cell) for cell in row)
        blocks.append(Text.assemble(*_titled(table.columns[0].title, first)))
        blocks += [
            Padding(Text.assemble(*_titled(column.title, cell)), (0, 0, 0, 2))
            for column, cell in zip(table.columns[1:], rest, strict=True)
        ]
        blocks.append(Text())
    return Group(*blocks[:-1])


def _titled(title: str, cell: Text) -> Iterator[Text]:
    if title:
        yield prose(f"{title}: ")
    yield cell


def _by_column(table: Table) -> Iterator[tuple[Column, Sequence[Prose]]]:
    for at, column in enumerate(table.columns):
        yield column, [row[at] for row in table.rows]


def _shared_out(least: list[int], natural: list[int], space: int) -> list[int]:
    """Widen columns from their least towards their natural width, the most cramped one first."""
    widths = list(least)
    for _ in range(min(space, sum(natural)) - sum(least)):
        cramped = max(range(len(widths)), key=lambda at: natural[at] / max(1, widths[at]))
        widths[cramped] += 1
    return widths


def _natural(column: Column, cells: Sequence[Prose]) -> int:
    """Give the width in cells at which nothing in the column wraps."""
    texts = [prose(cell).plain for cell in (column.title, *cells)]
    return max(cell_len(line) for text in texts for line in text.split("\n"))


def _least(column: Column, cells: Sequence[Prose]) -> int:
    """Give the smallest width in cells at which the column can still be read."""
    natural = _natural(column, cells)
    if column.firm:
        return natural
    words = [word for cell in (column.title, *cells) for word in prose(cell).plain.split()]
    longest = max(map(cell_len, words), default=0)
    return min(natural, max(PROSE_COLUMN, min(longest, LONGEST_WORD)))
