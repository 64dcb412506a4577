"""The fault matrix: the injected faults, their tests, and a table of what the tests observed.

A test names its faults with ``@pytest.mark.fault("op 7")`` and records the outcome with the
fixture ``observed``. ``make faults`` runs all of these tests, even slow ones, and writes the table.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

FAULTS: Final[Mapping[str, str]] = {
    "gateway drop": "every gateway connection drops without a close frame",
    "op 7": "the gateway asks the bot to reconnect",
    "op 9 true": "the gateway invalidates a session, which the bot can resume",
    "op 9 false": "the gateway invalidates a session, which the bot can't resume",
    "zombie heartbeat": "the gateway goes silent and stops acknowledging heartbeats",
    "close 4004": "the gateway closes the connection because the token is invalid",
    "close 4014": "the gateway closes the connection because the intents aren't granted",
    "429 of a route": "three 429 responses because of a route's own limit",
    "429 global": "three 429 responses because of the global limit",
    "429 shared": "three 429 responses because of a shared limit",
    "429 for an hour": "a 429 response that asks the bot to wait 3,600 seconds",
    "5xx on a callback": (
        "the first response to an interaction fails with 500, 502, 503 or 504, before or after "
        "it takes effect"
    ),
    "5xx on a follow-up": "a request after the acknowledgement fails with 500, 502, 503 or 504",
    "5xx on a post": (
        "posting a tip fails with 500, 502, 503 or 504, before or after it takes effect"
    ),
    "slow API": "the platform's API takes 5 s to respond",
    "duplicate delivery": "the platform delivers the same interaction twice",
    "Slack retries 1-3": "Slack delivers an event four times, with its retry numbers 1 to 3",
    "socket disconnect": "the Socket Mode connection drops, or Slack warns and then closes it",
    "socket refresh": "Slack asks for a new Socket Mode connection",
    "kill -9": (
        "the process is killed at random times while members take quizzes and moderators change "
        "tips and settings"
    ),
    "SIGTERM under load": "the process gets SIGTERM with 64 answers in progress",
    "disk full": "the disk is full, so the database's files can't grow",
    "database locked": "another program holds the file's write lock for 10 s",
    "database removed": (
        "the database file is deleted while the bot runs, and a backup replaces it later"
    ),
    "write-ahead log removed": "the write-ahead log is deleted while the bot runs",
    "second bot": "a second bot starts on the same SQLite file",
    "server read-only": "PostgreSQL still responds but refuses writes",
    "database missing": "PostgreSQL has no such database or role when the bot starts",
    "database corrupted": (
        "the database file is overwritten with noise while the bot runs, and a backup replaces "
        "it later"
    ),
    "PostgreSQL restarted": (
        "the PostgreSQL server stops immediately, stays down for a while, and starts again"
    ),
    "clock jump": "the clock jumps an hour forward or back around the due time",
    "DST": "two years of weekly posts in every time zone, around each clock change",
    "two instances": "two processes on one database post the same schedule and are killed",
    "three instances": "three processes share Discord's shards; one is killed and one gets SIGTERM",
    "broken overlay at the start": "the content overlay has mistakes when the bot starts",
    "broken overlay at a reload": "the content overlay has mistakes when the bot reloads it",
    "pipe in the overlay": "the content overlay contains a named pipe when the bot reloads it",
    "hang at the end": "a thread or the event loop hangs when the process is told to stop",
    "output closed or full": "standard output and the log are closed, or their disk is full",
    "half-sent requests": "200 HTTP clients send half a request and wait",
    "revoked permission": "the bot loses permission to post in a schedule's channel",
    "deleted channel": "a schedule's channel is deleted",
    "bot removed and added": "the bot is removed from a community and invited again",
    "bad token at the start": "the platform rejects the token",
    "bad token mid-run": "the platform revokes the token while the bot runs",
    "soak": "a simulated day of use, with dropped connections, faults and weekly posts",
}
ELSEWHERE: Final[frozenset[str]] = frozenset()
"""Faults that have no test yet; remove a fault from here once a test names it."""
MARKED: Final = re.compile(r"(<!-- faults -->\n)(.*?)(<!-- /faults -->)", re.DOTALL)
"""The table's place on a page."""
_PASSED, _FAILED, _SKIPPED, _MISSING = "pass", "FAIL", "not run here", "no test yet"


