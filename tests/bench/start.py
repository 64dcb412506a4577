"""Start-up time, the time to the first answer, and idle memory, compared with a bare bot.

Run: make bench. The bare bot is discord.py answering with a constant. Crossroads runs with Discord
only, and with Discord and Slack. The loopback platforms are in this process; in each of ROUNDS
rounds, the bots run one after the other. CPU is the time that a bot's own process used until its
first answer, which depends little on other load. Figures are medians; ratios are Crossroads to the
bare bot in the same round.
"""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from discord_answers import BARE, SENIOR, resident
from discord_server.server import LoopbackDiscord
from report import ROUNDS, Report, spread
from slack_server.server import LoopbackSlack

ROOT = Path(os.environ.get("CROSSROADS_ROOT", Path(__file__).parents[2]))
"""Whose code is measured: another checkout's, to compare two."""
OURS = [sys.executable, "-m", "bot"]
LINES = (["--version"], ["ask", "salary ml senior"])
MEASURES = {
    "seconds": "s to first answer",
    "cpu": "CPU s until then",
    "answered": "MiB resident after it",
    "idle": "MiB resident when never asked",
}
PAUSE = 1.0  # seconds until the memory is measured


def command(arguments: Sequence[str]) -> tuple[float, float]:
    """Return the seconds and the CPU seconds of a command."""
    begun = time.perf_counter()
    run = subprocess.Popen(
        [*OURS, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
    )
    _, run.returncode, used = os.wait4(run.pid, 0)
    seconds = time.perf_counter() - begun
    return seconds, used.ru_utime + used.ru_stime


async def measure(bot: Sequence[str], *, slack: bool = False) -> dict[str, float]:
    """Run a bot twice, with a command and without; return the measures of both."""
    asked = await life(bot, slack=slack, ask=True)
    unasked = await life(bot, slack=slack, ask=False)
    return {**asked, "answered": asked["resident"], "idle": unasked["resident"]}


async def life(bot: Sequence[str], *, slack: bool, ask: bool) -> dict[str, float]:
    """Run a bot, with a command on each platform if *ask*, and return the measures."""
    async with AsyncExitStack() as stack:
        discord = await stack.enter_async_context(LoopbackDiscord())
        settings = {
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_BASE": discord.api_base,
            "CROSSROADS_DATA_DIR": stack.enter_context(tempfile.TemporaryDirectory()),
            "CROSSROADS_LOG_FORMAT": "json",
            "PYTHONPATH": str(ROOT),
        }
        if slack:
            workspace = await stack.enter_async_context(LoopbackSlack())
            settings |= {
                "SLACK_BOT_TOKEN": workspace.bot_token,
                "SLACK_APP_TOKEN": workspace.app_token,
                "SLACK_API_BASE": workspace.api_base,
            }
        begun = time.perf_counter()
        run = await asyncio.create_subprocess_exec(
            *bot, cwd=ROOT, env={**os.environ, **settings}, stderr=asyncio.subprocess.DEVNULL
        )
        try:
            await discord.ready(within=30)
            if ask:
                await (await discord.slash("salary", SENIOR)).responded()
            if slack:
                await workspace.connected(seconds=30)
            if slack and ask:
                await (await workspace.slash("/crossroads", "salary ml senior")).answered()
            found = {"seconds": time.perf_counter() - begun, "cpu": cpu(run.pid)}
            await asyncio.sleep(PAUSE)
            return {**found, "resident": resident(run.pid)}
        finally:
            run.terminate()
            await run.wait()


def cpu(pid: int) -> float:
    """Return the CPU seconds that a process took so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def main() -> None:
    """Measure in turn, and write the tables."""
    lives: dict[str, list[dict[str, float]]] = defaultdict(list)
    commands: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for _ in range(ROUNDS):
        lives["bare discord.py"].append(await measure(BARE))
        lives["Discord alone"].append(await measure([*OURS, "run"]))
        lives["Discord and Slack"].append(await measure([*OURS, "run"], slack=True))
        for arguments in LINES:
            commands[" ".join(arguments)].append(command(arguments))
    report = Report("start")
    report.table("Commands", ("command", "s", "CPU s"), (
        [name, *(spread(each) for each in zip(*found, strict=True))]
        for name, found in commands.items()
    ))  # fmt: skip
    bare = lives["bare discord.py"]
    rows = []
    for name, found in lives.items():
        pairs = list(zip(found, bare, strict=True))
        cells = [
            f"{spread([one[key] for one in found])}, "
            f"{statistics.median(one[key] / two[key] for one, two in pairs):.2f} × bare"
            for key in MEASURES
        ]
        rows.append([name, *cells])
    report.table("A bot's start", ("bot", *MEASURES.values()), rows)
    report.write()


if __name__ == "__main__":
    asyncio.run(main())
