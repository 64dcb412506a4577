"""Channels for tips are deleted or closed, with the real client on the loopback Discord."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from discord_server.basics import User
from discord_server.crossroads_bot import serve_discord
from discord_server.members import Invoker
from discord_server.server import LoopbackDiscord
from discord_server.start_button import press_start
from discord_server.stored_message import Message
from discord_server.world import MANAGE_GUILD, Channel
from fault_matrix import Observe

from bot.app import App
from bot.tips.scheduler import TipScheduler

MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)  # 09:00 in Berlin
QUARTER = timedelta(minutes=15)  # retry interval of steps that need help


@pytest.fixture
async def discord(keeping: App) -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord() as platform, serve_discord(keeping, platform):
        yield platform


class Weekly:
    """A schedule that is due on Monday, made by a moderator."""

    def __init__(self, discord: LoopbackDiscord, app: App) -> None:
        self._discord, self._app = discord, app
        self.maker = User("moderator")
        self.channel: Channel = discord.guild.add_channel("tips")

    async def begin(self) -> None:
        await (await self._discord.slash("help", user=self.maker, guild=None)).answer()
        await self.moderate("tips-starter")
        made = await self.moderate(
            "schedule-new", channel=str(self.channel.id), day="Monday", time="09:00",
            zone="Europe/Berlin",
        )  # fmt: skip
        assert "Started. " in made.text

    async def moderate(self, command: str, **options: str) -> Message:
        played = await self._discord.slash(
            command, options, user=self.maker, permissions=MANAGE_GUILD
        )
        by: Invoker = {"user": self.maker, "permissions": MANAGE_GUILD}
        return await press_start(self._discord, await played.answer(), **by)

    async def look(self, after: timedelta = timedelta()) -> None:
        """Run the scheduler this long after the tip is due."""
        await TipScheduler(self._app, lambda: MONDAY + after).run_once()

    def told(self) -> list[str]:
        """Return the direct messages to the maker."""
        conversation = self._discord.platform.conversation(self.maker)
        return [each.text for each in conversation.messages if each.origin is None]


@pytest.fixture
async def weekly(discord: LoopbackDiscord, keeping: App) -> Weekly:
    made = Weekly(discord, keeping)
    await made.begin()
    return made


@pytest.mark.fault("revoked permission")
async def test_a_permission_that_is_taken_and_given_back(weekly: Weekly, observed: Observe) -> None:
    weekly.channel.denied = 50013
    for after in (timedelta(), QUARTER, 2 * QUARTER):
        await weekly.look(after)
    assert weekly.channel.messages == []
    (told,) = weekly.told()
    assert "permission" in told
    weekly.channel.denied = None
    await weekly.look(3 * QUARTER)
    assert len(weekly.channel.messages) == 1
    observed(f"Discord: {len(weekly.told())} message to the schedule's creator, then 1 post")


@pytest.mark.fault("deleted channel")
async def test_a_channel_that_is_deleted(
    weekly: Weekly, discord: LoopbackDiscord, observed: Observe
) -> None:
    discord.delete_channel(weekly.channel)
    for after in (timedelta(), QUARTER, 2 * QUARTER):
        await weekly.look(after)
    (told,) = weekly.told()
    assert "no longer exists" in told
    assert "stopped" in (await weekly.moderate("schedule-list")).text
    observed(
        f"Discord: the bot stopped the schedule and sent {len(weekly.told())} message to its "
        "creator"
    )


@pytest.mark.fault("bot removed and added")
async def test_a_server_that_throws_the_bot_out_and_invites_it_again(
    weekly: Weekly, discord: LoopbackDiscord, observed: Observe
) -> None:
    guild = discord.guild
    await discord.remove_guild(guild.id)
    for after in (timedelta(), QUARTER):
        await weekly.look(after)
    assert weekly.channel.messages == []
    await discord.join(guild)
    await weekly.look(2 * QUARTER)
    assert len(weekly.channel.messages) == 1
    assert "Monday" in (await weekly.moderate("schedule-list")).text
    observed("the tip waited, and was posted once the bot was back")
