"""A day of use in a few seconds: memory, tasks and files don't grow from hour to hour."""

import asyncio
import os
import statistics
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from bot_monitoring import free_port
from discord_server.basics import User
from discord_server.server import LoopbackDiscord
from discord_server.stored_message import Message
from discord_server.world import MANAGE_GUILD
from fault_matrix import Observe
from processes import fast_clock_bot
from processes.discord_bot import discord_process
from processes.shared_clock import SharedClock
from prometheus_client.parser import text_string_to_metric_families

EACH_HOUR = int(os.environ.get("CROSSROADS_TEST_SOAK", "25"))  # rounds of use; 1,500 take an hour
HOURS, SETTLED = 24, 8  # all caches are full after 8 hours
SUNDAY = datetime(2026, 1, 4, 12, tzinfo=UTC)
MEMORY, TASKS, FILES = (
    "process_resident_memory_bytes", "crossroads_test_tasks", "process_open_fds",
)  # fmt: skip
LINES: tuple[tuple[str, dict[str, str]], ...] = (
    ("salary", {"role": "ml-engineer"}),
    ("compare", {}),
    ("ask", {"question": "do I need a phd?"}),
    ("tools", {}),
    ("results", {}),
)


@pytest.mark.long
@pytest.mark.fault("soak")
async def test_a_day_of_use_leaves_nothing_behind(tmp_path: Path, observed: Observe) -> None:
    clock, port = SharedClock(tmp_path / "clock"), free_port()
    clock.set(SUNDAY)
    settings = {fast_clock_bot.CLOCK: str(tmp_path / "clock"), "CROSSROADS_HTTP_PORT": str(port)}
    async with (
        LoopbackDiscord() as discord,
        discord_process(discord, tmp_path, "processes.fast_clock_bot", **settings) as run,
    ):
        reading = asyncio.create_task(_read(run))
        await discord.ready(within=30)
        day = Day(discord, clock, port)
        await day.begin()
        for hour in range(HOURS):
            await day.hour(hour)
        run.terminate()
        code = await asyncio.wait_for(run.wait(), 20)
        said = await reading
    assert code == 0
    assert b"Traceback" not in said
    assert day.lost <= day.answered / 1_000
    assert len(day.channel.messages) == 1  # the tip was posted on Monday at 9
    later = day.figures[SETTLED:]
    files, tasks = ({each[name] for each in later} for name in (FILES, TASKS))
    assert max(files) - min(files) <= 2, files  # keep-alive connections may be open or closed
    assert max(tasks) - min(tasks) <= 2, tasks
    slope = _slope([each[MEMORY] for each in later])
    assert slope * HOURS < 0.1 * later[0][MEMORY]
    observed(
        f"{HOURS} hours, {day.answered:,} answers, {day.lost} lost: "
        f"memory {later[0][MEMORY] / 2**20:.0f} MiB, "
        f"{slope / 2**10:+.0f} KiB an hour; tasks {min(tasks):.0f}–{max(tasks):.0f}, "
        f"files {min(files):.0f}–{max(files):.0f}"
    )


class Day:
    """Members who use everything, on a platform with failures."""

    def __init__(self, discord: LoopbackDiscord, clock: SharedClock, port: int) -> None:
        self._discord, self._clock, self._port = discord, clock, port
        self.channel = discord.guild.add_channel("tips")
        self.figures: list[dict[str, float]] = []
        self.answered = self.lost = 0

    async def begin(self) -> None:
        """Create a schedule that comes due within the day."""
        options = {"channel": str(self.channel.id), "day": "Monday", "time": "09:00", "zone": "UTC"}
        for command, given in (("tips-starter", {}), ("schedule-new", options)):
            played = await self._discord.slash(command, given, permissions=MANAGE_GUILD)
            await played.answer()

    async def hour(self, hour: int) -> None:
        """Use the bot for an hour with a failure, then measure it while it is idle."""
        discord = self._discord
        self._clock.set(SUNDAY + timedelta(hours=hour))
        match hour % 4:
            case 0:
                discord.faults.fail("callback", 503, times=2)
            case 1:
                await discord.gateway.drop()
            case 2:
                await discord.gateway.reconnect()
            case _:
                discord.faults.limit("callback", 0.05)
        await asyncio.sleep(0.1)
        await discord.ready(within=20)
        for number in range(EACH_HOUR):
            await self._round(User(f"member{hour}-{number}"))
        self.figures.append(await self._look())
        discord.platform.interactions.clear()
        discord.requests.clear()

    async def _round(self, member: User) -> None:
        """Have a new member use every command, and answer a question."""
        for command, options in LINES:
            await self._answered(command, options, member)
        question = await self._answered("quiz", {"name": "hire"}, member)
        code = question.buttons[0]["custom_id"]
        await (await self._discord.click(question, custom_id=code, user=member)).answer()
        self.answered += 1

    async def _answered(self, command: str, options: dict[str, str], member: User) -> Message:
        """Type a command; retry once if a busy machine didn't answer within three seconds."""
        self.answered += 1
        played = await self._discord.slash(command, options, user=member)
        await played.notifier.wait_until(
            lambda: played.missed or played.response is not None, "an end"
        )
        if played.missed:
            self.lost += 1
            played = await self._discord.slash(command, options, user=member)
        return await played.answer()

    async def _look(self) -> dict[str, float]:
        await asyncio.sleep(0.3)
        address = f"http://127.0.0.1:{self._port}/metrics"
        async with aiohttp.ClientSession() as session, session.get(address) as answer:
            text = await answer.text()
        families = text_string_to_metric_families(text)
        return {each.name: each.value for family in families for each in family.samples}


def _slope(values: list[float]) -> float:
    """Return the slope of the straight line that fits *values* best."""
    return statistics.linear_regression(range(len(values)), values).slope


async def _read(run: asyncio.subprocess.Process) -> bytes:
    """Read the bot's output, so that a full pipe doesn't block it."""
    assert run.stdout
    assert run.stderr
    out, err = await asyncio.gather(run.stdout.read(), run.stderr.read())
    return out + err
