"""A moderator's first ten minutes on Discord, compared with a readable transcript."""

import itertools
from dataclasses import dataclass
from pathlib import Path

import pytest
from connected_scheduler import MONDAY, WEEK, ConnectedScheduler, connected_scheduler
from discord_server.crossroads_bot import serve_discord
from discord_server.server import LoopbackDiscord
from discord_server.stored_message import Message
from discord_server.world import PIN_MESSAGES, SEND, Channel

from content import Content

GOLDEN = Path(__file__).parents[2] / "goldens" / "discord-moderator-transcript.txt"
MANAGE_GUILD = 1 << 5


@dataclass
class Effort:
    """The number of a moderator's interactions, each field of a form one, and of typed letters."""

    interactions: int = 0
    characters: int = 0

    def typed(self, line: str) -> None:
        self.interactions += 1
        self.characters += len(line)

    def clicked(self, times: int = 1) -> None:
        self.interactions += times


class Talk:
    """Acts as a moderator and as a member, and records what each sees."""

    def __init__(self, discord: LoopbackDiscord, time: ConnectedScheduler) -> None:
        self.discord, self.time = discord, time
        self.tips, self.staff = (discord.guild.add_channel(name) for name in ("tips", "staff"))
        self.lines: list[str] = []
        self.effort = Effort()

    async def slash(self, name: str, /, **options: str) -> Message:
        typed = " ".join(f"{key}:{value}" for key, value in options.items())
        line = f"/{name} {typed}".rstrip()
        self.effort.typed(line)
        self.said(line, MANAGE_GUILD)
        played = await self.discord.slash(name, options, permissions=MANAGE_GUILD)
        return self.saw(await played.answer())

    async def write(self, name: str, text: str, rights: int = MANAGE_GUILD) -> Message:
        self.said(f"/{name}, and in its form: {text}", rights)
        played = await self.discord.write(name, {"text": text}, permissions=rights)
        return self.saw(await played.answer())

    async def fill_in(self, message: Message, label: str, picked: dict[str, list[str]]) -> Message:
        """Click the button that opens a form, pick values by field, leave the rest, submit."""
        self.said(
            f"[{label}], and picks in its form: {', '.join(itertools.chain(*picked.values()))}",
            MANAGE_GUILD,
        )
        self.effort.clicked(len(picked) + 2)
        opened = await self.discord.click(message, label, permissions=MANAGE_GUILD)
        played = await self.discord.submit_modal(opened, picked, permissions=MANAGE_GUILD)
        return self.saw(await played.answer())

    async def click(self, message: Message, label: str, rights: int = MANAGE_GUILD) -> Message:
        self.said(f"[{label}]", rights)
        self.effort.clicked()
        played = await self.discord.click(message, label, permissions=rights)
        return self.saw(await played.answer())

    async def week(self, number: int, *channels: Channel) -> None:
        """Advance the clock to the next Monday, and record new messages in the channels."""
        self.time.now = MONDAY + number * WEEK
        had = [len(each.messages) for each in channels]
        await self.time.runner.run_once()
        self.lines.append(f"(it is {self.time.now:%A, %d %B, %H:%M} UTC)")
        for channel, count in zip(channels, had, strict=True):
            for message in channel.messages[count:]:
                self.lines.append(f"#{channel.name}:")
                self.saw(message)

    def said(self, what: str, rights: int) -> None:
        self.lines.append(f"{'moderator' if rights else 'member'}> {what}")

    def saw(self, message: Message) -> Message:
        who = "only you see this" if message.ephemeral else "everybody there sees this"
        pinned = ", pinned" if message.pinned else ""
        buttons = " ".join(f"[{label}]" for label in message.labels)
        menus = sum(len(each["options"]) for each in message.selects)
        menu = f"[a menu of {menus}]" if menus else ""
        parts = [f"({who}{pinned})", message.text, *filter(None, [buttons, menu])]
        self.lines.append("\n".join(parts) + "\n")
        return message

    def text(self) -> str:
        names = {self.tips.id: "TIPS", self.staff.id: "STAFF", self.discord.user.id: "ADA"}
        names |= {self.discord.guild.id: "SERVER"}
        found = "\n".join(self.lines)
        for number, name in names.items():
            found = found.replace(str(number), name)
        return found


async def first_ten_minutes(talk: Talk) -> None:
    panel = await talk.slash("tips panel")
    picked = {"channel": [str(talk.tips.id)], "day": ["Monday"], "zone": ["Europe/Berlin"]}
    preview = await talk.fill_in(panel, "Set up weekly tips", picked)
    await talk.click(preview, "Start")
    assert (talk.effort.interactions, talk.effort.characters) == (7, 11)
    await talk.write("tips add", "Ask for the team's last three launches before you join.")
    await talk.slash("tips preview")
    await talk.slash("schedule calendar", weeks="3")
    await talk.slash("settings notifications", channel=str(talk.staff.id))
    await talk.write("suggest", "Read the job's title last.", rights=0)
    suggested = talk.staff.messages[-1]
    talk.lines.append("#staff:")
    talk.saw(suggested)
    await talk.click(suggested, "Approve", rights=0)
    await talk.click(suggested, "Approve")
    await talk.week(0, talk.tips)
    await talk.slash("schedule history")
    await talk.slash("schedule skip", schedule="1")
    await talk.week(1, talk.tips)
    talk.tips.denied = 50013
    talk.lines.append("(somebody takes the bot's permission to write in #tips away)\n")
    await talk.week(2, talk.tips, talk.staff)
    await talk.slash("settings audit")


async def test_a_moderators_first_ten_minutes_read_as_the_transcript(
    content: Content, database: str, request: pytest.FixtureRequest
) -> None:
    async with LoopbackDiscord() as discord:
        discord.guild.bot_permissions |= PIN_MESSAGES | SEND
        async with connected_scheduler(content, database, f"discord:{discord.guild.id}") as clock:
            talk = Talk(discord, clock)
            async with serve_discord(clock.app, discord):
                await first_ten_minutes(talk)
        assert not discord.missed
        assert not discord.unsafe_mentions
    if request.config.getoption("--write-goldens"):
        GOLDEN.write_text(talk.text(), encoding="utf-8")
    assert talk.text() == GOLDEN.read_text(encoding="utf-8")
