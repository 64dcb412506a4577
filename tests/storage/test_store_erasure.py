"""Erased data is gone from all of the database's files."""

# ruff: noqa: S608 - the names of tables come from the database itself

import asyncio
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from databases.postgres_sql import run
from databases.store_files import NOON, start_attempt

from storage import (
    Card,
    FeedbackKind,
    FeedbackState,
    NewAnswer,
    NewTip,
    Plan,
    Store,
    TipState,
)

WHO, WORDS = "discord:778899001122334455", "a suggestion with words of its own"
MARKS = (WHO.encode(), WORDS.encode())


async def fill_store(store: Store) -> None:
    """Store a person's data in every table that can hold it."""
    await start_attempt(store)
    for number in range(20):
        version = f"quiz{number}"
        attempt = await store.attempts.start(WHO, "discord:1", version, "v1", NOON)
        await store.attempts.answer(attempt.id, WHO, "i0", "a", 0, 1, NOON)
    queue = await store.queues.get_or_create("discord:1")
    await store.tips.add(queue, [NewTip(WORDS)], NOON, suggester=(WHO, "discord:1"))
    plan = Plan("discord:1", "discord:1/2", 0, 540, "Europe/Berlin", NOON.date())
    await store.schedules.add(queue, plan, WHO, NOON, NOON)
    await store.queues.create_join_code("discord:1", WHO, NOON, NOON + timedelta(days=1))
    await store.audit.add(queue, NOON, WHO, "added", "1")
    await store.audit.add(queue, NOON, "discord:7", "blocked suggestions", WHO)
    await store.audit.add(queue, NOON, "discord:7", "added a moderator:", WHO)
    await store.preferences.set("discord:1", f"moderator:{WHO}", "listed")
    [tip] = await store.tips.add(queue, [NewTip("a tip")], NOON)
    states = [TipState.QUEUED]
    await store.tips.decide(
        queue, tip.number, TipState.REMOVED, current_states=states, decided_by=WHO
    )
    await store.cards.add(Card("discord:1/2", "discord:1/3", tip.id, "discord:1"))
    await store.blocks.add(queue, "discord:6", WHO, NOON)
    await store.answers.add(queue, NewAnswer("Q", (), "A"), WHO, NOON)
    await store.answers.edit(queue, 1, NewAnswer("Q", (), "B"), WHO, NOON)
    await store.hidden.hide(queue, "faq/a", "A.", "Wrong.", by=WHO, at=NOON)
    await store.feedback.add(queue, FeedbackKind.QUESTION, WORDS, NOON, member=WHO)
    await store.feedback.add(queue, FeedbackKind.REPORT, WORDS, NOON, member=WHO)
    await store.feedback.decide(queue, 2, FeedbackState.DECLINED, decided_by=WHO, at=NOON)
    await store.feedback.add(queue, FeedbackKind.REPORT, "answered", NOON, member=WHO)
    await store.feedback.decide(queue, 3, FeedbackState.ANSWERED, decided_by=WHO, at=NOON)
    await store.question_counts.add_asker(queue, "f", WHO, NOON)


def count_marks(folder: Path) -> dict[str, int]:
    """Count the marks in the raw bytes of each file."""
    counts = {
        file.name: sum(file.read_bytes().count(mark) for mark in MARKS) for file in folder.iterdir()
    }
    return {name: count for name, count in counts.items() if count}


async def test_no_file_holds_what_was_erased(sqlite_url: str, file: Path) -> None:
    async with await Store.open(sqlite_url) as store:
        await fill_store(store)
        assert count_marks(file.parent).keys() & {file.name, f"{file.name}-wal"}
        assert await store.erase(WHO) == 20
        assert count_marks(file.parent) == {}


async def test_a_reader_delays_the_erasure(sqlite_url: str, file: Path) -> None:
    async with await Store.open(sqlite_url) as store:
        await fill_store(store)
        with closing(sqlite3.connect(file, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM attempts").fetchone()
            async with asyncio.timeout(2):  # the erasure doesn't wait for the reader
                assert await store.erase(WHO) == 20
                await store.probe()
            reader.execute("ROLLBACK")
        async with asyncio.timeout(10):
            while count_marks(file.parent):  # noqa: ASYNC110 - files send no events
                await asyncio.sleep(0.05)


async def test_no_file_holds_erased_data_of_a_community(sqlite_url: str, file: Path) -> None:
    async with await Store.open(sqlite_url) as store:
        await fill_store(store)
        await store.erase_community("discord:1")
        held = {
            name: file.with_name(name).read_bytes().count(MARKS[1])
            for name in count_marks(file.parent)
        }
        assert not any(held.values())


PERSONS = {
    ("attempts", "owner"),
    ("audit", "about"),
    ("audit", "who"),
    ("blocks", "blocked_by"),
    ("community_answers", "created_by"),
    ("community_answers", "edited_by"),
    ("feedback", "decided_by"),
    ("feedback", "member"),
    ("hidden_statements", "hidden_by"),
    ("link_codes", "made_by"),
    ("question_askers", "member"),
    ("schedules", "made_by"),
    ("tips", "decided_by"),
    ("tips", "suggested_by"),
}


async def test_every_column_with_a_persons_id_is_erased(store: Store, url: str) -> None:
    """PERSONS lists the columns with a person's id. Add new ones; erasing must empty them.

    Only blocks.member is missing, because a block stays until a moderator lifts it.
    """
    await fill_store(store)
    columns = await dump_rows(url)
    holding = {(table, column) for table, column, values in columns if WHO in values}
    assert holding == PERSONS
    await store.erase(WHO)
    columns = await dump_rows(url)
    assert not {(table, column) for table, column, values in columns if WHO in values}
    assert not [values for _, _, values in columns if WORDS in values]


async def dump_rows(url: str) -> list[tuple[str, str, set[object]]]:
    """Return the values of each column of each table."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as plain:
            tables = [
                row[0]
                for row in plain.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            ]
            rows = {table: plain.execute(f"SELECT * FROM {table}") for table in tables}
            return [
                (table, column[0], {row[at] for row in held})
                for table, cursor in rows.items()
                for held in [cursor.fetchall()]
                for at, column in enumerate(cursor.description)
            ]
    tables = run(
        url,
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'public'",
    )
    return [
        (table, column, {row[0] for row in run(url, f'SELECT "{column}" FROM "{table}"')})
        for table, column in tables
    ]
