"""Conversion of query parameters and rows between Python and both databases.

SQLite has no types for times, dates and booleans, so they are stored as text and numbers.

A row can hold invalid values if somebody edited it by hand or another version of the bot wrote it.
An unknown word is read as UNKNOWN (see StoredEnum). A row with an invalid time, date or number is
logged and skipped, so that other rows can still be read.
"""

import json
import operator
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import Field, fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum, StrEnum
from functools import cache
from typing import Any, Protocol, Self, TypeVar

import structlog

log = structlog.get_logger("crossroads.storage")

T = TypeVar("T")
G = TypeVar("G")

_MAX_INTEGER = 2**63 - 1  # the largest integer of both databases


class Row(Protocol):
    """A row of a query's result, from SQLite's or PostgreSQL's driver."""

    def __getitem__(self, key: str | int, /) -> Any: ...


class StoredEnum(StrEnum):
    """Base of enums that are stored as words; an unknown word is read as their member UNKNOWN."""

    @classmethod
    def _missing_(cls, value: object) -> Self:
        del value
        return cls("unknown")


class InvalidRow(ValueError):
    """A row holds an invalid value; `read_all` logs and skips such rows."""


def to_sqlite(value: Any) -> Any:
    """Return a query parameter as SQLite stores it; times become text in UTC.

    Raise ValueError for a time without a time zone.
    """
    if isinstance(value, datetime):
        # Always with microseconds, because times are compared as text.
        return f"{_to_utc(value):%Y-%m-%d %H:%M:%S.%f}"
    if isinstance(value, date):
        return value.isoformat()
    return _to_common(value)


def to_postgres(value: Any) -> Any:
    """Return a query parameter as asyncpg accepts it.

    Raise ValueError for a time without a time zone.
    """
    if isinstance(value, datetime):
        return _to_utc(value)
    return _to_common(value)


def _to_common(value: Any) -> Any:
    """Return *value* as both databases store it.

    A tuple of words becomes text. A set becomes a JSON object, whose keys SQL reads with json_each.
    A number too large for the databases becomes the largest one, which no row has, because the
    drivers would raise an error.
    """
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, str):
        return (
            value
            if value.isascii() and "\0" not in value
            else value.replace("\0", "").encode("utf-8", "replace").decode()
        )
    if isinstance(value, int) and not isinstance(value, bool):
        return min(max(value, -_MAX_INTEGER), _MAX_INTEGER)
    if isinstance(value, tuple):
        return " ".join(value)
    if isinstance(value, set | frozenset):
        return json.dumps(dict.fromkeys(sorted(map(str, value)), 1))
    return value


def _to_utc(value: datetime) -> datetime:
    if value.utcoffset() is None:
        raise ValueError(f"{value} has no time zone")
    return value.astimezone(UTC)


def row_reader(kind: type[T]) -> Callable[[Row], T]:
    """Return a function that converts a row to an object of the dataclass *kind*.

    The value of a field comes from the column with the field's name, or with the name in the
    field's metadata. A field whose type is a dataclass is built from the same row. The texts of a
    tuple are separated by spaces, or by the "separator" in the field's metadata. The function
    raises InvalidRow if a value is invalid.
    """
    wanted: Any = kind  # mypy doesn't treat a class as hashable
    made: Callable[[Row], T] = _build_reader(wanted)
    return made


@cache
def _build_reader(kind: Any) -> Callable[[Row], Any]:
    if not is_dataclass(kind):
        raise TypeError(f"{kind} isn't a dataclass")
    made: Any = kind
    hints = typing.get_type_hints(kind)
    readers = {
        each.name: _field_reader(made, each, hints[each.name])
        for each in fields(kind)
        if _column(each) is not None
    }

    def read(row: Row) -> Any:
        return made(**{name: read_field(row) for name, read_field in readers.items()})

    return read


def _column(field: Field[Any]) -> Any:
    return field.metadata.get("column", field.name)


def read_all(read: Callable[[G], T], items: Iterable[G]) -> tuple[T, ...]:
    """Call *read* with each row, or each group of rows, and return a tuple of the results.

    Items for which *read* raises InvalidRow are logged and skipped.
    """
    records = []
    for item in items:
        try:
            records.append(read(item))
        except InvalidRow as error:
            log.error("row skipped", reason=str(error))  # noqa: TRY400 - a traceback wouldn't help
    return tuple(records)


def group_rows(rows: Iterable[Row], *names: str) -> Iterable[Sequence[Row]]:
    """Return joined rows as groups: a list of rows for each combination of values in *names*.

    *names* are columns, such as the id of the object to which the rows belong.
    """
    groups: dict[Any, list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row[name] for name in names), []).append(row)
    return groups.values()


def _field_reader(kind: type[Any], field: Field[Any], hint: Any) -> Callable[[Row], Any]:
    if is_dataclass(hint):
        return row_reader(typing.cast("type[Any]", hint))
    column, separator = _column(field), field.metadata.get("separator")
    decode = _decoder(hint) if separator is None else lambda text: _split(text, separator)
    if decode is None:
        return lambda row: row[column]

    def read(row: Row) -> Any:
        value = row[column]
        try:
            return None if value is None else decode(value)
        except (TypeError, ValueError, AttributeError) as error:
            raise InvalidRow(f"{kind.__name__}.{column} is {value!r:.50}") from error

    return read


def _split(text: str, separator: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split(separator)))


def _decoder(hint: Any) -> Callable[[Any], Any] | None:
    """Return a function that converts a column's value to the type *hint*.

    Return None if no conversion is needed.
    """
    if isinstance(hint, types.UnionType):  # "str | None"
        (hint,) = (each for each in hint.__args__ if each is not type(None))
    origin = typing.get_origin(hint) or hint
    if origin in _DECODERS:
        return _DECODERS[origin]
    if origin in {tuple, frozenset}:
        return lambda words: origin(words.split())
    if isinstance(origin, type) and issubclass(origin, Enum):
        return origin
    return None


def parse_time(value: str | datetime | None) -> datetime | None:
    """Return a driver's time (text for SQLite) as an aware datetime in UTC."""
    if value is None:
        return None
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _parse_date(value: str | date) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


_DECODERS: Mapping[Any, Callable[[Any], Any]] = {
    datetime: parse_time,
    date: _parse_date,
    bool: bool,
    int: operator.index,  # an integer column of SQLite can hold text, too
}


def to_columns(record: Any) -> Mapping[str, Any]:
    """Return a dict from column to value with the fields of a dataclass.

    Fields of nested dataclasses are included.
    """
    return dict(_columns(record))


def _columns(record: Any) -> Iterable[tuple[str, Any]]:
    for field in fields(record):
        value = getattr(record, field.name)
        if is_dataclass(value):
            yield from _columns(value)
        elif separator := field.metadata.get("separator"):
            yield _column(field), separator.join(value)
        else:
            yield _column(field), value
