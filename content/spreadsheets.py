"""Reading and writing of CSV from spreadsheets: separators, byte order marks and formulas."""

import re
from collections.abc import Collection

SEPARATORS = (",", ";", "\t")
# A cell that starts with one of these is a formula; an apostrophe before it makes it text.
_FORMULA_SIGNS = "=+-@\t\r\n＝＋－＠"  # noqa: RUF001  # full-width ones count, too
_ANY_SIGN = f"[{re.escape(_FORMULA_SIGNS)}]"
_SIGNED_NUMBER = re.compile(r"[+-]\d+(?:[.,]\d+)*")
_NEEDS_ESCAPE = re.compile(f"'*{_ANY_SIGN}")
_ESCAPED = re.compile(f"'+{_ANY_SIGN}")
_SEPARATOR_LINE = re.compile(r"sep=([,;\t])\s*\Z", re.IGNORECASE)  # as Excel writes it


def column_names(header: str, separator: str) -> list[str]:
    """Return the columns in the line *header*, in lower case, without quotes or byte order mark."""
    return [each.strip(' "\ufeff\r\n').casefold() for each in header.split(separator)]


def detect_separator(header: str, columns: Collection[str]) -> str:
    """Return the separator that splits the line *header* into the most of the names *columns*."""
    return max(SEPARATORS, key=lambda each: len({*column_names(header, each)} & {*columns}))


def strip_around_quotes(text: str, separator: str) -> str:
    """Return CSV *text* without spaces around quoted cells, since the csv module refuses them."""
    cell = rf"(\A|[{separator}\r\n]) *(\"(?:[^\"]|\"\")*\") *(?=[{separator}\r\n]|\Z)"
    return re.sub(cell, r"\1\2", text)


def is_separator_line(line: str) -> bool:
    """Return True if *line* is the line that names the separator to Excel, such as ``sep=;``."""
    return _SEPARATOR_LINE.match(line.lstrip("\ufeff")) is not None


def is_formula(cell: str) -> bool:
    """Return True if a spreadsheet would run *cell* as a formula; a signed number isn't one."""
    return cell.startswith(tuple(_FORMULA_SIGNS)) and not _SIGNED_NUMBER.fullmatch(cell)


def escape_formula(cell: str) -> str:
    """Return *cell*, with an apostrophe in front if a spreadsheet would run it as a formula."""
    return f"'{cell}" if _NEEDS_ESCAPE.match(cell) else cell


def unescape_formula(cell: str) -> str:
    """Return *cell* without the apostrophe that `escape_formula` adds."""
    return cell[1:] if _ESCAPED.match(cell) else cell
