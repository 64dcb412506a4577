"""Several instances as separate processes on one PostgreSQL: losing one loses no work."""

import asyncio
import os
import signal
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
from discord_server.basics import User
from discord_server.server import LoopbackDiscord
from discord_server.world import Guild
from fault_matrix import Observe
from processes.instance import run_instance
from processes.shared_clock import SharedClock

from bot.tips.recurrence import next_due
from storage import NewTip, Occurrence, OccurrenceState, Plan, Store

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
PATIENCE = 60.0  # seconds, for a busy machine
LEASE = float(os.environ.get("CROSSROADS_TEST_LEASE", "3"))  # seconds; 30 in production
PAUSE = LEASE / 6  # seconds between starts


def spread(discord: LoopbackDiscord, shards: int) -> list[Guild]:
    """Return one server for each shard."""
    found: dict[int, Guild] = {}
    while len(found) < shards:
        guild = Guild()
        found.setdefault((guild.id >> 22) % shards, guild)
    return [discord.add_guild(found[shard]) for shard in range(shards)]


async def answers(discord: LoopbackDiscord, guilds: list[Guild]) -> None:
    """Expect in every server an answer, and one that needs the database."""
    for guild in guilds:
        asked = await discord.slash("quiz", {"name": "hire"}, guild=guild, user=User("somebody"))
        assert "0 of 10" in (await asked.answer(PATIENCE)).text


async def scheduled(store: Store, guild: Guild) -> None:
    """Schedule a tip for Monday in a server's channel."""
    community, before = f"discord:{guild.id}", MONDAY - timedelta(hours=1)
    channel = f"discord:{guild.channel.id}"
    plan = Plan(community, channel, 0, 9 * 60, "UTC", date(2026, 11, 23))
    queue = await store.queues.get_or_create(community)
    await store.tips.add(queue, [NewTip("Put one finished thing in front.")], before)
    assert await store.schedules.add(queue, plan, "discord:1", before, next_due(plan, before))


async def claimed(store: Store) -> Occurrence:
    """Wait until an instance has leased the due occurrence; return the occurrence."""
    while True:
        for found in await store.occurrences.list_due():
            if found.owner:
                return found
        await asyncio.sleep(0.02)


async def worked_off(store: Store, it: Occurrence) -> Occurrence:
    """Wait until the occurrence is finished, and return it."""
    while True:
        found = await store.occurrences.get(it.schedule, it.due_at)
        if found and found.state is not OccurrenceState.DUE:
            return found
        await asyncio.sleep(0.02)


@pytest.mark.parametrize("arrived", [True, False], ids=["it had arrived", "it got lost"])
async def test_the_tip_of_an_instance_that_is_killed_is_posted_once_when_its_lease_ends(
    postgres_url: str, tmp_path: Path, *, arrived: bool
) -> None:
    clock = SharedClock(tmp_path / "clock")
    clock.set(MONDAY - timedelta(minutes=1))
    async with (
        asyncio.timeout(PATIENCE),
        await Store.open(postgres_url) as store,
        LoopbackDiscord(shards=3) as discord,
        AsyncExitStack() as stack,
    ):
        guilds = spread(discord, 3)
        await scheduled(store, guilds[0])
        runs = [
            await stack.enter_async_context(
                run_instance(discord, tmp_path, postgres_url, f"{each}-{each}/3")
            )
            for each in range(3)
        ]
        await discord.ready(3, PATIENCE)
        await answers(discord, guilds)
        held = discord.faults.hold("message_create", after=arrived)
        clock.set(MONDAY)
        await held.waiting.wait()
        leader = await claimed(store)
        [lost] = [run for run in runs if f"-{run.pid}-" in (leader.owner or "")]
        lost.kill()
        await lost.wait()
        assert len(discord.messages(guilds[0].channel)) == int(arrived)
        assert leader.leased_until
        clock.set(leader.leased_until)
        it = await worked_off(store, leader)
        [posted] = discord.messages(guilds[0].channel)
        assert (it.state, it.message) == (OccurrenceState.DONE, f"discord:{posted.id}")
        assert discord.counters["message_create"] == 2
        held.release()


async def owners(url: str) -> dict[int, str]:
    """Return the instance that owns each shard."""
    on = await asyncpg.connect(url)
    try:
        rows = await on.fetch("select number, owner from shards where leased_until > now()")
    finally:
        await on.close()
    return {number: owner.split("-")[-2] for number, owner in rows}


async def shared(url: str, *pids: int, shards: int = 4) -> None:
    """Wait until exactly these processes own equal shares of the shards."""
    want = sorted(str(pids[n % len(pids)]) for n in range(shards))
    while True:
        if sorted((await owners(url)).values()) == want:
            return
        await asyncio.sleep(0.05)


@pytest.mark.fault("three instances")
async def test_instances_share_the_shards_and_take_over_what_one_of_them_loses(
    postgres_url: str, tmp_path: Path, observed: Observe
) -> None:
    SharedClock(tmp_path / "clock").set(MONDAY)
    async with asyncio.timeout(PATIENCE * max(1, LEASE / 6)), AsyncExitStack() as stack:
        discord = await stack.enter_async_context(LoopbackDiscord(shards=4))
        discord.platform.concurrency, discord.gateway.pause = 2, PAUSE * 0.9

        async def started() -> asyncio.subprocess.Process:
            times = LEASE, PAUSE
            run = run_instance(discord, tmp_path, postgres_url, "auto", times)
            return await stack.enter_async_context(run)

        guilds = spread(discord, 4)
        one = await started()
        await discord.ready(4, PATIENCE)
        two = await started()
        await shared(postgres_url, one.pid, two.pid)
        await discord.ready(4, PATIENCE)
        await answers(discord, guilds)

        one.kill()
        await shared(postgres_url, two.pid)
        await discord.ready(4, PATIENCE)
        await answers(discord, guilds)

        three = await started()
        await shared(postgres_url, two.pid, three.pid)
        two.send_signal(signal.SIGTERM)
        assert await two.wait() == 0
        await shared(postgres_url, three.pid)
        await discord.ready(4, PATIENCE)
        await answers(discord, guilds)
        assert discord.counters["shards served twice"] == 0
        assert discord.counters["identified too soon"] == 0
        assert discord.counters["identifies"] <= 4 + 2 + 2 + 2 + 2
        observed(
            "only one process at a time served each shard; the others took over lost shards, and "
            "all answered"
        )
