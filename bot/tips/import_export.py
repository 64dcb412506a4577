"""Import and export of tips as CSV or YAML; an import reports all problems at once."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.attachment import MAX_BYTES
from bot.command import truncate
from bot.formatting import pluralize
from bot.language.argument_types import roles
from bot.language.name_index import NameRegistry
from bot.tips.validation import (
    build_tip,
    find_tip_problems,
    normalize_line_endings,
    normalize_text,
    numbers_by_text,
)
from content import Content
from content.spreadsheets import (
    SEPARATORS,
    column_names,
    detect_separator,
    escape_formula,
    is_separator_line,
    strip_around_quotes,
    unescape_formula,
)
from storage import NewTip, Tip

if TYPE_CHECKING:
    from content.yamlfile import YamlFileError

# PyYAML is imported where it is used: a start needs none.
# ruff: noqa: PLC0415

FIELDS = ("text", "role", "topic", "link", "cites")
_HEADER = ",".join(FIELDS)
_MAX_TIPS = 500  # per import
_HEADER_SEARCH_LINES = 20
_BLANK_CHARACTERS = " \r\n\ufeff"
_YAML_LIST_STARTS = ("-", "[", "{")

csv.field_size_limit(MAX_BYTES)  # process-wide, so that the bot, not csv, refuses long texts


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The new tips of a file, the number of duplicates, and messages about all problems."""

    tips: tuple[NewTip, ...]
    duplicates: int
    problems: tuple[str, ...]


def parse_tips(
    text: str, content: Content, registry: NameRegistry, existing: Sequence[Tip]
) -> ImportResult:
    """Parse tips from CSV with a header or from a YAML list.

    Tips whose text is in *existing* count as duplicates. Problems are returned, never raised.
    """
    try:
        rows = _parse_rows(text)
    except ValueError as error:
        return ImportResult((), 0, (str(error),))
    texts, tips, duplicates, problems = set(numbers_by_text(existing)), [], 0, []
    for label, row in rows:
        try:
            values = _parse_fields(row, registry)
        except ValueError as error:
            problems.append(f"{label}: {error}")
            continue
        tip_text = values.pop("text") or ""
        checked = (values["link"], values["topic"], values["cites"])
        found = [f"{label}: {each}" for each in find_tip_problems(content, tip_text, *checked)]
        problems += found
        if normalize_text(tip_text) in texts:
            duplicates += 1
        elif not found:
            texts.add(normalize_text(tip_text))
            tips.append(build_tip(content, tip_text, **values))
    return ImportResult(tuple(tips), duplicates, tuple(problems))


def _parse_rows(text: str) -> list[tuple[str, Any]]:
    """Return the rows of a file as (label, row), with a label such as "line 3" for messages.

    Raise ValueError if the text is neither CSV nor YAML, or has no rows or too many.
    """
    text, skipped = _skip_preamble(text)
    first = _split_lines(text)[0]
    separator = detect_separator(first, FIELDS)
    columns = column_names(first, separator)
    has_header = "text" in columns
    rows = list(_parse_csv(text, separator, skipped)) if has_header else _parse_yaml(text, skipped)
    if len(rows) > _MAX_TIPS:
        raise ValueError(
            f"That's {pluralize(len(rows), 'tip')}. You can import up to {_MAX_TIPS} at a time."
        )
    if not rows and has_header:
        raise ValueError(
            "There's only a header. Put each tip on its own line, in the import form or in a file."
        )
    if not rows:
        raise ValueError("That contains no tips.")
    return rows


def _skip_preamble(text: str) -> tuple[str, int]:
    """Return *text* from its first row on, and the number of lines skipped above that row.

    Blank lines and a line "sep=" are skipped. Raise ValueError if nothing is left.
    """
    whole = text.rstrip(_BLANK_CHARACTERS)
    text = whole.lstrip(_BLANK_CHARACTERS)
    if not text:
        raise ValueError("The file is empty.")
    skipped = len(_split_lines(whole)) - len(_split_lines(text))
    first, *rest = _split_lines(text, 1)
    if rest and is_separator_line(first):
        return rest[0], skipped + 1
    return text, skipped


def _split_lines(text: str, max_splits: int = 0) -> list[str]:
    return re.split("\r\n|\r|\n", text, maxsplit=max_splits)


def _parse_csv(text: str, separator: str, skipped: int) -> Iterator[tuple[str, Any]]:
    sheet = io.StringIO(strip_around_quotes(text, separator), newline="")
    reader = csv.reader(sheet, strict=True, delimiter=separator)
    try:
        columns = [each.strip().casefold() for each in next(reader)]
        _require_unique(columns)
        for cells in reader:
            if any(map(str.strip, cells)):  # skip the empty rows that spreadsheets write
                yield f"line {skipped + reader.line_num}", _label_cells(columns, cells)
    except csv.Error as error:
        line = skipped + reader.line_num
        raise ValueError(f"I can't read line {line} of the CSV: {error}.") from error


