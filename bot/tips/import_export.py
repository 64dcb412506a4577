"""A queue as a file: CSV or YAML, read with every fault at once."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from bot.attachment import MAX_BYTES
from bot.command import truncate
from bot.formatting import pluralize
from bot.language.argument_types import roles
from bot.language.name_index import Known
from bot.tips.validation import faults, folded_text, known_texts, line_ends, new_tip
from content import Content, sheets
from content.yamlfile import YamlFault, parse
from storage import NewTip, Tip

FIELDS = ("text", "role", "topic", "link", "cites")
_HEADER = ",".join(FIELDS)
_MOST = 500  # tips at once
_LOOKED = 20  # lines in which a header is looked for
_BLANK = " \r\n\ufeff"
_YAML = ("-", "[", "{")  # what a list begins with

csv.field_size_limit(MAX_BYTES)  # for all of the process: a text that is too long is named as that


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
    text, above = _begun(text)
    first = _lines(text)[0]
    separator = sheets.separator(first, FIELDS)
    columns = sheets.names(first, separator)
    rows = list(_csv(text, separator, above)) if "text" in columns else _yaml(text, above)
    if len(rows) > _MOST:
        raise ValueError(
            f"{pluralize(len(rows), 'tip')} are too many at once: import up to {_MOST}."
        )
    if not rows and "text" in columns:
        raise ValueError(
            "There is only a header. Put each tip on a line of its own, in the form of tips import "
            "or in a file."
        )
    if not rows:
        raise ValueError("There is no tip in it.")
    return rows


def _begun(text: str) -> tuple[str, int]:
    """Return *text* from its first row on, and how many lines are above it; raise ValueError."""
    whole = text.rstrip(_BLANK)
    text = whole.lstrip(_BLANK)
    if not text:
        raise ValueError("The file is empty.")
    above = len(_lines(whole)) - len(_lines(text))
    first, *rest = _lines(text, 1)
    return (rest[0], above + 1) if rest and sheets.names_separator(first) else (text, above)


def _lines(text: str, most: int = 0) -> list[str]:
    return re.split("\r\n|\r|\n", text, maxsplit=most)


def _csv(text: str, separator: str, above: int) -> Iterator[tuple[str, Any]]:
    sheet = io.StringIO(sheets.tight(text, separator), newline="")
    reader = csv.reader(sheet, strict=True, delimiter=separator)
    try:
        columns = [_column(each) for each in next(reader)]
        _once(columns)
        for cells in reader:
            if any(map(str.strip, cells)):  # spreadsheets also write empty rows
                yield f"line {above + reader.line_num}", _row(columns, cells)
    except csv.Error as error:
        line = above + reader.line_num
        raise ValueError(f"The CSV can't be read at line {line}: {error}.") from error


def _once(columns: Sequence[str]) -> None:
    """Raise ValueError where two columns have one name: a tip can't have both cells."""
    twice = next((each for each in columns if each and columns.count(each) > 1), None)
    if twice is not None:
        raise ValueError(f"The header names the column “{truncate(twice)}” twice. Keep one.")


def _column(name: str) -> str:
    return name.strip().casefold()


def _row(columns: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """Pair cells with their columns; extra cells count as a column without a name."""
    named = {name: sheets.bare(cell) for name, cell in zip(columns, cells, strict=False)}
    more = "".join(cells[len(columns) :]).strip()
    nameless = named.pop("", "").strip() or more
    return named | ({"": nameless} if nameless else {})


def _yaml(text: str, above: int) -> list[tuple[str, Any]]:
    try:
        rows = parse(text)
    except YamlFault as fault:
        raise ValueError(_unread(text, above, fault)) from fault
    if not isinstance(rows, list):
        raise ValueError(_unread(text, above))  # noqa: TRY004  # a fault of the file, not of a type
    return [(f"tip {number}", row) for number, row in enumerate(rows, 1)]


def _unread(text: str, above: int, fault: YamlFault | None = None) -> str:
    """Return what is wrong with a text without a header in its first line that is no YAML list."""
    lines = _lines(text)[:_LOOKED]
    first = lines[0]
    header = next((at for at, line in enumerate(lines, above + 1) if _is_header(line)), None)
    cells = max((sheets.names(first, each) for each in sheets.SEPARATORS), key=len)
    if "text" in sheets.names(first, "|"):
        return "The separator | can't be read. Use a comma, a semicolon or a tab."
    if header is not None:
        return f"Line {header} looks like the header. Remove what is above it."
    if {*cells} & {*FIELDS}:
        return f"The header lacks the column “text”: {truncate(first)}."
    if fault is not None and (len(cells) == 1 or first.startswith(_YAML)):
        return (
            f"That is neither CSV with a header ({_HEADER}) nor a YAML list: line "
            f"{above + fault.line} {fault.problem}."
        )
    return (
        f"There is no header. Begin with the line {_HEADER} (commas, semicolons or tabs), or write "
        "a YAML list of tips."
    )


def _is_header(line: str) -> bool:
    """Return whether *line* is a header: "text", and no other column or at least one known one."""
    named = ({*sheets.names(line, each)} - {""} for each in sheets.SEPARATORS)
    return any(
        "text" in each and (each <= {*FIELDS} or len(each & {*FIELDS}) > 1) for each in named
    )


def _values(row: Any, known: Known) -> dict[str, str | None]:
    """Give a row's fields; raises ValueError for what is none of them."""
    fields = {"text": row} if isinstance(row, str) else row
    if not isinstance(fields, dict):
        raise ValueError("is no tip: write its text, or fields.")  # noqa: TRY004  # likewise
    unknown = [str(key) for key in fields if key not in FIELDS]
    if unknown == [""]:
        raise ValueError("has more cells than the header. Put quotes around a text with commas.")
    if unknown:
        raise ValueError(f"has no field “{truncate(unknown[0])}”: there are {', '.join(FIELDS)}.")
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
