"""The command line starts without the libraries that only some commands need."""

import subprocess
import sys

from processes.bot_process import ROOT

HEAVY = {"PIL", "aiohttp", "babel", "discord", "prompt_toolkit", "pydantic", "slack_sdk"}


def test_the_command_line_imports_no_heavy_library() -> None:
    code = "import sys, bot.cli.main; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=ROOT, check=True)
    assert HEAVY.isdisjoint(done.stdout.decode().split())
