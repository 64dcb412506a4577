"""Exceptions of the storage, each with a message for the user."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager


class StoreUnavailable(Exception):
    """The database can't be used at the moment, for example because it can't be reached."""

    def __init__(self, message: str, detail: str = "") -> None:
        """Create the error; *message* is for the user, and *detail* for the log."""
        super().__init__(f"{message} ({detail})" if detail else message)
        self.message, self.detail = message, detail


class SchemaTooNew(Exception):
    """The database has the schema of a newer version of the bot, so this version can't use it."""

    def __init__(self, revision: str) -> None:
        """Create the error; *revision* is the database's schema revision, such as ``0009``."""
        self.message = (
            "A newer version of the bot saved these results, so this version won't change them. "
            "An admin can start the newer version or restore a backup."
        )
        super().__init__(f"{self.message} (revision {revision})")
        self.revision = revision


class AlreadyRunning(Exception):
    """Another bot runs on the same SQLite file."""

    def __init__(self, file: str, running: str) -> None:
        """Create the error for the database *file*; *running* describes the bot that uses it."""
        self.message = (
            f"Another bot is already using {file} ({running}). Stop it, give this bot its own "
            "database, or use PostgreSQL, which several bots can share."
        )
        super().__init__(self.message)


class BackupError(Exception):
    """A backup can't be made or restored, and the database wasn't changed."""

    def __init__(self, message: str) -> None:
        """Create the error; *message* tells an admin the reason."""
        super().__init__(message)
        self.message = message


BUSY = "The database is busy. Try again in a moment."
FULL = (
    "Results can't be saved because the disk is full."
    " Ask an admin to free some space, then try again."
)
READ_ONLY = (
    "Results can't be saved because the database is read-only."
    " Ask an admin to make it writable, then try again."
)
BROKEN = (
    "Results can't be read or saved because the database is damaged."
    " Ask an admin to restore a backup, then try again."
)
DISK = (
    "Results can't be read or saved because of a disk error."
    " Ask an admin to check the disk, then try again."
)
GONE = (
    "The database can't be reached. Try again in a minute, and tell an admin if that doesn't help."
)

_SQLITE = {
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
    sqlite3.SQLITE_PROTOCOL: BUSY,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_PERM: READ_ONLY,
    sqlite3.SQLITE_CORRUPT: BROKEN,
    sqlite3.SQLITE_NOTADB: BROKEN,
    sqlite3.SQLITE_IOERR: DISK,
    sqlite3.SQLITE_NOMEM: GONE,
    sqlite3.SQLITE_CANTOPEN: GONE,
}
# By SQLSTATE prefix: https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRES = {
    "53100": FULL,
    "25006": READ_ONLY,
    "42501": READ_ONLY,
    "XX001": BROKEN,
    "XX002": BROKEN,
    "58": DISK,
    "40": BUSY,
    "55P03": BUSY,
    "57014": BUSY,
    "08": GONE,
    "28": GONE,
    "3D": GONE,
    "53": GONE,
    "57P": GONE,
}
_SYSTEM = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EACCES: READ_ONLY,
    errno.EPERM: READ_ONLY,
    errno.EROFS: READ_ONLY,
}


def translate_error(error: BaseException) -> BaseException:
    """Return StoreUnavailable in place of an error that the driver or the system caused.

    Any other error, which is a bug, is returned unchanged.
    """
    says = _message_for(error)
    if says is None:
        return error
    failure = StoreUnavailable(says, " ".join(str(error).split()) or type(error).__name__)
    failure.__cause__ = error
    return failure


@contextmanager
def translate_errors() -> Iterator[None]:
    """Return a context manager that applies `translate_error` to exceptions of its block."""
    try:
        yield
    except Exception as error:
        failure = translate_error(error)
        if failure is error:
            raise
        raise failure from error


def _message_for(error: BaseException) -> str | None:
    """Return the message for the user, or None if *error* is a bug."""
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", None)
        # The low byte is the primary error code.
        return None if code is None else _SQLITE.get(code & 0xFF)
    if isinstance(error, TimeoutError):
        return GONE
    if isinstance(error, OSError):
        return _SYSTEM.get(error.errno or 0, GONE)
    state = getattr(error, "sqlstate", None)  # set on asyncpg's errors
    if state:
        return next((_POSTGRES[start] for start in _POSTGRES if state.startswith(start)), None)
    return None
