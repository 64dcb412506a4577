"""A real browser: the system's Chromium, driven by Playwright. Without one, the tests skip."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

if TYPE_CHECKING:
    from browser_page import Visitor
    from playwright.async_api import Browser, Page
    from running_playground import Running

# Imports are in the fixtures that need them, because every run of the tests loads this module.
# ruff: noqa: PLC0415

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
START_TIMEOUT = 60.0  # seconds


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start the system's Chromium once for all tests, and yield the address of its DevTools."""
    path = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if path is None:
        pytest.skip("no Chromium here: install one, such as Debian's package chromium")
    profile = tmp_path_factory.mktemp("chromium")
    options = ["--headless=new", "--remote-debugging-port=0", f"--user-data-dir={profile}"]
    options += ["--no-first-run", "--disable-gpu", "--disable-dev-shm-usage"]
    options += ["--no-sandbox"] * (os.geteuid() == 0)  # as root, Chromium starts only without it
    process = subprocess.Popen(
        [path, *options, "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        process_group=0,
    )
    try:
        yield f"http://127.0.0.1:{devtools_port(profile, process)}"
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def devtools_port(profile: Path, process: "subprocess.Popen[bytes]") -> int:
    """Return the port that Chromium chose, as soon as it's known."""
    file = profile / "DevToolsActivePort"
    until = time.monotonic() + START_TIMEOUT
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError, ValueError, IndexError):
            return int(file.read_text(encoding="ascii").split()[0])
        time.sleep(0.05)
    raise AssertionError(f"Chromium didn't start; exit code {process.poll()}")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: str) -> "AsyncIterator[Browser]":
    """Yield the browser; all tests share its driver, which is a process, and so its loop."""
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        yield await playwright.chromium.connect_over_cdp(chromium)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def page(browser: "Browser") -> "AsyncIterator[Page]":
    from browser_page import open_page

    async with open_page(browser) as page:
        yield page


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(page: "Page") -> "AsyncIterator[Visitor]":
    """Yield a visitor at an empty page, which must have no errors at the end."""
    from browser_page import Visitor

    async with Visitor.at_page(page) as visitor:
        yield visitor


@pytest_asyncio.fixture(loop_scope="session")
async def running() -> "AsyncIterator[Running]":
    """Yield a playground with both platforms."""
    from running_playground import run_playground

    async with run_playground() as running:
        yield running
