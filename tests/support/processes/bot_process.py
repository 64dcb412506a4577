"""The bot in a separate process, as an admin runs it."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

ROOT = Path(__file__).parents[3]


@asynccontextmanager
async def run_bot(
    folder: Path, settings: Mapping[str, str], *module: str, output: int | None = PIPE
) -> AsyncIterator[Process]:
    """Run the bot, or another *module*, in *folder*; kill it if it still runs after the block.

    *output* is for `wait_for_end`; use None if nobody reads it, since a full pipe blocks the bot.
    """
    given = {
        "CROSSROADS_DATA_DIR": str(folder),
        "PYTHONPATH": f"{ROOT}:{ROOT / 'tests' / 'support'}",
        **settings,
    }
    run = await asyncio.create_subprocess_exec(
        sys.executable, "-m", *(module or ("bot", "run")), cwd=folder, stdout=output,
        stderr=output, env={**os.environ, **given},
    )  # fmt: skip
    try:
        yield run
    finally:
        if run.returncode is None:
            run.kill()
        await run.wait()


async def wait_for_end(run: Process) -> tuple[int, str]:
    """Wait until the process ends; return its exit code and output."""
    out, err = await asyncio.wait_for(run.communicate(), 20)
    return run.returncode or 0, (out + err).decode()
