"""A community teaches the bot on Discord, compared with a readable transcript.

An unanswered question is kept, answered and found; a wrong statement is reported and hidden.
"""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from discord_server.basics import User
from discord_server.crossroads_bot import follow, serve_discord
from discord_server.played_interaction import PlayedInteraction
from discord_server.server import LoopbackDiscord
from discord_server.stored_message import Message

from bot.app import App
from content import Content
from storage import Store

GOLDEN = Path(__file__).parents[2] / "goldens" / "discord-community-transcript.txt"
MANAGE_GUILD = 1 << 5
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ADA, BEN, MAX = User("ada"), User("ben"), User("max")
QUESTION = "Where do I find the recording of last week's talk?"
IN_OTHER_WORDS = "is there a recording of the talk?"
ANSWER = "Every talk is recorded. The video is in #talks two days later."
STATEMENT = "KORE1: $165K–$210K"


class Talk:
    """Acts as members and as a moderator, and records what each sees."""

    def __init__(self, discord: LoopbackDiscord) -> None:
        self.discord = discord
        self.staff = discord.guild.add_channel("staff")
        self.lines: list[str] = []
        self.notices = self.interactions = 0
        """The moderator's clicks, and each filled field and submission of a form."""

    async def slash(self, user: User, name: str, /, **options: str) -> Message:
        typed = " ".join(f"{key}:{value}" for key, value in options.items())
        self.said(user, f"/{name} {typed}".rstrip())
        return await self.saw(await self.discord.slash(name, options, **self.by(user)))  # type: ignore[arg-type]

    async def click(self, user: User, message: Message, label: str) -> Message:
        self.said(user, f"[{label}]")
        return await self.saw(await self.discord.click(message, label, **self.by(user)))  # type: ignore[arg-type]

    async def fill_in(
        self, user: User, message: Message, label: str, texts: dict[str, str]
    ) -> Message:
        """Click the button that opens a form, fill in some fields and submit it."""
        opened = await self.discord.click(message, label, **self.by(user))  # type: ignore[arg-type]
        return await self.submit(user, f"[{label}]", opened, texts)

    async def report(self, user: User, message: Message, texts: dict[str, str]) -> Message:
        """Choose "Wrong or missing?" in the menu, fill in some fields and submit the form."""
        opened = await follow(self.discord, message, "report-answer", **self.by(user))  # type: ignore[arg-type]
        return await self.submit(user, "More… > Wrong or missing?", opened, texts)

    async def submit(
        self, user: User, opening: str, opened: PlayedInteraction, texts: dict[str, str]
    ) -> Message:
        modal = await opened.modal()
        fields = (each["component"] for each in modal["components"])
        filled = [each["value"] for each in fields if each.get("value")]
        self.said(user, opening)
        self.lines.append(f"(a form opens: {modal['title']}{self.describe(filled)})\n")
        self.said(user, f"in the form: {' | '.join(texts.values())}")
        self.interactions += len(texts) if user is MAX else 0
        return await self.saw(
            await self.discord.submit_modal(opened, dict(texts), **self.by(user))  # type: ignore[arg-type]
        )

    @staticmethod
    def describe(filled: list[str]) -> str:
        return f", with: {' | '.join(filled)}" if filled else ""

    async def saw(self, played: PlayedInteraction) -> Message:
        return self.record(await played.answer())

    async def notice(self) -> Message:
        """Wait for the next message to the moderators."""
        self.notices += 1
        await self.discord.until(lambda: len(self.posted()) >= self.notices, "a notice")
        self.lines.append("#staff:")
        return self.record(self.posted()[-1])

    def posted(self) -> list[Message]:
        return [each for each in self.staff.messages if not each.ephemeral]

    async def direct_message(self, user: User) -> None:
        """Wait for a message of the bot to *user*."""
        await self.discord.until(lambda: bool(self.discord.chat(user)), "a direct message")
        self.lines.append(f"direct message to {user.name}:")
        self.record(self.discord.chat(user)[-1])

    def record(self, message: Message) -> Message:
        who = "only you see this" if message.ephemeral else "everybody there sees this"
        buttons = " ".join(f"[{label}]" for label in message.labels)
        menus = [option["label"] for each in message.selects for option in each.get("options", ())]
        menu = f"More… > {' > '.join(menus)}" if menus else ""
        parts = [f"({who})", message.text, *filter(None, [buttons, menu])]
        self.lines.append("\n".join(parts) + "\n")
        return message

    def said(self, user: User, what: str) -> None:
        self.interactions += user is MAX
        self.lines.append(f"{user.name}> {what}")

    @staticmethod
    def by(user: User) -> dict[str, object]:
        return {"user": user, **({"permissions": MANAGE_GUILD} if user is MAX else {})}

    def text(self) -> str:
        names = {self.staff.id: "STAFF", self.discord.guild.id: "SERVER"}
        names |= {each.id: each.name.upper() for each in (ADA, BEN, MAX)}
        found = "\n".join(self.lines)
        for number, name in names.items():
            found = found.replace(str(number), name)
        return re.sub(r"</([\w -]+):\d+>", r"/\1", found)


async def teach(talk: Talk) -> None:
    where = {"channel": str(talk.staff.id)}
    by = talk.discord.slash("settings notifications", where, permissions=MANAGE_GUILD)
    await (await by).answer()
    await talk.notice()
    await _a_question_is_answered(talk)
    await _a_wrong_statement_is_hidden(talk)


async def _a_question_is_answered(talk: Talk) -> None:
    shown = await talk.slash(ADA, "ask", question=QUESTION)
    await talk.click(ADA, shown, "Ask the moderators")
    notice = await talk.notice()
    talk.interactions = 0
    await talk.fill_in(MAX, notice, "Answer", {"text": ANSWER})
    assert talk.interactions <= 4
    talk.lines.append(f"(the moderator needed {talk.interactions} interactions)\n")
    await talk.direct_message(ADA)
    found = await talk.slash(BEN, "ask", question=IN_OTHER_WORDS)
    assert ANSWER in found.text.replace("\\", "")


async def _a_wrong_statement_is_hidden(talk: Talk) -> None:
    shown = await talk.slash(BEN, "salary", role="ml-engineer", level="senior")
    wrong = {"wrong": "KORE1's figures are far above what companies pay here."}
    await talk.report(BEN, shown, wrong)
    waiting = await talk.click(MAX, await talk.notice(), "Show what's waiting")
    which = await talk.click(MAX, waiting, "Hide a statement")
    await talk.fill_in(MAX, which, "Hide", {"reason": "These are US figures"})
    await talk.direct_message(BEN)
    await talk.slash(ADA, "salary", role="ml-engineer", level="senior")


@pytest.fixture
async def taught(content: Content, database: str) -> AsyncIterator[App]:
    app = App(content, clock=lambda: NOW, open_store=lambda: Store.open(database))
    yield app
    await app.close()


async def test_a_community_that_teaches_reads_as_the_transcript(
    taught: App, request: pytest.FixtureRequest
) -> None:
    async with LoopbackDiscord() as discord:
        talk = Talk(discord)
        async with serve_discord(taught, discord):
            await teach(talk)
        assert not discord.missed
        assert not discord.unsafe_mentions
    if request.config.getoption("--write-goldens"):
        GOLDEN.write_text(talk.text(), encoding="utf-8")
    assert talk.text() == GOLDEN.read_text(encoding="utf-8")
