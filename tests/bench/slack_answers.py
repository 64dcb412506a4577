"""Crossroads on Slack against a bare Bolt app that answers a constant.

Run: make bench. The stand-in of Slack and the clock are in this process; each bot is a process of
its own on the same stand-in, one after the other in each of ROUNDS alternations. A round trip is
from sending a slash command to the acknowledgement, which holds the answer. The bare app runs in
Bolt's best configuration for this (process_before_response); it answers a constant text, and in a
second run the very blocks of our salary answer, as a constant. Ours answers a constant paragraph,
which is drawn anew each time, and three of its real commands.

Answers to a quiz are clicks, whose acknowledgement holds no answer: ours has noted the click by
then, and has the answer on disk when the modal shows the next question. The bare app acknowledges
the same click, and that is all. Figures are medians over the rounds; ratios are ours to the bare
app's of the same round.
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
    """Run a bot on a stand-in of its own."""
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
    """Wait until the bot takes requests: ours says so, the bare one is there when its port is."""
    address = f"http://127.0.0.1:{port}/readyz"
    async with aiohttp.ClientSession() as session:
        while True:
            with suppress(aiohttp.ClientError):
                async with session.get(address) as answer:
                    if answer.status in {200, 404}:
                        return
            await asyncio.sleep(0.05)


def asking(slack: LoopbackSlack, line: str) -> Once:
    """Type *line* again and again; what comes back is not checked here, nor is it shown."""

    async def once(_: int) -> None:
        await acknowledged(slack, line)

    return once


async def acknowledged(slack: LoopbackSlack, line: str) -> object:
    url = slack.world.response_url("U1", "C1")
    payload = slash(slack.world, "/crossroads", line, url, TEAM)
    return await slack.courier.transport.deliver("slash_commands", payload, {})


async def quiz(slack: LoopbackSlack, *, shown: bool) -> Once:
    """Give a durable answer a call, which changes the modal of one of many members.

    What counts is the time until it is acknowledged, or with *shown* until the modal is changed.
    There are so many members that none clicks twice at once, and that each has questions left.
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
    """Click in *view* again and again."""

    async def once(_: int) -> float:
        return await after(await clicked(slack, view))

    return once


async def clicked(slack: LoopbackSlack, view: View) -> float:
    """Give the seconds until a click on the first button is acknowledged."""
    button = next(each for each in elements(view) if each.get("type") == "button")
    payload = block_actions(slack.world, view, view.user, action(button), None)
    begun = time.perf_counter()
    await slack.courier.transport.deliver("interactive", payload, {})
    return time.perf_counter() - begun


async def after(seconds: float) -> float:
    """Let a member read before the next click."""
    await asyncio.sleep(READING)
    return seconds


async def quizzes(slack: LoopbackSlack, *, shown: bool = False) -> dict[int, Speed]:
    once = await quiz(slack, shown=shown)
    found = {flight: await speed(once, flight) for flight in FLIGHTS}
    slack.forget()
    return found


async def warmed(slack: LoopbackSlack, line: str) -> dict[int, Speed]:
    found = await speeds(asking(slack, line))
    slack.forget()
    return found


async def measured(mode: str, url: str, trips: Trips) -> None:
    """Add one alternation."""
    async with bot(OURS, mode) as slack:
        ours = {line: await warmed(slack, line) for line in LINES}
        answer = await acknowledged(slack, "salary ml senior")
        view = await (await slack.slash("/crossroads", "quiz hire")).view()
        quiz = {"quiz click, SQLite": await quizzes(slack)}
        quiz["the same, until it is shown"] = await quizzes(slack, shown=True)
    if url:
        async with bot(OURS, mode, DATABASE_URL=url) as slack:
            quiz["quiz click, PostgreSQL"] = await quizzes(slack)
    async with bot(BARE, mode, BARE_ANSWER=json.dumps(TEXT)) as slack:
        text = await warmed(slack, "x")
        clicks = {flight: await speed(clicking(slack, view), flight) for flight in FLIGHTS}
    async with bot(BARE, mode, BARE_ANSWER=json.dumps(answer)) as slack:
        blocks = await warmed(slack, "x")
    for found, bare in ((ours, text), (quiz, clicks)):
        for name, speeds_of in found.items():
            trips.add(name, speeds_of, bare)
    trips.add("salary against the same blocks", ours["salary ml senior"], blocks)


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
