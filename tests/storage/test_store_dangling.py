"""A database that opens but has foreign keys to missing rows."""

import sqlite3
from pathlib import Path

import pytest
from databases.store_files import list_names, start_attempt
from scheduler_harness import MONDAY, PLAN

from bot.ops.doctor import checks
from bot.ops.health import DOCTOR_TIMEOUT, State, run_checks
from bot.ops.settings import Settings
from storage import BackupError, NewTip, Store, backup, inspect, restore


@pytest.fixture
async def dangling(sqlite_url: str, file: Path) -> Path:
    """Return a file in which an answer belongs to no attempt."""
    async with await Store.open(sqlite_url) as store:
        await start_attempt(store)
    with sqlite3.connect(file) as opened:
        columns = "attempt, item, option, answered_at"
        opened.execute(f"insert into answers ({columns}) values ('none', 'i', 'a', 0)")  # noqa: S608
    opened.close()
    return file


async def test_the_doctor_reports_a_dangling_row(dangling: Path) -> None:
    settings = Settings(DATABASE_URL=f"sqlite:///{dangling}")
    found = (await run_checks(checks(settings), DOCTOR_TIMEOUT))["database"]
    assert found.state is State.BROKEN
    assert "a row of answers refers to a row that doesn't exist" in found.message
    assert "restore" in found.remedy


async def test_a_database_with_a_dangling_row_is_neither_backed_up_nor_restored(
    dangling: Path, sqlite_url: str, tmp_path: Path
) -> None:
    assert (await inspect(sqlite_url)).damage
    with pytest.raises(BackupError, match="is damaged: a row of answers"):
        await backup(sqlite_url, tmp_path / "copy.db")
    with pytest.raises(BackupError, match="is damaged: a row of answers"):
        await restore(sqlite_url, dangling)
    assert list_names(tmp_path) == ["data"]


async def test_a_queue_that_is_gone_takes_nothing(store: Store) -> None:
    assert await store.tips.add("gone", [NewTip("one")], MONDAY) == ()
    assert await store.schedules.add("gone", PLAN, "test:7", MONDAY, MONDAY) is None
