"""Standard streams that a service manager closed, or whose disk is full."""

import asyncio
import os
import signal
import subprocess
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest
from discord_server.server import LoopbackDiscord
from fault_matrix import Observe
from processes.bot_process import ROOT

COMMANDS = [
    ("ask", "help"), ("ask", "--json", "help"), ("ask", "--as", "discord", "help"), ("chat",),
    ("run",), ("doctor",), ("doctor", "--json"), ("content", "check"), ("db", "migrate"),
    ("db", "backup", "copy.db"), ("slack", "manifest"), ("slack", "key"),
    ("discord", "invite", "1"), ("--help",), ("--version",), ("db", "--help"),
]  # fmt: skip


def shell(
    folder: Path, redirected: str, *args: str, **settings: str
) -> subprocess.CompletedProcess[str]:
    line = f'exec "$@" {redirected}'
    return subprocess.run(
        ["sh", "-c", line, "sh", sys.executable, "-m", "bot", *args],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **settings},
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("streams")
    assert shell(made, "", "db", "migrate").returncode == 0
    return made


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_full_output_ends_a_command_in_words(folder: Path, command: tuple[str, ...]) -> None:
    (folder / "copy.db").unlink(missing_ok=True)
    done = shell(folder, ">/dev/full", *command)
    says = "Couldn't write the output: No space left on device.\n"
    assert (done.returncode, done.stderr) == (74, says)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("closed", [">&- 2>&- <&-", ">/dev/null 2>/dev/full"])
def test_a_closed_output_or_a_full_log_stops_no_command(
    folder: Path, command: tuple[str, ...], closed: str
) -> None:
    (folder / "copy.db").unlink(missing_ok=True)
    done = shell(folder, closed, *command)
    assert (done.returncode, done.stderr) == (0, "")


def test_an_unbuffered_output_is_no_different(folder: Path) -> None:
    done = shell(folder, ">/dev/full", "ask", "help", PYTHONUNBUFFERED="1")
    assert done.returncode == 74
    assert "Traceback" not in done.stderr


def test_a_reader_that_leaves_early_ends_a_command_quietly(folder: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "bot", "ask", "--json", "compare ai ml"],
        stdout=writer, stderr=PIPE, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=60, check=False,
    )  # fmt: skip
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.parametrize("closed", [">&-", ">&- 2>&- <&-", ">/dev/full 2>/dev/full"])
@pytest.mark.fault("output closed or full")
async def test_a_bot_whose_output_is_closed_or_full_serves(
    tmp_path: Path, closed: str, observed: Observe
) -> None:
    async with LoopbackDiscord() as discord:
        settings = {
            "DISCORD_TOKEN": discord.token, "DISCORD_API_BASE": discord.api_base,
            "CROSSROADS_DATA_DIR": str(tmp_path), "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        run = await asyncio.create_subprocess_exec(
            "sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, "-m", "bot", "run",
            cwd=tmp_path, env={**os.environ, **settings},
        )  # fmt: skip
        await discord.ready(within=30)
        shown = await (await discord.slash("salary")).answer()
        assert "AI Engineer" in shown.text
        run.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(run.wait(), 8) == 0
    observed("the bot started, answered, and stopped with exit code 0")
