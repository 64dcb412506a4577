"""Database failures: clear messages, no loss of acknowledged data, and recovery."""

import asyncio
import sqlite3
import sys
import time
from pathlib import Path
from urllib.parse import quote

import asyncpg
import pytest
from databases.postgres_sql import disconnect_clients, lock_attempts, run
from databases.store_files import (
    ME,
    NOON,
    answer_question,
    list_files,
    on_new_connections,
    start_attempt,
)

from storage import Attempt, SchemaTooNew, Store, StoreUnavailable

BUSY, FULL, READ_ONLY = "is busy", "the disk is full", "is read-only"
GONE = "can't be reached"


async def fill(store: Store, attempt: Attempt) -> None:
    for n in range(100):
        await answer_question(store, attempt, n, "x" * 1000)


async def test_a_file_that_can_grow_no_more_is_a_full_disk(sqlite_url: str) -> None:
    await (await Store.open(sqlite_url)).close()
    with on_new_connections("max_page_count = 20"):
        store = await Store.open(sqlite_url)
        attempt = await start_attempt(store)
        with pytest.raises(StoreUnavailable, match=FULL):
            await fill(store, attempt)
    async with store:
        kept = await store.attempts.get(attempt.id, ME)
        assert kept
        assert 0 < kept.position == len(kept.answers) < 100
        await answer_question(store, attempt, kept.position)


async def test_a_file_that_may_only_be_read_is_read(sqlite_url: str) -> None:
    async with await Store.open(sqlite_url) as store:
        attempt = await start_attempt(store)
    async with await Store.open(f"{sqlite_url}?mode=ro") as store:
        with pytest.raises(StoreUnavailable, match=READ_ONLY):
            await answer_question(store, attempt, 0)
        assert await store.attempts.get(attempt.id, ME) == attempt


async def test_writing_goes_on_once_it_is_allowed_again(sqlite_url: str) -> None:
    await (await Store.open(sqlite_url)).close()
    with on_new_connections("query_only = ON"):
        store = await Store.open(sqlite_url)
        with pytest.raises(StoreUnavailable, match=READ_ONLY):
            await start_attempt(store)
    async with store:
        await answer_question(store, await start_attempt(store), 0)


async def test_a_file_that_somebody_else_holds_is_busy_for_writers_alone(
    sqlite_url: str, file: Path
) -> None:
    async with await Store.open(sqlite_url, wait=0.2) as store:
        attempt = await start_attempt(store)
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match=BUSY):
            await answer_question(store, attempt, 0)
        assert await store.attempts.get(attempt.id, ME) == attempt
        other.execute("ROLLBACK")
        other.close()
        await answer_question(store, attempt, 0)


async def test_fifty_writes_wait_for_a_lock_no_longer_than_one(sqlite_url: str, file: Path) -> None:
    async with await Store.open(sqlite_url, wait=0.2) as store:
        attempt = await start_attempt(store)
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        start = time.monotonic()
        calls = (store.attempts.finish(attempt.id, ME, NOON) for _ in range(50))
        found = await asyncio.gather(*calls, return_exceptions=True)
        assert time.monotonic() - start < 2
        assert all(isinstance(each, StoreUnavailable) for each in found)
        other.close()
        assert await store.attempts.get(attempt.id, ME) == attempt


async def test_a_write_waits_for_a_lock_that_is_released_in_time(
    sqlite_url: str, file: Path
) -> None:
    async with await Store.open(sqlite_url, wait=5) as store:
        attempt = await start_attempt(store)
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        answer = asyncio.create_task(answer_question(store, attempt, 0))
        await asyncio.sleep(0.1)
        assert not answer.done()
        other.close()
        await answer


async def test_a_folder_that_cannot_be_created_is_reported(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file in the way")
    with pytest.raises(StoreUnavailable, match=GONE):
        await Store.open(f"sqlite:///{tmp_path}/data/results.db")
    (tmp_path / "data").unlink()
    (tmp_path / "data/results.db").mkdir(parents=True)
    with pytest.raises(StoreUnavailable, match=GONE):
        await Store.open(f"sqlite:///{tmp_path}/data/results.db")
    (tmp_path / "data/results.db").rmdir()
    async with await Store.open(f"sqlite:///{tmp_path}/data/results.db"):
        pass


@pytest.mark.parametrize("url", ["", "nonsense", "sqlite://", "sqlite:///:memory:", "mysql://h/d"])
async def test_an_address_of_something_else_is_a_wrong_setting(url: str) -> None:
    with pytest.raises(ValueError, match="must look like sqlite:///"):
        await Store.open(url)


async def test_without_its_driver_an_address_of_postgresql_is_a_wrong_setting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "asyncpg", None)
    with pytest.raises(ValueError, match="install the extra"):
        await Store.open("postgresql://localhost/test")


@pytest.mark.parametrize("name", ["a b.db", "a%20b.db", "a?b#c.db", "né.db"])
async def test_any_file_name_works(tmp_path: Path, name: str) -> None:
    async with await Store.open(f"sqlite:///{tmp_path}/{quote(name)}"):
        pass
    assert tmp_path / name in list_files(tmp_path)


async def test_a_bug_is_not_reported_as_an_outage(new_url: str, file: Path) -> None:
    async with await Store.open(new_url) as store:
        if new_url.startswith("sqlite"):
            other = sqlite3.connect(file)
            other.execute("DROP TABLE answers")
            other.close()
        else:
            run(new_url, "DROP TABLE answers")
        with pytest.raises(
            (sqlite3.OperationalError, asyncpg.UndefinedTableError), match="answers"
        ):
            await store.attempts.list_by_owner(ME)


