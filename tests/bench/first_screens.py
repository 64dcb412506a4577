"""The size of first answers on Discord, on Slack and in the terminal, with buttons and menus.

Run: make bench BENCHES=first_screens. A row is an example of a command, or a further line that
somebody types; ⚠ marks a size that exceeds the first screen.
"""

import asyncio
import tempfile
from collections.abc import Iterable
from pathlib import Path

from report import Report
from screens.inputs import LIMITS, TypedLine, answer, first_screens, stored_app, typed_lines
from screens.measure import Screen

from bot.ops import logging as log
from content import Content, load

Screens = dict[str, Screen]


async def measure(content: Content, typed: TypedLine) -> Screens:
    """Return the first screen of the answer to *typed*, by platform."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "crossroads.db"
        async with stored_app(content, database) as app:
            return first_screens(app, typed.line, await answer(app, typed, database))


def row(typed: TypedLine, screens: Screens) -> list[str]:
    """Return the row of the table for one line: sizes, buttons and menus by platform."""
    cells = [f"`{typed}`"]
    for platform, screen in screens.items():
        mark = " ⚠" if LIMITS[platform].excess(screen) else ""
        cells += [f"{screen.characters:,}", f"{screen.lines}{mark}"]
        cells += [f"{len(screen.buttons)}", f"{len(screen.menus)}"]
    return cells


def fitting(measured: Iterable[Screens], platform: str) -> int:
    """Return how many of the measured answers fit the first screen on *platform*."""
    return sum(not LIMITS[platform].excess(screens[platform]) for screens in measured)


async def main() -> None:
    """Measure every line, and write the tables."""
    log.configure("console", quiet=True)
    content, report = load(), Report("first_screens")
    measured = {typed: await measure(content, typed) for typed in typed_lines()}
    titles = ["characters", "lines", "buttons", "menus"]
    columns = ["typed"]
    for platform in LIMITS:
        columns += [f"{platform.capitalize()}: {titles[0]}", *titles[1:]]
    rows = [row(typed, screens) for typed, screens in measured.items()]
    report.table("First answers", columns, rows)
    fits = [fitting(measured.values(), platform) for platform in LIMITS]
    everywhere = sum(
        not any(LIMITS[platform].excess(screen) for platform, screen in screens.items())
        for screens in measured.values()
    )
    report.table(
        f"Answers that fit the first screen, of {len(measured)}",
        [*map(str.capitalize, LIMITS), "all three"],
        [[*map(str, fits), str(everywhere)]],
    )
    report.write()


if __name__ == "__main__":
    asyncio.run(main())
