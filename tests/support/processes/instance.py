"""The bot as an admin runs it, with leases that end soon and a clock that others turn.

    python -m processes.instance LEASE PAUSE CLOCK

LEASE and PAUSE are seconds: until what a lost instance served is another's, and between sessions
that are begun. CLOCK is the file of the clock by which tips are due.
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
    """Run one more instance on a database, until the end of the block at the latest."""
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
