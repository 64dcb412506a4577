"""Migrations from an empty database or any earlier revision; they succeed or change nothing."""

import asyncio
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from databases.plain_sql import run_sql
from databases.postgres_sql import run

from storage import FeedbackKind, Installation, NewAnswer, SchemaTooNew, Store
from storage.engine import schema as migrating

REVISIONS = Path(__file__).parent / "revisions"
EARLIER = [f"{number:04}" for number in range(1, 10)]
BEFORE = datetime(2026, 1, 5, 9, tzinfo=UTC)
AFTER = datetime(2026, 1, 5, 9, 3, 7, 250_000, tzinfo=UTC)


def create_old_database(url: str, revision: str) -> None:
    """Create a database as an earlier version of the bot left it, with rows in every table."""
    if url.startswith("sqlite"):
        file = Path(url.removeprefix("sqlite:///"))
        file.parent.mkdir(exist_ok=True)
        with closing(sqlite3.connect(file)) as made:
            made.executescript((REVISIONS / f"{revision}.sqlite.sql").read_text("utf-8"))
    else:
        run_script(url, (REVISIONS / f"{revision}.postgres.sql").read_text("utf-8"))


def run_script(url: str, script: str) -> None:
    statements = (statement for statement in script.split(";\n") if statement.strip())
    run(url, "BEGIN", *statements, "COMMIT")


async def open_and_close(url: str) -> None:
    await (await Store.open(url)).close()


@pytest.mark.parametrize("revision", EARLIER)
async def test_migrations_keep_the_data_of_every_earlier_version(
    new_url: str, revision: str
) -> None:
    create_old_database(new_url, revision)
    async with await Store.open(new_url) as store:
        done, begun = await store.attempts.list_by_owner("discord:1")
        assert (done.id, done.community, done.position) == ("aaaaaaaaaaaa", "discord:10", 2)
        assert (done.doubled, done.started_at, done.finished_at) == ("i1", BEFORE, AFTER)
        assert dict(done.answers) == {"i0": "a", "i1": None}
        assert [each.answered_at for each in done.ordered_answers] == [BEFORE, AFTER]
        assert dict(begun.answers) == {"i0": "b"}
        assert await store.attempts.answer(begun.id, "discord:1", "i1", "c", 1, 2, AFTER)
        if revision >= "0002":
            totals = await store.totals.get("discord:10", "roles")
            assert totals
            assert totals.attempts == {"aaaaaaaaaaaa"}
        if revision >= "0003":
            kept = await store.preferences.get_all("discord:10")
            assert kept == {"badges": "on", "renamed-commands": "unannounced"}
        if revision >= "0004":
            await check_tips(store)
        if revision >= "0006":
            installed = await store.installations.get("1.2", "T1")
            scopes = ("chat:write", "commands")
            assert installed == Installation("A1", "T1", "closed", "U0", scopes, AFTER, "E1")
        if revision >= "0009":
            [card] = await store.cards.list_for_tip("tip2")
            assert (card.channel, card.community) == ("discord:10/123", "discord:10")
            assert await store.blocks.is_blocked("queue1", "discord:6")
        queue = await store.queues.get_or_create("discord:10")
        assert queue == "queue1" or revision < "0004"
        await check_teaching(store, queue)


async def test_a_new_database_has_no_community_that_knew_the_former_names(new_url: str) -> None:
    async with await Store.open(new_url) as store:
        assert await store.list_communities() == frozenset()
        await store.queues.get_or_create("discord:10")
    async with await Store.open(new_url) as store:
        assert await store.preferences.get_all("discord:10") == {}


async def check_tips(store: Store) -> None:
    first, second = await store.tips.list_for_queue("queue1")
    assert (first.text, first.cites) == ("Read the posting twice.", ("pay.kore1", "faq.title"))
    assert (second.suggested_by, second.added_at) == ("discord:1", AFTER)
    [schedule] = await store.schedules.list_for_queue("queue1")
    assert (schedule.plan.zone, schedule.plan.first.isoformat()) == ("Europe/Berlin", "2026-01-05")
    assert (schedule.plan.repeats, schedule.plan.thread, schedule.plan.pin) == (True, False, True)
    it = await store.occurrences.get("schedule1", BEFORE)
    assert it
    assert (it.message, it.posted_at, len(it.receipts)) == ("99", AFTER, 1)
    [entry] = await store.audit.list_for_queue("queue1", 10)
    assert (entry.actor, entry.action, entry.at) == ("discord:1", "added", BEFORE)


async def check_teaching(store: Store, queue: str) -> None:
    assert await store.queues.revision("discord:10") == (queue, 0)
    for number in (1, 2):
        answer = await store.answers.add(queue, NewAnswer("Q", (), "A"), "discord:7", AFTER)
        assert answer
        assert answer.number == number
    report = await store.feedback.add(queue, FeedbackKind.REPORT, "It is wrong.", AFTER)
    assert report
    assert report.number == 1
    assert await store.hidden.hide(queue, "faq/a", "A.", "Wrong.", by="discord:7", at=AFTER)
    assert await store.question_counts.add(queue, "f", AFTER.date()) == 1
    assert await store.queues.revision("discord:10") == (queue, 3)


