"""The bot on both loopback platforms, with its scheduler, on a clock that tests set."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from adapters import discord, slack
from bot.app import App
from bot.tips.scheduler import TipScheduler
from processes.shared_clock import SharedClock
from processes.tip_poster import CONTENT
from storage import Store


@dataclass(frozen=True, slots=True)
class BotConnection:
    """The addresses of the loopback platforms, and the bot's tokens."""

    database: str
    clock: Path
    discord: str
    discord_token: str
    slack: slack.SlackSettings


def serve(to: BotConnection) -> None:
    """Serve both platforms and post due tips until the process is killed."""
    asyncio.run(_serve(to))


async def _serve(to: BotConnection) -> None:
    clock, stop = SharedClock(to.clock), asyncio.Event()
    app = App(CONTENT, clock=clock, open_store=lambda: Store.open(to.database))
    await asyncio.gather(
        discord.serve(app, to.discord_token, to.discord, stop),
        slack.serve(app, to.slack, stop),
        TipScheduler(app, clock, poll=0.02).run(stop),
    )
