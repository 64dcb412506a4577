"""File locks beside a SQLite database, which the system releases even if a process is killed.

SQLite's own locks don't work on a damaged file, which is when a backup is restored. Windows has no
such locks, so there the docs tell admins to stop the bot first.
"""

import errno
import os
import sys
import time
from pathlib import Path

from storage.address import SqliteAddress, read
from storage.errors import AlreadyRunning, plainly

if sys.platform != "win32":
    import fcntl

_PAUSE = 0.05  # seconds between attempts
_LONGEST = 200  # bytes of a bot's description


class InUse(OSError):
    """Another process holds the lock."""


def hold(path: Path, wait: float, *, alone: bool = False) -> int:
    """Take a shared lock on the database *path*, or with *alone* an exclusive one.

    Returns a handle for `release`. Raises InUse after *wait* seconds, and OSError if the file
    system has no locks.
    """
    return _locked_file(path.with_name(path.name + ".lock"), wait, alone=alone)


def release(held: int) -> None:
    """Release a lock."""
    os.close(held)


def claim(address: str, name: str) -> int | None:
    """Lock a SQLite database for one bot; return a handle for `release`.

    *name* describes this bot to a second one. Returns None for PostgreSQL, which several bots can
    share. Raises AlreadyRunning, and StoreUnavailable if the lock file can't be opened.
    """
    where = read(address)
    if not isinstance(where, SqliteAddress):
        return None
    with plainly():
        where.path.parent.mkdir(parents=True, exist_ok=True)
        lock = where.path.with_name(where.path.name + ".bot")
        try:
            held = _locked_file(lock, 0, alone=True)
        except InUse:
            first = lock.read_text("utf-8", "replace")[:_LONGEST].strip() or "it is only starting"
            raise AlreadyRunning(str(where.path), first) from None
        os.ftruncate(held, 0)
        os.write(held, name.encode()[:_LONGEST])
        return held


def _locked_file(lock: Path, wait: float, *, alone: bool) -> int:
    held = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _await(held, time.monotonic() + wait, alone=alone)
    except BaseException:
        os.close(held)
        raise
    return held


def _await(held: int, latest: float, *, alone: bool) -> None:
    while not _locked(held, alone=alone):
        if time.monotonic() > latest:
            raise InUse(errno.EAGAIN, "the database is in use")
        time.sleep(_PAUSE)


def _locked(held: int, *, alone: bool) -> bool:
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(held, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
