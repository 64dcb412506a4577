"""Schema migrations, run at start-up by one process at a time.

A migration is a number with one or more SQL files in `migrations/`, run in the order of their
names. A file for one database only has the database before its extension. All pending migrations
run in one transaction, so a crash leaves the schema unchanged.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

from storage.errors import SchemaTooNew
from storage.queries import Dialect

_FOLDER = Path(__file__).parent / "migrations"
_FILE = re.compile(r"(?P<number>\d{4})_(?P<name>\w+?)(\.(?P<dialect>sqlite|postgres))?\.sql")
_LEDGER = """
CREATE TABLE migrations (
    number integer NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT pk_migrations PRIMARY KEY (number)
)
"""


class Script(Protocol):
    """Runs plain SQL within a transaction."""

    dialect: Dialect

    async def column(self, statement: str) -> list[Any]:
        """Return the first column of every row."""
        ...

    async def run(self, statement: str) -> None:
        """Run a statement."""
        ...


def newest() -> int:
    """Return the number of the newest migration."""
    return max(number for number, _, _ in _files())


async def revision(script: Script) -> int | None:
    """Return the number of the last applied migration, or None without tables.

    Versions up to 0.1 stored it in a table of Alembic's.
    """
    tables = await script.column(_TABLES[script.dialect])
    if "migrations" in tables:
        found = await script.column("SELECT max(number) FROM migrations")
    elif "alembic_version" in tables:
        found = await script.column("SELECT version_num FROM alembic_version")
    else:
        return None
    if not found or found[0] is None:
        return None
    if not str(found[0]).isdecimal():
        raise SchemaTooNew(str(found[0]))
    return int(found[0])


_TABLES: dict[Dialect, str] = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'",
    "postgres": "SELECT table_name FROM information_schema.tables"
    " WHERE table_schema = current_schema()",
}


async def is_due(script: Script) -> bool:
    """Return whether migrations are pending; raises SchemaTooNew if the schema is newer."""
    found = await revision(script)
    if found is not None and found > newest():
        raise SchemaTooNew(f"{found:04}")
    return found != newest()


async def upgrade(script: Script) -> None:
    """Run every pending migration in the transaction of *script*."""
    at = await revision(script) or 0
    if "migrations" not in await script.column(_TABLES[script.dialect]):
        await script.run(_LEDGER)
        await _record(script, range(1, at + 1))
    for number, dialect, file in _files():
        if at < number and dialect in {None, script.dialect}:
            for statement in _statements(file.read_text("utf-8")):
                await script.run(statement)
    await _record(script, range(at + 1, newest() + 1))


async def _record(script: Script, numbers: Iterable[int]) -> None:
    for number in numbers:
        await script.run(f"INSERT INTO migrations (number) VALUES ({number:d})")  # noqa: S608


def _files() -> list[tuple[int, str | None, Path]]:
    found = []
    for file in sorted(_FOLDER.glob("*.sql")):
        named = _FILE.fullmatch(file.name)
        if named is None:
            raise ValueError(f"{file.name} is no name of a migration")
        found.append((int(named["number"]), named["dialect"], file))
    return found


def _statements(text: str) -> Iterable[str]:
    """Split a file into its statements, without comments."""
    code = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("--"))
    return filter(None, (statement.strip() for statement in code.split(";")))
