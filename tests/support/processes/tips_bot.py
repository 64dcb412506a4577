"""The bot on both stand-ins, with its runner, until it is killed; on a clock that others turn."""

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
    """Where the stand-ins are, and what lets a bot in."""

    database: str
    clock: Path
    discord: str
    discord_token: str
    slack: slack.SlackSettings


def serve(to: BotConnection) -> None:
    """Serve both platforms and post what is due, for ever."""
    asyncio.run(_serve(to))


async def _serve(to: BotConnection) -> None:
    clock, stop = SharedClock(to.clock), asyncio.Event()
    app = App(CONTENT, clock=clock, open_store=lambda: Store.open(to.database))
    await asyncio.gather(
        discord.serve(app, to.discord_token, to.discord, stop),
        slack.serve(app, to.slack, stop),
        TipScheduler(app, clock, poll=0.02).run(stop),
    )
