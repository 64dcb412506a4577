"""Which of a database's errors are nobody's bug, and what a user is told of each."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, OperationalError

from storage.errors import StoreDown

BUSY = "The results are busy just now: try again in a moment."
FULL = (
    "Results can't be saved just now because the disk is full:"
    " ask an admin to make room, then try again."
)
READ_ONLY = (
    "Results can't be saved just now because the database may only be read:"
    " ask an admin to make it writable, then try again."
)
BROKEN = (
    "Results can't be read or saved because the database is damaged:"
    " ask an admin to restore a backup, then try again."
)
DISK = (
    "Results can't be read or saved just now because the disk fails:"
    " ask an admin to look at it, then try again."
)
GONE = (
    "The results can't be reached just now: try again in a minute, and tell an admin if it lasts."
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
# By the start of the SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html
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


# From SQLAlchemy, and of SQLite's driver where that is spoken to directly.
DATABASE_ERRORS = (DBAPIError, sqlite3.Error)


def down(error: DBAPIError | sqlite3.Error | OSError) -> StoreDown | None:
    """Give what *error* means for the user, or None where it is a bug of ours."""
    if isinstance(error, DATABASE_ERRORS):
        says = _says(error)
        return StoreDown(says, str(getattr(error, "orig", error))) if says else None
    return StoreDown(_SYSTEM.get(error.errno or 0, GONE), str(error))


def plain(error: BaseException) -> BaseException:
    """Turn what time or an admin can mend into StoreDown; a bug of ours stays what it is."""
    failure = down(error) if isinstance(error, (*DATABASE_ERRORS, OSError)) else None
    if failure is None:
        return error
    failure.__cause__ = error
    return failure


@contextmanager
def plainly() -> Iterator[None]:
    """Raise what is plain of the errors within."""
    try:
        yield
    except (*DATABASE_ERRORS, OSError) as error:
        failure = plain(error)
        if failure is error:
            raise
        raise failure from error


def _says(error: DBAPIError | sqlite3.Error) -> str | None:
    theirs = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(theirs, "sqlite_errorcode", None)
    if code is not None:
        return _SQLITE.get(code & 0xFF)  # the rest of it says how, not what
    state = getattr(theirs, "sqlstate", None)
    if state:
        return next((_POSTGRES[start] for start in _POSTGRES if state.startswith(start)), None)
    # Neither library nor server named a code: the connection was lost or never made.
    lost = isinstance(error, OperationalError) or getattr(error, "connection_invalidated", False)
    return GONE if lost else None
