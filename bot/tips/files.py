"""A queue as a file: CSV or YAML, read with every fault at once."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from bot.command import clipped
from bot.names import Known
from bot.tips.text import faults, folded_text, known_texts, line_ends, new_tip
from bot.vocabulary import roles
from bot.wording import counted
from content import Content, sheets
from content.yamlfile import YamlFault, parse
from storage import NewTip, Tip

FIELDS = ("text", "role", "topic", "link", "cites")
_HEADER = ",".join(FIELDS)
_MOST = 500  # tips at once


@dataclass(frozen=True, slots=True)
class Read:
    """What a file holds: new tips, how many are known already, and every fault."""

    tips: tuple[NewTip, ...]
    known: int
    faults: tuple[str, ...]


def read(text: str, content: Content, known: Known, there: Sequence[Tip]) -> Read:
    """Read tips from CSV with a header, or from a YAML list."""
    try:
        rows = _rows(text)
    except ValueError as error:
        return Read((), 0, (str(error),))
    texts, found, twins, wrong = set(known_texts(there)), [], 0, []
    for number, row in rows:
        try:
            values = _values(row, known)
        except ValueError as error:
            wrong.append(f"{number}: {error}")
            continue
        said = values["text"] or ""
        checked = (values["link"], values["topic"], values["cites"])
        its = [f"{number}: {fault}" for fault in faults(content, said, *checked)]
        wrong += its
        if folded_text(said) in texts:
            twins += 1
        elif not its:
            texts.add(folded_text(said))
            found.append(new_tip(content, said, **{each: values[each] for each in FIELDS[1:]}))
    return Read(tuple(found), twins, tuple(wrong))


def _rows(text: str) -> list[tuple[str, Any]]:
    """Split a file into rows, each with its name in a fault; raises ValueError."""
    text = text.strip(" \r\n\ufeff")
    first, *rest = re.split("\r\n|\r|\n", text, maxsplit=1)
    if sheets.names_separator(first) and rest:
        [text] = rest
        first = re.split("[\r\n]", text, maxsplit=1)[0]
    separator = sheets.separator(first, FIELDS)
    columns = sheets.names(first, separator)
    if "text" in columns:
        rows = list(_csv(text, separator))
    elif {*columns} & {*FIELDS}:
        raise ValueError(f"The header lacks the column “text”: {clipped(first)}.")
    else:
        rows = list(_yaml(text))
    if len(rows) > _MOST:
        raise ValueError(f"{counted(len(rows), 'tip')} are too many at once: import up to {_MOST}.")
    if not rows and "text" in columns:
        raise ValueError(
            "There is only a header. Put each tip on a line of its own, in the form of tips import "
            "or in a file."
        )
    if not rows:
        raise ValueError("There is no tip in it.")
    return rows


def _csv(text: str, separator: str) -> Iterator[tuple[str, Any]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=separator)
    try:
        columns = [_column(each) for each in next(reader)]
        for cells in reader:
            if any(map(str.strip, cells)):  # spreadsheets also write empty rows
                yield f"line {reader.line_num}", _row(columns, cells)
    except csv.Error as error:
        raise ValueError(f"The CSV can't be read at line {reader.line_num}: {error}.") from error


def _column(name: str) -> str:
    return name.strip().casefold()


def _row(columns: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """Pair cells with their columns; extra cells count as a column without a name."""
    named = {name: sheets.bare(cell) for name, cell in zip(columns, cells, strict=False)}
    more = "".join(cells[len(columns) :]).strip()
    nameless = named.pop("", "").strip() or more
    return named | ({"": nameless} if nameless else {})


def _yaml(text: str) -> Iterator[tuple[str, Any]]:
    try:
        rows = parse(text)
    except YamlFault as fault:
        raise ValueError(
            f"That is neither CSV with a header ({_HEADER}) nor a YAML list: line {fault.line} "
            f"{fault.problem}."
        ) from fault
    if not isinstance(rows, list):
        raise ValueError(  # noqa: TRY004  # a fault of the file, not of a type of ours
            f"Write CSV with the header {_HEADER} (or ; or a tab between), or a YAML list of tips."
        )
    yield from ((f"tip {number}", row) for number, row in enumerate(rows, 1))


def _values(row: Any, known: Known) -> dict[str, str | None]:
    """Give a row's fields; raises ValueError for what is none of them."""
    fields = {"text": row} if isinstance(row, str) else row
    if not isinstance(fields, dict):
        raise ValueError("is no tip: write its text, or fields.")  # noqa: TRY004  # likewise
    unknown = [str(key) for key in fields if key not in FIELDS]
    if unknown == [""]:
        raise ValueError("has more cells than the header. Put quotes around a text with commas.")
    if unknown:
        raise ValueError(f"has no field “{clipped(unknown[0])}”: there are {', '.join(FIELDS)}.")
    given = {name: _said(fields.get(name)) for name in FIELDS}
    if given["role"]:
        role = known.names(roles).exact(given["role"])
        if role is None:
            raise ValueError(known.names(roles).unknown(given["role"][:40]))
        given["role"] = role.id
    return given


def _said(value: object) -> str | None:
    if isinstance(value, list) and not any(isinstance(each, list | dict) for each in value):
        value = " ".join(map(str, value))
    if isinstance(value, list | dict):
        raise ValueError("has fields within a field: write plain text.")  # noqa: TRY004  # likewise
    return str(value).strip() or None if value is not None else None


def write(tips: Sequence[Tip], form: str) -> str:
    """Write tips so that `tips import` reads them again."""
    rows = [{name: _field(tip, name) for name in FIELDS} for tip in tips]
    if form == "yaml":
        full = [{name: value for name, value in row.items() if value} for row in rows]
        return str(yaml.safe_dump(full, allow_unicode=True, sort_keys=False, width=90))
    sheet = io.StringIO()
    writer = csv.DictWriter(sheet, FIELDS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: sheets.guarded(cell) for name, cell in row.items()} for row in rows)
    return sheet.getvalue()


def _field(tip: Tip, name: str) -> str:
    value = " ".join(tip.cites) if name == "cites" else getattr(tip, name) or ""
    return line_ends(value)
