"""Two instances on one database are killed around due times: every tip is posted once."""

import asyncio
import multiprocessing
import os
import random
import sys
import time
from datetime import timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest
from fake_platform import FakePlatform
from fault_matrix import Observe
from processes.shared_clock import SharedClock
from processes.tip_poster import post_tips
from scheduler_harness import CHANNEL, HOME, MAKER, MONDAY, PLAN, WEEK

from bot.tips.recurrence import next_due
from storage import NewTip, Occurrence, OccurrenceState, Store

ROUNDS = int(os.environ.get("CROSSROADS_TEST_KILLS", "3"))
PATIENCE = 20.0  # seconds
ALL = tuple(OccurrenceState)
# A fork server that has imported everything; the processes to kill are forked from it.
SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(["processes.tip_poster"])


@pytest.fixture(autouse=True)
def paths(monkeypatch: pytest.MonkeyPatch) -> None:
    # the fork server imports before it gets this process's sys.path
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))


@pytest.mark.fault("two instances")
@pytest.mark.parametrize("platform", ["repeats", "looks", "blind"])
async def test_every_tip_is_posted_once_whichever_instance_is_killed(
    store: Store, url: str, tmp_path: Path, platform: str, observed: Observe
) -> None:
    chance = random.Random(platform)  # noqa: S311 - a sample
    clock = SharedClock(tmp_path / "clock")
    clock.set(MONDAY - timedelta(hours=1))
    square = FakePlatform(tmp_path / "square.db", clock)
    square.opened(CHANNEL, HOME)
    queue = await store.queues.get_or_create(HOME)
    await store.tips.add(queue, [NewTip(f"tip {n}") for n in range(ROUNDS)], clock())
    await store.schedules.add(queue, PLAN, MAKER, clock(), next_due(PLAN, clock()))
    args = (url, tmp_path, 60.0 if platform == "repeats" else 0.0, platform)
    running = [_started(args), _started(args)]
    try:
        for week in range(ROUNDS):
            clock.set(MONDAY + week * WEEK - timedelta(seconds=0.05))
            await asyncio.sleep(chance.uniform(0.05, 0.2))
            _kill(running.pop(chance.randrange(2)))
            running.append(_started(args))
            clock.set(clock() + timedelta(seconds=45))  # the killed process's lease expires
            await _settled(store, queue, week + 1)
    finally:
        for each in running:
            _kill(each)
    found = await store.occurrences.list_for_queue(queue, *ALL, limit=1000)
    _once(found, square, uncertain=platform == "blind")
    observed(
        "each tip was posted once; if the bot couldn't check the channel, it asked a moderator"
    )


def _started(args: tuple[str, Path, float, str]) -> ForkServerProcess:
    process = SERVER.Process(target=post_tips, args=args, daemon=True)
    process.start()
    return process


def _kill(process: ForkServerProcess) -> None:
    process.kill()
    process.join(PATIENCE)


async def _settled(store: Store, queue: str, count: int) -> None:
    """Wait until *count* occurrences are finished."""
    latest = time.monotonic() + PATIENCE
    while True:
        found = await store.occurrences.list_for_queue(queue, *ALL, limit=1000)
        if len([each for each in found if each.state is not OccurrenceState.DUE]) >= count:
            return
        assert time.monotonic() < latest, found[:2]
        await asyncio.sleep(0.02)


def _once(found: tuple[Occurrence, ...], square: FakePlatform, *, uncertain: bool) -> None:
    """Expect one post per occurrence; if no history can be read, some may be uncertain."""
    assert len({each.due_at for each in found}) == len(found) == ROUNDS
    posts = [row["key"] for row in square.messages()]
    assert len(set(posts)) == len(posts)
    doubtful = [each for each in found if each.state is OccurrenceState.UNCERTAIN]
    done = [each for each in found if each.state is OccurrenceState.DONE]
    assert len(done) + len(doubtful) == ROUNDS
    assert bool(uncertain) or not doubtful
    assert len(done) <= len(posts) <= len(done) + len(doubtful)
    assert len({each.tip for each in done}) == len(done)
    sys.stdout.write(f"{len(done)} done, {len(doubtful)} uncertain, {len(posts)} posts\n")
