"""Tables as spreadsheets write them: separators, byte order marks, formula cells."""

import re
from collections.abc import Collection

SEPARATORS = (",", ";", "\t")
# Spreadsheets run cells that begin like this (also full-width); an apostrophe makes them text.
_RUNS = r"[=+\-@\t\r\n＝＋－＠]"  # noqa: RUF001  # the signs of East Asian keyboards are meant
_TO_GUARD = re.compile(f"'*{_RUNS}")
_GUARDED = re.compile(f"'+{_RUNS}")
_NAMED = re.compile(r"sep=([,;\t])\s*\Z", re.IGNORECASE)  # Excel's own first line


def names(header: str, separator: str) -> list[str]:
    """Return the column names of *header* in lower case, without quotes and marks."""
    return [each.strip(' "\ufeff\r\n').casefold() for each in header.split(separator)]


def separator(header: str, columns: Collection[str]) -> str:
    """Return the separator by which *header* names most of *columns*."""
    return max(SEPARATORS, key=lambda each: len({*names(header, each)} & {*columns}))


def names_separator(line: str) -> bool:
    """Return whether *line* only says which separator follows, as Excel writes it."""
    return _NAMED.match(line.lstrip("\ufeff")) is not None


def guarded(cell: str) -> str:
    """Return *cell* so that no spreadsheet runs it as a formula."""
    return f"'{cell}" if _TO_GUARD.match(cell) else cell


def bare(cell: str) -> str:
    """Return *cell* without the mark of `guarded`."""
    return cell[1:] if _GUARDED.match(cell) else cell
