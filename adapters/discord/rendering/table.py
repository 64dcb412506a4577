"""Rendering of tables as text, because Discord has no tables.

A table that fits a phone becomes monospace text, any other becomes a list of its rows.
"""

from adapters.discord.rendering.limits import TABLE_WIDTH
from adapters.discord.rendering.markdown import UNBREAKABLE_SPACE, escape, to_markdown
from adapters.shared.tables import fit_on_one_line, monospace
from bot.reply import Table

_TWO_COLUMNS = 2


def monospace_table(table: Table) -> list[str] | None:
    """Return *table* as lines for a code block.

    Return None if a phone would wrap the lines, or if a backtick in them could end the code block.
    """
    lines = monospace(table, TABLE_WIDTH)
    return None if lines is None or any("`" in line for line in lines) else lines


def stacked_rows(table: Table) -> list[str]:
    """Return *table* as markdown lines: for each row, the first cell in bold, then the rest."""
    titles = [escape(column.title) for column in table.columns]
    rows = [[to_markdown(cell).replace("\n", " ") for cell in row] for row in table.rows]
    separator = ": " if len(titles) == _TWO_COLUMNS else " · "
    if len(titles) == _TWO_COLUMNS or fit_on_one_line(cell for row in rows for cell in row[1:]):
        heads = " · ".join(filter(None, titles))
        lines = [separator.join([_bold(first), *rest]) for first, *rest in rows]
        return [f"-# {heads}", *lines] if heads else lines
    blocks = [f"-# {titles[0]}"] if titles[0] else []
    for first, *rest in rows:
        named = zip(titles[1:], rest, strict=True)
        blocks.append(_bold(first))
        blocks += [f"- {title}: {cell}" if title else f"- {cell}" for title, cell in named]
    return blocks


def _bold(cell: str) -> str:
    """Return *cell*, which is markdown, in bold unless it already has markup."""
    return cell if set(cell) & set("*`_~[<") else f"**{cell.replace(' ', UNBREAKABLE_SPACE)}**"
