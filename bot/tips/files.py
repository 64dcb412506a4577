"""A queue as a file: CSV or YAML, read with every fault at once."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from bot.names import Known
from bot.tips.text import faults, folded_text, known_texts, new_tip
from bot.vocabulary import roles
from content import Content
from storage import NewTip, Tip

FIELDS = ("text", "role", "topic", "link", "cites")
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
    first = text.strip().partition("\n")[0].casefold()
    if "text" in [each.strip(' "') for each in first.split(",")]:
        rows = list(_csv(text))
    else:
        rows = list(_yaml(text))
    if len(rows) > _MOST:
        raise ValueError(f"{len(rows)} tips are too many at once: {_MOST} will do.")
    if not rows:
        raise ValueError("There is no tip in it.")
    return rows


def _csv(text: str) -> Iterator[tuple[str, Any]]:
    reader = csv.DictReader(io.StringIO(text.strip()), strict=True, restkey="more")
    try:
        for row in reader:
            yield f"line {reader.line_num}", {_key(key): value for key, value in row.items()}
    except csv.Error as error:
        raise ValueError(f"The CSV can't be read at line {reader.line_num}: {error}.") from error


def _key(name: object) -> str:
    return str(name).strip().casefold()


def _yaml(text: str) -> Iterator[tuple[str, Any]]:
    try:
        if any(isinstance(each, yaml.AliasEvent) for each in yaml.parse(text, yaml.SafeLoader)):
            raise ValueError("The YAML has aliases: write each tip out.")
        rows = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark else ""
        raise ValueError(
            f"That is neither CSV with a header ({', '.join(FIELDS)}) nor a YAML list{where}."
        ) from error
    if not isinstance(rows, list):
        raise ValueError(  # noqa: TRY004  # a fault of the file, not of a type of ours
            f"Write CSV with the header {','.join(FIELDS)}, or a YAML list of tips."
        )
    yield from ((f"tip {number}", row) for number, row in enumerate(rows, 1))


def _values(row: Any, known: Known) -> dict[str, str | None]:
    """Give a row's fields; raises ValueError for what is none of them."""
    fields = {"text": row} if isinstance(row, str) else row
    if not isinstance(fields, dict):
        raise ValueError("is no tip: write its text, or fields.")  # noqa: TRY004  # likewise
    unknown = [str(key) for key in fields if key not in FIELDS]
    if unknown:
        raise ValueError(f"has no field “{unknown[0]}”: there are {', '.join(FIELDS)}.")
    given = {name: _said(fields.get(name)) for name in FIELDS}
    if given["role"]:
        role = known.names(roles).exact(given["role"])
        if role is None:
            raise ValueError(known.names(roles).unknown(given["role"][:40]))
        given["role"] = role.id
    return given


def _said(value: object) -> str | None:
    if isinstance(value, list):
        value = " ".join(map(str, value))
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
    writer.writerows(rows)
    return sheet.getvalue()


def _field(tip: Tip, name: str) -> str:
    return " ".join(tip.cites) if name == "cites" else getattr(tip, name) or ""
