"""A look at a database from outside: nothing is written, brought up to date or repaired."""

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

_FAULTS = 5  # of a damaged file that are named


@dataclass(frozen=True, slots=True)
class Inspection:
    """The state of a database. If it doesn't exist, only *writable* counts: can it be made."""

    kind: str  # "SQLite" or "PostgreSQL"
    version: str  # of the library, or of the server
    wanted: str  # the revision of the tables that this version of the bot works with
    path: Path | None = None  # of SQLite's file
    exists: bool = True
    revision: str | None = None  # of the tables; None where there are none
    newer: bool = False  # written by a newer version of the bot
    damage: tuple[str, ...] = ()
    writable: bool = True


async def inspect(address: str, wait: float = 5.0) -> Inspection:
    """Look at a database; raises StoreUnavailable where it can't be reached or read at all."""
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
    """Look at a file of SQLite's; raises what sqlite3 raises."""
    if not await asyncio.to_thread(path.exists):
        return Inspection("SQLite", sqlite3.sqlite_version, _named(newest()), path, exists=False)
    import aiosqlite  # noqa: PLC0415 - who only imports the storage does not wait for a driver

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
    """Return whether a file that isn't there can be made."""
    folder = next(each for each in address.path.parents if each.exists())
    return address.options.get("mode") != "ro" and os.access(folder, os.W_OK)


def _uri(path: Path) -> str:
    return f"{path.as_uri()}?mode=rw"


def _named(number: int) -> str:
    return f"{number:04}"


async def _revision(script: Script) -> tuple[str | None, bool]:
    """Return the tables' revision, and whether this version of the bot doesn't know it."""
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
    """Begin to write, and leave it at that."""
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
