"""The cost to other members when some finish a quiz, on Discord.

Run: make bench. One member asks for a constant again and again, first alone, then while four
others give the last answer of a quiz at the same time. Every result has its own picture, which is
drawn and uploaded. Ratios are to the same member alone in the same round.
"""

import asyncio
import random
import re
import statistics
import time
from collections.abc import Callable

from discord_answers import OURS, bot
from discord_server.basics import User
from discord_server.server import LoopbackDiscord
from discord_server.stored_message import Message
from report import ROUNDS, Report, spread
from trips import without_garbage_collection

TOGETHER = 4
WAVES = 40
PAUSE = 0.1  # seconds between two waves
QUIZ = "which-path"
ANSWER = re.compile(r"pick=[a-z]\b")  # not a navigation button
COLUMNS = ("others", "p50 ms", "p99 ms", "p50 × alone", "p99 × alone")
Last = tuple[User, Message, str]  # the member who finishes, and their button


def pick(message: Message, chance: random.Random) -> str:
    """Choose one of the answers to a question."""
    codes = (str(each["custom_id"]) for each in message.buttons)
    return chance.choice([code for code in codes if ANSWER.search(code)])


async def reach_last_question(discord: LoopbackDiscord, name: str, chance: random.Random) -> Last:
    """Answer a quiz up to its last question; return the member, the message and a button."""
    user = User(name)
    message = await (await discord.slash("quiz", {"name": QUIZ}, user=user)).answer()
    while "13 of 14 done" not in str(message.components):
        code = pick(message, chance)
        message = await (await discord.click(message, custom_id=code, user=user)).answer()
    return user, message, pick(message, chance)


async def asks(discord: LoopbackDiscord, until: Callable[[], bool]) -> list[float]:
    """Ask for a constant until *until* is true; return the milliseconds of each round trip."""
    times = []
    while not until():
        begun = time.perf_counter()
        await (await discord.slash("constant")).responded()
        times.append((time.perf_counter() - begun) * 1e3)
        await asyncio.sleep(0.001)
    return times


async def finish_together(discord: LoopbackDiscord, finishers: list[Last]) -> list[float]:
    """Let members finish together; return the milliseconds of each result."""
    times = []

    async def finish(last: Last) -> None:
        user, message, code = last
        begun = time.perf_counter()
        await (await discord.click(message, custom_id=code, user=user)).answer()
        times.append((time.perf_counter() - begun) * 1e3)

    for at in range(0, len(finishers), TOGETHER):
        await asyncio.gather(*map(finish, finishers[at : at + TOGETHER]))
        await asyncio.sleep(PAUSE)
    return times


async def once(discord: LoopbackDiscord, number: int) -> dict[str, tuple[float, float]]:
    """Measure one round; return the median and the 99th percentile of each."""
    chance = random.Random(number)  # noqa: S311  # answers, not secrets
    async with bot(discord, OURS):
        finishers = [
            await reach_last_question(discord, f"member{number}-{each}", chance)
            for each in range(TOGETHER * WAVES)
        ]
        with without_garbage_collection():
            end = time.perf_counter() + WAVES * PAUSE * 1.5
            alone = await asks(discord, lambda: time.perf_counter() > end)
            finishing = asyncio.create_task(finish_together(discord, finishers))
            beside = await asks(discord, finishing.done)
            results = await finishing
    return {
        "alone": cut(alone),
        f"while {TOGETHER} finish at once": cut(beside),
        "the quiz results themselves": cut(results),
    }


def cut(times: list[float]) -> tuple[float, float]:
    """Return the median and the 99th percentile."""
    return statistics.median(times), statistics.quantiles(times, n=100, method="inclusive")[98]


async def main() -> None:
    """Measure, and write the table."""
    async with LoopbackDiscord() as discord:
        discord.platform.strict = False
        found = [await once(discord, number) for number in range(ROUNDS)]
    rows = []
    for name in found[0]:
        pairs = [(each[name], each["alone"]) for each in found]
        figures = [[one[part] for one, _ in pairs] for part in (0, 1)]
        ratios = [[one[part] / alone[part] for one, alone in pairs] for part in (0, 1)]
        rows.append([name, *(spread(each) for each in (*figures, *ratios))])
    report = Report("finishing")
    report.table("Others' answers while a quiz is finished", COLUMNS, rows)
    report.write()


if __name__ == "__main__":
    asyncio.run(main())
