"""Processes that are killed, start at the same time, or run out of disk space."""

import os
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import pytest
from databases.postgres_sql import run

from storage import NewAnswer, Store

ROOT = Path(__file__).parents[2]


def run_python(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "processes.store_users", *args],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests' / 'support'}"},
        timeout=30,
        check=False,
    )


async def test_acknowledged_writes_survive_a_kill(new_url: str) -> None:
    rounds = 10 if new_url.startswith("sqlite") else 6
    done = run_python("kill", new_url, str(rounds), "crossroads")
    assert not done.stderr
    acknowledged: dict[str, list[str]] = defaultdict(list)
    for line in done.stdout.splitlines():
        owner, option = line.split()
        acknowledged[owner].append(option)
    assert len(acknowledged) >= rounds / 2  # most were killed while they wrote
    async with await Store.open(new_url) as store:
        for owner, options in acknowledged.items():
            [attempt] = await store.attempts.list_by_owner(owner)
            untold = len(attempt.answers) - len(options)
            assert untold in {0, 1}  # killed between commit and acknowledgement
            assert options == [str(n) for n in range(len(options))]
            assert dict(attempt.answers) == {f"i{n}": str(n) for n in range(attempt.position)}


async def test_acknowledged_answers_and_reports_survive_a_kill(new_url: str) -> None:
    rounds = 8 if new_url.startswith("sqlite") else 4
    done = run_python("kill-teaching", new_url, str(rounds), "crossroads")
    assert not done.stderr
    acknowledged = Counter(tuple(line.split()) for line in done.stdout.splitlines())
    communities = {community for community, _ in acknowledged}
    assert len(communities) >= rounds / 2  # most were killed while they wrote
    async with await Store.open(new_url) as store:
        for community in communities:
            found = await store.queues.revision(community)
            assert found
            queue, revision = found
            answers = await store.answers.list_for_queue(queue)
            hidden = await store.hidden.list_for_queue(queue)
            edited = [each for each in answers if each.edited_by]
            counts = await store.question_counts.counts(queue, date(2026, 1, 1))
            kept = {
                "answer": len(answers),
                "edit": len(edited),
                "report": len(await store.feedback.list_for_queue(queue)),
                "hide": len(hidden),
                "count": counts.get("f", 0),
            }
            untold = {name: count - acknowledged[community, name] for name, count in kept.items()}
            assert set(untold.values()) <= {0, 1}
            assert sum(untold.values()) <= 1  # killed between commit and acknowledgement
            assert revision == len(answers) + len(edited) + len(hidden)
            assert [each.number for each in answers] == list(range(1, len(answers) + 1))
            assert all(each.content == NewAnswer(f"Q{each.number - 1}") for each in edited)


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_processes_can_create_the_database_concurrently(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    rounds = 6 if kind == "sqlite" else 3
    if kind == "sqlite":
        urls = [f"sqlite:///{tmp_path}/{n}/results.db" for n in range(rounds)]
    else:
        server = str(request.getfixturevalue("postgres_url"))
        run(server, *(f"CREATE SCHEMA r{n}" for n in range(rounds)))
        urls = [f"{server}?options=-csearch_path%3Dr{n}" for n in range(rounds)]
    done = run_python("race", *urls)
    assert not done.stderr
    assert done.returncode == 0


async def test_a_full_disk_is_reported_and_no_acknowledged_write_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "results.db"
    done = run_python("limit", f"sqlite:///{path}", str(path))
    assert not done.stderr
    says, counts = done.stdout.splitlines()
    assert says.startswith("Results can't be read or saved because of a disk error")
    before, after = map(int, counts.split())
    assert 10 < before < 1000
    assert after == before + 1


async def test_a_shared_commit_on_a_full_disk_acknowledges_nothing(tmp_path: Path) -> None:
    path = tmp_path / "results.db"
    done = run_python("limit-together", f"sqlite:///{path}", str(path))
    assert not done.stderr
    assert done.stdout.splitlines() == ["30 0"]


def test_a_driver_is_imported_only_for_its_database(sqlite_url: str) -> None:
    lines = (
        "import asyncio, sys, storage",
        "assert not {'aiosqlite', 'asyncpg'} & sys.modules.keys()",
        "async def used(): await (await storage.Store.open(sys.argv[1])).close()",
        "asyncio.run(used())",
        "assert 'asyncpg' not in sys.modules",
    )
    line = "\n".join(lines)
    subprocess.run([sys.executable, "-c", line, sqlite_url], cwd=ROOT, timeout=30, check=True)
