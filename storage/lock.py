"""Who has a SQLite file in use: a lock beside it that even a killed process lets go of.

SQLite's own locks won't do: on a damaged file, which is when a backup is put in place, they tell
nothing.
"""

import errno
import os
import sys
import time
from pathlib import Path

if sys.platform != "win32":
    import fcntl

_PAUSE = 0.05  # seconds between attempts


class InUse(OSError):
    """Somebody else has the file."""


def hold(path: Path, wait: float, *, alone: bool = False) -> int:
    """Lock the file *path* together with others, or alone; give what `release` takes.

    Raises InUse after *wait* seconds, and OSError where there can be no lock.
    """
    held = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _await(held, time.monotonic() + wait, alone=alone)
    except BaseException:
        os.close(held)
        raise
    return held


def release(held: int) -> None:
    """Let go of the file."""
    os.close(held)


def _locked(held: int, *, alone: bool) -> bool:
    if sys.platform == "win32":
        return True  # nothing of the kind; the docs say to stop the bot first
    try:
        fcntl.flock(held, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _await(held: int, latest: float, *, alone: bool) -> None:
    while not _locked(held, alone=alone):
        if time.monotonic() > latest:
            raise InUse(errno.EAGAIN, "the database is in use")
        time.sleep(_PAUSE)
