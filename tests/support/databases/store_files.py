"""A store in use, and damage to its file."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from storage import Attempt, QuizVersion, Store

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ME = "discord:1"


async def start_attempt(store: Store) -> Attempt:
    await store.attempts.save_version(QuizVersion("v1", "roles", "{}"))
    return await store.attempts.start(ME, None, "roles", "v1", NOON)


async def answer_question(store: Store, attempt: Attempt, n: int, option: str = "a") -> None:
    assert await store.attempts.answer(attempt.id, ME, f"i{n}", option, n, n + 1, NOON)


def backup(file: Path, to: Path) -> None:
    with sqlite3.connect(file) as source, sqlite3.connect(to) as target:
        source.backup(target)
    source.close()
    target.close()


def replace_file(new: Path | None, file: Path) -> None:
    for name in ("-wal", "-shm"):
        file.with_name(file.name + name).unlink(missing_ok=True)
    if new is None:
        file.unlink()
        return
    shutil.copy(new, f"{file}.new")
    os.replace(f"{file}.new", file)  # noqa: PTH105 - as mv does it


def list_files(folder: Path) -> set[Path]:
    return set(folder.rglob("*.db"))


def list_names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def overwrite(what: bytes, file: Path) -> None:
    with file.open("r+b") as opened:
        opened.write(what)


def damage_file(file: Path, damage: str) -> Path | None:
    """Return a copy that is garbage or good only at its start, or None for a missing file."""
    whole, copy = file.read_bytes(), file.with_suffix(".bad")
    noise = os.urandom(len(whole))
    copy.write_bytes(noise if damage == "garbage" else whole[:4096] + noise[4096:])
    return None if damage == "missing" else copy


@contextmanager
def on_new_connections(*pragmas: str, trace: Callable[[str], None] | None = None) -> Iterator[None]:
    """Make new SQLite connections set *pragmas* and pass each statement to *trace*."""
    connect = sqlite3.connect

    def connected(*args: Any, **options: Any) -> sqlite3.Connection:
        made: sqlite3.Connection = connect(*args, **options)
        for pragma in pragmas:
            made.execute(f"PRAGMA {pragma}")
        made.set_trace_callback(trace)
        return made

    sqlite3.connect = connected  # type: ignore[assignment]
    try:
        yield
    finally:
        sqlite3.connect = connect
