"""Two instances on both loopback platforms and one database, killed around the due times.

Every tip is posted once. If the bot can't read a channel's history, it may ask a moderator instead.
"""

import asyncio
import multiprocessing
import os
import random
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest
from discord_server.server import LoopbackDiscord
from discord_server.world import PIN_MESSAGES, THREAD, Channel
from processes.shared_clock import SharedClock
from processes.tips_bot import BotConnection, serve
from scheduler_harness import MONDAY, PLAN, WEEK
from slack_server.crossroads_bot import settings
from slack_server.server import LoopbackSlack
from slack_server.world import BOT

from adapters.slack import SCOPES
from adapters.slack.setup.manifest import HISTORY_SCOPES
from bot.tips.recurrence import next_due
from storage import NewTip, Occurrence, OccurrenceState, Store

ROUNDS = int(os.environ.get("CROSSROADS_TEST_KILLS", "2"))
PATIENCE = 30.0  # seconds
LATE = 0.03  # a platform's response time in seconds; the bot may be killed meanwhile
SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(["processes.tip_poster", "processes.tips_bot"])


@pytest.fixture(autouse=True)
def paths(monkeypatch: pytest.MonkeyPatch) -> None:
    # the fork server imports before it gets this process's sys.path
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))


@dataclass(slots=True)
class BothPlatforms:
    """The two loopback platforms, and a clock that they share with the bots."""

    discord: LoopbackDiscord
    slack: LoopbackSlack
    tips: Channel
    clock: SharedClock

    def turn(self, to: datetime) -> None:
        self.clock.set(to)
        ahead = to.timestamp() - time.time()
        self.slack.world.ahead = self.discord.platform.ahead = ahead

    def count(self) -> dict[str, int]:
        """Return how often each tip was posted on each platform."""
        there = [str(each.nonce) for each in self.tips.messages if each.nonce]
        here = [each.metadata["event_payload"]["key"] for each in self.slack.messages("CTIPS")]
        assert not set(here) & set(there)
        return Counter([*here, *there])

    @property
    def posts(self) -> tuple[int, int]:
        return len(self.tips.messages), len(self.slack.messages("CTIPS"))


@pytest.fixture
async def towns(tmp_path: Path) -> AsyncIterator[BothPlatforms]:
    async with LoopbackDiscord() as discord, LoopbackSlack() as slack:
        discord.guild.bot_permissions |= PIN_MESSAGES
        slack.add_channel("CTIPS", BOT, called="tips")
        discord.faults.slow("message_create", LATE, times=None)
        slack.fail("chat.postMessage", delay=LATE, times=None)
        made = BothPlatforms(
            discord, slack, discord.guild.add_channel("tips"), SharedClock(tmp_path / "clock")
        )
        made.turn(MONDAY - timedelta(hours=1))
        yield made
        assert not discord.unsafe_mentions
        assert not slack.unsafe_mentions


@pytest.mark.parametrize("history", [True, False], ids=["looks", "blind"])
async def test_every_tip_is_posted_once_on_both_platforms_whoever_is_killed(
    store: Store, url: str, tmp_path: Path, towns: BothPlatforms, *, history: bool
) -> None:
    chance = random.Random(url[:6])  # noqa: S311 - a sample
    towns.slack.grant(*SCOPES, *(HISTORY_SCOPES if history else ()))
    queue = await begun(store, towns)
    to = BotConnection(
        url, tmp_path / "clock", towns.discord.api_base, towns.discord.token, settings(towns.slack)
    )
    running = [started(to), started(to)]
    try:
        await towns.discord.ready(2, PATIENCE)
        await towns.slack.connected(2, PATIENCE)
        for week in range(ROUNDS):
            towns.turn(MONDAY + week * WEEK - timedelta(seconds=0.05))
            await asyncio.sleep(chance.uniform(0.05, 0.25))
            kill(running.pop(chance.randrange(2)))
            running.append(started(to))
            towns.turn(towns.clock() + timedelta(seconds=45))  # the killed process's lease expires
            await settled(store, queue, 2 * (week + 1))
    finally:
        for each in running:
            kill(each)
    found = await store.occurrences.list_for_queue(queue, *OccurrenceState, limit=1000)
    once(found, towns, blind=not history)


async def begun(store: Store, towns: BothPlatforms) -> str:
    """Create a schedule on each platform, with the same times and one queue."""
    guild, tips = f"discord:{towns.discord.guild.id}", f"discord:{towns.tips.id}"
    queue, now = await store.queues.get_or_create(guild), towns.clock()
    await store.tips.add(queue, [NewTip(f"tip {n}") for n in range(ROUNDS)], now)
    for community, channel in ((guild, tips), ("slack:T1", "slack:T1/CTIPS")):
        plan = replace(PLAN, community=community, channel=channel)
        assert await store.schedules.add(queue, plan, "slack:T1/UADMIN", now, next_due(plan, now))
    return queue


def started(to: BotConnection) -> ForkServerProcess:
    process = SERVER.Process(target=serve, args=(to,), daemon=True)
    process.start()
    return process


def kill(process: ForkServerProcess) -> None:
    process.kill()
    process.join(PATIENCE)


async def settled(store: Store, queue: str, count: int) -> None:
    """Wait until *count* occurrences are finished."""
    latest = time.monotonic() + PATIENCE
    while True:
        found = await store.occurrences.list_for_queue(queue, *OccurrenceState, limit=1000)
        if len([each for each in found if each.state is not OccurrenceState.DUE]) >= count:
            return
        assert time.monotonic() < latest, found[:2]
        await asyncio.sleep(0.02)


def once(found: tuple[Occurrence, ...], towns: BothPlatforms, *, blind: bool) -> None:
    """Expect one post per occurrence; if no history can be read, some may be uncertain."""
    assert len({(each.schedule, each.due_at) for each in found}) == len(found) == 2 * ROUNDS
    assert set(towns.count().values()) == {1}
    states = Counter((each.channel.partition(":")[0], each.state.value) for each in found)
    done, doubtful = states["slack", "done"], states["slack", "uncertain"]
    assert states["discord", "done"] == ROUNDS
    assert done + doubtful == ROUNDS
    assert blind or not doubtful
    on_discord, on_slack = towns.posts
    assert on_discord == ROUNDS
    assert done <= on_slack <= ROUNDS
    assert sum(each.pinned for each in towns.tips.messages) == 1
    assert len(towns.slack.world.channels["CTIPS"].pins) >= (done > 0)
    threads = [each for each in towns.discord.guild.channels.values() if each.type == THREAD]
    assert len(threads) == ROUNDS
    sys.stdout.write(f"{dict(states)}, posted on Discord and Slack: {towns.posts}\n")
