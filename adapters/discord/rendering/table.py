"""Tables on Discord, which has none: aligned monospace where it fits, stacked facts where not."""

from rich.cells import cell_len

from adapters.discord.rendering.limits import TABLE_WIDTH
from adapters.discord.rendering.markdown import FIRM, escaped, plain, prose
from bot.reply import Table

_GAP = "  "
_PAIR = 2  # columns that read as a list
_SHORT = 24  # characters: cells up to that stand in one line


def monospace(table: Table) -> list[str] | None:
    """Give the lines of a code block, or None where a phone would wrap or garble them."""
    lines = [[column.title for column in table.columns]]
    for row in table.rows:
        cells = [plain(cell) for cell in row]
        if any(cell is None or "`" in cell or "\n" in cell for cell in cells):
            return None
        lines.append([cell or "" for cell in cells])
    widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
    if sum(widths) + len(_GAP) * (len(widths) - 1) > TABLE_WIDTH:
        return None
    if any("`" in title for title in lines[0]):
        return None
    rule = _GAP.join("─" * width for width in widths)
    head, *rows = (_line(cells, widths) for cells in lines)
    return [head, rule, *rows]


def stacked(table: Table) -> list[str]:
    """Give each row as a small block: its first cell, and with it the others by their titles."""
    titles = [escaped(column.title) for column in table.columns]
    rows = [[prose(cell).replace("\n", " ") for cell in row] for row in table.rows]
    if len(titles) == _PAIR:
        heads = " · ".join(filter(None, titles))
        pairs = [f"{_bold(first)}: {second}" for first, second in rows]
        return [f"-# {heads}", *pairs] if heads else pairs
    if all(len(cell) <= _SHORT for row in rows for cell in row[1:]):
        heads = " · ".join(filter(None, titles))
        lines = (" · ".join([_bold(first), *rest]) for first, *rest in rows)
        return [f"-# {heads}", *lines] if heads else list(lines)
    blocks = [f"-# {titles[0]}"] if titles[0] else []
    for first, *rest in rows:
        named = zip(titles[1:], rest, strict=True)
        blocks += [
            _bold(first),
            *(f"- {title}: {cell}" if title else f"- {cell}" for title, cell in named),
        ]
    return blocks


def _bold(cell: str) -> str:
    """Set off a row's first cell, unless it has markup of its own."""
    return cell if set(cell) & set("*`_~[<") else f"**{cell.replace(' ', FIRM)}**"


def _line(cells: list[str], widths: list[int]) -> str:
    padded = (
        cell + " " * (width - cell_len(cell)) for cell, width in zip(cells, widths, strict=True)
    )
    return _GAP.join(padded).rstrip()
