"""Crossroads on Discord compared with a bare discord.py bot that answers with a constant.

Run: make bench. The loopback Discord and the clock are in this process. Each bot is a process of
its own; in each of ROUNDS rounds, one runs after the other. A round trip is the time from sending
an interaction to the first response. Figures are medians over the rounds; ratios are Crossroads to
the bare bot in the same round.

An answer with a picture uploads it, and is compared with a constant text and with a constant
picture. Quiz answers are on disk before the bot responds, on SQLite and, if
CROSSROADS_TEST_POSTGRES names a server, on PostgreSQL. They are compared with a constant text and
with the bare bot's answers to clicks in a message of the same shape, which stores nothing.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import cycle
from pathlib import Path

from discord_server.basics import User
from discord_server.server import LoopbackDiscord
from report import ROUNDS, Report, spread
from servers import database
from trips import CALLS, COLUMNS, FLIGHTS, Once, Speed, Trips, speed, speeds

ITEMS = 9  # of the ten of the quiz, whose last answer is followed by a drawn result
ROOT = Path(__file__).parents[2]
BARE = [sys.executable, str(Path(__file__).with_name("bare_discord.py"))]
OURS = [
    sys.executable,
    "-m",
    "processes.slow_commands_bot",
]  # the bot, and a command that answers a constant
PICTURE = 31_000  # bytes, as the chart of a salary has
SENIOR = {"role": "ml-engineer", "level": "senior", "view": "chart"}
Lives = dict[str, list[tuple[float, float]]]


@asynccontextmanager
async def bot(
    discord: LoopbackDiscord, command: list[str], **more: str
) -> AsyncIterator[dict[str, float]]:
    """Run a bot; yield its seconds to ready, its resident MiB when idle, and its process id."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_BASE": discord.api_base,
            "CROSSROADS_DATA_DIR": folder,
            "CROSSROADS_LOG_FORMAT": "json",
            "PYTHONPATH": f"{ROOT}:{ROOT / 'tests' / 'support'}",
            **more,
        }
        begun = time.perf_counter()
        run = await asyncio.create_subprocess_exec(
            *command, env={**os.environ, **settings}, stderr=asyncio.subprocess.DEVNULL
        )
        await discord.ready(within=30)
        ready = time.perf_counter() - begun
        await asyncio.sleep(0.5)
        try:
            yield {"ready": ready, "idle": resident(run.pid), "pid": run.pid}
        finally:
            run.terminate()
            await run.wait()
            await discord.until(lambda: not discord.gateway.lines, "the bot to leave")
            discord.forget()


def resident(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise LookupError(pid)


def slash(discord: LoopbackDiscord, name: str, **options: str) -> Once:
    async def once(_: int) -> None:
        await (await discord.slash(name, options)).responded()

    return once


def typing(discord: LoopbackDiscord) -> Once:
    async def once(_: int) -> None:
        await (await discord.autocomplete("salary", {"level": "sen"})).responded()

    return once


async def quiz(discord: LoopbackDiscord) -> Once:
    """Return a function that sends one stored answer per call, each time as another member.

    There are so many members that nobody clicks twice at once, and that each has questions left.
    """
    many = max(len(FLIGHTS) * CALLS // ITEMS + 1, *FLIGHTS)
    members = [User(f"member{number}") for number in range(many)]
    asked = [
        await (await discord.slash("quiz", {"name": "hire"}, user=member)).answer()
        for member in members
    ]

    turns = cycle(range(many))

    async def once(_: int) -> None:
        place = next(turns)
        message = asked[place]
        code = message.buttons[0]["custom_id"]
        played = await discord.click(message, custom_id=code, user=members[place])
        await played.answer()

    return once


async def quizzes(discord: LoopbackDiscord) -> dict[int, Speed]:
    once = await quiz(discord)
    return {flight: await speed(once, flight) for flight in FLIGHTS}


async def measured(discord: LoopbackDiscord, url: str, trips: Trips, lives: Lives) -> None:
    """Measure both bots once, and add the results to *trips* and *lives*."""
    async with bot(discord, BARE, PICTURE=str(PICTURE)) as bare_life:
        bare = await speeds(slash(discord, "salary", **SENIOR))
        pictures = await speeds(slash(discord, "picture"))
        completes = await speeds(typing(discord))
        asked = await quizzes(discord)
    async with bot(discord, OURS) as life:
        for key, pairs in lives.items():
            pairs.append((life[key], bare_life[key]))
        for name in ("constant", "privacy", "compare"):
            trips.add(name, await speeds(slash(discord, name)), bare)
        salary = await speeds(slash(discord, "salary", **SENIOR))
        trips.add("salary", salary, bare)
        trips.add("salary, compared with a constant picture", salary, pictures)
        trips.add("autocomplete", await speeds(typing(discord)), completes)
        answered = await quizzes(discord)
        trips.add("quiz answer, SQLite", answered, bare)
        trips.add("quiz answer, compared with a constant question", answered, asked)
    if url:
        async with bot(discord, OURS, DATABASE_URL=url):
            trips.add("quiz answer, PostgreSQL", await quizzes(discord), bare)


async def main() -> None:
    """Measure, and write the tables."""
    trips, lives = Trips(), Lives(ready=[], idle=[])
    with database() as url:
        async with LoopbackDiscord() as discord:
            discord.platform.strict = False
            for _ in range(ROUNDS):
                await measured(discord, url, trips, lives)
    report = Report("discord")
    report.table("Round trips on Discord", COLUMNS, trips.rows())
    units = {"ready": "s from start to ready", "idle": "MiB resident when idle"}
    rows = (_life(units[key], pairs) for key, pairs in lives.items())
    report.table("Start and memory on Discord", ("", "ours", "bare", "ratio"), rows)
    report.write()


def _life(unit: str, pairs: list[tuple[float, float]]) -> list[str]:
    ours, theirs = zip(*pairs, strict=True)
    ratios = [one / two for one, two in pairs]
    return [unit, spread(ours), spread(theirs), spread(ratios)]


if __name__ == "__main__":
    asyncio.run(main())
