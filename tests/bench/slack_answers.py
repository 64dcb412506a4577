"""Crossroads on Slack compared with a bare Bolt app that answers with a constant.

Run: make bench. The loopback Slack and the clock are in this process. Each bot is a process of its
own; in each of ROUNDS rounds, one runs after the other. A round trip is the time from sending a
slash command to the acknowledgement, which contains the answer. The bare app has Bolt's best
configuration for this (process_before_response). It answers with a constant text and, in a second
run, with the blocks of Crossroads' salary answer. Crossroads answers with a constant paragraph,
which it renders each time, and three of its real commands.

Answers to a quiz are clicks, and their acknowledgements are empty. Crossroads acknowledges once it
has stored the click in its journal, and shows the next question once the answer is on disk. The
bare app only acknowledges the click. Figures are medians over the rounds; ratios are Crossroads to
the bare app in the same round.
"""

import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import count, cycle
from pathlib import Path

import aiohttp
from report import ROUNDS, Report
from servers import database
from slack_server.crossroads_bot import free_port
from slack_server.form_filling import action, elements
from slack_server.payloads import block_actions, slash
from slack_server.server import LoopbackSlack
from slack_server.world import TEAM, View
from trips import CALLS, COLUMNS, FLIGHTS, Once, Speed, Trips, speed, speeds

ITEMS = 9  # of the ten of the quiz, whose last answer is followed by a drawn result
ROOT = Path(__file__).parents[2]
BARE = [sys.executable, str(Path(__file__).with_name("bare_slack.py"))]
OURS = [
    sys.executable,
    "-m",
    "processes.slow_commands_bot",
]  # the bot, and a command that answers a constant
LINES = ("constant", "privacy", "salary ml senior", "compare ai ml")
READING = 0.01  # seconds that a member looks at the next question before the next click
MEMBERS = count(100)  # nobody takes the quiz twice
TEXT = {"response_type": "ephemeral", "text": "a constant"}


@asynccontextmanager
async def bot(command: list[str], mode: str, **more: str) -> AsyncIterator[LoopbackSlack]:
    """Run a bot on a loopback Slack of its own, and yield that."""
    port = free_port()
    async with LoopbackSlack() as slack:
        slack.world.strict = False
        with tempfile.TemporaryDirectory() as folder:
            settings = {
                "SLACK_BOT_TOKEN": slack.bot_token,
                "SLACK_API_BASE": slack.api_base,
                "CROSSROADS_DATA_DIR": folder,
                "CROSSROADS_HTTP_PORT": str(port),
                "PYTHONPATH": f"{ROOT}:{ROOT / 'tests' / 'support'}",
                "CROSSROADS_LOG_FORMAT": "json",
                **more,
            }
            over_http = {"SLACK_SIGNING_SECRET": slack.signing_secret}
            settings |= over_http if mode == "HTTP" else {"SLACK_APP_TOKEN": slack.app_token}
            run = await asyncio.create_subprocess_exec(
                *command, env={**os.environ, **settings}, stderr=asyncio.subprocess.DEVNULL
            )
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
    """Wait until the bot accepts requests: Crossroads reports it, the bare bot opens its port."""
    address = f"http://127.0.0.1:{port}/readyz"
    async with aiohttp.ClientSession() as session:
        while True:
            with suppress(aiohttp.ClientError):
                async with session.get(address) as answer:
                    if answer.status in {200, 404}:
                        return
            await asyncio.sleep(0.05)


def asking(slack: LoopbackSlack, line: str) -> Once:
    """Return a function that types *line* once per call, without checking the answer."""

    async def once(_: int) -> None:
        await acknowledged(slack, line)

    return once


async def acknowledged(slack: LoopbackSlack, line: str) -> object:
    url = slack.world.response_url("U1", "C1")
    payload = slash(slack.world, "/crossroads", line, url, TEAM)
    return await slack.courier.transport.deliver("slash_commands", payload, {})


