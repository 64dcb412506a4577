"""Conversion of query parameters and rows, between Python and both databases.

SQLite has no times, dates or booleans. They are stored as text and numbers, in the format of all
databases so far; PostgreSQL has the types.

A row can hold invalid values, if somebody edited it by hand or another version wrote it. An unknown
word is read as UNKNOWN (see Word). A row with an invalid time, date or number is skipped and
logged, so that the other rows still work.
"""

import json
import operator
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum, StrEnum
from functools import cache
from typing import Any, Protocol, Self, TypeVar

import structlog

log = structlog.get_logger("crossroads.storage")

T = TypeVar("T")

_LARGEST = 2**63 - 1  # the largest integer of both databases


class Row(Protocol):
    """A row of either driver."""

    def __getitem__(self, key: str | int, /) -> Any: ...


class Word(StrEnum):
    """An enum of stored words. Each has UNKNOWN, as which any other word is read."""

    @classmethod
    def _missing_(cls, value: object) -> Self:
        del value
        return cls("unknown")


class Unreadable(ValueError):
    """A row holds an invalid value; `records` skips such rows."""


def for_sqlite(value: Any) -> Any:
    """Convert a parameter for SQLite. Times must be aware, and are stored in UTC."""
    if isinstance(value, datetime):
        # Always with microseconds, because times are compared as text.
        return f"{_utc(value):%Y-%m-%d %H:%M:%S.%f}"
    if isinstance(value, date):
        return value.isoformat()
    return _plain(value)


def for_postgres(value: Any) -> Any:
    """Convert a parameter for asyncpg. Times must be aware."""
    if isinstance(value, datetime):
        return _utc(value)
    return _plain(value)


def _plain(value: Any) -> Any:
    """Convert a value that both databases store alike.

    A tuple becomes its words in order; a set becomes a JSON object, whose keys SQL reads with
    json_each. Too large numbers are clamped, because the drivers would raise; they match no row.
    """
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, str):
        return value if value.isascii() and "\0" not in value else _text(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return min(max(value, -_LARGEST), _LARGEST)
    if isinstance(value, tuple):
        return " ".join(value)
    if isinstance(value, set | frozenset):
        return json.dumps(dict.fromkeys(sorted(map(str, value)), 1))
    return value


def _text(value: str) -> str:
    """Remove what neither database can store: NUL and lone surrogates."""
    return value.replace("\0", "").encode("utf-8", "replace").decode()


def _utc(value: datetime) -> datetime:
    if value.utcoffset() is None:
        raise ValueError(f"{value} has no time zone")
    return value.astimezone(UTC)


def reader(kind: type[T]) -> Callable[[Row], T]:
    """Return a function that makes a *kind*, a frozen dataclass, from the columns of its names.

    A field that is itself a dataclass is made from the same row.
    """
    wanted: Any = kind  # mypy doesn't treat a class as hashable
    made: Callable[[Row], T] = _reader(wanted)
    return made


@cache
def _reader(kind: Any) -> Callable[[Row], Any]:
    if not is_dataclass(kind):
        raise TypeError(f"{kind} is no dataclass")
    made: Any = kind
    hints = typing.get_type_hints(kind)
    readers = {each.name: _field(made, each.name, hints[each.name]) for each in fields(kind)}

    def read(row: Row) -> Any:
        return made(**{name: of(row) for name, of in readers.items()})

    return read


def records(kind: type[T], rows: Iterable[Row]) -> Iterable[tuple[Row, T | None]]:
    """Yield each row with its *kind*, or with None if it can't be read, which is logged."""
    read = reader(kind)
    for row in rows:
        try:
            yield row, read(row)
        except Unreadable as error:
            log.error("row left out", reason=str(error))  # noqa: TRY400 - a traceback wouldn't help
            yield row, None


def _field(kind: type[Any], name: str, hint: Any) -> Callable[[Row], Any]:
    if is_dataclass(hint):
        return reader(typing.cast("type[Any]", hint))
    decode = _decoder(hint)
    if decode is None:
        return lambda row: row[name]

    def read(row: Row) -> Any:
        value = row[name]
        try:
            return None if value is None else decode(value)
        except (TypeError, ValueError, AttributeError) as error:
            raise Unreadable(f"{kind.__name__}.{name} is {value!r:.50}") from error

    return read


def _decoder(hint: Any) -> Callable[[Any], Any] | None:
    """Return the conversion of a column's value to a field's type, or None without one."""
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


def time_of(value: str | datetime | None) -> datetime | None:
    """Convert a driver's time to an aware time in UTC."""
    if value is None:
        return None
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _date(value: str | date) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


_DECODERS: Mapping[Any, Callable[[Any], Any]] = {
    datetime: time_of,
    date: _date,
    bool: bool,
    int: operator.index,  # an integer column of SQLite can hold text, too
}


def columns(record: Any) -> Mapping[str, Any]:
    """Return a dataclass's fields as query parameters, including those of nested dataclasses."""
    return dict(_columns(record))


def _columns(record: Any) -> Iterable[tuple[str, Any]]:
    for field in fields(record):
        value = getattr(record, field.name)
        if is_dataclass(value):
            yield from _columns(value)
        else:
            yield field.name, value