class Observation:
    """Records what a test observed after a fault."""

    def __init__(self, node: pytest.Item) -> None:
        self._node = node

    def __call__(self, says: str, of: str = "") -> None:
        """Record *says*; *of* is the fault, if the test injects several."""
        self._node.user_properties.append(("observed", [of, says]))


@pytest.fixture
def observed(request: pytest.FixtureRequest) -> Observation:
    return Observation(request.node)


@dataclass
class MatrixRow:
    """A fault, and the results of its tests."""

    fault: str
    injected: str
    result: str = _MISSING
    observed: list[str] = field(default_factory=list)
    tests: int = 0
    seconds: float = 0.0

    def take(self, report: pytest.TestReport, says: Iterable[str]) -> None:
        """Add a test's result and observations."""
        self.tests += 1
        self.seconds = round(self.seconds + report.duration, 1)
        self.observed += [each for each in says if each not in self.observed]
        if report.failed or self.result == _FAILED:
            self.result = _FAILED
        elif report.passed:
            self.result = _PASSED
        elif self.result == _MISSING:
            self.result = _SKIPPED


class MatrixTable:
    """Collects the rows of a test run, and writes them to files."""

    def __init__(self, folder: Path, page: Path | None) -> None:
        self._folder, self._page = folder, page
        self.rows = {name: MatrixRow(name, injected) for name, injected in FAULTS.items()}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "call" and report.passed:
            return
        told = defaultdict[str, list[Any]](list)
        for key, value in report.user_properties:
            told[key].append(value)
        for name in told["fault"]:
            says = [text for of, text in told["observed"] if of in {"", name}]
            self.rows[name].take(report, says)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        rows = [asdict(each) for each in self.rows.values()]
        whole = {"measured": f"{datetime.now(UTC):%Y-%m-%d}", "faults": rows}
        text = json.dumps(whole, indent=2, ensure_ascii=False)
        (self._folder / "faults.json").write_text(text + "\n", encoding="utf-8")
        table = matrix_markdown(rows)
        (self._folder / "faults.md").write_text(table, encoding="utf-8")
        if self._page is not None:
            text = self._page.read_text(encoding="utf-8")
            self._page.write_text(MARKED.sub(rf"\1{table}\3", text), encoding="utf-8")
        terminalreporter.section("faults")
        terminalreporter.write(table)


def matrix_markdown(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return the table in Markdown."""
    lines = (
        f"| {each['fault']} | {each['injected']} | {'; '.join(each['observed']) or '–'} "
        f"| {each['result']} |\n"
        for each in rows
    )
    return (
        "| fault | what is injected | what is observed | result |\n|---|---|---|---|\n"
        + "".join(lines)
    )


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--faults", type=Path, help="write the table of faults into this folder")
    parser.addoption("--faults-page", type=Path, help="and between the marks of this page")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "fault(*names): injects these faults of the matrix")
    config.addinivalue_line("markers", "long: takes many seconds; `make faults` runs it")
    folder = config.getoption("--faults")
    if folder is not None and not hasattr(config, "workerinput"):
        table = MatrixTable(folder, config.getoption("--faults-page"))
        config.pluginmanager.register(table, "fault table")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for mark in item.iter_markers("fault"):
            for name in mark.args:
                if name not in FAULTS:
                    raise pytest.UsageError(f"{item.nodeid}: {name!r} is no fault of the matrix")
                item.user_properties.append(("fault", name))


Observe = Callable[..., None]
