"""Crossroads on Slack against a bare Bolt app that answers a constant.

Run: make bench. The stand-in of Slack and the clock are in this process; each bot is a process of
its own on the same stand-in, one after the other in each of ROUNDS alternations. A round trip is
from sending a slash command to the acknowledgement, which holds the answer. The bare app runs in
Bolt's best configuration for this (process_before_response); it answers a constant text, and in a
second run the very blocks of our salary answer, as a constant. Ours answers a constant paragraph,
which is drawn anew each time, and three of its real commands. Figures are medians over the
rounds; ratios are ours to the bare app's of the same round.
"""

import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from slack_payloads import slash
from slack_server import LoopbackSlack
from slack_world import TEAM
from slackbot import free_port

ROUNDS, CALLS, FLIGHTS = int(os.environ.get("ROUNDS", "5")), 600, (1, 64)
ROOT = Path(__file__).parents[2]
BARE = [sys.executable, str(Path(__file__).with_name("bare_slack.py"))]
OURS = [sys.executable, "-m", "slackcommands"]  # the bot, and a command that answers a constant
LINES = ("constant", "privacy", "salary ml senior", "compare ai ml")
TEXT = {"response_type": "ephemeral", "text": "a constant"}
Rows = dict[tuple[str, str, int], list[tuple["Speed", "Speed"]]]


@dataclass(frozen=True)
class Speed:
    """Seconds of a round trip, and round trips a second."""

    median: float
    p99: float
    rate: float


@asynccontextmanager
async def bot(command: list[str], mode: str, answer: object = None) -> AsyncIterator[LoopbackSlack]:
    """Run a bot on a stand-in of its own."""
    port = free_port()
    async with LoopbackSlack() as slack:
        with tempfile.TemporaryDirectory() as folder:
            settings = {
                "SLACK_BOT_TOKEN": slack.bot_token,
                "SLACK_API_BASE": slack.api_base,
                "CROSSROADS_DATA_DIR": folder,
                "CROSSROADS_HTTP_PORT": str(port),
                "PYTHONPATH": f"{ROOT}:{ROOT / 'tests' / 'support'}",
                "BARE_ANSWER": json.dumps(answer),
            }
            over_http = {"SLACK_SIGNING_SECRET": slack.signing_secret}
            settings |= over_http if mode == "HTTP" else {"SLACK_APP_TOKEN": slack.app_token}
            run = await asyncio.create_subprocess_exec(*command, env={**os.environ, **settings})
            try:
                if mode == "HTTP":
                    slack.deliver_to(f"http://127.0.0.1:{port}/slack/events")
                    await listening(port)
                else:
                    await slack.connected(seconds=30)
                yield slack
            finally:
                run.terminate()
                await run.wait()


async def listening(port: int) -> None:
    """Wait until the bot takes requests: ours says so, the bare one is there when its port is."""
    address = f"http://127.0.0.1:{port}/readyz"
    async with aiohttp.ClientSession() as session:
        while True:
            with suppress(aiohttp.ClientError):
                async with session.get(address) as answer:
                    if answer.status in {200, 404}:
                        return
            await asyncio.sleep(0.05)


def asking(slack: LoopbackSlack, line: str) -> Callable[[], Awaitable[object]]:
    """Type *line* again and again; what comes back is not checked here, nor is it shown."""

    async def once() -> object:
        url = slack.world.response_url("U1", "C1")
        payload = slash(slack.world, "/crossroads", line, url, TEAM)
        return await slack.courier.transport.deliver("slash_commands", payload, {})

    return once


async def speed(once: Callable[[], Awaitable[object]], flight: int) -> Speed:
    """Make CALLS round trips, *flight* at a time."""
    times: list[float] = []
    numbers = iter(range(CALLS))

    async def worker() -> None:
        for _ in numbers:
            begun = time.perf_counter()
            await once()
            times.append(time.perf_counter() - begun)

    begun = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(flight)))
    taken = time.perf_counter() - begun
    return Speed(statistics.median(times), statistics.quantiles(times, n=100)[98], CALLS / taken)


async def speeds(slack: LoopbackSlack, line: str) -> dict[int, Speed]:
    """Warm up, then measure at each number in flight."""
    once = asking(slack, line)
    await speed(once, 8)
    found = {flight: await speed(once, flight) for flight in FLIGHTS}
    slack.forget()
    return found


async def measured(mode: str, rows: Rows) -> None:
    """Add one alternation."""
    async with bot(OURS, mode) as slack:
        ours = {line: await speeds(slack, line) for line in LINES}
        answer = await asking(slack, "salary ml senior")()
    async with bot(BARE, mode, TEXT) as slack:
        text = await speeds(slack, "x")
    async with bot(BARE, mode, answer) as slack:
        blocks = await speeds(slack, "x")
    for flight in FLIGHTS:
        for line in LINES:
            rows.setdefault((mode, line, flight), []).append((ours[line][flight], text[flight]))
        same = (ours["salary ml senior"][flight], blocks[flight])
        rows.setdefault((mode, "the same blocks", flight), []).append(same)


def show(rows: Rows) -> None:
    say("| mode | answer | in flight | median ms | × bare | p99 ms | × bare | a second | × bare |")
    say("|---|---|---|---|---|---|---|---|---|")
    for (mode, name, flight), pairs in rows.items():
        cells = [mode, name, str(flight)]
        for part, scale, form in (("median", 1e3, ".2f"), ("p99", 1e3, ".1f"), ("rate", 1, ",.0f")):
            ours = statistics.median(getattr(one, part) for one, _ in pairs)
            ratio = statistics.median(getattr(one, part) / getattr(two, part) for one, two in pairs)
            cells += [format(ours * scale, form), f"{ratio:.2f}"]
        say(f"| {' | '.join(cells)} |")


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


async def main() -> None:
    """Measure both modes, and print the table."""
    rows: Rows = {}
    for _ in range(ROUNDS):
        for mode in ("Socket Mode", "HTTP"):
            await measured(mode, rows)
    show(rows)


if __name__ == "__main__":
    asyncio.run(main())
