"""Shutdown: in time even if something hangs, and also without Unix signals."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from discord_server.server import LoopbackDiscord
from fault_matrix import Observe
from processes import discord_bot, slack_bot
from processes.bot_process import ROOT, run_bot, wait_for_end
from slack_server.plain_text import visible_text
from slack_server.server import LoopbackSlack

WITHIN = 8.0
# Windows lacks these modules, signals, and the loop's signal handlers. The storage checks the
# platform's name instead.
_LESS = """
import asyncio, signal, sys
import storage.engine.lock
for name in ("fcntl", "grp", "pwd", "resource", "termios"):
    sys.modules[name] = None
del signal.SIGHUP
asyncio.SelectorEventLoop.add_signal_handler = asyncio.AbstractEventLoop.add_signal_handler
"""

_HANGING = """
import asyncio, sys, time
from bot.ops.shutdown import Shutdown

shutdown = Shutdown()

async def main():
    stop = asyncio.Event()
    shutdown.set_on_signal(stop)
    print("hangs", file=sys.stderr, flush=True)
    {hangs}

asyncio.run(main())
"""


@asynccontextmanager
async def silent_server() -> AsyncIterator[int]:
    """Accept connections and never reply; yields the port."""
    ends = asyncio.Event()

    async def hold(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await ends.wait()
        writer.close()

    async with await asyncio.start_server(hold, "127.0.0.1") as server:
        yield server.sockets[0].getsockname()[1]
        ends.set()


async def took(run: Process, sign: signal.Signals) -> float:
    """Send *sign*; return the seconds until the process ends."""
    began = time.monotonic()
    run.send_signal(sign)
    await asyncio.wait_for(run.communicate(), 30)
    return time.monotonic() - began


async def said(run: Process, words: bytes) -> bytes:
    """Read the log up to a line with *words*."""
    assert run.stderr
    async with asyncio.timeout(30):
        async for line in run.stderr:
            if words in line:
                return line
    raise AssertionError(words)


@pytest.mark.fault("hang at the end")
@pytest.mark.parametrize("hangs", ["await asyncio.to_thread(time.sleep, 60)", "time.sleep(60)"])
async def test_a_thread_or_a_loop_that_hangs_does_not_hold_up_the_end(
    tmp_path: Path, hangs: str, observed: Observe
) -> None:
    (tmp_path / "hanging.py").write_text(_HANGING.format(hangs=hangs), encoding="utf-8")
    settings = {"PYTHONPATH": f"{tmp_path}:{ROOT}"}
    async with run_bot(tmp_path, settings, "hanging") as run:
        await said(run, b"hangs")
        assert await took(run, signal.SIGTERM) < WITHIN
        assert run.returncode == 1
    observed(f"stopped within {WITHIN:.0f} s with exit code 1")


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
async def test_a_database_that_hangs_does_not_hold_up_the_end(
    tmp_path: Path, sign: signal.Signals
) -> None:
    async with silent_server() as port, LoopbackDiscord() as discord:
        database = f"postgresql://bot@127.0.0.1:{port}/bot"
        async with discord_bot.discord_process(discord, tmp_path, DATABASE_URL=database) as run:
            await asyncio.sleep(3)
            assert run.returncode is None
            assert await took(run, sign) < WITHIN


async def test_a_platform_that_hangs_does_not_hold_up_the_end(tmp_path: Path) -> None:
    async with LoopbackDiscord() as discord, discord_bot.discord_process(discord, tmp_path) as run:
        held = discord.faults.hold("gateway_bot")
        await held.waiting.wait()
        assert await took(run, signal.SIGTERM) < WITHIN
        held.release()


@pytest.mark.fault("pipe in the overlay")
async def test_a_pipe_in_the_overlay_hangs_neither_a_reload_nor_the_end(
    tmp_path: Path, observed: Observe
) -> None:
    overlay = tmp_path / "overlay"
    overlay.mkdir()
    settings = {"CROSSROADS_CONTENT_DIR": str(overlay)}
    async with (
        LoopbackDiscord() as discord,
        discord_bot.discord_process(discord, tmp_path, **settings) as run,
    ):
        await discord.ready(within=30)
        os.mkfifo(overlay / "pay.yaml")
        run.send_signal(signal.SIGHUP)
        assert b"pay.yaml:1: error: is not a regular file" in await said(run, b"not reloaded")
        assert await took(run, signal.SIGTERM) < WITHIN
        assert run.returncode == 0
    observed(
        "the log named the pipe, and the bot didn't open it; when told to stop, the bot stopped "
        f"within {WITHIN:.0f} s"
    )


async def test_told_to_end_while_it_begins_anew_the_bot_ends(tmp_path: Path) -> None:
    async with LoopbackDiscord() as discord, discord_bot.discord_process(discord, tmp_path) as run:
        await discord.ready(within=30)
        discord.faults.slow("callback", 2, times=None)
        asked = await discord.slash("salary")
        await discord.until(lambda: discord.counters["callback"] >= 1, "an answer under way")
        run.send_signal(signal.SIGHUP)
        await said(run, b"content reloaded")
        run.send_signal(signal.SIGTERM)
        code, _ = await wait_for_end(run)
        assert code == 0
        assert "AI Engineer" in (await asked.answer()).text
        assert discord.counters["identifies"] == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signal masks")
def test_a_signal_between_two_programs_of_a_process_ends_the_second() -> None:
    first = (
        "import os, signal, sys; from bot.ops.shutdown import Shutdown; Shutdown().hold_signals();"
        "os.kill(os.getpid(), signal.SIGTERM);"
        "os.execv(sys.executable, [sys.executable, '-c', sys.argv[1]])"
    )
    second = "from bot.ops.shutdown import Shutdown; print('new', flush=True); Shutdown(); input()"
    done = subprocess.run(
        [sys.executable, "-c", first, second], stdout=subprocess.PIPE, timeout=30, check=False
    )
    assert (done.stdout, done.returncode) == (b"new\n", 0)


async def test_discord_is_served_without_unix_modules_and_signals(tmp_path: Path) -> None:
    settings = {"PYTHONPATH": less(tmp_path)}
    async with (
        LoopbackDiscord() as discord,
        discord_bot.discord_process(discord, tmp_path, **settings) as run,
    ):
        await discord.ready(within=30)
        assert "AI Engineer" in (await (await discord.slash("salary")).answer()).text
        assert await took(run, signal.SIGTERM) < WITHIN
        assert run.returncode == 0


async def test_slack_is_served_without_unix_modules_and_signals(tmp_path: Path) -> None:
    settings = {"PYTHONPATH": less(tmp_path)}
    async with (
        LoopbackSlack() as slack,
        slack_bot.slack_process(slack, tmp_path, **settings) as run,
    ):
        await slack.connected(seconds=30)
        shown = await (await slack.slash("/salary", "ml")).message()
        assert "AI Engineer" in visible_text(shown.blocks)
        assert await took(run, signal.SIGTERM) < WITHIN
        assert run.returncode == 0


@pytest.mark.parametrize("command", [("doctor",), ("ask", "quiz which-path"), ("db", "migrate")])
def test_every_command_runs_without_unix_modules_and_signals(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", *command], capture_output=True, encoding="utf-8",
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": less(tmp_path)}, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def less(folder: Path) -> str:
    """Return the search path of a Python without the modules that Windows lacks."""
    first = folder / "less"
    first.mkdir()
    (first / "sitecustomize.py").write_text(_LESS, encoding="utf-8")
    return f"{first}:{ROOT}"