SCHEMA_QUERIES: dict[str, Callable[[str], list[tuple[Any, ...]]]] = {
    "sqlite": lambda url: run_sql(
        url,
        "SELECT m.name, c.name, c.[notnull], c.pk FROM sqlite_master m, pragma_table_info(m.name) c"
        " WHERE m.type IN ('table', 'index') ORDER BY 1, 2",
    ),
    "postgresql": lambda url: run_sql(
        url,
        "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns"
        " WHERE table_schema = 'public' UNION SELECT tablename, indexname, '', ''"
        " FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2",
    ),
}


@pytest.mark.parametrize("revision", EARLIER)
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_an_upgraded_database_has_the_tables_of_a_new_one(
    kind: str, revision: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    if kind == "sqlite":
        new, upgraded = (f"sqlite:///{tmp_path}/{name}.db" for name in ("new", "old"))
    else:
        new = str(request.getfixturevalue("kept_postgres"))
        upgraded = str(request.getfixturevalue("postgres_url"))
    create_old_database(upgraded, revision)
    await open_and_close(new)
    await open_and_close(upgraded)
    shape = SCHEMA_QUERIES[new.partition(":")[0]]
    assert shape(upgraded) == shape(new)


async def test_an_older_version_of_the_bot_refuses_the_tables(new_url: str) -> None:
    """Versions up to 0.1 look for their newest revision in a table of Alembic's."""
    await open_and_close(new_url)
    [(revision,)] = run_sql(new_url, "SELECT version_num FROM alembic_version")
    assert revision > "0006"  # the newest that those versions know


@pytest.mark.parametrize("table", ["migrations", "alembic_version"])
async def test_a_newer_database_is_left_alone(new_url: str, table: str) -> None:
    if table == "migrations":
        await open_and_close(new_url)
        run_sql(new_url, "INSERT INTO migrations (number) VALUES (9999)")
    else:
        create_old_database(new_url, "0001")
        run_sql(new_url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaTooNew, match="9999") as refused:
        await Store.open(new_url)
    assert "newer version" in refused.value.message


async def test_the_version_before_community_answers_refuses_them(
    new_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await open_and_close(new_url)
    newest = f"{migrating.newest_revision():04}"
    folder = tmp_path / "migrations"
    folder.mkdir()
    for file in (Path(migrating.__file__).parents[1] / "migrations").glob("*.sql"):
        if file.name < "0010":
            (folder / file.name).write_bytes(file.read_bytes())
    monkeypatch.setattr(migrating, "_FOLDER", folder)
    with pytest.raises(SchemaTooNew) as refused:
        await Store.open(new_url)
    assert "newer version" in refused.value.message
    assert refused.value.revision == newest


@pytest.mark.parametrize("revision", [None, "0001", "0006", "0007", "0009"])
async def test_an_interrupted_migration_is_rolled_back(
    new_url: str, revision: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "migrations"
    folder.mkdir()
    for file in (Path(migrating.__file__).parents[1] / "migrations").glob("*.sql"):
        (folder / file.name).write_bytes(file.read_bytes())
    (folder / f"{migrating.newest_revision() + 1:04}_stumbles.sql").write_text(
        "CREATE TABLE more (id integer);\nNONSENSE;"
    )
    if revision is not None:
        create_old_database(new_url, revision)
    before = list_tables(new_url)
    with monkeypatch.context() as broken:
        broken.setattr(migrating, "_FOLDER", folder)
        with pytest.raises((sqlite3.OperationalError, asyncpg.PostgresSyntaxError)):
            await Store.open(new_url)
    assert list_tables(new_url) == before
    await open_and_close(new_url)


def list_tables(url: str) -> set[Any]:
    if url.startswith("sqlite"):
        if not Path(url.removeprefix("sqlite:///")).exists():
            return set()
        return {name for (name,) in run_sql(url, "SELECT name FROM sqlite_master")}
    wanted = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    return {name for (name,) in run_sql(url, wanted)}


def test_the_files_are_numbered_without_a_gap_and_end_each_statement() -> None:
    files = sorted((Path(migrating.__file__).parents[1] / "migrations").glob("*.sql"))
    numbers = {int(file.name[:4]) for file in files}
    assert numbers == set(range(1, max(numbers) + 1))
    for file in files:
        assert file.read_text("utf-8").rstrip().endswith(";")
        either = re.sub(r"\.(sqlite|postgres)\.sql$", "", file.name)
        if either != file.name:  # a file for one database needs a counterpart for the other
            assert {f"{either}.sqlite.sql", f"{either}.postgres.sql"} <= {f.name for f in files}


def test_processes_of_two_loops_can_use_a_database_after_each_other(new_url: str) -> None:
    asyncio.run(open_and_close(new_url))
    asyncio.run(open_and_close(new_url))
