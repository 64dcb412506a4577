"""Tables as spreadsheets write them: separators, byte order marks, formula cells."""

import re
from collections.abc import Collection

SEPARATORS = (",", ";", "\t")
# Spreadsheets run cells that begin like this (also full-width); an apostrophe makes them text.
_SIGNS = "=+-@\t\r\n＝＋－＠"  # noqa: RUF001  # the signs of East Asian keyboards are meant
_RUNS = f"[{re.escape(_SIGNS)}]"
_AMOUNT = re.compile(r"[+-]\d+(?:[.,]\d+)*")
_TO_GUARD = re.compile(f"'*{_RUNS}")
_GUARDED = re.compile(f"'+{_RUNS}")
_NAMED = re.compile(r"sep=([,;\t])\s*\Z", re.IGNORECASE)  # Excel's own first line


def names(header: str, separator: str) -> list[str]:
    """Return the column names of *header* in lower case, without quotes and marks."""
    return [each.strip(' "\ufeff\r\n').casefold() for each in header.split(separator)]


def separator(header: str, columns: Collection[str]) -> str:
    """Return the separator by which *header* names most of *columns*."""
    return max(SEPARATORS, key=lambda each: len({*names(header, each)} & {*columns}))


def tight(text: str, separator: str) -> str:
    """Return *text* without the spaces around quoted cells, which the csv module refuses."""
    cell = rf"(\A|[{separator}\r\n]) *(\"(?:[^\"]|\"\")*\") *(?=[{separator}\r\n]|\Z)"
    return re.sub(cell, r"\1\2", text)


def names_separator(line: str) -> bool:
    """Return whether *line* only says which separator follows, as Excel writes it."""
    return _NAMED.match(line.lstrip("\ufeff")) is not None


def runs(cell: str) -> bool:
    """Return whether a spreadsheet would run *cell*; a number with its sign stays one."""
    return cell.startswith(tuple(_SIGNS)) and not _AMOUNT.fullmatch(cell)


def guarded(cell: str) -> str:
    """Return *cell* so that no spreadsheet runs it as a formula."""
    return f"'{cell}" if _TO_GUARD.match(cell) else cell


def bare(cell: str) -> str:
    """Return *cell* without the mark of `guarded`."""
    return cell[1:] if _GUARDED.match(cell) else cell
