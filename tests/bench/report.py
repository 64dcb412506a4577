"""The report of a benchmark: tables, printed and written as Markdown and JSON."""

import json
import os
import platform
import re
import sqlite3
import statistics
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROUNDS = int(os.environ.get("ROUNDS", "5"))
"""How often Crossroads and the bare bot (or driver) are measured in turn."""
FOLDER = Path(os.environ.get("CROSSROADS_BENCH", "build/bench"))
PAGE = Path(__file__).parents[2] / "docs" / "measurements.md"
_PARTS = ("discord.py", "slack-bolt", "slack-sdk", "aiohttp", "aiosqlite", "asyncpg")


class Report:
    """Tables of one benchmark."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._tables: list[dict[str, Any]] = []

    def table(self, title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Print a table, and keep it for `write`."""
        kept = [list(row) for row in rows]
        self._tables.append({"title": title, "columns": list(columns), "rows": kept})
        say(_markdown(self._tables[-1]))

    def write(self) -> None:
        """Write all tables to FOLDER, and to the benchmark's section of PAGE."""
        whole = {**machine(), "tables": self._tables}
        FOLDER.mkdir(parents=True, exist_ok=True)
        data = json.dumps(whole, indent=2, ensure_ascii=False)
        (FOLDER / f"{self._name}.json").write_text(data + "\n", encoding="utf-8")
        text = markdown(whole)
        (FOLDER / f"{self._name}.md").write_text(f"# {self._name}\n\n{text}", encoding="utf-8")
        publish(self._name, text)


def markdown(whole: dict[str, Any]) -> str:
    """Return the machine's description and the tables in Markdown."""
    *about, tables = whole.values()
    return "\n".join(["; ".join(about) + ".", *map(_markdown, tables)])


def publish(name: str, text: str) -> None:
    """Replace the text between the marks of benchmark *name* on PAGE; do nothing without marks."""
    marked = re.compile(rf"(<!-- bench {name} -->\n).*?(<!-- /bench {name} -->)", re.DOTALL)
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(marked.sub(lambda at: f"{at[1]}{text}{at[2]}", page), encoding="utf-8")


def machine() -> dict[str, str]:
    """Return a description of this machine and the versions in use."""
    versions = ", ".join(f"{part} {version(part)}" for part in _PARTS)
    return {
        "measured": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {ROUNDS} alternations",
        "machine": f"{os.cpu_count()} processors, {platform.machine()}, {platform.system()}",
        "python": f"Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}",
        "libraries": versions,
    }


def spread(values: Sequence[float], digits: int = 2) -> str:
    """Return the median, with the minimum and maximum in brackets."""
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{middle:,.{digits}f} ({low:,.{digits}f}–{high:,.{digits}f})"


def say(text: str) -> None:
    """Print *text* and flush."""
    print(text, flush=True)  # noqa: T201


def _markdown(table: dict[str, Any]) -> str:
    lines = [table["columns"], ["---"] * len(table["columns"]), *table["rows"]]
    body = "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)
    return f"\n**{table['title']}**\n\n{body}\n"
