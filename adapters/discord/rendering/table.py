"""Rendering of tables as text, because Discord has no tables.

A table that fits a phone becomes monospace text, any other becomes a list of its rows.
"""

from collections.abc import Iterable, Iterator

from rich.cells import cell_len

from adapters.discord.rendering.limits import TABLE_WIDTH
from adapters.discord.rendering.markdown import (
    NO_IDS,
    CommandIds,
    escape,
    to_markdown,
    visible_text,
)
from adapters.shared.phone import COLUMNS
from adapters.shared.tables import fit_on_one_line, monospace
from bot.language.mentions import split_mentions
from bot.reply import Bold, Prose, Table

_PAIR = 2  # columns


def monospace_table(table: Table) -> list[str] | None:
    """Return *table* as lines for a code block.

    Return None if a phone would wrap the lines, or if a backtick in them could end the code block.
    """
    lines = monospace(table, TABLE_WIDTH)
    return None if lines is None or any("`" in line for line in lines) else lines


def stacked_rows(table: Table, command_ids: CommandIds = NO_IDS) -> list[str]:
    """Return *table* as markdown lines: for each row, the first cell in bold, then the rest.

    If all cells are short, a row is one line, below a line with the titles of all columns.
    Otherwise, a row is a bullet with its cells named, several on a line if they fit; then the first
    column, whose cells are headings, needs no title.
    """

    def format_cell(cell: Prose) -> str:
        return to_markdown(cell, command_ids).replace("\n", " ")

    titles = [escape(column.title) for column in table.columns]
    heads = [format_cell(_bold(first)) for first, *_ in table.rows]
    rests = [[format_cell(cell) for cell in rest] for _, *rest in table.rows]
    is_pair = len(titles) == _PAIR
    is_short = is_pair or fit_on_one_line(cell for rest in rests for cell in rest)
    if is_short and all(titles) == any(titles):
        separator = ": " if is_pair else " · "
        rows = zip(heads, rests, strict=True)
        lines = [separator.join([head, *rest]) for head, rest in rows]
        return [f"-# {separator.join(titles)}", *lines] if all(titles) else lines
    return [
        line
        for head, rest in zip(heads, rests, strict=True)
        for line in _bullet(head, zip(titles[1:], rest, strict=True))
    ]


def _bullet(head: str, cells: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield the lines of a row: its head, and each cell with its title on the line if it fits."""
    line = f"- {head}"
    for title, cell in cells:
        named = f"{title}: {cell}" if title else cell
        longer = f"{line} · {named}"
        if cell_len(visible_text(longer)) > COLUMNS:
            yield line
            longer = f"  {named}"
        line = longer
    yield line


def _bold(cell: Prose) -> Prose:
    """Return *cell* in bold if it is plain text, without mentions, links or markup."""
    return (Bold(cell),) if isinstance(cell, str) and [*split_mentions(cell)] == [cell] else cell
