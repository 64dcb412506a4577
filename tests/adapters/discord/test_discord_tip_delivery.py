"""Weekly tips that Discord refuses, and the notices to moderators."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from connected_scheduler import HOUR, MONDAY, WEEK, ConnectedScheduler, connected_scheduler
from discord_server.crossroads_bot import serve_discord
from discord_server.errors import ApiError, missing_access, missing_permissions
from discord_server.server import LoopbackDiscord
from discord_server.start_button import press_start
from discord_server.stored_message import Message
from discord_server.world import PIN_MESSAGES, THREAD, Channel

from content import Content

MANAGE_GUILD = 1 << 5
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
UNKNOWN_CHANNEL = ApiError(404, 10003, "Unknown Channel")
NO_THREAD = ApiError(400, 160006, "Maximum number of active threads reached.")
FULL = ApiError(400, 30003, "Maximum number of pins reached (250).")


@dataclass(slots=True)
class Server:
    """A server with tips set up: a channel for tips and a moderator."""

    discord: LoopbackDiscord
    time: ConnectedScheduler
    channel: Channel
    room: Channel
    heard: int = 0

    async def moderate(self, command: str, **options: str) -> Message:
        played = await self.discord.slash(command, options, permissions=MANAGE_GUILD)
        return await press_start(self.discord, await played.answer(), permissions=MANAGE_GUILD)

    async def begin(self, **more: str) -> None:
        await self.moderate("tips-starter")
        when = {"day": "Monday", "time": "09:00", "zone": "Europe/Berlin"}
        made = await self.moderate("schedule-new", channel=str(self.channel.id), **when, **more)
        assert "Started. " in made.text
        await self.moderate("settings-notifications", channel=str(self.room.id))
        self.heard = len(self.room.messages)

    @property
    def told(self) -> list[str]:
        return [each.text for each in self.room.messages[self.heard :]]

    @property
    def threads(self) -> int:
        return sum(each.type == THREAD for each in self.discord.guild.channels.values())


@pytest.fixture
async def server(content: Content, database: str) -> AsyncIterator[Server]:
    async with LoopbackDiscord() as discord:
        async with connected_scheduler(content, database, f"discord:{discord.guild.id}") as clock:
            discord.guild.bot_permissions |= PIN_MESSAGES
            channel, room = (discord.guild.add_channel(name) for name in ("tips", "staff"))
            async with serve_discord(clock.app, discord):
                yield Server(discord, clock, channel, room)
        assert not discord.missed
        assert not discord.unsafe_mentions


@pytest.mark.parametrize("error", [missing_access(), missing_permissions()])
async def test_a_channel_that_refuses_is_told_of_once_and_posted_to_once_it_does_not(
    server: Server, error: ApiError
) -> None:
    await server.begin()
    here = server.channel
    here.denied = error.body["code"]
    await server.time.look(MONDAY)
    await server.time.until(MONDAY + HOUR)
    assert await server.time.states() == ["due"]
    (told,) = server.told
    assert "keep trying every 15 minutes" in told
    assert (await server.time.occurrences())[0].receipts
    assert await server.time.steps() == {"post": "waiting"}
    here.denied = None
    await server.time.until(MONDAY + 2 * HOUR)
    assert await server.time.states() == ["done"]
    assert len(here.messages) == 1
    assert len(server.told) == 1


async def test_a_channel_that_refuses_for_good_is_given_up_and_not_tried_again(
    server: Server,
) -> None:
    await server.begin()
    server.channel.denied = 50013
    await server.time.look(MONDAY)
    await server.time.until(MONDAY + 2 * DAY)
    assert await server.time.states() == ["missed"]
    stuck, missed = server.told
    assert "Not posted" in missed
    assert "missing a permission" in stuck
    audit = (await server.moderate("settings-audit")).text
    assert "missed" in audit


@pytest.mark.parametrize("ahead", [timedelta(), 47 * HOUR])
async def test_a_channel_that_does_not_exist_stops_its_schedule_and_is_told_once(
    server: Server, ahead: timedelta
) -> None:
    await server.begin()
    server.discord.delete_channel(server.channel)
    await server.time.look(MONDAY - ahead)
    await server.time.until(MONDAY + WEEK)
    (told,) = server.told
    assert "no longer exists" in told
    assert "stopped" in (await server.moderate("schedule-list")).text
    again = server.discord.guild.add_channel("new-tips")
    await server.moderate("schedule-edit", schedule="1", channel=str(again.id))
    await server.time.look(MONDAY + 2 * WEEK)
    assert len(again.messages) == 1


async def test_a_404_from_a_channel_that_was_there_a_moment_ago_stops_its_schedule(
    server: Server,
) -> None:
    await server.begin()
    await server.time.look(MONDAY - HOUR)
    server.discord.faults.refuse("message_create", UNKNOWN_CHANNEL)
    await server.time.look(MONDAY)
    assert await server.time.states() == ["gone"]
    assert "stopped" in (await server.moderate("schedule-list")).text


async def test_a_limit_of_pins_is_told_and_a_freed_pin_is_taken(server: Server) -> None:
    await server.begin(pin="yes")
    server.discord.faults.refuse("pin", FULL, times=None)
    await server.time.look(MONDAY)
    await server.time.until(MONDAY + HOUR)
    (told,) = server.told
    assert "Unpin some" in told
    assert await server.time.steps() == {"post": "done", "unpin": "done", "pin": "waiting"}
    assert "Discord's limit for pins" in (await server.moderate("schedule-history")).text
    server.discord.faults.clear("pin")
    await server.time.until(MONDAY + 2 * HOUR)
    (posted,) = server.channel.messages
    assert posted.pinned
    assert await server.time.states() == ["done"]


async def test_a_thread_that_can_not_be_made_is_given_up_after_a_day_and_the_post_stands(
    server: Server,
) -> None:
    await server.begin(pin="yes", thread="yes")
    server.discord.faults.refuse("thread_create", NO_THREAD, times=None)
    await server.time.look(MONDAY)
    (posted,) = server.channel.messages
    assert posted.pinned  # steps don't wait for each other
    await server.time.until(MONDAY + 2 * DAY)
    assert (await server.time.steps())["thread"] == "failed"
    assert await server.time.states() == ["done"]
    (told,) = server.told
    assert "Maximum number of active threads" in told
    assert len(server.channel.messages) == 1
    server.discord.faults.clear()
    await server.time.look(MONDAY + WEEK)
    assert server.threads == 1


async def test_an_hour_of_rate_limit_is_waited_for_and_then_it_is_posted_once(
    server: Server,
) -> None:
    await server.begin()
    server.discord.faults.limit("message_create", 3600, times=None)
    await server.time.look(MONDAY)
    await server.time.until(MONDAY + HOUR - MINUTE)
    assert server.discord.counters["message_create 429"] == 1
    server.discord.faults.clear()
    await server.time.until(MONDAY + HOUR + MINUTE)
    assert len(server.channel.messages) == 1
    assert await server.time.states() == ["done"]


async def test_a_lost_answer_is_a_post_that_the_key_does_not_repeat(server: Server) -> None:
    await server.begin()
    server.discord.faults.fail("message_create", after=True)
    await server.time.look(MONDAY)
    assert await server.time.states() == ["due"]
    await server.time.until(MONDAY + MINUTE)
    assert await server.time.states() == ["done"]
    assert len(server.channel.messages) == 1
