"""Unusable channels for tips on Discord are refused when chosen, not at the first post."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest
from connected_scheduler import HOUR, MONDAY, ConnectedScheduler, connected_scheduler
from discord_server.crossroads_bot import serve_discord
from discord_server.errors import ApiError
from discord_server.server import LoopbackDiscord
from discord_server.start_button import press_start
from discord_server.stored_message import Message
from discord_server.world import (
    ANNOUNCEMENT,
    CATEGORY,
    FORUM,
    GUILD_TEXT,
    MANAGE_THREADS,
    MEDIA,
    PIN_MESSAGES,
    SEND_IN_THREADS,
    THREAD,
    VOICE,
    Channel,
)

from content import Content
from storage import Schedule

MANAGE_GUILD = 1 << 5
WHEN = {"day": "Monday", "time": "09:00", "zone": "Europe/Berlin"}
UNKNOWN = ApiError(400, 99999, "The moon is in the wrong house")


@dataclass(slots=True)
class Server:
    """A server with a channel for tips, a moderator and a queue."""

    discord: LoopbackDiscord
    time: ConnectedScheduler
    tips: Channel
    room: Channel

    async def moderate(self, command: str, **options: str) -> Message:
        played = await self.discord.slash(command, options, permissions=MANAGE_GUILD)
        return await press_start(self.discord, await played.answer(), permissions=MANAGE_GUILD)

    async def forced(self, command: str, **args: str) -> Message:
        """Run a command with arguments that Discord's channel picker doesn't allow."""
        shown = await self.moderate("tips-panel")
        code = "|".join([f"r|{command}", *(f"{key}={value}" for key, value in args.items())])
        played = await self.discord.send_component(shown, code, permissions=MANAGE_GUILD)
        return await press_start(self.discord, await played.answer(), permissions=MANAGE_GUILD)

    async def begin(self, **more: str) -> None:
        made = await self.moderate("schedule-new", channel=str(self.tips.id), **WHEN, **more)
        assert "Started. " in made.text

    async def schedules(self) -> tuple[Schedule, ...]:
        store = await self.time.app.store()
        return await store.schedules.list_for_queue(
            await store.queues.get_or_create(self.time.community)
        )

    @property
    def told(self) -> list[str]:
        return [each.text for each in self.room.messages]


@pytest.fixture
async def server(content: Content, database: str) -> AsyncIterator[Server]:
    async with LoopbackDiscord() as discord:
        async with connected_scheduler(content, database, f"discord:{discord.guild.id}") as clock:
            discord.guild.bot_permissions |= PIN_MESSAGES
            tips, room = (discord.guild.add_channel(name) for name in ("tips", "staff"))
            async with serve_discord(clock.app, discord):
                made = Server(discord, clock, tips, room)
                await made.moderate("tips-starter")
                yield made
        assert not discord.missed


def without_view(server: Server) -> None:
    server.tips.denied = 50001


def without_send(server: Server) -> None:
    server.tips.denied = 50013


def without_pin(server: Server) -> None:
    server.discord.guild.bot_permissions &= ~PIN_MESSAGES


BROKEN: list[tuple[Callable[[Server], None], str]] = [
    (without_view, "View Channel"),
    (without_send, "Send Messages permission in #tips"),
]
Deed = Callable[[Server], Awaitable[Message]]
DEEDS: dict[str, Deed] = {
    "schedule-new": lambda it: it.moderate("schedule-new", channel=str(it.tips.id), **WHEN),
    "settings-notifications": lambda it: it.moderate(
        "settings-notifications", channel=str(it.tips.id)
    ),
}
DEEDS_LATER: dict[str, Deed] = {
    "schedule-post-now": lambda it: it.moderate("schedule-post-now", schedule="1"),
    "schedule-post-confirmed": lambda it: it.forced(
        "schedule-post-confirmed", schedule="1", once="20261121T080000Z"
    ),
    "schedule-resume": lambda it: it.moderate("schedule-resume", schedule="1"),
    "schedule-edit": lambda it: it.moderate(
        "schedule-edit", schedule="1", time="09:00", thread="yes"
    ),
}


@pytest.mark.parametrize("name", DEEDS)
@pytest.mark.parametrize(("breaks", "says"), BROKEN)
async def test_a_channel_that_the_bot_may_not_post_to_is_refused_when_it_is_chosen(
    server: Server, name: str, breaks: Callable[[Server], None], says: str
) -> None:
    breaks(server)
    answer = await DEEDS[name](server)
    assert says in answer.text
    assert await server.schedules() == ()
    assert "direct message" in (await server.moderate("settings-notifications")).text


@pytest.mark.parametrize("name", DEEDS_LATER)
@pytest.mark.parametrize(("breaks", "says"), BROKEN)
async def test_a_permission_that_was_taken_since_is_said_by_every_command_that_needs_it(
    server: Server, name: str, breaks: Callable[[Server], None], says: str
) -> None:
    await server.begin()
    before = await server.schedules()
    breaks(server)
    answer = await DEEDS_LATER[name](server)
    assert says in answer.text
    assert await server.schedules() == before
    assert await server.time.occurrences() == []


async def test_what_a_schedule_is_to_do_needs_its_permission_at_once(server: Server) -> None:
    without_pin(server)
    same = {"schedule": "1", "time": "09:00"}  # a field of the form, so that it doesn't open
    options = {"channel": str(server.tips.id), **WHEN}
    assert "Pin Messages" in (await server.moderate("schedule-new", pin="yes", **options)).text
    assert await server.schedules() == ()
    await server.begin()
    assert "Pin Messages" in (await server.moderate("schedule-edit", **same, pin="yes")).text
    role = server.discord.guild.add_role("learners")
    asked = await server.moderate("schedule-edit", **same, mention=str(role.id))
    assert "Mention @everyone, @here and All Roles" in asked.text
    role.mentionable = True
    asked = await server.moderate("schedule-edit", **same, mention=str(role.id))
    done = await server.discord.click(asked, "Notify them every time", permissions=MANAGE_GUILD)
    assert f"<@&{role.id}>" in (await done.answer()).text


async def test_the_picker_shows_no_channel_that_takes_no_message(server: Server) -> None:
    options = [
        option
        for _, command in server.discord.usable_commands()
        for option in command.get("options", ())
        if option["type"] == 7
    ]
    assert len(options) == 3
    for option in options:
        assert {GUILD_TEXT, ANNOUNCEMENT, THREAD} <= set(option["channel_types"])
        assert not {CATEGORY, FORUM, MEDIA} & set(option["channel_types"])
    forum = server.discord.guild.add_channel("ideas", FORUM)
    with pytest.raises(ValueError, match="not offered"):
        await server.moderate("settings-notifications", channel=str(forum.id))


@pytest.mark.parametrize("kind", [(CATEGORY, "category"), (FORUM, "forum"), (MEDIA, "media")])
@pytest.mark.parametrize("command", ["schedule-new", "settings-notifications"])
async def test_a_channel_that_takes_no_message_is_refused_with_the_reason(
    server: Server, kind: tuple[int, str], command: str
) -> None:
    channel = server.discord.guild.add_channel("ideas", kind[0])
    when = WHEN if command == "schedule-new" else {}
    answer = await server.forced(command, channel=f"discord:{channel.id}", **when)
    assert "#ideas is a" in answer.text
    assert kind[1] in answer.text
    assert "Choose a text channel" in answer.text
    assert await server.schedules() == ()
    assert server.discord.counters["message_create"] == 0


async def test_a_locked_thread_is_refused_and_a_quiet_one_is_not(server: Server) -> None:
    guild = server.discord.guild
    thread = guild.add_channel("weekly", THREAD, server.tips.id)
    thread.locked = True
    there = {"channel": str(thread.id), **WHEN}
    assert "locked" in (await server.moderate("schedule-new", **there)).text
    assert await server.schedules() == ()
    thread.locked, thread.archived = False, True
    everybody = guild.roles[guild.id]
    everybody.permissions &= ~SEND_IN_THREADS
    guild.bot_permissions &= ~SEND_IN_THREADS
    said = (await server.moderate("schedule-new", **there)).text
    assert "Send Messages in Threads permission in #weekly" in said
    guild.bot_permissions |= SEND_IN_THREADS
    said = (await server.moderate("schedule-new", thread="yes", **there)).text
    assert "can't have threads" in said
    assert "Started. " in (await server.moderate("schedule-new", **there)).text
    await server.time.look(MONDAY)
    assert len(thread.messages) == 1
    assert not thread.archived
    thread.locked = True
    guild.bot_permissions |= MANAGE_THREADS
    assert "Post this now" in (await server.moderate("schedule-post-now", schedule="1")).text


async def test_a_voice_channel_has_a_chat_but_no_threads(server: Server) -> None:
    voice = server.discord.guild.add_channel("talk", VOICE)
    there = {"channel": f"discord:{voice.id}", **WHEN}
    said = (await server.forced("schedule-new", thread="yes", **there)).text
    assert "can't have threads" in said
    assert "Started. " in (await server.forced("schedule-new", **there)).text


def to_forum(server: Server) -> None:
    server.tips.type = FORUM


def to_locked(server: Server) -> None:
    server.tips.refuses = ApiError(400, 160005, "Thread is locked")


def to_unknown(server: Server) -> None:
    server.tips.refuses = UNKNOWN


@pytest.mark.parametrize(
    ("breaks", "says"),
    [(to_forum, "in a forum"), (to_locked, "locked"), (to_unknown, "wrong house")],
)
async def test_a_refusal_of_a_post_is_told_to_a_moderator_once_whatever_its_code(
    server: Server, breaks: Callable[[Server], None], says: str
) -> None:
    await server.begin()
    await server.moderate("settings-notifications", channel=str(server.room.id))
    server.room.messages.clear()
    breaks(server)
    asked = server.discord.counters["message_create"]
    await server.time.look(MONDAY)
    await server.time.until(MONDAY + HOUR)
    (told,) = server.told
    assert says in told
    assert "keep trying every 15 minutes" in told
    assert server.discord.counters["message_create"] - asked <= 6  # a notice every 15 minutes
    server.tips.type, server.tips.refuses = GUILD_TEXT, None
    await server.time.until(MONDAY + 2 * HOUR)
    assert await server.time.states() == ["done"]
    assert len(server.told) == 1


@pytest.mark.parametrize("step", ["pin", "thread_create"])
async def test_an_unknown_refusal_of_a_later_step_is_told_once(server: Server, step: str) -> None:
    await server.begin(pin="yes", thread="yes")
    await server.moderate("settings-notifications", channel=str(server.room.id))
    server.room.messages.clear()
    server.discord.faults.refuse(step, UNKNOWN, times=None)
    await server.time.look(MONDAY)
    await server.time.until(MONDAY + HOUR)
    (told,) = server.told
    assert "wrong house" in told


async def test_a_channel_that_can_not_be_seen_is_told_two_days_ahead(server: Server) -> None:
    await server.begin()
    await server.moderate("settings-notifications", channel=str(server.room.id))
    server.room.messages.clear()
    server.tips.denied = 50001
    await server.time.look(MONDAY - 47 * HOUR)
    (told,) = server.told
    assert "View Channel" in told
