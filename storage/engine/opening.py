"""Opening of a database: load its driver, connect, and run pending migrations."""

import os
import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from storage.engine.address import INVALID_ADDRESS, PostgresAddress, SqliteAddress
from storage.engine.database import Database
from storage.engine.schema import has_pending_migrations, run_migrations
from storage.errors import StoreUnavailable
from storage.queries import Dialect

if TYPE_CHECKING:
    import aiosqlite

# A driver is imported only if its database is used, because that takes time.
# ruff: noqa: PLC0415

_MIGRATION_LOCK = 0x43726F7373  # an arbitrary number that all processes share
_MISSING_DRIVER = "For PostgreSQL, install the extra: pip install '.[postgres]'"


async def open_sqlite(address: SqliteAddress, wait: float) -> Database:
    """Open a SQLite file, or create it, run pending migrations, and return the database.

    *wait* is the lock timeout in seconds. Raise StoreUnavailable if Python's SQLite is too old,
    SchemaTooNew if a newer version of the bot has migrated the file, or sqlite3.Error.
    """
    from storage.engine.sqlite import MIN_VERSION, SqliteDatabase
    from storage.engine.sqlite_session import connect

    if sqlite3.sqlite_version_info < MIN_VERSION:
        least = ".".join(map(str, MIN_VERSION))
        says = f"This Python has SQLite {sqlite3.sqlite_version}, and the bot needs {least}"
        raise StoreUnavailable(f"{says} or newer: use the Docker image, or a newer Python.")
    address.path.parent.mkdir(parents=True, exist_ok=True)
    if address.options.get("mode") != "ro":
        with suppress(FileExistsError):  # only the bot's user may read members' data
            os.close(os.open(address.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    # With foreign keys on, rebuilding a table would delete the rows that refer to it.
    connection = await connect(address.path, address.options, wait, "foreign_keys = OFF")
    try:
        await _migrate_file(connection)
    finally:
        await connection.close()
    return await SqliteDatabase.open(address.path, address.options, wait)


class SqliteMigrationConnection:
    """A MigrationConnection on a SQLite connection."""

    dialect: Dialect = "sqlite"

    def __init__(self, connection: "aiosqlite.Connection") -> None:
        self._connection = connection

    async def fetch_column(self, statement: str) -> list[Any]:
        """Run a statement; return the first column of every row."""
        return [row[0] for row in await self._connection.execute_fetchall(statement)]

    async def execute(self, statement: str) -> None:
        """Run a statement that returns no rows."""
        await self._connection.execute_fetchall(statement)


async def _migrate_file(connection: "aiosqlite.Connection") -> None:
    wrapped = SqliteMigrationConnection(connection)
    if not await has_pending_migrations(wrapped):  # the usual case, which needs no lock
        return
    await wrapped.execute("BEGIN IMMEDIATE")
    try:
        if await has_pending_migrations(wrapped):  # another process may have done it meanwhile
            await run_migrations(wrapped)
        dangling = list(await connection.execute_fetchall("PRAGMA foreign_key_check"))
        if dangling:
            raise RuntimeError(f"a migration left a row of {dangling[0][0]} that refers to nothing")
        await connection.commit()
    finally:
        await connection.rollback()


async def open_postgres(address: PostgresAddress, wait: float) -> Database:
    """Connect to a PostgreSQL database, run pending migrations, and return the database.

    *wait* is the lock timeout in seconds. Raise StoreUnavailable if the server can't be reached,
    ValueError for a wrong address, SchemaTooNew if a newer version of the bot has migrated the
    database, or asyncpg's errors.
    """
    connection = await connect_postgres(address, wait)
    try:
        await _migrate_server(connection)
    finally:
        await connection.close()
    from storage.engine.postgres import PostgresDatabase

    return await PostgresDatabase.open(address, wait)


async def connect_postgres(address: PostgresAddress, wait: float) -> Any:
    """Return a new asyncpg connection; *wait* is the lock timeout in seconds.

    Raise StoreUnavailable if the server can't be reached, and ValueError if the address is wrong or
    asyncpg isn't installed.
    """
    try:
        import asyncpg
    except ModuleNotFoundError as error:
        raise ValueError(_MISSING_DRIVER) from error
    from storage.engine.postgres import CONNECTION_ERRORS, connect_options, to_unavailable

    try:
        return await asyncpg.connect(**connect_options(address, wait))
    except (ValueError, asyncpg.ClientConfigurationError):
        # The driver's message quotes the address, which may hold a password.
        raise ValueError(INVALID_ADDRESS) from None
    except CONNECTION_ERRORS as error:
        raise to_unavailable(error) from error


class PostgresMigrationConnection:
    """A MigrationConnection on an asyncpg connection."""

    dialect: Dialect = "postgres"

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def fetch_column(self, statement: str) -> list[Any]:
        """Run a statement; return the first column of every row."""
        return [row[0] for row in await self._connection.fetch(statement)]

    async def execute(self, statement: str) -> None:
        """Run a statement that returns no rows."""
        await self._connection.execute(statement)


async def _migrate_server(connection: Any) -> None:
    wrapped = PostgresMigrationConnection(connection)
    if not await has_pending_migrations(wrapped):
        return
    async with connection.transaction():
        # The lock belongs to the transaction, not to the session, because a pooler shares sessions.
        await connection.execute(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")
        if await has_pending_migrations(wrapped):
            await run_migrations(wrapped)
