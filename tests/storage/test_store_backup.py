"""Backups: taken while the store is in use, put in place when it is not, refused when unfit."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from storefiles import ME, answered, begun, damaged, names

from storage import Store, StoreDown, Unfit, backup, examine, restore
from storage.schema import upgrade


async def test_a_backup_of_a_store_in_use_holds_what_was_acknowledged(
    sqlite_url: str, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    async with await Store.open(sqlite_url) as store:
        take = await begun(store)
        await answered(store, take, 0)
        found = backup(sqlite_url, copy)
        await answered(store, take, 1)
    assert found.revision == found.wanted
    assert copy.stat().st_mode & 0o777 == 0o600
    assert names(tmp_path) == ["copy.db", "data"]
    async with await Store.open(f"sqlite:///{copy}") as kept:
        old = await kept.take(take.id, ME)
        assert old
        assert list(old.answers) == ["i0"]


async def test_restoring_gives_what_was_backed_up_and_keeps_what_was_there(
    sqlite_url: str, file: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    async with await Store.open(sqlite_url) as store:
        take = await begun(store)
        backup(sqlite_url, copy)
        await answered(store, take, 0)
    found, old = restore(sqlite_url, copy)
    assert found.revision == found.wanted
    assert old
    for url, answers in ((sqlite_url, []), (f"sqlite:///{old}", ["i0"])):
        async with await Store.open(url) as store:
            kept = await store.take(take.id, ME)
            assert kept
            assert list(kept.answers) == answers
    assert copy.exists()
    assert not list(file.parent.glob("*.new*"))


async def test_a_damaged_database_with_its_log_is_kept_when_a_backup_takes_its_place(
    sqlite_url: str, file: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    async with await Store.open(sqlite_url) as store:
        take = await begun(store)
    backup(sqlite_url, copy)
    bad = damaged(file, "garbage")
    assert bad
    noise = bad.read_bytes()
    bad.replace(file)
    file.with_name(file.name + "-wal").write_bytes(b"log")
    _, old = restore(sqlite_url, copy)
    assert old
    assert old.read_bytes() == noise
    assert old.with_name(old.name + "-wal").read_bytes() == b"log"
    async with await Store.open(sqlite_url) as store:
        assert await store.take(take.id, ME) == take


async def test_nothing_is_restored_under_a_running_store(
    sqlite_url: str, file: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    async with await Store.open(sqlite_url) as store:
        take = await begun(store)
        backup(sqlite_url, copy)
        await answered(store, take, 0)
        with pytest.raises(Unfit, match="A bot is running"):
            restore(sqlite_url, copy)
        await answered(store, take, 1)
    assert not list(file.parent.glob("*.new*"))
    restore(sqlite_url, copy)


async def test_a_restore_under_way_keeps_a_store_from_opening(sqlite_url: str, file: Path) -> None:
    from storage.lock import hold, release  # noqa: PLC0415 - nothing else needs it

    file.parent.mkdir()
    held = hold(file, 0, alone=True)
    with pytest.raises(StoreDown):
        await Store.open(sqlite_url, wait=0.1)
    release(held)
    await (await Store.open(sqlite_url)).close()


def newer(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("update alembic_version set version_num = '9999'")
    database.close()


def strange(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as database:
        database.execute("create table other (x)")
    database.close()


def garbage(path: Path) -> None:
    bad = damaged(path, "garbage")
    assert bad
    bad.replace(path)


def torn(path: Path) -> None:
    bad = damaged(path, "torn")
    assert bad
    bad.replace(path)


def lost(path: Path) -> None:
    path.unlink()


UNFIT: dict[Callable[[Path], None], str] = {
    newer: "newer version",
    strange: "none of Crossroads",
    garbage: "no backup, or a damaged one",
    torn: "damaged",
    lost: "is no file",
}


@pytest.mark.parametrize("spoil", UNFIT, ids=lambda each: each.__name__)
async def test_an_unfit_file_is_not_restored(
    sqlite_url: str, file: Path, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    copy = tmp_path / "copy.db"
    async with await Store.open(sqlite_url) as store:
        take = await begun(store)
    backup(sqlite_url, copy)
    spoil(copy)
    with pytest.raises(Unfit, match=UNFIT[spoil]):
        restore(sqlite_url, copy)
    async with await Store.open(sqlite_url) as store:
        assert await store.take(take.id, ME) == take
    assert names(file.parent) == [file.name, f"{file.name}.lock"]


async def test_a_damaged_database_is_not_backed_up(
    sqlite_url: str, file: Path, tmp_path: Path
) -> None:
    async with await Store.open(sqlite_url) as store:
        await begun(store)
    torn(file)
    with pytest.raises((Unfit, StoreDown), match="damaged"):
        backup(sqlite_url, tmp_path / "copy.db")
    assert names(tmp_path) == ["data"]


async def test_a_backup_overwrites_nothing_and_needs_something(
    sqlite_url: str, tmp_path: Path
) -> None:
    (tmp_path / "there").write_text("mine", encoding="utf-8")
    with pytest.raises(Unfit, match="does not exist"):
        backup(sqlite_url, tmp_path / "copy.db")
    await (await Store.open(sqlite_url)).close()
    with pytest.raises(Unfit, match="is there already"):
        backup(sqlite_url, tmp_path / "there")
    assert (tmp_path / "there").read_text(encoding="utf-8") == "mine"


def test_for_a_server_its_own_tools_are_named(tmp_path: Path) -> None:
    with pytest.raises(Unfit, match="pg_dump"):
        backup("postgresql://u:p@h/d", tmp_path / "copy.db")
    with pytest.raises(Unfit, match="pg_restore"):
        restore("postgresql://u:p@h/d", tmp_path / "copy.db")


async def test_an_examination_changes_nothing_and_says_what_is_there(
    new_url: str, tmp_path: Path
) -> None:
    assert examine(new_url).revision is None
    assert names(tmp_path) == []
    await (await Store.open(new_url)).close()
    found = examine(new_url)
    assert (found.revision, found.damage, found.writable) == (found.wanted, (), True)


async def test_an_older_backup_is_brought_up_to_date_by_the_next_start(
    sqlite_url: str, tmp_path: Path
) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'old.db'}")
    with engine.begin() as connection:
        upgrade(connection, "0002")
    engine.dispose()
    found, before = restore(sqlite_url, tmp_path / "old.db")
    assert (found.revision, found.newer, before) == ("0002", False, None)
    async with await Store.open(sqlite_url) as store:
        assert await store.preferences.of("discord:1") == {}
    assert examine(sqlite_url).revision == found.wanted


async def test_a_probe_reaches_the_disk_and_each_write_is_observed(store: Store) -> None:
    seen: list[float] = []
    store.observe(seen.append)
    await store.probe()
    assert len(seen) == 1
    assert seen[0] > 0
