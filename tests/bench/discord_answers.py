"""Crossroads on Discord against a bare discord.py bot that answers a constant string.

Run: make bench. The stand-in of Discord and the clock are in this process; each bot is a process of
its own on the same stand-in, one after the other in each of ROUNDS alternations. A round trip is
from sending an interaction to the first response. Figures are medians over the rounds; ratios are
ours to the bare bot's of the same round.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from discord_basics import User
from discord_server import LoopbackDiscord
from report import ROUNDS, Report, spread

CALLS = 600
ITEMS = 9  # of the ten of the quiz, whose last answer is followed by a drawn result
ROOT = Path(__file__).parents[2]
BARE = [sys.executable, str(Path(__file__).with_name("bare_discord.py"))]
OURS = [sys.executable, "-m", "bot", "run"]
Once = Callable[[int], Awaitable[None]]


@dataclass(frozen=True)
class Speed:
    """Seconds of a round trip, and round trips a second."""

    median: float
    p99: float
    rate: float


@asynccontextmanager
async def bot(
    discord: LoopbackDiscord, command: list[str], **more: str
) -> AsyncIterator[dict[str, float]]:
    """Run a bot; give its seconds from start to ready, and its resident MiB when idle."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_BASE": discord.api_base,
            "CROSSROADS_DATA_DIR": folder,
            "PYTHONPATH": str(ROOT),
            **more,
        }
        begun = time.perf_counter()
        run = await asyncio.create_subprocess_exec(*command, env={**os.environ, **settings})
        await discord.ready(within=30)
        ready = time.perf_counter() - begun
        await asyncio.sleep(0.5)
        try:
            yield {"ready": ready, "idle": resident(run.pid)}
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


async def speed(once: Once, flight: int) -> Speed:
    """Make CALLS round trips, *flight* at a time."""
    times: list[float] = []
    numbers = iter(range(CALLS))

    async def worker() -> None:
        for number in numbers:
            begun = time.perf_counter()
            await once(number)
            times.append(time.perf_counter() - begun)

    begun = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(flight)))
    taken = time.perf_counter() - begun
    return Speed(statistics.median(times), statistics.quantiles(times, n=100)[98], CALLS / taken)


def slash(discord: LoopbackDiscord, name: str, **options: str) -> Once:
    async def once(_: int) -> None:
        await (await discord.slash(name, options)).responded()

    return once


async def quiz(discord: LoopbackDiscord) -> Once:
    """Give a durable answer a call: each of many members answers an item of a quiz."""
    members = [User(f"member{number}") for number in range(CALLS // ITEMS + 1)]
    asked = [
        await (await discord.slash("quiz", {"name": "hire"}, user=member)).answer()
        for member in members
    ]

    async def once(number: int) -> None:
        place = number % len(members)
        message = asked[place]
        code = message.buttons[0]["custom_id"]
        played = await discord.click(message, custom_id=code, user=members[place])
        await played.answer()

    return once


async def main() -> None:
    """Measure, and print the tables."""
    rows: dict[tuple[str, int], list[tuple[Speed, Speed]]] = {}
    lives: dict[str, list[tuple[float, float]]] = {"ready": [], "idle": []}
    async with LoopbackDiscord() as discord:
        for _ in range(ROUNDS):
            bare: dict[int, Speed] = {}
            async with bot(discord, BARE) as bare_life:
                once = slash(discord, "salary", role="ml-engineer", level="senior")
                await speed(once, 8)
                for flight in (1, 64):
                    bare[flight] = await speed(once, flight)
            async with bot(discord, OURS) as life:
                for key, pairs in lives.items():
                    pairs.append((life[key], bare_life[key]))
                for name, made in (
                    ("privacy", slash(discord, "privacy")),
                    ("salary", slash(discord, "salary", role="ml-engineer", level="senior")),
                    ("compare", slash(discord, "compare")),
                ):
                    await speed(made, 8)
                    for flight in (1, 64):
                        pair = (await speed(made, flight), bare[flight])
                        rows.setdefault((name, flight), []).append(pair)
                for flight in (1, 64):
                    answers = await quiz(discord)
                    pair = (await speed(answers, flight), bare[flight])
                    rows.setdefault(("quiz answer, durable", flight), []).append(pair)
    show(rows, lives)


def show(
    rows: dict[tuple[str, int], list[tuple[Speed, Speed]]],
    lives: dict[str, list[tuple[float, float]]],
) -> None:
    report = Report("discord")
    columns = ["answer", "in flight"]
    columns += ["median ms", "× bare", "p99 ms", "× bare", "a second", "× bare"]
    report.table("Round trips", columns, (_row(*key, pairs) for key, pairs in rows.items()))
    columns = ["", "ours", "bare", "ratio"]
    units = {"ready": "s from start to ready", "idle": "MiB resident when idle"}
    report.table("Life", columns, (_life(units[key], pairs) for key, pairs in lives.items()))
    report.write()


def _row(name: str, flight: int, pairs: list[tuple[Speed, Speed]]) -> list[str]:
    cells = [name, str(flight)]
    for part, scale, digits in (("median", 1e3, 2), ("p99", 1e3, 1), ("rate", 1, 0)):
        ours = [getattr(one, part) * scale for one, _ in pairs]
        ratios = [getattr(one, part) / getattr(two, part) for one, two in pairs]
        cells += [spread(ours, digits), spread(ratios)]
    return cells


def _life(unit: str, pairs: list[tuple[float, float]]) -> list[str]:
    ours, theirs = zip(*pairs, strict=True)
    ratios = [one / two for one, two in pairs]
    return [unit, spread(ours), spread(theirs), spread(ratios)]


if __name__ == "__main__":
    asyncio.run(main())
