"""The core alone: from a Call to a Reply, and from a Reply to each platform's messages.

Run: make bench. A settled answer is kept and given again; the first two columns say what the first
and every further one costs.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from functools import partial

from report import ROUNDS, Report, spread

from adapters.discord.render import render as on_discord
from adapters.terminal.render import render as on_terminal
from bot.app import App
from bot.call import Who
from content import Content, load

LINES = ("help", "salary ml senior", "salary", "compare ai ml", "tools ai", "faq do I need a PhD?")
QUIZ = "quiz which-path answers:1,2,1,1,1,1,1,1,1,1,1,1,1,1"
WHO = Who("bench:1")
TIMES = 40


async def once(work: Callable[[], Awaitable[object]]) -> float:
    """Give the milliseconds that *work* takes."""
    begun = time.perf_counter()
    await work()
    return (time.perf_counter() - begun) * 1e3


async def line(content: Content, typed: str) -> list[str]:
    """Measure one command."""
    first, again, discord, terminal = [], [], [], []
    for _ in range(ROUNDS):
        app = App(content)
        call = app.parse(typed)
        ask = partial(app.handle, call, WHO)
        first.append(await once(ask))
        times = [await once(ask) for _ in range(TIMES)]
        again.append(statistics.median(times))
        reply = await app.handle(call, WHO)
        begun = time.perf_counter()
        on_discord(reply, call, share=True)
        discord.append((time.perf_counter() - begun) * 1e3)
        begun = time.perf_counter()
        on_terminal(reply, 80)
        terminal.append((time.perf_counter() - begun) * 1e3)
    return [typed, *(spread(each) for each in (first, again, discord, terminal))]


async def main() -> None:
    """Measure every command."""
    begun = time.perf_counter()
    content = load()
    loaded = (time.perf_counter() - begun) * 1e3
    report = Report("core")
    columns = ("typed", "first ms", "again ms", "drawn for Discord ms", "for the terminal ms")
    await line(content, QUIZ)  # the first picture pays for importing what draws it
    rows = [await line(content, each) for each in (*LINES, QUIZ)]
    report.table(f"Call to Reply; the content loaded in {loaded:.0f} ms", columns, rows)
    report.write()


if __name__ == "__main__":
    asyncio.run(main())
