"""kill -9 under load: acknowledged data is stored once, and every tip is posted once."""

import asyncio
import os
import random
import signal
import sys
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest
from discord_server.server import LoopbackDiscord
from fault_matrix import Observe
from processes import fast_clock_bot
from processes.discord_load import Load
from processes.shared_clock import SharedClock

from storage import Occurrence, OccurrenceState, Store

KILLS = int(os.environ.get("CROSSROADS_TEST_KILLS", "3"))
MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
WEEK = timedelta(weeks=1)
UNSETTLED = {OccurrenceState.PLANNED, OccurrenceState.DUE}


@pytest.fixture(autouse=True)
def paths(monkeypatch: pytest.MonkeyPatch) -> None:
    # the fork server imports before it gets this process's sys.path
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return a database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/crossroads.db"
    return str(request.getfixturevalue("postgres_url"))


def settings(discord: LoopbackDiscord, folder: Path, url: str) -> dict[str, str]:
    return {
        "DATABASE_URL": url,
        "DISCORD_TOKEN": discord.token,
        "DISCORD_API_BASE": discord.api_base,
        "CROSSROADS_DATA_DIR": str(folder),
        "CROSSROADS_KEEP_DAYS": "100000",  # the clock advances a week per round
        fast_clock_bot.CLOCK: str(folder / "clock"),
    }


@pytest.mark.fault("kill -9")
async def test_what_was_acknowledged_outlives_every_kill(
    tmp_path: Path, url: str, observed: Observe
) -> None:
    clock = SharedClock(tmp_path / "clock")
    clock.set(MONDAY - timedelta(hours=1))
    async with LoopbackDiscord() as discord:
        killer = Killer(discord, tmp_path, url, clock, Load(discord, members=4, seed=7))
        for number in range(KILLS):
            await killer.kill(starting=number % 5 == 4)
        bot = fast_clock_bot.fork_bot(tmp_path, settings(discord, tmp_path, url))
        async with await Store.open(url) as store:
            occurrences = await settled(store, killer.week)
        await discord.ready()
        await end(bot, signal.SIGTERM)
        assert bot.exitcode == 0
    load, posts = killer.load, killer.posts.messages
    assert len(load.answers) + len(load.tips) > KILLS
    assert load.questions
    assert load.lost(url) == []
    assert "Traceback" not in (tmp_path / "log").read_text(encoding="utf-8")
    assert {each.state for each in occurrences} == {OccurrenceState.DONE}
    assert len(occurrences) == killer.week
    assert len(posts) == len(occurrences)
    observed(
        f"{url.partition(':')[0]}, {KILLS} kills: of {len(load.answers):,} answers, "
        f"{len(load.tips):,} tips, {len(load.questions):,} questions to moderators and the "
        f"settings that were acknowledged, none was lost or doubled; {len(occurrences)} tips came "
        "due, and each was posted once"
    )


class Killer:
    """Starts the bot, puts it to work, and kills it."""

    def __init__(
        self, discord: LoopbackDiscord, folder: Path, url: str, clock: SharedClock, load: Load
    ) -> None:
        self._discord, self._folder, self._clock, self.load = discord, folder, clock, load
        self._url = url
        self.posts, self.week = discord.guild.add_channel("tips"), 0
        self._chance = random.Random(7)  # noqa: S311 - a sample

    async def kill(self, *, starting: bool) -> None:
        """Kill the bot while it starts, or while it works and a tip comes due."""
        self._discord.gateway.budget = 1000
        bot = fast_clock_bot.fork_bot(
            self._folder, settings(self._discord, self._folder, self._url)
        )
        if starting:
            await asyncio.sleep(self._chance.uniform(0, 1))
        else:
            await self._discord.ready(within=30)
            await self._come_due()
        before = self.load.acknowledged
        async with self.load.running():
            if not starting:
                done = partial(self.load.has_more_than, before)
                await self._discord.until(done, "an answer and a tip")
                await asyncio.sleep(self._chance.uniform(0, 0.8))
            await end(bot, signal.SIGKILL)
        await self._discord.until(lambda: not self._discord.gateway.connected, "the line's end")
        self._clock.set(self._clock() + timedelta(seconds=45))  # the killed process's lease expires
        self._discord.platform.interactions.clear()

    async def _come_due(self) -> None:
        """Set the clock to just before the next tip is due, once the last one is posted."""
        async with await Store.open(self._url) as store:
            if self.week:
                await settled(store, self.week)
            else:
                options = {"day": "Monday", "time": "09:00", "zone": "UTC"}
                await self.load.write("tips-add", text="the first tip")
                await self.load.moderate("schedule-new", channel=str(self.posts.id), **options)
        self._clock.set(MONDAY + self.week * WEEK - timedelta(seconds=0.2))
        self.week += 1


async def end(bot: ForkServerProcess, sign: signal.Signals) -> None:
    assert bot.pid  # pid 0 would mean the whole process group
    os.kill(bot.pid, sign)
    await asyncio.to_thread(bot.join)


async def settled(store: Store, count: int) -> tuple[Occurrence, ...]:
    """Wait until *count* occurrences have come due and are finished."""
    (queue,) = await store.queues.list_all()
    async with asyncio.timeout(60):
        while True:
            found = await store.occurrences.list_for_queue(queue, *OccurrenceState, limit=10_000)
            if len(found) >= count and not {each.state for each in found} & UNSETTLED:
                return found
            await asyncio.sleep(0.05)
