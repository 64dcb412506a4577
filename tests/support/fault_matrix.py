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
    "gateway drop": "every gateway connection is cut without a close",
    "op 7": "the gateway asks to reconnect",
    "op 9 true": "the gateway invalidates a session that can be resumed",
    "op 9 false": "the gateway invalidates a session for good",
    "zombie heartbeat": "the gateway goes silent: heartbeats are not acknowledged any more",
    "close 4004": "the gateway closes: the token is not valid",
    "close 4014": "the gateway closes: intents are not granted",
    "429 of a route": "three answers 429 of a route's own limit",
    "429 global": "three answers 429 of the global limit",
    "429 shared": "three answers 429 of a shared limit",
    "429 for an hour": "an answer 429 that asks to wait for 3,600 seconds",
    "5xx on a callback": "500, 502, 503, 504 to the first response, before or after its effect",
    "5xx on a follow-up": "500, 502, 503, 504 to what follows an acknowledgement",
    "5xx on a post": "500, 502, 503, 504 to the post of a tip, before or after its effect",
    "slow API": "the platform's API takes 5 s to answer",
    "duplicate delivery": "the same interaction is delivered twice",
    "Slack retries 1-3": "an event is delivered four times, with Slack's retry numbers 1 to 3",
    "socket disconnect": "Socket Mode's connection is cut, and closed with a warning",
    "socket refresh": "Slack asks for a new Socket Mode connection",
    "kill -9": "the process is killed at random points of a mixed load: quiz, tips, settings",
    "SIGTERM under load": "the process is told to end with 64 answers under way",
    "disk full": "the database's files may not grow any more",
    "database locked": "somebody else holds the write lock of the file for 10 s",
    "database removed": "the file is deleted while the bot runs, and a backup is put back",
    "write-ahead log removed": "the log beside the database is deleted while the bot runs",
    "second bot": "another bot is started on the same SQLite file",
    "server read-only": "PostgreSQL takes no writes any more, but answers",
    "database missing": "PostgreSQL has no such database or role when the bot starts",
    "database corrupted": "the file is replaced by noise while the bot runs, and put back",
    "PostgreSQL restarted": "the server is ended at once, stays away, and is started again",
    "clock jump": "the clock is set an hour forward or back around the due time",
    "DST": "two years of weekly posts in every zone, around each change of clocks",
    "two instances": "two processes on one database post the same schedule, and are killed",
    "three instances": "three processes share Discord's shards; one is killed, one told to end",
    "broken overlay at the start": "the overlay has faults when the bot starts",
    "broken overlay at a reload": "the overlay has faults when the bot is told to reload",
    "pipe in the overlay": "there is a pipe in the overlay when the bot is told to reload",
    "hang at the end": "a thread or the event loop hangs when the process is told to end",
    "output closed or full": "standard output and the log are closed, or their disk is full",
    "half-sent requests": "200 clients of the HTTP port send half a request and wait",
    "revoked permission": "the bot loses the permission to post in a schedule's channel",
    "deleted channel": "a schedule's channel is deleted",
    "bot removed and added": "the bot is thrown out of a community, and invited again",
    "bad token at the start": "the platform refuses the token",
    "bad token mid-run": "the platform takes the token back while the bot runs",
    "soak": "a day's use, time-compressed, with drops, faults and posts among it",
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
