"""Commands and the bot start without what only some of them need."""

import subprocess
import sys
from pathlib import Path

from discord_server.server import LoopbackDiscord
from processes.bot_process import ROOT, run_bot

HEAVY = {"PIL", "aiohttp", "babel", "discord", "prompt_toolkit", "pydantic", "slack_sdk"}
# An idle bot on Discord, with SQLite and without an HTTP port, needs none of these.
UNUSED = {
    *("PIL", "aiohttp.web", "asyncpg", "cryptography", "prompt_toolkit", "rapidfuzz"),
    *("rich.console", "slack_bolt", "slack_sdk"),
}


def python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=ROOT, check=True)
    return done.stdout.decode()


def test_the_command_line_imports_no_heavy_library() -> None:
    assert HEAVY.isdisjoint(python("import sys, bot.cli.main; print(*sys.modules)").split())


async def test_a_bot_on_discord_imports_only_what_it_needs(tmp_path: Path) -> None:
    log = tmp_path / "log"
    async with LoopbackDiscord() as discord:
        settings = {
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_BASE": discord.api_base,
            "PYTHONPROFILEIMPORTTIME": "1",
        }
        with log.open("wb") as file:
            async with run_bot(tmp_path, settings, output=file.fileno()):
                await discord.ready(within=30)
                await discord.declared()
    lines = log.read_text(encoding="utf-8").splitlines()
    imported = {line.rpartition("|")[2].strip() for line in lines if line.startswith("import time")}
    assert "discord.client" in imported
    assert UNUSED.isdisjoint(imported)


def test_the_end_of_a_short_command_collects_no_garbage() -> None:
    frozen = python(
        "import gc; from bot.cli import bootstrap\n"
        "with bootstrap.start_without_gc(): assert not gc.isenabled()\n"
        "print(gc.get_freeze_count() >= len(gc.get_objects()))"
    )
    assert frozen == "True\n"
