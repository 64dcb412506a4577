"""A file that is damaged, lost or replaced while the store runs, and put right again."""

import os
from contextlib import suppress
from pathlib import Path

import pytest
from storefiles import ME, answered, backup, begun, damaged, files, put_in_place, scribble

from storage import Store, StoreDown

BROKEN, GONE = "is damaged", "can't be reached"


async def test_garbage_is_no_database_until_a_backup_is_back(
    sqlite_url: str, file: Path, tmp_path: Path
) -> None:
    async with await Store.open(sqlite_url) as store:
        take = await begun(store)
    backup(file, tmp_path / "backup.db")
    put_in_place(damaged(tmp_path / "backup.db", "garbage"), file)
    with pytest.raises(StoreDown, match=BROKEN):
        await Store.open(sqlite_url)
    put_in_place(tmp_path / "backup.db", file)
    async with await Store.open(sqlite_url) as store:
        assert await store.take(take.id, ME) == take


@pytest.mark.parametrize("damage", ["garbage", "torn", "missing"])
async def test_a_running_store_survives_damage_and_a_backup(
    sqlite_url: str, file: Path, tmp_path: Path, damage: str
) -> None:
    async with await Store.open(sqlite_url) as store:
        take = await begun(store)
        await answered(store, take, 0)
        backup(file, tmp_path / "backup.db")
        put_in_place(damaged(tmp_path / "backup.db", damage), file)
        says = GONE if damage == "missing" else BROKEN
        for _ in range(2):
            with pytest.raises(StoreDown, match=says):
                await answered(store, take, 1)
            with pytest.raises(StoreDown, match=says):
                await store.take(take.id, ME)
        # A new file would pass for one without any results.
        assert (file in files(tmp_path)) == (damage != "missing")
        put_in_place(tmp_path / "backup.db", file)
        await answered(store, take, 1)
        kept = await store.take(take.id, ME)
        assert kept
        assert list(kept.answers) == ["i0", "i1"]


async def test_a_file_that_is_overwritten_and_put_right_has_lost_nothing(
    sqlite_url: str, file: Path, tmp_path: Path
) -> None:
    async with await Store.open(sqlite_url) as store:
        take = await begun(store)
        backup(file, tmp_path / "backup.db")
        whole = (tmp_path / "backup.db").read_bytes()
        scribble(os.urandom(len(whole)), file)
        acknowledged = 0
        for n in range(3):
            with suppress(StoreDown):
                await answered(store, take, n)
                acknowledged = n + 1
            with suppress(StoreDown):
                await store.take(take.id, ME)
        scribble(whole, file)
        await answered(store, take, acknowledged)
    async with await Store.open(sqlite_url) as store:
        kept = await store.take(take.id, ME)
        assert kept
        assert list(kept.answers) == [f"i{n}" for n in range(acknowledged + 1)]


async def test_a_backup_put_in_place_is_what_is_read_and_written(
    sqlite_url: str, file: Path, tmp_path: Path
) -> None:
    async with await Store.open(sqlite_url) as store:
        take = await begun(store)
        backup(file, tmp_path / "backup.db")
        await answered(store, take, 0)
        put_in_place(tmp_path / "backup.db", file)
        assert await store.take(take.id, ME) == take
        await answered(store, take, 0, "b")
    async with await Store.open(sqlite_url) as store:
        kept = await store.take(take.id, ME)
        assert kept
        assert dict(kept.answers) == {"i0": "b"}
