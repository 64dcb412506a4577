"""File locks for a SQLite database, which the system releases even if a process is killed.

SQLite's own locks can't be used, because they don't work on a damaged file, and a damaged file is a
reason to restore a backup. On Windows there are no such file locks, so the docs tell admins to stop
the bot before a restore.
"""

import errno
import os
import sys
import time
from pathlib import Path

from storage.engine.address import SqliteAddress, parse_address
from storage.errors import AlreadyRunning, translate_errors

if sys.platform != "win32":
    import fcntl

_RETRY_SECONDS = 0.05  # seconds between attempts
_MAX_NAME_BYTES = 200  # of a bot's description in the lock file


class InUse(OSError):
    """Another process holds the lock."""


def lock_database(path: Path, wait: float, *, exclusive: bool = False) -> int:
    """Take a shared lock for the database *path*, or an exclusive lock with *exclusive*.

    Return a handle for `release_lock`. Raise InUse if another process still has the lock after
    *wait* seconds, and OSError if the file system has no locks.
    """
    return _lock_file(path.with_name(path.name + ".lock"), wait, alone=exclusive)


def release_lock(handle: int) -> None:
    """Release the lock of a *handle* that `lock_database` or `lock_for_bot` returned."""
    os.close(handle)


def lock_for_bot(address: str, name: str) -> int | None:
    """Lock a SQLite database so that only one bot runs on it; return a handle for `release_lock`.

    Return None for PostgreSQL, which several bots can share. *name* describes this bot in the error
    that another bot raises. Raise AlreadyRunning if another bot has the lock, and StoreUnavailable
    if the lock file can't be opened.
    """
    where = parse_address(address)
    if not isinstance(where, SqliteAddress):
        return None
    with translate_errors():
        where.path.parent.mkdir(parents=True, exist_ok=True)
        lock = where.path.with_name(where.path.name + ".bot")
        try:
            held = _lock_file(lock, 0, alone=True)
        except InUse:
            first = (
                lock.read_text("utf-8", "replace")[:_MAX_NAME_BYTES].strip()
                or "it's still starting"
            )
            raise AlreadyRunning(str(where.path), first) from None
        os.ftruncate(held, 0)
        os.write(held, name.encode()[:_MAX_NAME_BYTES])
        return held


def _lock_file(lock: Path, wait: float, *, alone: bool) -> int:
    held = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _wait_for_lock(held, time.monotonic() + wait, alone=alone)
    except BaseException:
        os.close(held)
        raise
    return held


def _wait_for_lock(held: int, latest: float, *, alone: bool) -> None:
    while not _try_lock(held, alone=alone):
        if time.monotonic() > latest:
            raise InUse(errno.EAGAIN, "the database is in use")
        time.sleep(_RETRY_SECONDS)


def _try_lock(held: int, *, alone: bool) -> bool:
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(held, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
