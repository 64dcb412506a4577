"""Reading of the rows of a CSV file with salaries; invalid rows are rejected, never corrected.

The columns are those of the aijobs.net Salary Index (see docs/operating.md), in any order.
Separators are commas, semicolons or tabs; the encoding is UTF-8, or UTF-16 with a byte order mark.
"""

import csv
import re
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import chain, count
from pathlib import Path
from typing import NamedTuple, TextIO

from content.spreadsheets import detect_separator, is_formula, is_separator_line
from content.textfile import detect_encoding, is_workbook

MAX_ROWS = 300_000  # the shipped survey has 74,301; 300,000 distinct rows need under 200 MiB
_MARK = 8  # bytes from which a byte order mark or a workbook is recognized
MAX_LINE = 10_000  # characters; the shipped survey's longest line has 119


class ImportRefused(Exception):
    """A file can't be imported; the message tells the user why."""


class NoGroupsFound(ImportRefused):
    """No group of rows has enough reports.

    *read* is the number of rows, *sound* the number of valid rows, and *rejected* counts the
    invalid rows by the reason.
    """

    def __init__(self, read: int, sound: int, rejected: Counter[str]) -> None:
        super().__init__("has no usable group of reports.")
        self.read, self.sound, self.rejected = read, sound, rejected


class Row(NamedTuple):
    """A valid row with its values as they are in the file; equal rows are exact duplicates."""

    work_year: str
    experience_level: str
    employment_type: str
    job_title: str
    salary: str
    salary_currency: str
    salary_in_usd: str
    employee_residence: str
    remote_ratio: str
    company_location: str
    company_size: str

    @property
    def pay(self) -> int:
        """The yearly pay in the reported currency."""
        return int(self.salary)


COLUMNS = Row._fields
_PAY, _USD = COLUMNS.index("salary"), COLUMNS.index("salary_in_usd")

_CHECKS = {  # the pattern of each column, and the fault if a value doesn't match it
    "work_year": ("20[0-9]{2}", "the year isn't from 2000 to 2099"),
    "experience_level": ("EN|MI|SE|EX", "the level isn't EN, MI, SE or EX"),
    "employment_type": ("FT|PT|CT|FL", "the employment type isn't FT, PT, CT or FL"),
    "job_title": (r"\S.{0,98}\S", "the job title is missing or too long"),
    "salary": ("[1-9][0-9]{0,8}", "the pay isn't a whole number from 1 to 999,999,999"),
    "salary_currency": ("[A-Z]{3}", "the currency isn't three capital letters"),
    "salary_in_usd": ("[1-9][0-9]{0,6}", "the pay in USD isn't a whole number from 1 to 9,999,999"),
    "employee_residence": ("[A-Z]{2}", "the country isn't two capital letters"),
    "remote_ratio": ("0|50|100", "the remote share isn't 0, 50 or 100"),
    "company_location": ("[A-Z]{2}", "the company's country isn't two capital letters"),
    "company_size": ("S|M|L", "the company size isn't S, M or L"),
}
_PATTERNS = [(re.compile(_CHECKS[name][0]), _CHECKS[name][1]) for name in COLUMNS]


def read_rows(path: Path, rejected: Counter[str]) -> Iterator[Row]:
    """Yield the valid rows of a file, and count the invalid rows in *rejected* by the reason.

    Raises:
        ImportRefused: if the file can't be read to its end, perhaps after some rows.

    """
    try:
        with path.open("rb") as file:
            start = file.read(_MARK)
        if is_workbook(start):
            raise ImportRefused("is an Excel workbook or an archive: save it as CSV.")
        encoding = detect_encoding(start)
        with path.open(encoding=encoding, newline="") as file:
            yield from _check_rows(_split_cells(_read_lines(file)), rejected)
    except UnicodeError as error:
        raise ImportRefused("isn't UTF-8 text: save it in the encoding UTF-8.") from error
    except csv.Error as error:
        raise ImportRefused(f"isn't a well-formed CSV: {error}. Check its quotes.") from error
    except OSError as error:
        raise ImportRefused(f"can't be read: {error.strerror}.") from error


def _read_lines(file: TextIO) -> Iterator[str]:
    """Yield the lines of a file; raise ImportRefused if a line is too long to be CSV.

    The rest of that line isn't read.
    """
    for number in count(1):
        line = file.readline(MAX_LINE + 1)
        if not line:
            return
        if len(line) > MAX_LINE:
            raise ImportRefused(
                f"has more than {MAX_LINE:,} characters in line {number}: is it a CSV?"
            )
        yield line


def _split_cells(lines: Iterator[str]) -> Iterator[list[str]]:
    """Yield the cells of each line, split at the separator that the header has.

    Raise ImportRefused if the file is empty or isn't UTF-8 text.
    """
    header = next(lines, "")
    if not header.strip():
        header = next(filter(str.strip, lines), "")
    if not header:
        raise ImportRefused("is empty.")
    if is_separator_line(header):
        header = next(lines, "")
    if "\0" in header:  # UTF-16 without a byte order mark decodes as UTF-8
        raise ImportRefused("isn't UTF-8 text: save it in the encoding UTF-8.")
    delimiter = detect_separator(header, COLUMNS)
    return csv.reader(chain([header], lines), strict=True, delimiter=delimiter)


def _check_rows(cells: Iterator[list[str]], rejected: Counter[str]) -> Iterator[Row]:
    """Yield the valid rows of *cells*, and count the invalid rows in *rejected* by the reason.

    The first line of *cells* is the header.
    """
    positions = _column_positions(next(cells, []))
    width = max(positions) + 1
    amounts = {positions[_PAY], positions[_USD]}  # the other columns have few different values
    filled = (values for values in cells if any(values))  # spreadsheets write empty rows, too
    for number, values in enumerate(filled, 1):
        if number > MAX_ROWS:
            raise ImportRefused(f"has more than {MAX_ROWS:,} rows: split it.")
        if len(values) < width:
            rejected["the row has too few columns"] += 1
            continue
        row = Row(*(values[at] if at in amounts else sys.intern(values[at]) for at in positions))
        fault = _find_fault(row)
        if fault:
            rejected[fault] += 1
        else:
            yield row


def _column_positions(header: list[str]) -> list[int]:
    """Return each column's index in *header*; raise ImportRefused if one is missing or repeated."""
    names = [name.strip().casefold() for name in header]
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise ImportRefused(
            f"lacks the column {', '.join(missing)}. It needs: {', '.join(COLUMNS)}."
        )
    twice = [name for name in COLUMNS if names.count(name) > 1]
    if twice:
        raise ImportRefused(f"has the column {', '.join(twice)} more than once.")
    return [names.index(name) for name in COLUMNS]


def _find_fault(row: Row) -> str:
    """Return the first reason why *row* is invalid, or "" if *row* is valid."""
    if any(map(is_formula, row)):
        return "a cell contains a formula"
    for (pattern, fault), value in zip(_PATTERNS, row, strict=True):
        if pattern.fullmatch(value) is None:
            return fault
    return ""


def same_but_for_pay(one: Row, other: Row) -> bool:
    """Return True if the rows differ only in pay, as the two ends of an advertised range do."""
    return all(
        a == b for at, (a, b) in enumerate(zip(one, other, strict=True)) if at not in {_PAY, _USD}
    )
