"""Tables rendered as Slack's table block, or as a paragraph for each row."""

from collections.abc import Iterator

from adapters.shared.sanitize import sanitize
from adapters.shared.tables import fit_on_one_line, plain_text
from adapters.slack.rendering.layout import TableItem, row_length, section
from adapters.slack.rendering.limits import TABLE_CELL, TABLE_COLUMNS
from adapters.slack.rendering.rich_text import Json, Names, text_element, to_elements
from bot.language.mentions import anonymize_mentions
from bot.reply import Column, Prose, Table


def to_table_item(table: Table, names: Names) -> TableItem | None:
    """Return *table* as a table block; None if it is empty, too wide or has a long cell."""
    if not 1 <= len(table.columns) <= TABLE_COLUMNS or not table.rows:
        return None
    heads = tuple(_cell(column.title, names) for column in table.columns)
    rows = tuple(tuple(_cell(cell, names) for cell in row) for row in table.rows)
    if any(row_length((cell,)) > TABLE_CELL for row in (heads, *rows) for cell in row):
        return None
    return TableItem((heads, *rows), tuple(map(_column_settings, table.columns)))


def to_paragraphs(table: Table, names: Names) -> list[Json]:
    """Return *table* as a paragraph for each row, with long cells on lines of their own."""
    titles = [column.title for column in table.columns]
    if all(fit_on_one_line(map(plain_text, row[1:])) for row in table.rows):
        heads = text_element(" · ".join(filter(None, titles)), italic=True)
        rows = [section(list(_short_row(row, names))) for row in table.rows]
        return [*([section(heads)] if heads else []), *rows]
    heads = text_element(titles[0], italic=True)
    return [
        *([section(heads)] if heads else []),
        *(section(list(_long_row(titles, row, names))) for row in table.rows),
    ]


def _short_row(row: tuple[Prose, ...], names: Names) -> Iterator[Json]:
    first, *rest = row
    yield from _first_cell(first, names)
    for cell in rest:
        yield from (*text_element(" · "), *to_elements(cell, names))


def _long_row(titles: list[str], row: tuple[Prose, ...], names: Names) -> Iterator[Json]:
    yield from _first_cell(row[0], names)
    for title, cell in zip(titles[1:], row[1:], strict=True):
        yield from text_element(f"\n    {title}: " if title.strip() else "\n    ")
        yield from to_elements(cell, names)


def _first_cell(cell: Prose, names: Names) -> list[Json]:
    """Return a row's first cell in bold, unless it has a style of its own."""
    return text_element(cell, bold=True) if isinstance(cell, str) else to_elements(cell, names)


def _cell(cell: Prose, names: Names) -> Json:
    if isinstance(cell, str) and anonymize_mentions(cell) == cell:
        return {"type": "raw_text", "text": sanitize(cell) or " "}
    inside = to_elements(cell, names)
    if not inside:
        return {"type": "raw_text", "text": " "}
    return {"type": "rich_text", "elements": [section(inside)]}


def _column_settings(column: Column) -> Json:
    return {"align": "left", "is_wrapped": not column.nowrap}
