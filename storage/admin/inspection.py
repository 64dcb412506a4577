"""Read-only inspection of a database: its schema revision, damage and whether it is writable."""

import asyncio
import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from storage.engine.address import PostgresAddress, SqliteAddress, parse_address
from storage.engine.opening import (
    PostgresMigrationConnection,
    SqliteMigrationConnection,
    connect_postgres,
)
from storage.engine.schema import MigrationConnection, current_revision, newest_revision
from storage.errors import SchemaTooNew, translate_errors

if TYPE_CHECKING:
    import aiosqlite

_MAX_FAULTS = 5  # faults listed for a damaged file


@dataclass(frozen=True, slots=True)
class Inspection:
    """The state of a database. *writable* is also True if the database can still be created."""

    kind: str  # "SQLite" or "PostgreSQL"
    version: str  # the library's or the server's
    expected_revision: str  # the schema revision that this version of the bot needs
    path: Path | None = None  # the SQLite file
    exists: bool = True
    revision: str | None = None  # of the schema; None without tables
    newer: bool = False  # written by a newer version of the bot
    damage: tuple[str, ...] = ()
    writable: bool = True


async def inspect(address: str, wait: float = 5.0) -> Inspection:
    """Return the state of the database at *address*, waiting up to *wait* seconds for locks.

    Raise StoreUnavailable if the database can't be reached or read, and ValueError if *address* is
    wrong.
    """
    where = parse_address(address)
    with translate_errors():
        if isinstance(where, SqliteAddress):
            found = await inspect_file(where.path, wait)
            if found.exists:
                return found
            made = await asyncio.to_thread(_can_create, where)
            return replace(found, writable=made)
        return await _inspect_postgres(where, wait)


async def inspect_file(path: Path, wait: float = 5.0) -> Inspection:
    """Return the state of a SQLite file, waiting up to *wait* seconds for locks.

    Raise sqlite3.Error if SQLite can't read the file.
    """
    if not await asyncio.to_thread(path.exists):
        return Inspection(
            "SQLite",
            sqlite3.sqlite_version,
            _format_revision(newest_revision()),
            path,
            exists=False,
        )
    import aiosqlite  # noqa: PLC0415 - load the driver only when needed

    async with aiosqlite.connect(_uri(path), uri=True, timeout=wait) as connection:
        await connection.execute_fetchall("PRAGMA query_only = ON")
        damage = await _find_damage(connection)
        at, newer = (
            (None, False) if damage else await _read_revision(SqliteMigrationConnection(connection))
        )
    return Inspection(
        "SQLite",
        sqlite3.sqlite_version,
        _format_revision(newest_revision()),
        path,
        revision=at,
        newer=newer,
        damage=damage,
        writable=await asyncio.to_thread(_is_writable, path, wait),
    )


def _can_create(address: SqliteAddress) -> bool:
    """Return True if the bot could create the database's file."""
    folder = next(each for each in address.path.parents if each.exists())
    return address.options.get("mode") != "ro" and os.access(folder, os.W_OK)


def _uri(path: Path) -> str:
    return f"{path.as_uri()}?mode=rw"


def _format_revision(number: int) -> str:
    return f"{number:04}"


async def _read_revision(connection: MigrationConnection) -> tuple[str | None, bool]:
    """Return the schema's revision, and True if a newer version of the bot wrote it.

    The revision is None if the database has no tables.
    """
    try:
        found = await current_revision(connection)
    except SchemaTooNew as error:
        return error.revision, True
    return (None, False) if found is None else (_format_revision(found), found > newest_revision())


async def _find_damage(connection: "aiosqlite.Connection") -> tuple[str, ...]:
    """Return the damage in the database as SQLite describes it; empty if there is none."""
    said = await connection.execute_fetchall(f"PRAGMA integrity_check({_MAX_FAULTS})")
    dangling = list(await connection.execute_fetchall("PRAGMA foreign_key_check"))
    return (
        *(row[0] for row in said if row[0] != "ok"),
        *(
            f"a row of {row[0]} refers to a row that doesn't exist"
            for row in dangling[:_MAX_FAULTS]
        ),
    )


def _is_writable(path: Path, wait: float) -> bool:
    """Return True if a write transaction can be started, and False if the file is read-only.

    *wait* is the lock timeout in seconds.
    """
    with closing(sqlite3.connect(_uri(path), uri=True, timeout=wait)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_READONLY:
                return False
            raise
    return True


async def _inspect_postgres(address: PostgresAddress, wait: float) -> Inspection:
    connection = await connect_postgres(address, wait)
    try:
        version = await connection.fetchval("SHOW server_version")
        standby = await connection.fetchval("SELECT pg_is_in_recovery()")
        read_only = await connection.fetchval("SHOW transaction_read_only")
        at, newer = await _read_revision(PostgresMigrationConnection(connection))
    finally:
        await connection.close()
    return Inspection(
        "PostgreSQL",
        version.split(maxsplit=1)[0],
        _format_revision(newest_revision()),
        revision=at,
        newer=newer,
        writable=read_only == "off" and not standby,
    )
