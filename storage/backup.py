"""Backups of a SQLite file: one taken while the bot runs, one put in place while it does not."""

import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from storage.engines import file_of
from storage.errors import Unfit
from storage.examine import examine_file
from storage.failures import plainly
from storage.lock import InUse, hold, release
from storage.records import Examination

_BESIDE = ("-wal", "-shm")  # SQLite's own files beside a database
_ELSEWHERE = "This is for SQLite. For PostgreSQL use pg_dump and pg_restore: see docs/admins.md."


def backup(url: str, to: Path) -> Examination:
    """Copy the database as it is at one moment into the new file *to*, and look the copy over.

    The bot may run meanwhile, and waits for nothing. Raises Unfit, and StoreDown where the disk or
    the database fails; there is no file *to* then.
    """
    path, to = _file(url), to.absolute()
    if to.exists():
        raise Unfit(f"{to} is there already: name a file that is not.")
    if not path.exists():
        raise Unfit(f"There is nothing to back up: {path} does not exist.")
    with plainly():
        return _copied(path, to)


def restore(url: str, backup_file: Path) -> tuple[Examination, Path | None]:
    """Put a backup in the database's place; give what it holds, and where the old one is now.

    Nothing is changed unless all is well: raises Unfit for a file that is no sound backup of this
    version of the bot or an older one, and while the database is in use; StoreDown otherwise.
    """
    path, backup_file = _file(url), backup_file.absolute()
    sound(backup_file)
    with plainly():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            held = hold(path, wait=0, alone=True)
        except InUse as error:
            raise Unfit(f"A bot is running on {path}: stop it first.") from error
        try:
            new = path.with_name(path.name + ".new")
            new.unlink(missing_ok=True)
            found = _copied(backup_file, new)
            return found, _swapped(new, path)
        finally:
            release(held)


def sound(file: Path) -> Examination:
    """Look over a file that is to be put in place; raises Unfit."""
    if not file.is_file():
        raise Unfit(f"{file} is no file.")
    try:
        found = examine_file(file)
    except DBAPIError as error:
        raise Unfit(f"{file} is no backup, or a damaged one ({error.orig}).") from error
    if found.damage:
        raise Unfit(f"{file} is damaged: {found.damage[0]}.")
    if found.revision is None:
        raise Unfit(f"{file} is a database, but none of Crossroads'.")
    if found.newer:
        says = f"{file} was written by a newer version of the bot (revision {found.revision})"
        raise Unfit(f"{says}: start that version, or take an older backup.")
    return found


def _file(url: str) -> Path:
    path = file_of(url)
    if path is None:
        raise Unfit(_ELSEWHERE)
    return path


def _copied(path: Path, to: Path) -> Examination:
    """Copy a database into a file that is there only once it is whole and on the disk."""
    partial = to.with_name(to.name + ".partial")
    partial.unlink(missing_ok=True)
    os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        _copy(path, partial)
        found = examine_file(partial)
        _synced(partial)
        if not found.damage:
            partial.replace(to)
    finally:
        partial.unlink(missing_ok=True)
    if found.damage:
        raise Unfit(f"{path} is damaged: {found.damage[0]}.")
    return found


def _copy(path: Path, to: Path) -> None:
    with (
        closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True)) as source,
        closing(sqlite3.connect(to)) as target,
    ):
        source.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it


def _swapped(new: Path, path: Path) -> Path | None:
    """Put *new* in place of *path*, which is kept under another name."""
    kept = None
    if path.exists():
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
        kept = path.with_name(f"{path.name}.{stamp}")
        shutil.copy2(path, kept)
        wal = path.with_name(path.name + "-wal")
        if wal.exists():
            shutil.copy2(wal, kept.with_name(kept.name + "-wal"))
    for end in _BESIDE:  # what was written ahead belongs to the old file alone
        path.with_name(path.name + end).unlink(missing_ok=True)
    new.replace(path)
    _synced(path.parent)
    return kept


def _synced(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
