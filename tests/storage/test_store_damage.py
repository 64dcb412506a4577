"""A file that is damaged, lost or replaced while the store runs, and then repaired."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

import pytest
from databases.store_files import (
    ME,
    answer_question,
    backup,
    damage_file,
    list_files,
    overwrite,
    replace_file,
    start_attempt,
)

from storage import Store, StoreUnavailable

BROKEN, GONE = "is damaged", "can't be reached"


async def test_garbage_is_no_database_until_a_backup_is_back(
    sqlite_url: str, file: Path, tmp_path: Path
) -> None:
    async with await Store.open(sqlite_url) as store:
        attempt = await start_attempt(store)
    backup(file, tmp_path / "backup.db")
    replace_file(damage_file(tmp_path / "backup.db", "garbage"), file)
    with pytest.raises(StoreUnavailable, match=BROKEN):
        await Store.open(sqlite_url)
    replace_file(tmp_path / "backup.db", file)
    async with await Store.open(sqlite_url) as store:
        assert await store.attempts.get(attempt.id, ME) == attempt


@pytest.mark.parametrize("damage", ["garbage", "torn", "missing"])
async def test_a_running_store_survives_damage_and_a_backup(
    sqlite_url: str, file: Path, tmp_path: Path, damage: str
) -> None:
    async with await Store.open(sqlite_url) as store:
        attempt = await start_attempt(store)
        await answer_question(store, attempt, 0)
        backup(file, tmp_path / "backup.db")
        replace_file(damage_file(tmp_path / "backup.db", damage), file)
        says = GONE if damage == "missing" else BROKEN
        for _ in range(2):
            with pytest.raises(StoreUnavailable, match=says):
                await answer_question(store, attempt, 1)
            with pytest.raises(StoreUnavailable, match=says):
                await store.attempts.get(attempt.id, ME)
        # A new file would pass for one without any results.
        assert (file in list_files(tmp_path)) == (damage != "missing")
        replace_file(tmp_path / "backup.db", file)
        await answer_question(store, attempt, 1)
        kept = await store.attempts.get(attempt.id, ME)
        assert kept
        assert list(kept.answers) == ["i0", "i1"]


async def test_a_file_that_is_overwritten_and_put_right_has_lost_nothing(
    sqlite_url: str, file: Path, tmp_path: Path
) -> None:
    async with await Store.open(sqlite_url) as store:
        attempt = await start_attempt(store)
        backup(file, tmp_path / "backup.db")
        whole = (tmp_path / "backup.db").read_bytes()
        overwrite(os.urandom(len(whole)), file)
        acknowledged = 0
        for n in range(3):
            with suppress(StoreUnavailable):
                await answer_question(store, attempt, n)
                acknowledged = n + 1
            with suppress(StoreUnavailable):
                await store.attempts.get(attempt.id, ME)
        overwrite(whole, file)
        await answer_question(store, attempt, acknowledged)
    async with await Store.open(sqlite_url) as store:
        kept = await store.attempts.get(attempt.id, ME)
        assert kept
        assert list(kept.answers) == [f"i{n}" for n in range(acknowledged + 1)]


async def test_a_backup_put_in_place_is_what_is_read_and_written(
    sqlite_url: str, file: Path, tmp_path: Path
) -> None:
    async with await Store.open(sqlite_url) as store:
        attempt = await start_attempt(store)
        backup(file, tmp_path / "backup.db")
        await answer_question(store, attempt, 0)
        replace_file(tmp_path / "backup.db", file)
        assert await store.attempts.get(attempt.id, ME) == attempt
        await answer_question(store, attempt, 0, "b")
    async with await Store.open(sqlite_url) as store:
        kept = await store.attempts.get(attempt.id, ME)
        assert kept
        assert dict(kept.answers) == {"i0": "b"}


async def test_a_deleted_write_ahead_log_loses_nothing_that_was_acknowledged(
    sqlite_url: str, file: Path
) -> None:
    log = file.with_name(file.name + "-wal")
    async with await Store.open(sqlite_url) as store:
        attempt = await start_attempt(store)
        await answer_question(store, attempt, 0)
        assert await store.attempts.get(attempt.id, ME)  # the readers also have it open
        log.unlink()
        await answer_question(store, attempt, 1)
        assert log.exists()
        kept = await store.attempts.get(attempt.id, ME)
        assert kept
        assert list(kept.answers) == ["i0", "i1"]
        crashed = file.with_name("crashed.db")  # the files that a kill at this point would leave
        shutil.copy(file, crashed)
        shutil.copy(log, crashed.with_name(crashed.name + "-wal"))
    async with await Store.open(f"sqlite:///{crashed}") as store:
        kept = await store.attempts.get(attempt.id, ME)
        assert kept
        assert list(kept.answers) == ["i0", "i1"]


async def test_the_health_check_notices_a_deleted_write_ahead_log(
    sqlite_url: str, file: Path
) -> None:
    log = file.with_name(file.name + "-wal")
    async with await Store.open(sqlite_url) as store:
        await store.probe()
        log.unlink()
        await store.probe()
        assert log.exists()