async def quiz(slack: LoopbackSlack, *, shown: bool) -> Once:
    """Return a function that sends one stored answer per call, in the modal of one of many members.

    It measures the time until the acknowledgement or, with *shown*, until the modal is changed.
    There are so many members that nobody clicks twice at once, and that each has questions left.
    """
    many, counts = max(len(FLIGHTS) * CALLS // ITEMS + 1, *FLIGHTS), slack.world.counts
    tabs = counts["views.publish"] + many
    asked = [
        await (await slack.slash("/crossroads", "quiz hire", user=f"U{next(MEMBERS)}")).view()
        for _ in range(many)
    ]
    await slack.until(lambda: counts["views.publish"] >= tabs, "all Home tabs", 60)
    turns = cycle(asked)

    async def once(_: int) -> float | None:
        view = next(turns)
        seen = view.updates
        acknowledged = await clicked(slack, view)
        await slack.until(lambda: view.updates > seen, "the next question")
        return None if shown else await after(acknowledged)

    return once


def clicking(slack: LoopbackSlack, view: View) -> Once:
    """Return a function that clicks in *view* once per call."""

    async def once(_: int) -> float:
        return await after(await clicked(slack, view))

    return once


async def clicked(slack: LoopbackSlack, view: View) -> float:
    """Click the first button; return the seconds until the acknowledgement."""
    button = next(each for each in elements(view) if each.get("type") == "button")
    payload = block_actions(slack.world, view, view.user, action(button), None)
    begun = time.perf_counter()
    await slack.courier.transport.deliver("interactive", payload, {})
    return time.perf_counter() - begun


async def after(seconds: float) -> float:
    """Wait while a member would read, then return *seconds*."""
    await asyncio.sleep(READING)
    return seconds


async def quizzes(slack: LoopbackSlack, *, shown: bool = False) -> dict[int, Speed]:
    once = await quiz(slack, shown=shown)
    found = {flight: await speed(once, flight) for flight in FLIGHTS}
    slack.forget()
    return found


async def measure_command(slack: LoopbackSlack, line: str) -> dict[int, Speed]:
    found = await speeds(asking(slack, line))
    slack.forget()
    return found


async def measured(mode: str, url: str, trips: Trips) -> None:
    """Measure both bots once, and add the results to *trips*."""
    async with bot(OURS, mode) as slack:
        ours = {line: await measure_command(slack, line) for line in LINES}
        answer = await acknowledged(slack, "salary ml senior")
        view = await (await slack.slash("/crossroads", "quiz hire")).view()
        quiz = {"quiz click, SQLite": await quizzes(slack)}
        quiz["quiz click, until the answer is shown"] = await quizzes(slack, shown=True)
    if url:
        async with bot(OURS, mode, DATABASE_URL=url) as slack:
            quiz["quiz click, PostgreSQL"] = await quizzes(slack)
    async with bot(BARE, mode, BARE_ANSWER=json.dumps(TEXT)) as slack:
        text = await measure_command(slack, "x")
        clicks = {flight: await speed(clicking(slack, view), flight) for flight in FLIGHTS}
    async with bot(BARE, mode, BARE_ANSWER=json.dumps(answer)) as slack:
        blocks = await measure_command(slack, "x")
    for found, bare in ((ours, text), (quiz, clicks)):
        for name, speeds_of in found.items():
            trips.add(name, speeds_of, bare)
    trips.add("salary, compared with the same blocks", ours["salary ml senior"], blocks)


async def main() -> None:
    """Measure both modes, and write the tables."""
    found = {mode: Trips() for mode in ("Socket Mode", "HTTP")}
    with database() as url:
        for _ in range(ROUNDS):
            for mode, trips in found.items():
                await measured(mode, url, trips)
    report = Report("slack")
    for mode, trips in found.items():
        report.table(f"Acknowledgements on Slack, {mode}", COLUMNS, trips.rows())
    report.write()


if __name__ == "__main__":
    asyncio.run(main())
