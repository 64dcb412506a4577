"""Backups: taken while the store is in use, restored while it isn't, refused if damaged."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from databases.store_files import ME, answer_question, damage_file, list_names, start_attempt

from storage import (
    AlreadyRunning,
    BackupError,
    Store,
    StoreUnavailable,
    backup,
    inspect,
    lock_for_bot,
    release_lock,
    restore,
)

REVISIONS = Path(__file__).parent / "revisions"


async def test_a_backup_of_a_store_in_use_holds_what_was_acknowledged(
    sqlite_url: str, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    async with await Store.open(sqlite_url) as store:
        attempt = await start_attempt(store)
        await answer_question(store, attempt, 0)
        found = await backup(sqlite_url, copy)
        await answer_question(store, attempt, 1)
    assert found.revision == found.expected_revision
    assert copy.stat().st_mode & 0o777 == 0o600
    assert list_names(tmp_path) == ["copy.db", "data"]
    async with await Store.open(f"sqlite:///{copy}") as kept:
        old = await kept.attempts.get(attempt.id, ME)
        assert old
        assert list(old.answers) == ["i0"]


async def test_a_restore_replaces_the_database_and_keeps_the_old_file(
    sqlite_url: str, file: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    async with await Store.open(sqlite_url) as store:
        attempt = await start_attempt(store)
        await backup(sqlite_url, copy)
        await answer_question(store, attempt, 0)
    found, old = await restore(sqlite_url, copy)
    assert found.revision == found.expected_revision
    assert old
    for url, answers in ((sqlite_url, []), (f"sqlite:///{old}", ["i0"])):
        async with await Store.open(url) as store:
            kept = await store.attempts.get(attempt.id, ME)
            assert kept
            assert list(kept.answers) == answers
    assert copy.exists()
    assert not list(file.parent.glob("*.new*"))


async def test_a_damaged_database_with_its_log_is_kept_when_a_backup_takes_its_place(
    sqlite_url: str, file: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    async with await Store.open(sqlite_url) as store:
        attempt = await start_attempt(store)
    await backup(sqlite_url, copy)
    bad = damage_file(file, "garbage")
    assert bad
    noise = bad.read_bytes()
    bad.replace(file)
    file.with_name(file.name + "-wal").write_bytes(b"log")
    _, old = await restore(sqlite_url, copy)
    assert old
    assert old.read_bytes() == noise
    assert old.with_name(old.name + "-wal").read_bytes() == b"log"
    async with await Store.open(sqlite_url) as store:
        assert await store.attempts.get(attempt.id, ME) == attempt


async def test_nothing_is_restored_under_a_running_store(
    sqlite_url: str, file: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    async with await Store.open(sqlite_url) as store:
        attempt = await start_attempt(store)
        await backup(sqlite_url, copy)
        await answer_question(store, attempt, 0)
        with pytest.raises(BackupError, match="A bot is using"):
            await restore(sqlite_url, copy)
        await answer_question(store, attempt, 1)
    assert not list(file.parent.glob("*.new*"))
    await restore(sqlite_url, copy)


async def test_a_restore_under_way_keeps_a_store_from_opening(sqlite_url: str, file: Path) -> None:
    from storage.engine.lock import lock_database, release_lock  # noqa: PLC0415 - nothing else needs it

    file.parent.mkdir()
    held = lock_database(file, 0, exclusive=True)
    with pytest.raises(StoreUnavailable):
        await Store.open(sqlite_url, wait=0.1)
    release_lock(held)
    await (await Store.open(sqlite_url)).close()


def make_newer(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("insert into migrations (number) values (9999)")
    database.close()


def make_foreign(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as database:
        database.execute("create table other (x)")
    database.close()


def make_garbage(path: Path) -> None:
    bad = damage_file(path, "garbage")
    assert bad
    bad.replace(path)


def truncate_file(path: Path) -> None:
    bad = damage_file(path, "torn")
    assert bad
    bad.replace(path)


def delete_file(path: Path) -> None:
    path.unlink()


INVALID_BACKUPS: dict[Callable[[Path], None], str] = {
    make_newer: "newer version",
    make_foreign: "but not a Crossroads database",
    make_garbage: "isn't a backup, or it's damaged",
    truncate_file: "damaged",
    delete_file: "isn't a file",
}


@pytest.mark.parametrize("spoil", INVALID_BACKUPS, ids=lambda each: each.__name__)
async def test_an_invalid_backup_is_not_restored(
    sqlite_url: str, file: Path, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    copy = tmp_path / "copy.db"
    async with await Store.open(sqlite_url) as store:
        attempt = await start_attempt(store)
    await backup(sqlite_url, copy)
    spoil(copy)
    with pytest.raises(BackupError, match=INVALID_BACKUPS[spoil]):
        await restore(sqlite_url, copy)
    async with await Store.open(sqlite_url) as store:
        assert await store.attempts.get(attempt.id, ME) == attempt
    assert list_names(file.parent) == [file.name, f"{file.name}.lock"]


async def test_a_damaged_database_is_not_backed_up(
    sqlite_url: str, file: Path, tmp_path: Path
) -> None:
    async with await Store.open(sqlite_url) as store:
        await start_attempt(store)
    truncate_file(file)
    with pytest.raises((BackupError, StoreUnavailable), match="damaged"):
        await backup(sqlite_url, tmp_path / "copy.db")
    assert list_names(tmp_path) == ["data"]


async def test_a_backup_overwrites_nothing_and_needs_something(
    sqlite_url: str, tmp_path: Path
) -> None:
    (tmp_path / "there").write_text("mine", encoding="utf-8")
    with pytest.raises(BackupError, match="doesn't exist"):
        await backup(sqlite_url, tmp_path / "copy.db")
    await (await Store.open(sqlite_url)).close()
    with pytest.raises(BackupError, match="already exists"):
        await backup(sqlite_url, tmp_path / "there")
    assert (tmp_path / "there").read_text(encoding="utf-8") == "mine"


async def test_for_postgresql_the_error_names_pg_dump(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="pg_dump"):
        await backup("postgresql://u:p@h/d", tmp_path / "copy.db")
    with pytest.raises(BackupError, match="pg_restore"):
        await restore("postgresql://u:p@h/d", tmp_path / "copy.db")


async def test_an_inspection_changes_nothing(new_url: str, tmp_path: Path) -> None:
    assert (await inspect(new_url)).revision is None
    assert list_names(tmp_path) == []
    await (await Store.open(new_url)).close()
    found = await inspect(new_url)
    assert (found.revision, found.damage, found.writable) == (found.expected_revision, (), True)


async def test_an_older_backup_is_migrated_at_the_next_start(
    sqlite_url: str, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "old.db")) as made:
        made.executescript((REVISIONS / "0002.sqlite.sql").read_text("utf-8"))
    found, before = await restore(sqlite_url, tmp_path / "old.db")
    assert (found.revision, found.newer, before) == ("0002", False, None)
    async with await Store.open(sqlite_url) as store:
        assert await store.preferences.get_all("discord:1") == {}
    assert (await inspect(sqlite_url)).revision == found.expected_revision


async def test_a_probe_reaches_the_disk_and_each_write_is_observed(store: Store) -> None:
    seen: list[float] = []
    store.observe_writes(seen.append)
    await store.probe()
    assert len(seen) == 1
    assert seen[0] > 0


async def test_only_the_bots_user_can_read_its_files(
    sqlite_url: str, file: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    async with await Store.open(sqlite_url) as store:
        await start_attempt(store)
        await backup(sqlite_url, copy)
        modes = {each.name: each.stat().st_mode & 0o077 for each in file.parent.iterdir()}
        assert not any(modes.values()), modes
    os.chmod(file, 0o644)  # noqa: PTH101 - as earlier versions left it
    _, old = await restore(sqlite_url, copy)
    assert old
    assert [each.stat().st_mode & 0o777 for each in (old, file)] == [0o600, 0o600]


async def test_a_database_of_another_program_is_not_backed_up(
    sqlite_url: str, file: Path, tmp_path: Path
) -> None:
    file.parent.mkdir()
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE theirs (x)")
    with pytest.raises(BackupError, match="no Crossroads tables"):
        await backup(sqlite_url, tmp_path / "copy.db")
    assert list_names(tmp_path) == ["data"]


async def test_a_symbolic_link_is_resolved(sqlite_url: str, file: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.db"
    async with await Store.open(sqlite_url):
        link.symlink_to(file)
        held = lock_for_bot(sqlite_url, "the first bot")
        with pytest.raises(AlreadyRunning, match="the first bot"):
            lock_for_bot(f"sqlite:///{link}", "the second")
        with pytest.raises(BackupError, match="A bot is using"):
            await restore(f"sqlite:///{link}", file)
        assert held is not None
        release_lock(held)
    assert link.is_symlink()
