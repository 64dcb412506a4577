"""The bot as an admin runs it, with short leases and a clock that tests set.

    python -m processes.instance LEASE PAUSE CLOCK

LEASE is how many seconds pass until other instances take over the shards of a lost one. PAUSE is
the seconds between two session starts. CLOCK is the file of the clock that tips follow.
"""

import sys
from asyncio.subprocess import Process
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

from discord_server.server import LoopbackDiscord

from adapters.discord.sharding import lease as shard_lease
from bot.cli.main import main
from bot.tips import scheduler as tips
from processes.bot_process import run_bot
from processes.shared_clock import SharedClock


def run_instance(
    discord: LoopbackDiscord,
    folder: Path,
    database: str,
    shards: str,
    times: tuple[float, float] = (shard_lease.LEASE_SECONDS, shard_lease.SESSION_START_INTERVAL),
) -> AbstractAsyncContextManager[Process]:
    """Run one more instance on *database*, at most until the end of the block."""
    settings = {
        "DATABASE_URL": database,
        "DISCORD_TOKEN": discord.token,
        "DISCORD_API_BASE": discord.api_base,
        "CROSSROADS_SHARDS": shards,
    }
    args = [*map(str, times), str(folder / "clock")]
    return run_bot(folder, settings, "processes.instance", *args, output=None)


if __name__ == "__main__":
    lease, pause, clock = sys.argv[1:]
    shard_lease.LEASE_SECONDS, shard_lease.SESSION_START_INTERVAL = float(lease), float(pause)
    vars(tips)["TipScheduler"] = partial(
        tips.TipScheduler, clock=SharedClock(Path(clock)), poll=0.2
    )
    sys.argv[1:] = ["run"]
    main()
