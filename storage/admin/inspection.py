"""A read-only look at a database from outside the bot."""

import asyncio
import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from storage.address import PostgresAddress, SqliteAddress, read
from storage.errors import SchemaTooNew, plainly
from storage.opening import PostgresScript, SqliteScript, connect_postgres
from storage.schema import Script, newest, revision

if TYPE_CHECKING:
    import aiosqlite

_FAULTS = 5  # faults listed for a damaged file


@dataclass(frozen=True, slots=True)
class Inspection:
    """The state of a database. If it doesn't exist, *writable* says whether it can be created."""

    kind: str  # "SQLite" or "PostgreSQL"
    version: str  # the library's or the server's
    wanted: str  # the schema revision that this version of the bot needs
    path: Path | None = None  # the SQLite file
    exists: bool = True
    revision: str | None = None  # of the schema; None without tables
    newer: bool = False  # written by a newer version of the bot
    damage: tuple[str, ...] = ()
    writable: bool = True


async def inspect(address: str, wait: float = 5.0) -> Inspection:
    """Inspect a database; raises StoreUnavailable if it can't be reached or read at all."""
    where = read(address)
    with plainly():
        if isinstance(where, SqliteAddress):
            found = await inspect_file(where.path, wait)
            if found.exists:
                return found
            made = await asyncio.to_thread(_can_be_made, where)
            return replace(found, writable=made)
        return await _server(where, wait)


async def inspect_file(path: Path, wait: float = 5.0) -> Inspection:
    """Inspect a SQLite file; raises sqlite3.Error."""
    if not await asyncio.to_thread(path.exists):
        return Inspection("SQLite", sqlite3.sqlite_version, _named(newest()), path, exists=False)
    import aiosqlite  # noqa: PLC0415 - load the driver only when needed

    async with aiosqlite.connect(_uri(path), uri=True, timeout=wait) as connection:
        await connection.execute_fetchall("PRAGMA query_only = ON")
        damage = await _damage(connection)
        at, newer = (None, False) if damage else await _revision(SqliteScript(connection))
    return Inspection(
        "SQLite",
        sqlite3.sqlite_version,
        _named(newest()),
        path,
        revision=at,
        newer=newer,
        damage=damage,
        writable=await asyncio.to_thread(_writable, path, wait),
    )


def _can_be_made(address: SqliteAddress) -> bool:
    """Return whether the file could be created."""
    folder = next(each for each in address.path.parents if each.exists())
    return address.options.get("mode") != "ro" and os.access(folder, os.W_OK)


def _uri(path: Path) -> str:
    return f"{path.as_uri()}?mode=rw"


def _named(number: int) -> str:
    return f"{number:04}"


async def _revision(script: Script) -> tuple[str | None, bool]:
    """Return the schema's revision, and whether it is newer than this version of the bot."""
    try:
        found = await revision(script)
    except SchemaTooNew as error:
        return error.revision, True
    return (None, False) if found is None else (_named(found), found > newest())


async def _damage(connection: "aiosqlite.Connection") -> tuple[str, ...]:
    said = await connection.execute_fetchall(f"PRAGMA integrity_check({_FAULTS})")
    dangling = list(await connection.execute_fetchall("PRAGMA foreign_key_check"))
    return (
        *(row[0] for row in said if row[0] != "ok"),
        *(f"a row of {row[0]} refers to nothing" for row in dangling[:_FAULTS]),
    )


def _writable(path: Path, wait: float) -> bool:
    """Return whether a write transaction can be started."""
    with closing(sqlite3.connect(_uri(path), uri=True, timeout=wait)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_READONLY:
                return False
            raise
    return True


async def _server(address: PostgresAddress, wait: float) -> Inspection:
    connection = await connect_postgres(address, wait)
    try:
        version = await connection.fetchval("SHOW server_version")
        standby = await connection.fetchval("SELECT pg_is_in_recovery()")
        read_only = await connection.fetchval("SHOW transaction_read_only")
        at, newer = await _revision(PostgresScript(connection))
    finally:
        await connection.close()
    return Inspection(
        "PostgreSQL",
        version.split(maxsplit=1)[0],
        _named(newest()),
        revision=at,
        newer=newer,
        writable=read_only == "off" and not standby,
    )
