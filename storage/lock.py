"""File locks beside a SQLite database, which the system releases even if a process is killed.

SQLite's own locks don't work on a damaged file, which is when a backup is restored. Windows has no
such locks, so there the docs tell admins to stop the bot first.
"""

import errno
import os
import sys
import time
from pathlib import Path

from storage.address import SqliteAddress, parse_address
from storage.errors import AlreadyRunning, translate_errors

if sys.platform != "win32":
    import fcntl

_RETRY_SECONDS = 0.05  # seconds between attempts
_MAX_NAME_BYTES = 200  # bytes of a bot's description


class InUse(OSError):
    """Another process holds the lock."""


def lock_database(path: Path, wait: float, *, exclusive: bool = False) -> int:
    """Take a shared lock on the database *path*, or with *exclusive* an exclusive one.

    Returns a handle for `release`. Raises InUse after *wait* seconds, and OSError if the file
    system has no locks.
    """
    return _lock_file(path.with_name(path.name + ".lock"), wait, alone=exclusive)


def release_lock(handle: int) -> None:
    """Release a lock."""
    os.close(handle)


def lock_for_bot(address: str, name: str) -> int | None:
    """Lock a SQLite database for one bot; return a handle for `release`.

    *name* describes this bot to a second one. Returns None for PostgreSQL, which several bots can
    share. Raises AlreadyRunning, and StoreUnavailable if the lock file can't be opened.
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
                or "it is only starting"
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
