"""Values between Python and the databases: parameters out, rows into frozen dataclasses.

SQLite has no times, dates or booleans of its own. They are kept as the text and numbers that every
database made so far holds; PostgreSQL has the types. Both take the same parameters from here.

A row may hold what no record can: somebody edited it by hand, or another version of the bot wrote
it. A word that isn't known is read as UNKNOWN (see Word). A row with a time, date or number that
can't be read is left out as if it weren't there, and logged, so that the others are still of use.
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

_LARGEST = 2**63 - 1  # of an integer that either database can compare with


class Row(Protocol):
    """A row of either driver."""

    def __getitem__(self, key: str | int, /) -> Any: ...


class Word(StrEnum):
    """A word of a closed set. Each set has UNKNOWN, as which every other word is read."""

    @classmethod
    def _missing_(cls, value: object) -> Self:
        del value
        return cls("unknown")


class Unreadable(ValueError):
    """A row holds a value that no record can; `records` leaves such rows out."""


def for_sqlite(value: Any) -> Any:
    """Return a parameter as SQLite keeps it; times must be aware, and are kept as UTC."""
    if isinstance(value, datetime):
        # Microseconds always: times are compared as text.
        return f"{_utc(value):%Y-%m-%d %H:%M:%S.%f}"
    if isinstance(value, date):
        return value.isoformat()
    return _plain(value)


def for_postgres(value: Any) -> Any:
    """Return a parameter as PostgreSQL's driver takes it; times must be aware."""
    if isinstance(value, datetime):
        return _utc(value)
    return _plain(value)


def _plain(value: Any) -> Any:
    """Return what both databases take alike.

    A tuple is words in their order, a set is an object whose keys SQL reads with json_each. A
    number beyond what a column holds equals none that is kept; the drivers would raise.
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
    """Return text that both databases can keep: no NUL, no half of a surrogate pair."""
    return value.replace("\0", "").encode("utf-8", "replace").decode()


def _utc(value: datetime) -> datetime:
    if value.utcoffset() is None:
        raise ValueError(f"{value} has no time zone")
    return value.astimezone(UTC)


def reader(kind: type[T]) -> Callable[[Row], T]:
    """Return what makes a *kind* of a row, a frozen dataclass whose fields are named as columns.

    A field that is a dataclass itself is made of the same row.
    """
    wanted: Any = kind  # mypy takes no class for hashable
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
    """Yield each row with the *kind* that it is, or None if it can't be read, which is logged."""
    read = reader(kind)
    for row in rows:
        try:
            yield row, read(row)
        except Unreadable as error:
            log.error("row left out", reason=str(error))  # noqa: TRY400 - the trace says nothing
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
    """Return what turns a column's value into a field's type; None where it is that already."""
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
    """Return an aware time in UTC of what either driver reads."""
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
    int: operator.index,  # SQLite lets an integer's column hold text, too
}


def columns(record: Any) -> Mapping[str, Any]:
    """Return the parameters that a dataclass's fields are, those of dataclasses in it included."""
    return dict(_columns(record))


def _columns(record: Any) -> Iterable[tuple[str, Any]]:
    for field in fields(record):
        value = getattr(record, field.name)
        if is_dataclass(value):
            yield from _columns(value)
        else:
            yield field.name, value
