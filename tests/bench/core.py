"""The core alone: the time from a command to a Reply, and from a Reply to platforms' messages.

Run: make bench. Many answers are cached, so the first two columns are the times of a first and of a
repeated answer. Further tables: the share of each package in the time of uncached answers, and the
time of pictures (first in a process, later ones, cached ones).
"""

import asyncio
import cProfile
import pstats
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from report import ROUNDS, Report, spread

from adapters.discord.rendering.render import render as on_discord
from adapters.terminal.render import render as on_terminal
from bot.app import App
from bot.call import Caller
from bot.charts.model import Chart
from bot.charts.png_renderer import render_png
from bot.ops import logging as log
from bot.presentation import Presentation
from bot.reply import Image
from content import Content, load

LINES = ("help", "salary ml senior", "salary", "compare ai ml", "tools ai", "faq do I need a PhD?")
QUIZ = "quiz which-path answers:1,2,1,1,1,1,1,1,1,1,1,1,1,1"
WHO = Caller("bench:1")
TIMES = 40
ROOT = Path(__file__).parents[2]
COLD = """
import asyncio, time
from bot.ops import logging as log
from bot.app import App
from bot.call import Caller
from bot.presentation import Presentation
from bot.reply import Picture
from content import load
log.configure("console", quiet=True)
app = App(load())
reply = asyncio.run(app.handle(app.parse("salary ml senior"), Caller("bench:1")))
[picture] = [node for node in reply.nodes if isinstance(node, Picture)]
begun = time.perf_counter()
asyncio.run(picture.png())
print((time.perf_counter() - begun) * 1e3)
"""


async def once(work: Callable[[], Awaitable[object]]) -> float:
    """Return the milliseconds that *work* takes."""
    begun = time.perf_counter()
    await work()
    return (time.perf_counter() - begun) * 1e3


async def line(content: Content, typed: str) -> list[str]:
    """Measure one command; return its row of the table."""
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
        on_discord(reply, Presentation(call=call, is_shareable=True))
        discord.append((time.perf_counter() - begun) * 1e3)
        begun = time.perf_counter()
        on_terminal(reply, 80)
        terminal.append((time.perf_counter() - begun) * 1e3)
    return [typed, *(spread(each) for each in (first, again, discord, terminal))]


async def profile(content: Content) -> list[list[str]]:
    """Return the share of each package in the time of uncached answers."""
    apps = [App(content) for _ in range(TIMES)]
    measured = cProfile.Profile()
    for app in apps:
        for typed in LINES:
            call = app.parse(typed)
            measured.enable()
            await app.handle(call, WHO)
            measured.disable()
    found: dict[str, float] = defaultdict(float)
    stats: dict[tuple[str, int, str], tuple[int, int, float, float, object]]
    stats = vars(pstats.Stats(measured))["stats"]
    for (path, _, _), (_, _, own, _, _) in stats.items():
        found[_package(path)] += own
    whole = sum(found.values())
    ranked = sorted(found.items(), key=lambda each: -each[1])
    return [[name, f"{own / whole:.0%}"] for name, own in ranked[:8]]


def _package(path: str) -> str:
    inside = path.rpartition("site-packages/")[2] if "site-packages" in path else ""
    if inside:
        return inside.partition("/")[0]
    ours = path.removeprefix(f"{ROOT}/")
    return "/".join(ours.split("/")[:2]) if ours != path else "Python itself"


def pictures(content: Content) -> list[str]:
    """Return the milliseconds of a picture: in a new process, in a warm one, and cached."""
    cold = [float(subprocess.check_output([sys.executable, "-c", COLD])) for _ in range(ROUNDS)]
    chart = _chart(content)
    warm, kept = [], []
    for _ in range(TIMES):
        render_png.cache_clear()
        warm.append(timed(partial(render_png, chart)))
        kept.append(timed(partial(render_png, chart)))
    return [spread(cold), spread(warm), spread(kept, 4)]


def _chart(content: Content) -> Chart:
    app = App(content)
    reply = asyncio.run(app.handle(app.parse("salary ml senior"), WHO))
    [chart] = [node.data for node in reply.nodes if isinstance(node, Image)]
    assert not isinstance(chart, bytes)
    return chart


def timed(work: Callable[[], object]) -> float:
    """Return the milliseconds that *work* takes."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1e3


def main() -> None:
    """Measure every command."""
    log.configure("console", quiet=True)
    begun = time.perf_counter()
    content = load()
    loaded = (time.perf_counter() - begun) * 1e3
    report = Report("core")
    columns = (
        "typed",
        "first ms",
        "again ms",
        "rendered for Discord, ms",
        "rendered for the terminal, ms",
    )
    asyncio.run(line(content, QUIZ))  # imports the drawing code, which would slow the first picture
    rows = [asyncio.run(line(content, each)) for each in (*LINES, QUIZ)]
    report.table(f"Call to Reply; the content loaded in {loaded:.0f} ms", columns, rows)
    shares = asyncio.run(profile(content))
    report.table("Where first answers spend their time", ("package", "share"), shares)
    report.table("A pay chart", ("cold ms", "warm ms", "cached ms"), [pictures(content)])
    report.write()


if __name__ == "__main__":
    main()
