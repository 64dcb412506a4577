"""Loading of the SQL queries, which are in one file for each repository.

Most queries work with both databases. Others have two versions, whose names end in `_sqlite` and
`_postgres`, with a comment that says why.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

Dialect = Literal["sqlite", "postgres"]

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Query:
    """A named query in the form that one database's driver accepts.

    For SQLite it can have several *statements*, which get the same parameters. They don't depend on
    each other's results, and each changes at most one row. The result of the query is the result of
    the last statement.
    """

    name: str
    statements: tuple[str, ...]
    parameters: tuple[str, ...]  # for PostgreSQL in the order of $1, $2, …


class Queries:
    """The queries of one SQL file. Each is an attribute with the query's name."""

    def __init__(self, queries: Mapping[str, Query]) -> None:
        self._queries = queries

    def __getattr__(self, name: str) -> Query:
        """Return the query *name*; raise AttributeError if the file has no such query."""
        try:
            return self._queries[name]
        except KeyError:
            raise AttributeError(f"there is no query {name}") from None

    def __dir__(self) -> list[str]:
        return sorted(self._queries)


@cache
def load_queries(file: str, dialect: Dialect) -> Queries:
    """Return the queries of ``storage/queries/FILE.sql`` for SQLite or PostgreSQL (*dialect*)."""
    # Imported here because an answer that needs no storage needs no queries.
    import aiosql  # noqa: PLC0415
    from aiosql.adapters.aiosqlite import AioSQLiteAdapter  # noqa: PLC0415
    from aiosql.adapters.asyncpg import AsyncPGAdapter  # noqa: PLC0415

    adapters: Mapping[Dialect, Any] = {"sqlite": AioSQLiteAdapter, "postgres": AsyncPGAdapter}
    adapter = adapters[dialect]()
    path = _FOLDER / f"{file}.sql"
    loaded = aiosql.from_path(path, lambda: adapter, attribute=None, encoding="utf-8")
    found: dict[str, Query] = {}
    for written in loaded.available_queries:
        if written.endswith("_cursor"):  # aiosql adds a cursor variant of each SELECT
            continue
        name, _, ending = written.rpartition("_")
        if ending not in get_args(Dialect):
            name = written
        elif ending != dialect:
            continue
        made = getattr(loaded, written)
        parameters = tuple(made.parameters)
        if dialect == "postgres":  # asyncpg takes positional parameters
            by_name = {each: each for each in parameters}
            parameters = tuple(adapter.maybe_order_params(written, by_name))
        statements = (each.strip() for each in made.sql.split(";"))
        found[name] = Query(name, tuple(filter(None, statements)), parameters)
    return Queries(found)
