"""kill -9 at random points loses no acknowledged answer and doubles none."""

import multiprocessing
import os
import random
import sqlite3
import sys
import time
from pathlib import Path

import pytest
from processes.quiz_taker import CONTENT, take_quizzes

from bot.app import App
from bot.call import Caller
from bot.reply import Progress
from storage import Store

ROUNDS = int(os.environ.get("CROSSROADS_TEST_KILLS", "10"))  # 200 take a minute or two
PATIENCE = 20  # seconds
# A fork server that has imported everything; the processes to kill are forked from it.
SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(["processes.quiz_taker"])


def killed_once(database: str, seed: int, after: float) -> list[list[str]]:
    """Kill a process *after* so many seconds of answering; return what it acknowledged."""
    reading, writing = SERVER.Pipe(duplex=False)
    process = SERVER.Process(target=take_quizzes, args=(database, writing, seed))
    process.start()
    writing.close()
    assert reading.poll(PATIENCE), "it did not begin to answer"
    time.sleep(after)
    process.kill()
    process.join(PATIENCE)
    said = []
    try:
        while reading.poll(PATIENCE):
            said.append(reading.recv())
    except (EOFError, OSError):  # killed, perhaps in the middle of a line
        reading.close()
    return said


async def test_no_acknowledged_answer_is_lost_or_doubled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # the fork server imports before it gets this process's sys.path
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    path = tmp_path / "crossroads.db"
    database = f"sqlite:///{path}"
    chance = random.Random(9)  # noqa: S311  # a sample
    acknowledged = [
        each
        for number in range(ROUNDS)
        for each in killed_once(database, number, chance.uniform(0, 0.03))
    ]
    assert len(acknowledged) > ROUNDS
    with sqlite3.connect(path) as opened:
        rows = opened.execute("select attempt, item, option from answers").fetchall()
        assert opened.execute("pragma integrity_check").fetchone() == ("ok",)
    opened.close()
    kept = {(attempt, item): option for attempt, item, option in rows}
    assert len(kept) == len(rows)
    assert [each for each in acknowledged if kept.get((each[1], each[2])) != each[3]] == []
    await _every_session_goes_on(database)


async def _every_session_goes_on(database: str) -> None:
    app = App(CONTENT, open_store=lambda: Store.open(database))
    store = await app.store()
    for who in (Caller(f"test:{number}") for number in range(3)):
        for attempt in await store.attempts.list_unfinished(who.id):
            reply = await app.handle_line(f"quiz {attempt.quiz}", who)
            assert attempt.position == len(attempt.answers)
            progress = [node.done for node in reply.nodes if isinstance(node, Progress)]
            whole = len(CONTENT.quiz[attempt.quiz].items)
            assert progress == ([attempt.position] if attempt.position < whole else [])
    await app.close()
