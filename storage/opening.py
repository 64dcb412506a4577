"""Opens a database: runs its migrations and loads its driver."""

import os
import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from storage.address import UNREADABLE, PostgresAddress, SqliteAddress
from storage.database import Database
from storage.errors import StoreUnavailable
from storage.queries import Dialect
from storage.schema import is_due, upgrade

if TYPE_CHECKING:
    import aiosqlite

# A driver is imported only where its database is used.
# ruff: noqa: PLC0415

_LOCK = 0x43726F7373  # an arbitrary number that all processes share
_INSTALL = "For PostgreSQL, install the extra: pip install '.[postgres]'"


async def open_sqlite(address: SqliteAddress, wait: float) -> Database:
    """Open or create a file; raises StoreUnavailable and sqlite3.Error."""
    from storage.sqlite import LEAST, SqliteDatabase
    from storage.sqlite_session import connect

    if sqlite3.sqlite_version_info < LEAST:
        least = ".".join(map(str, LEAST))
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


class SqliteScript:
    """A Script on a SQLite connection."""

    dialect: Dialect = "sqlite"

    def __init__(self, connection: "aiosqlite.Connection") -> None:
        self._connection = connection

    async def column(self, statement: str) -> list[Any]:
        """Implement Script.column."""
        return [row[0] for row in await self._connection.execute_fetchall(statement)]

    async def run(self, statement: str) -> None:
        """Implement Script.run."""
        await self._connection.execute_fetchall(statement)


async def _migrate_file(connection: "aiosqlite.Connection") -> None:
    script = SqliteScript(connection)
    if not await is_due(script):  # the usual case, which needs no lock
        return
    await script.run("BEGIN IMMEDIATE")
    try:
        if await is_due(script):  # another process may have done it meanwhile
            await upgrade(script)
        dangling = list(await connection.execute_fetchall("PRAGMA foreign_key_check"))
        if dangling:
            raise RuntimeError(f"a migration left a row of {dangling[0][0]} that refers to nothing")
        await connection.commit()
    finally:
        await connection.rollback()


async def open_postgres(address: PostgresAddress, wait: float) -> Database:
    """Open a PostgreSQL database; raises StoreUnavailable, ValueError, and asyncpg's errors."""
    connection = await connect_postgres(address, wait)
    try:
        await _migrate_server(connection)
    finally:
        await connection.close()
    from storage.postgres import PostgresDatabase

    return await PostgresDatabase.open(address, wait)


async def connect_postgres(address: PostgresAddress, wait: float) -> Any:
    """Return an asyncpg connection; raises StoreUnavailable, and ValueError for a wrong address."""
    try:
        import asyncpg
    except ModuleNotFoundError as error:
        raise ValueError(_INSTALL) from error
    from storage.postgres import UNREACHABLE, options, unreachable

    try:
        return await asyncpg.connect(**options(address, wait))
    except (ValueError, asyncpg.ClientConfigurationError):
        # The driver's message quotes the address, which may hold a password.
        raise ValueError(UNREADABLE) from None
    except UNREACHABLE as error:
        raise unreachable(error) from error


class PostgresScript:
    """A Script on an asyncpg connection."""

    dialect: Dialect = "postgres"

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def column(self, statement: str) -> list[Any]:
        """Implement Script.column."""
        return [row[0] for row in await self._connection.fetch(statement)]

    async def run(self, statement: str) -> None:
        """Implement Script.run."""
        await self._connection.execute(statement)


async def _migrate_server(connection: Any) -> None:
    script = PostgresScript(connection)
    if not await is_due(script):
        return
    async with connection.transaction():
        # A lock of the transaction, not the session: a pooler shares sessions.
        await connection.execute(f"SELECT pg_advisory_xact_lock({_LOCK})")
        if await is_due(script):
            await upgrade(script)
