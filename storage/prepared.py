"""Statements that are compiled once and run as they are.

To find out each time what it compiled already, and what the rows are like, SQLAlchemy takes five
times as long as SQLite takes for all of it. That matters for the statements which every answer to
a quiz runs, and they give no rows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, UpdateBase
from sqlalchemy.sql.compiler import SQLCompiler

_MOST = 20  # kept: two for each database that is open, which is one but in tests


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A statement in the words of a database's driver."""

    words: str
    places: tuple[str, ...]  # the values' names in their order; none where they go by name
    convert: Mapping[str, Callable[[Any], Any]]  # by name: what makes a driver's value of ours


def run(connection: Connection, statement: UpdateBase, values: Mapping[str, Any]) -> int:
    """Run a statement that gives no rows, which must be a constant; give how many it changed."""
    made = _prepared(statement, connection.dialect)
    given = {**values, **{name: to(values[name]) for name, to in made.convert.items()}}
    placed = tuple(given[name] for name in made.places)
    return connection.exec_driver_sql(made.words, placed or given).rowcount


@lru_cache(_MOST)
def _prepared(statement: UpdateBase, dialect: Dialect) -> _Prepared:
    compiled = statement.compile(dialect=dialect)
    assert isinstance(compiled, SQLCompiler)  # noqa: S101 - says so to mypy
    types = {name: bound.type.dialect_impl(dialect) for name, bound in compiled.binds.items()}
    processors = {name: kind.bind_processor(dialect) for name, kind in types.items()}
    return _Prepared(
        compiled.string,
        tuple(compiled.positiontup or ()),
        {name: convert for name, convert in processors.items() if convert},
    )
