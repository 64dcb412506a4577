"""Backup and restore of a SQLite file."""

import asyncio
import os
import shutil
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from storage.admin.inspection import Inspection, inspect_file
from storage.engine.address import SqliteAddress, parse_address
from storage.engine.lock import InUse, lock_database, release_lock
from storage.errors import BackupError, translate_errors

_PRIVATE_MODE = 0o600  # a database holds members' data
_WAL_SUFFIXES = ("-wal", "-shm")  # SQLite's own files beside a database
_POSTGRES_HINT = (
    "This command is for SQLite. For PostgreSQL, use pg_dump and pg_restore (see "
    "docs/operating.md)."
)
_STDIN = Path("-")
_MAGIC = b"SQLite format 3\0"  # the first bytes of every SQLite file


async def backup(address: str, to: Path) -> Inspection:
    """Copy the database to the new file *to*, check the copy, and return its inspection.

    The bot can keep running. Raise BackupError if there is nothing to back up, *to* exists, or the
    database is damaged, and StoreUnavailable if the disk or the database fails. After an error
    there is no new file.
    """
    path, to = _sqlite_path(address), _check_new_file(to)
    with translate_errors():
        if not await asyncio.to_thread(path.is_file):
            raise BackupError(f"There's nothing to back up: {path} doesn't exist.")
        found = await _copy_database(path, to)
        if found.revision is None:
            to.unlink()
            says = f"{path} has no Crossroads tables, so nothing was backed up"
            raise BackupError(f"{says}. Check DATABASE_URL.")
        return found


def _check_new_file(to: Path) -> Path:
    if to.exists():
        raise BackupError(f"{to} already exists: choose a new name.")
    return to.absolute()


async def restore(address: str, file: Path) -> tuple[Inspection, Path | None]:
    """Replace the database by the backup *file*, or by standard input if *file* is ``-``.

    Return the backup's inspection, and the path to which the old database was copied, or None if
    there was none. Raise BackupError if the backup is damaged, isn't a backup or is newer than this
    version of the bot, or if a bot is running; raise StoreUnavailable if the disk fails. After an
    error the database is unchanged.
    """
    path = _sqlite_path(address)
    new = path.with_name(path.name + ".new")
    with translate_errors():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            held = lock_database(path, wait=0, exclusive=True)
        except InUse as error:
            raise BackupError(f"A bot is using {path}. Stop it first.") from error
        try:
            received = path.with_name(path.name + ".received")
            try:
                given = _save_stdin(received) if file == _STDIN else _check_readable(file)
                await _check_backup(given, "The input" if file == _STDIN else str(given))
                found = await _copy_database(given, new)
            finally:
                received.unlink(missing_ok=True)
            return found, await asyncio.to_thread(_replace_file, new, path)
        finally:
            release_lock(held)


def _save_stdin(to: Path) -> Path:
    """Write standard input to a file that only the bot's user can read; return its path.

    Raise BackupError if the input doesn't start like a SQLite file.
    """
    begins = sys.stdin.buffer.read(len(_MAGIC))
    if begins != _MAGIC:  # checked before reading on, since standard input may never end
        raise BackupError("The input isn't a backup." if begins else "The input is empty.")
    to.unlink(missing_ok=True)
    with _create_file(to) as made:
        made.write(begins)
        shutil.copyfileobj(sys.stdin.buffer, made)
    return to


def _check_readable(file: Path) -> Path:
    file = file.absolute()
    if not file.is_file():
        raise BackupError(f"{file} isn't a file.")
    if not os.access(file, os.R_OK):  # as "docker cp" leaves files that belong to root
        says = f"The bot's user can't read {file}"
        raise BackupError(f"{says}. Pass it on standard input: crossroads db restore - < FILE")
    return file


def _create_file(file: Path) -> BinaryIO:
    """Create a file that only the bot's user can read; return it, opened for writing."""
    return os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _PRIVATE_MODE), "wb")


async def _check_backup(file: Path, name: str) -> None:
    """Raise BackupError unless *file* is an undamaged database that this version can use.

    *name* is the file's name in the message.
    """
    try:
        found = await inspect_file(file)
    except sqlite3.DatabaseError as error:
        raise BackupError(f"{name} isn't a backup, or it's damaged ({error}).") from error
    if found.damage:
        raise BackupError(f"{name} is damaged: {found.damage[0]}.")
    if found.revision is None:
        raise BackupError(f"{name} is a database, but not a Crossroads database.")
    if found.newer:
        says = f"{name} was written by a newer version of the bot (revision {found.revision})"
        raise BackupError(f"{says}. Start that version, or use an older backup.")


def _sqlite_path(address: str) -> Path:
    where = parse_address(address)
    if not isinstance(where, SqliteAddress):
        raise BackupError(_POSTGRES_HINT)
    return where.path


async def _copy_database(path: Path, to: Path) -> Inspection:
    """Copy the database *path* to *to*, and return the copy's inspection.

    Raise BackupError if the copy is damaged. The file *to* appears only when the copy is complete
    and on disk.
    """
    partial = to.with_name(to.name + ".partial")
    partial.unlink(missing_ok=True)
    _create_file(partial).close()
    try:
        await asyncio.to_thread(_copy_pages, path, partial)
        found = await inspect_file(partial)
        if found.damage:
            raise BackupError(f"{path} is damaged: {found.damage[0]}.")
        await asyncio.to_thread(_fsync, partial)
        partial.replace(to)
    finally:
        partial.unlink(missing_ok=True)
    return found


def _copy_pages(path: Path, to: Path) -> None:
    with (
        closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True)) as source,
        closing(sqlite3.connect(to)) as target,
    ):
        source.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")  # one file, no write-ahead log


def _replace_file(new: Path, path: Path) -> Path | None:
    """Replace the file *path* by *new*, and save a copy of the old file.

    Return the copy's path, or None if there was no old file.
    """
    kept = None
    if path.exists():
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
        kept = path.with_name(f"{path.name}.{stamp}")
        _copy_file(path, kept)
        wal = path.with_name(path.name + "-wal")
        if wal.exists():
            _copy_file(wal, kept.with_name(kept.name + "-wal"))
    for end in _WAL_SUFFIXES:  # the write-ahead log belongs to the old file
        path.with_name(path.name + end).unlink(missing_ok=True)
    new.replace(path)
    _fsync(path.parent)
    return kept


def _copy_file(file: Path, to: Path) -> None:
    with file.open("rb") as source, _create_file(to) as made:
        shutil.copyfileobj(source, made)


def _fsync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
