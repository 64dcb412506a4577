"""Schema migrations, which one process at a time runs at start-up.

The SQL files in `migrations/` run in the order of their names. Files with the same number form one
migration. A file for only one database has the database's name before its extension. All pending
migrations run in one transaction, so that a crash leaves the schema unchanged.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

from storage.errors import SchemaTooNew
from storage.queries import Dialect

_FOLDER = Path(__file__).parents[1] / "migrations"
_FILE_NAME = re.compile(r"(?P<number>\d{4})_(?P<name>\w+?)(\.(?P<dialect>sqlite|postgres))?\.sql")
_CREATE_MIGRATIONS = """
CREATE TABLE migrations (
    number integer NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT pk_migrations PRIMARY KEY (number)
)
"""


class MigrationConnection(Protocol):
    """A connection that runs SQL statements without parameters, for migrations."""

    dialect: Dialect

    async def fetch_column(self, statement: str) -> list[Any]:
        """Run a statement; return the first column of every row."""
        ...

    async def execute(self, statement: str) -> None:
        """Run a statement that returns no rows."""
        ...


def newest_revision() -> int:
    """Return the number of the newest migration that this version of the bot has."""
    return max(number for number, _, _ in _migration_files())


async def current_revision(connection: MigrationConnection) -> int | None:
    """Return the number of the last migration that was applied to a database.

    Return None if the database has no tables. Versions up to 0.1 stored the number in the table of
    Alembic, a migration tool. Raise SchemaTooNew if it isn't a number.
    """
    tables = await connection.fetch_column(_LIST_TABLES[connection.dialect])
    if "migrations" in tables:
        found = await connection.fetch_column("SELECT max(number) FROM migrations")
    elif "alembic_version" in tables:
        found = await connection.fetch_column("SELECT version_num FROM alembic_version")
    else:
        return None
    if not found or found[0] is None:
        return None
    if not str(found[0]).isdecimal():
        raise SchemaTooNew(str(found[0]))
    return int(found[0])


_LIST_TABLES: dict[Dialect, str] = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'",
    "postgres": "SELECT table_name FROM information_schema.tables"
    " WHERE table_schema = current_schema()",
}


async def has_pending_migrations(connection: MigrationConnection) -> bool:
    """Return True if migrations are pending.

    Raise SchemaTooNew if a newer version of the bot has migrated the database.
    """
    found = await current_revision(connection)
    if found is not None and found > newest_revision():
        raise SchemaTooNew(f"{found:04}")
    return found != newest_revision()


async def run_migrations(connection: MigrationConnection) -> None:
    """Run all pending migrations on *connection*; the caller commits the transaction."""
    at = await current_revision(connection) or 0
    if "migrations" not in await connection.fetch_column(_LIST_TABLES[connection.dialect]):
        await connection.execute(_CREATE_MIGRATIONS)
        await _record_migrations(connection, range(1, at + 1))
    for number, dialect, file in _migration_files():
        if at < number and dialect in {None, connection.dialect}:
            for statement in _split_statements(file.read_text("utf-8")):
                await connection.execute(statement)
    await _record_migrations(connection, range(at + 1, newest_revision() + 1))


async def _record_migrations(connection: MigrationConnection, numbers: Iterable[int]) -> None:
    for number in numbers:
        await connection.execute(f"INSERT INTO migrations (number) VALUES ({number:d})")  # noqa: S608


def _migration_files() -> list[tuple[int, str | None, Path]]:
    found = []
    for file in sorted(_FOLDER.glob("*.sql")):
        named = _FILE_NAME.fullmatch(file.name)
        if named is None:
            raise ValueError(f"{file.name} isn't the name of a migration")
        found.append((int(named["number"]), named["dialect"], file))
    return found


def _split_statements(text: str) -> Iterable[str]:
    """Return the statements of an SQL file's *text*, without comments."""
    code = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("--"))
    return filter(None, (statement.strip() for statement in code.split(";")))
