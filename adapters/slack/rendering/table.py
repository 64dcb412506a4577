"""Tables: Slack's own where a message has room for one, else monospace or stacked facts."""

from collections.abc import Iterator

from rich.cells import cell_len

from adapters.shared.sanitize import sanitize
from adapters.slack.rendering.layout import Grid, row_weight, section
from adapters.slack.rendering.limits import TABLE_CELL, TABLE_COLUMNS, TABLE_WIDTH
from adapters.slack.rendering.rich_text import Json, Names, elements, plain, words
from bot.language.mentions import plainly
from bot.reply import Column, Prose, Table

_GAP = "  "
_SHORT = 24  # characters: cells up to that stand in one line


def native(table: Table, names: Names) -> Grid | None:
    """Give Slack's own table, or None where it could not be read as one."""
    if not 1 <= len(table.columns) <= TABLE_COLUMNS or not table.rows:
        return None
    heads = tuple(_cell(column.title, names) for column in table.columns)
    rows = tuple(tuple(_cell(cell, names) for cell in row) for row in table.rows)
    if any(row_weight((cell,)) > TABLE_CELL for row in (heads, *rows) for cell in row):
        return None
    return Grid((heads, *rows), tuple(map(_settings, table.columns)))


def monospace(table: Table) -> str | None:
    """Give aligned lines, or None where a phone would wrap them or they would lose a link."""
    lines = [[sanitize(column.title) for column in table.columns]]
    for row in table.rows:
        cells = [plain(cell) for cell in row]
        if any(cell is None or "\n" in cell for cell in cells):
            return None
        lines.append([cell or "" for cell in cells])
    widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
    if sum(widths) + len(_GAP) * (len(widths) - 1) > TABLE_WIDTH:
        return None
    head, *rows = (_line(cells, widths) for cells in lines)
    return "\n".join([head, _GAP.join("─" * width for width in widths), *rows])


def stacked(table: Table, names: Names) -> list[Json]:
    """Give each row as a paragraph: its first cell, and with it the others by their titles."""
    titles = [column.title for column in table.columns]
    short = all(
        len(plain(cell) or "-" * (_SHORT + 1)) <= _SHORT for row in table.rows for cell in row[1:]
    )
    if short:
        heads = words(" · ".join(filter(None, titles)), italic=True)
        rows = [section(list(_in_line(row, names))) for row in table.rows]
        return [*([section(heads)] if heads else []), *rows]
    heads = words(titles[0], italic=True)
    return [
        *([section(heads)] if heads else []),
        *(section(list(_below(titles, row, names))) for row in table.rows),
    ]


def _in_line(row: tuple[Prose, ...], names: Names) -> Iterator[Json]:
    first, *rest = row
    yield from _set_off(first, names)
    for cell in rest:
        yield from (*words(" · "), *elements(cell, names))


def _below(titles: list[str], row: tuple[Prose, ...], names: Names) -> Iterator[Json]:
    yield from _set_off(row[0], names)
    for title, cell in zip(titles[1:], row[1:], strict=True):
        yield from words(f"\n    {title}: " if title.strip() else "\n    ")
        yield from elements(cell, names)


def _set_off(cell: Prose, names: Names) -> list[Json]:
    """Set a row's first cell in bold, unless it has a style of its own."""
    return words(cell, bold=True) if isinstance(cell, str) else elements(cell, names)


def _cell(cell: Prose, names: Names) -> Json:
    if isinstance(cell, str) and plainly(cell) == cell:
        return {"type": "raw_text", "text": sanitize(cell) or " "}
    inside = elements(cell, names)
    if not inside:
        return {"type": "raw_text", "text": " "}
    return {"type": "rich_text", "elements": [section(inside)]}


def _settings(column: Column) -> Json:
    return {"align": "left", "is_wrapped": not column.nowrap}


def _line(cells: list[str], widths: list[int]) -> str:
    padded = (
        cell + " " * (width - cell_len(cell)) for cell, width in zip(cells, widths, strict=True)
    )
    return _GAP.join(padded).rstrip()