async def test_connections_that_the_server_closed_are_replaced(postgres_url: str) -> None:
    async with await Store.open(postgres_url) as store:
        attempt = await start_attempt(store)
        assert disconnect_clients(postgres_url)
        await answer_question(store, attempt, 0)


async def test_a_transaction_that_the_server_ended_has_not_happened(postgres_url: str) -> None:
    async with await Store.open(postgres_url) as store:
        attempt = await start_attempt(store)
        async with lock_attempts(postgres_url):
            answer = asyncio.create_task(answer_question(store, attempt, 0))
            await asyncio.sleep(0.2)
            run(postgres_url, ENDED_CONNECTIONS)
            with pytest.raises(StoreUnavailable, match=GONE):
                await answer
        assert await store.attempts.get(attempt.id, ME) == attempt
        await answer_question(store, attempt, 0)


ENDED_CONNECTIONS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


async def test_a_row_that_somebody_else_holds_is_busy(postgres_url: str) -> None:
    async with await Store.open(postgres_url, wait=0.2) as store:
        attempt = await start_attempt(store)
        async with lock_attempts(postgres_url):
            with pytest.raises(StoreUnavailable, match=BUSY):
                await answer_question(store, attempt, 0)
            assert await store.attempts.get(attempt.id, ME) == attempt
        await answer_question(store, attempt, 0)


async def test_a_read_only_server_is_reported(postgres_url: str) -> None:
    async with await Store.open(postgres_url) as store:
        await start_attempt(store)
    url = f"{postgres_url}?options=-cdefault_transaction_read_only%3Don"
    async with await Store.open(url) as store:
        with pytest.raises(StoreUnavailable, match=READ_ONLY):
            await start_attempt(store)


async def test_an_unreachable_server_is_reported() -> None:
    with pytest.raises(StoreUnavailable, match=GONE) as failure:
        await Store.open("postgresql://postgres:secret@127.0.0.1:1/test", wait=1)
    assert "secret" not in str(failure.value)
    assert failure.value.detail


async def test_a_missing_database_is_reported(postgres_url: str) -> None:
    with pytest.raises(StoreUnavailable, match=GONE):
        await Store.open(postgres_url + "_not", wait=1)


def test_each_message_is_one_sentence() -> None:
    says = SchemaTooNew("9").message
    assert says.endswith(".")
    assert "revision" not in says


async def test_a_probe_fails_where_nothing_can_be_written(postgres_url: str) -> None:
    await (await Store.open(postgres_url)).close()
    url = f"{postgres_url}?options=-cdefault_transaction_read_only%3Don"
    async with await Store.open(url) as store:
        with pytest.raises(StoreUnavailable, match=READ_ONLY):
            await store.probe()


async def test_a_probe_fails_where_every_statement_takes_too_long(postgres_url: str) -> None:
    async with await Store.open(postgres_url) as store:
        await store.probe()
        server = await asyncpg.connect(postgres_url)
        async with server.transaction():
            await server.execute("LOCK TABLE health_checks")
            async with asyncio.timeout(8):
                with pytest.raises(StoreUnavailable, match=BUSY):
                    await store.probe()
        await server.close()


SECRETS = [
    "postgres://",
    "postgresql://user:secret@",
    "postgresql://user:secret@host",
    "postgresql://user:secret@host/db?target_session_attrs=secret",
    "postgresql://user:secret@host/db?port=secret",
    "postgresql://user:secret@host/db?sslrootcert=/secret",
    "postgresql://user:secret@host/db?pgbouncer=secret",
    "sqlite:///secret%00.db",
    "postgresql://user:se/cret@host:notaport/db",
    "postgresql://user:secret@[host/db",
    "postgresql://user:secret@host:99999999/db",
    "postgres//user:secret@host/db",
    "postgresql://user:secret@host/db?sslmode=secret",
    "postgresql://user:secret@host/db?connect_timeout=secret",
    "postgresql://user:secret@host/db?pool_size=0",
]


@pytest.mark.parametrize("url", SECRETS)
async def test_an_address_that_cannot_be_read_is_refused_without_its_secret(url: str) -> None:
    with pytest.raises(ValueError, match="database's address") as refused:
        await Store.open(url, wait=0.5)
    assert "secret" not in str(refused.value)
    assert "cret" not in str(refused.value)


async def test_an_address_of_another_driver_is_read_as_before(postgres_url: str) -> None:
    for other in ("postgresql+psycopg://", "postgres://"):
        url = postgres_url.replace("postgresql://", other)
        async with await Store.open(f"{url}?channel_binding=prefer&keepalives_idle=5") as store:
            await store.probe()
    with pytest.raises(ValueError, match="sets channel_binding"):
        await Store.open(f"{postgres_url}?channel_binding=require")
    with pytest.raises(ValueError, match="has the option 'nonsense'"):
        await Store.open(f"{postgres_url}?nonsense=secret")


async def test_a_read_never_waits_for_a_write(sqlite_url: str, file: Path) -> None:
    async with await Store.open(sqlite_url, wait=2) as store:
        attempt = await start_attempt(store)
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        write = asyncio.create_task(store.attempts.prune(NOON))
        await asyncio.sleep(0)
        async with asyncio.timeout(1):
            for _ in range(6):
                assert await store.attempts.get(attempt.id, ME) == attempt
        other.execute("ROLLBACK")
        other.close()
        await write


async def test_a_number_or_text_that_no_column_holds_is_found_nowhere(store: Store) -> None:
    queue = await store.queues.get_or_create("discord:1")
    for number in (2**31, 2**63, -(10**30)):
        assert await store.tips.get(queue, number) is None
    assert await store.attempts.get("a\0b", "\ud800") is None


async def test_an_old_sqlite_is_reported(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 38, 5))
    with pytest.raises(StoreUnavailable, match=r"the bot needs 3\.39 or newer"):
        await Store.open(sqlite_url)
