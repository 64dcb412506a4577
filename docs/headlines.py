"""The headline figures of reliability.md, read from the tables of measurements.md."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

MEASUREMENTS = Path(__file__).parent / "measurements.md"
_SPREAD = re.compile(r" \([^)]*\)|, [\d.]+ × bare")  # "0.73 (0.65–0.98)" has its spread after it


@dataclass(frozen=True, slots=True)
class Headline:
    """A figure worth a line on its own: which cells of which table, and the words around them."""

    what: str
    section: str  # between <!-- section --> marks
    table: str  # its title
    row: tuple[str, ...]  # its first cells
    figure: str  # with names of columns in braces


HEADLINES = (
    Headline(
        "Discord: `/salary` with its chart, one at a time",
        "bench discord",
        "Round trips on Discord",
        ("salary", "1"),
        "{p50 ms} ms (p99 {p99 ms} ms)",
    ),
    Headline(
        "Discord: a quiz answer, stored in SQLite, one at a time",
        "bench discord",
        "Round trips on Discord",
        ("quiz answer, SQLite", "1"),
        "{p50 ms} ms (p99 {p99 ms} ms)",
    ),
    Headline(
        "Discord: a quiz answer, stored in SQLite, 64 at a time",
        "bench discord",
        "Round trips on Discord",
        ("quiz answer, SQLite", "64"),
        "{a second} per second (p99 {p99 ms} ms)",
    ),
    Headline(
        "Slack: acknowledging `/salary` with its answer, one at a time",
        "bench slack",
        "Acknowledgements on Slack, Socket Mode",
        ("salary ml senior", "1"),
        "{p50 ms} ms (p99 {p99 ms} ms)",
    ),
    Headline(
        "Slack: acknowledging a click in a quiz, 64 at a time",
        "bench slack",
        "Acknowledgements on Slack, Socket Mode",
        ("quiz click, SQLite", "64"),
        "{p50 ms} ms (p99 {p99 ms} ms)",
    ),
    Headline(
        "Another member's answer while four members finish a quiz",
        "bench finishing",
        "Others' answers while a quiz is finished",
        ("while 4 finish at once",),
        "{p50 ms} ms (p99 {p99 ms} ms)",
    ),
    Headline(
        "Answers stored per second, SQLite, 64 at a time",
        "bench store",
        "Durable answers",
        ("SQLite", "64"),
        "{answers/s}",
    ),
    Headline(
        "Answers stored per second, PostgreSQL, 64 at a time",
        "bench store",
        "Durable answers",
        ("PostgreSQL", "64"),
        "{answers/s}",
    ),
    Headline(
        "A quiz answer in SQLite with a million stored results",
        "bench growth",
        "SQLite: ms at the 99th percentile",
        ("1,000,000",),
        "p99 {answer} ms",
    ),
    Headline(
        "Time from start to first answer, Discord and Slack",
        "bench start",
        "A bot's start",
        ("Discord and Slack",),
        "{s to first answer} s",
    ),
    Headline(
        "Memory when idle, Discord and Slack",
        "bench start",
        "A bot's start",
        ("Discord and Slack",),
        "{MiB resident when never asked} MiB",
    ),
    Headline(
        "Memory on 10,000 Discord servers",
        "bench guilds",
        "10,000 servers",
        ("crossroads",),
        "{MiB resident} MiB",
    ),
)


def headline_table() -> str:
    """Return the headline figures as a table."""
    page = MEASUREMENTS.read_text(encoding="utf-8")
    rows = (f"| {each.what} | {_figure(each, page)} |\n" for each in HEADLINES)
    return "| what | measured |\n|---|---|\n" + "".join(rows)


def fault_count() -> str:
    """Return how many faults were injected, and how many of these tests passed."""
    _, *rows = _table(_section(MEASUREMENTS.read_text(encoding="utf-8"), "faults"))
    passed = sum(row[-1] == "pass" for row in rows)
    return f"**{len(rows)} faults, {passed} passed.**\n"


def _figure(headline: Headline, page: str) -> str:
    section = _section(page, headline.section)
    _, _, rest = section.partition(f"**{headline.table}")
    columns, *rows = _table(rest)
    (row,) = (each for each in rows if tuple(each[: len(headline.row)]) == headline.row)
    return headline.figure.format_map(dict(zip(columns, row, strict=True)))


def _section(page: str, name: str) -> str:
    """Return the part of *page* between the marks of *name*."""
    _, found, _ = re.split(rf"<!-- /?{name} -->\n", page)
    return found


def _table(text: str) -> list[Sequence[str]]:
    """Return the header and the rows of the first table in *text*."""
    return list(_rows(text[text.index("|") :].partition("\n\n")[0]))


def _rows(table: str) -> Iterator[Sequence[str]]:
    for number, line in enumerate(table.splitlines()):
        if number != 1:  # the rule below the header
            yield [_SPREAD.sub("", cell) for cell in line.strip("| ").split(" | ")]
