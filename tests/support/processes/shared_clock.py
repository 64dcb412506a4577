"""A clock that one process sets and others read."""

import time
from datetime import UTC, datetime
from pathlib import Path


class SharedClock:
    """A clock in a file: the time that was set, plus the time that has passed since."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def set(self, now: datetime) -> None:
        new = self._path.with_suffix(".new")
        new.write_text(f"{now.timestamp()} {time.monotonic()}", encoding="utf-8")
        new.replace(self._path)

    def __call__(self) -> datetime:
        base, at = map(float, self._path.read_text(encoding="utf-8").split())
        return datetime.fromtimestamp(base + time.monotonic() - at, UTC)