def _require_unique(columns: Sequence[str]) -> None:
    """Raise ValueError if two columns have the same name."""
    twice = next((each for each in columns if each and columns.count(each) > 1), None)
    if twice is not None:
        raise ValueError(f"The header has the column “{truncate(twice)}” twice. Keep one.")


def _label_cells(columns: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """Return a row's cells by column name; text outside the named columns is under the name ""."""
    named = {name: unescape_formula(cell) for name, cell in zip(columns, cells, strict=False)}
    extra = "".join(cells[len(columns) :]).strip()
    unnamed = named.pop("", "").strip() or extra
    return named | ({"": unnamed} if unnamed else {})


def _parse_yaml(text: str, skipped: int) -> list[tuple[str, Any]]:
    from content.yamlfile import YamlFileError, parse_yaml

    try:
        rows = parse_yaml(text)
    except YamlFileError as fault:
        raise ValueError(_explain_format_problem(text, skipped, fault)) from fault
    if not isinstance(rows, list):
        message = _explain_format_problem(text, skipped)
        raise ValueError(message)  # noqa: TRY004  # invalid file content isn't a TypeError
    return [(f"tip {number}", row) for number, row in enumerate(rows, 1)]


def _explain_format_problem(text: str, skipped: int, fault: "YamlFileError | None" = None) -> str:
    """Return the error message for text that has no CSV header and isn't a YAML list.

    *skipped* is the number of lines above *text* in the file; *fault* is the YAML parser's error.
    """
    lines = _split_lines(text)[:_HEADER_SEARCH_LINES]
    first = lines[0]
    header = next((at for at, line in enumerate(lines, skipped + 1) if _is_header(line)), None)
    cells = max((column_names(first, each) for each in SEPARATORS), key=len)
    if "text" in column_names(first, "|"):
        return "The separator | isn't supported. Use a comma, a semicolon or a tab."
    if header is not None:
        return f"Line {header} looks like the header. Remove everything above it."
    if {*cells} & {*FIELDS}:
        return f"The header has no “text” column: {truncate(first)}."
    if fault is not None and (len(cells) == 1 or first.startswith(_YAML_LIST_STARTS)):
        return (
            f"That's neither CSV with a header ({_HEADER}) nor a YAML list: line "
            f"{skipped + fault.line} {fault.problem}."
        )
    return (
        f"There's no header row. Start with {_HEADER} (with commas, semicolons or tabs), or write "
        "a YAML list of tips."
    )


def _is_header(line: str) -> bool:
    """Return True if *line* looks like a CSV header with the column "text".

    Either all its columns are known, or it has "text" and another known column.
    """
    named = ({*column_names(line, each)} - {""} for each in SEPARATORS)
    return any(
        "text" in each and (each <= {*FIELDS} or len(each & {*FIELDS}) > 1) for each in named
    )


def _parse_fields(row: Any, registry: NameRegistry) -> dict[str, str | None]:
    """Return a row's value for each of FIELDS; raise ValueError if a field or role is unknown."""
    fields = {"text": row} if isinstance(row, str) else row
    if not isinstance(fields, dict):
        raise ValueError("isn't a tip. Write its text, or fields.")  # noqa: TRY004  # as above
    unknown = [str(key) for key in fields if key not in FIELDS]
    if unknown == [""]:
        raise ValueError("has more cells than the header. Put quotes around a text with commas.")
    if unknown:
        raise ValueError(
            f"has an unknown field “{truncate(unknown[0])}”. The fields are {', '.join(FIELDS)}."
        )
    values = {name: _field_text(fields.get(name)) for name in FIELDS}
    if values["role"]:
        role_index = registry.index_for(roles)
        role = role_index.lookup(values["role"])
        if role is None:
            raise ValueError(role_index.unknown_message(values["role"][:40]))
        values["role"] = role.id
    return values


def _field_text(value: object) -> str | None:
    if isinstance(value, list) and not any(isinstance(each, list | dict) for each in value):
        value = " ".join(map(str, value))
    if isinstance(value, list | dict):
        raise ValueError("has fields within a field: write plain text.")  # noqa: TRY004  # as above
    return str(value).strip() or None if value is not None else None


def export_tips(tips: Sequence[Tip], file_format: str) -> str:
    """Return *tips* as text that `tips import` can read; *file_format* is "csv" or "yaml"."""
    rows = [{name: _export_field(tip, name) for name in FIELDS} for tip in tips]
    if file_format == "yaml":
        import yaml

        filled = [{name: value for name, value in row.items() if value} for row in rows]
        return str(yaml.safe_dump(filled, allow_unicode=True, sort_keys=False, width=90))
    sheet = io.StringIO()
    writer = csv.DictWriter(sheet, FIELDS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: escape_formula(cell) for name, cell in row.items()} for row in rows)
    return sheet.getvalue()


def _export_field(tip: Tip, name: str) -> str:
    value = " ".join(tip.cites) if name == "cites" else getattr(tip, name) or ""
    return normalize_line_endings(value)
