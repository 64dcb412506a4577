"""The rows of a salary CSV, one after another, each checked and none mended.

The schema is that of the aijobs.net Salary Index: a header and the columns of ``COLUMNS`` in any
order, as spreadsheets write them: separated by commas, semicolons or tabs, in UTF-8, or in UTF-16
with its mark. docs/admins.md says what each holds.
"""

import csv
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import chain, count
from pathlib import Path
from typing import NamedTuple, TextIO

from content.sheets import names_separator, runs, separator
from content.textfile import encoding, workbook

COLUMNS = (
    "work_year",
    "experience_level",
    "employment_type",
    "job_title",
    "salary",
    "salary_currency",
    "salary_in_usd",
    "employee_residence",
    "remote_ratio",
    "company_location",
    "company_size",
)
MAX_ROWS = 300_000  # the survey has 74,301; as many different ones stay under 200 MiB
_MARK = 8  # bytes that tell what a file is
MAX_LINE = 10_000  # characters; the survey's longest line has 119


class Refused(Exception):
    """Why a file can't be imported, in words for whoever tried."""


class NoGroups(Refused):
    """A file of *read* rows, *sound* of them, that no group can be made of; others by fault."""

    def __init__(self, read: int, sound: int, rejected: Counter[str]) -> None:
        super().__init__("gives no group of reports.")
        self.read, self.sound, self.rejected = read, sound, rejected


class Row(NamedTuple):
    """A sound row, as it was written; equal rows are exact repeats of each other."""

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
        """Give the yearly pay in the currency in which it was reported."""
        return int(self.salary)


_PAY, _USD = COLUMNS.index("salary"), COLUMNS.index("salary_in_usd")


def _is(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda value: compiled.fullmatch(value) is not None


# What each column must hold, and what is said of a row where it doesn't.
_CHECKS: tuple[tuple[str, Callable[[str], bool], str], ...] = (
    ("work_year", _is("20[0-9]{2}"), "the year is not one of this century"),
    ("experience_level", _is("EN|MI|SE|EX"), "the level is none of EN, MI, SE, EX"),
    ("employment_type", _is("FT|PT|CT|FL"), "the employment type is none of FT, PT, CT, FL"),
    ("job_title", _is(r"\S.{0,98}\S"), "the job title is missing or too long"),
    ("salary", _is("[1-9][0-9]{0,8}"), "the pay is no whole amount from 1 to 999,999,999"),
    ("salary_currency", _is("[A-Z]{3}"), "the currency is not three capital letters"),
    ("salary_in_usd", _is("[1-9][0-9]{0,6}"), "the pay in USD is not from 1 to 9,999,999"),
    ("employee_residence", _is("[A-Z]{2}"), "the country is not two capital letters"),
    ("remote_ratio", _is("0|50|100"), "the remote share is none of 0, 50, 100"),
    ("company_location", _is("[A-Z]{2}"), "the company's country is not two capital letters"),
    ("company_size", _is("S|M|L"), "the company's size is none of S, M, L"),
)


def rows(path: Path, rejected: Counter[str]) -> Iterator[Row]:
    """Read the sound rows of *path*, and count the others in *rejected* by what is wrong.

    Raises:
        Refused: when the file as a whole can't be read; what was yielded before is void then.

    """
    try:
        with path.open("rb") as file:
            begins = file.read(_MARK)
        if workbook(begins):
            raise Refused("is an Excel workbook or an archive: save it as CSV.")
        marked = encoding(begins)
        with path.open(encoding=marked, newline="") as file:
            yield from _rows(_cells(_lines(file)), rejected)
    except UnicodeError as error:
        raise Refused("is not UTF-8 text: save it in the encoding UTF-8.") from error
    except csv.Error as error:
        raise Refused(f"is not a well-formed CSV: {error}. Check its quotes.") from error
    except OSError as error:
        raise Refused(f"can't be read: {error.strerror}.") from error


def _lines(file: TextIO) -> Iterator[str]:
    """Give the lines, and never hold one that no survey has."""
    for number in count(1):
        line = file.readline(MAX_LINE + 1)
        if not line:
            return
        if len(line) > MAX_LINE:
            raise Refused(f"has more than {MAX_LINE:,} characters in line {number}: is it a CSV?")
        yield line


def _cells(lines: Iterator[str]) -> Iterator[list[str]]:
    """Cut lines into cells by the separator of the header."""
    header = next(lines, "")
    if not header.strip():
        header = next(filter(str.strip, lines), "")
    if not header:
        raise Refused("is empty.")
    if names_separator(header):
        header = next(lines, "")
    if "\0" in header:  # UTF-16 without its mark reads as UTF-8
        raise Refused("is not UTF-8 text: save it in the encoding UTF-8.")
    delimiter = separator(header, COLUMNS)
    return csv.reader(chain([header], lines), strict=True, delimiter=delimiter)


def _rows(cells: Iterator[list[str]], rejected: Counter[str]) -> Iterator[Row]:
    places = _places(next(cells, []))
    width = max(places) + 1
    amounts = {places[_PAY], places[_USD]}  # the only columns of many different values
    written = (values for values in cells if any(values))  # spreadsheets also write empty rows
    for number, values in enumerate(written, 1):
        if number > MAX_ROWS:
            raise Refused(f"has more than {MAX_ROWS:,} rows: split it.")
        if len(values) < width:
            rejected["the row has too few columns"] += 1
            continue
        row = Row(*(values[at] if at in amounts else sys.intern(values[at]) for at in places))
        fault = _fault(row)
        if fault:
            rejected[fault] += 1
        else:
            yield row


def _places(header: list[str]) -> list[int]:
    """Find where each column stands."""
    names = [name.strip().casefold() for name in header]
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise Refused(f"lacks the column {', '.join(missing)}. It needs: {', '.join(COLUMNS)}.")
    twice = [name for name in COLUMNS if names.count(name) > 1]
    if twice:
        raise Refused(f"has the column {', '.join(twice)} more than once.")
    return [names.index(name) for name in COLUMNS]


def _fault(row: Row) -> str:
    """Say what is wrong with *row*, the first thing only; nothing when it is sound."""
    if any(map(runs, row)):
        return "a cell holds a formula"
    for (_, sound, fault), value in zip(_CHECKS, row, strict=True):
        if not sound(value):
            return fault
    return ""


def same_but_for_pay(one: Row, other: Row) -> bool:
    """Tell whether two rows could be the two ends of one advertised band."""
    return all(
        a == b for at, (a, b) in enumerate(zip(one, other, strict=True)) if at not in {_PAY, _USD}
    )
