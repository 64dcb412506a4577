"""Members and a moderator who use the bot nonstop and record what it acknowledged."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from itertools import count

from databases.plain_sql import run_sql
from discord_server.basics import User
from discord_server.server import LoopbackDiscord
from discord_server.start_button import press_start
from discord_server.stored_message import Message
from discord_server.world import MANAGE_GUILD

from adapters.shared.action_codec import decode
from bot.community.moderators import MODERATOR_CHANNEL

_MAX_QUESTIONS = 450  # wait for moderators; 500 is the limit
Answer = tuple[str, str]  # an attempt, and an item of its quiz


class Load:
    """The load, and what the bot acknowledged: answers, tips, questions, and the last setting."""

    def __init__(self, discord: LoopbackDiscord, members: int, seed: int) -> None:
        self._discord, self._chance = discord, random.Random(seed)  # noqa: S311 - a sample
        self._members = [User(f"member{number}") for number in range(members)]
        self._numbers = count()
        self.rooms = [str(discord.guild.add_channel(f"room{n}").id) for n in range(3)]
        self.answers: dict[Answer, str] = {}
        self.tips: list[str] = []
        self.questions: list[str] = []  # to the moderators
        self.settings: list[str] = []  # the last one acknowledged, then those requested since

    @property
    def acknowledged(self) -> tuple[int, int]:
        """The numbers of answers and of tips that the bot has acknowledged."""
        return len(self.answers), len(self.tips)

    def has_more_than(self, before: tuple[int, int]) -> bool:
        """Return True if both numbers have risen since they were *before*."""
        return all(now > then for now, then in zip(self.acknowledged, before, strict=True))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Use the bot until the end of the block."""
        works = [self._quizzes(each) for each in self._members]
        works += [self._queue(), self._questions(), self._settings()]
        tasks = [asyncio.create_task(each) for each in works]
        try:
            yield
        finally:
            for each in tasks:
                each.cancel()
            for each in tasks:
                with suppress(asyncio.CancelledError, AssertionError, RuntimeError):
                    await each  # fails if the bot was killed meanwhile

    async def moderate(self, command: str, **options: str) -> Message:
        """Type a command as a moderator; return the answer."""
        by = {"permissions": MANAGE_GUILD}
        shown = await (await self._discord.slash(command, options, **by)).answer()  # type: ignore[arg-type]
        return await press_start(self._discord, shown, permissions=MANAGE_GUILD)

    async def write(self, command: str, **texts: str) -> Message:
        """Fill in the modal that a member's command opens."""
        played = await self._discord.write(command, texts, permissions=MANAGE_GUILD)
        return await played.answer()

    async def _quizzes(self, member: User) -> None:
        """Take one quiz after another."""
        while True:
            shown = await (
                await self._discord.slash("quiz", {"name": "hire"}, user=member)
            ).answer()
            while options := _options(shown):
                chosen = self._chance.choice(options)
                args = chosen[1]
                clicked = await self._discord.click(shown, custom_id=chosen[0], user=member)
                shown = await clicked.answer()
                self.answers[args["take"], args["item"]] = args["pick"]

    async def _queue(self) -> None:
        """Add one tip after another."""
        for number in self._numbers:
            text = f"tip {number:06}"
            assert "Added:" in (await self.write("tips-add", text=text)).text
            self.tips.append(text)
            await asyncio.sleep(0.02)

    async def _questions(self) -> None:
        """Send the moderators one question after another, each from another member."""
        shown = await (await self._discord.slash("help", user=User("reader"))).answer()
        while len(self.questions) < _MAX_QUESTIONS:
            number = next(self._numbers)
            code, asker = f"r|moderators-ask|question=question {number:06}", User(f"asker{number}")
            clicked = await self._discord.send_component(shown, code, user=asker)
            assert "stored for the moderators" in (await clicked.answer()).text
            self.questions.append(f"question {number:06}")
            await asyncio.sleep(0.02)

    async def _settings(self) -> None:
        """Change the channel for notices to moderators again and again."""
        while True:
            chosen = self._chance.choice(self.rooms)
            self.settings.append(chosen)
            assert (
                "Moderators get notices in"
                in (await self.moderate("settings-notifications", channel=chosen)).text
            )
            self.settings = [chosen]
            await asyncio.sleep(0.02)

    def lost(self, url: str) -> list[str]:
        """Return what was acknowledged but isn't in the database, or is there twice."""
        if url.startswith("sqlite"):
            assert run_sql(url, "pragma integrity_check") == [("ok",)]
        answers = run_sql(url, "select attempt, item, option from answers")
        texts = [text for (text,) in run_sql(url, "select text from tips")]
        questions = [text for (text,) in run_sql(url, "select text from feedback")]
        told = f"select value from preferences where name = '{MODERATOR_CHANNEL}'"  # noqa: S608
        settings = [value for (value,) in run_sql(url, told)]
        return [
            *self._answers_lost(answers),
            *_texts_lost(self.tips, texts),
            *_texts_lost(self.questions, questions),
            *self._setting_lost(settings),
        ]

    def _answers_lost(self, answers: Sequence[tuple[str, str, str]]) -> list[str]:
        kept = {(attempt, item): option for attempt, item, option in answers}
        doubled = [] if len(kept) == len(answers) else ["an answer twice"]
        return doubled + [
            str(each) for each in self.answers if kept.get(each) != self.answers[each]
        ]

    def _setting_lost(self, kept: Sequence[str]) -> list[str]:
        expected = {f"discord:{each}" for each in self.settings}
        return [] if set(kept) & expected else [f"{kept} is set, not one of {expected}"]


def _texts_lost(acknowledged: Sequence[str], texts: Sequence[str]) -> list[str]:
    doubled = {text for text in texts if texts.count(text) > 1}
    return [*doubled, *(set(acknowledged) - set(texts))]


def _options(shown: Message) -> list[tuple[str, dict[str, str]]]:
    """Return the buttons that answer a question: their codes and their arguments."""
    found = [(each["custom_id"], decode(each["custom_id"])) for each in shown.buttons]
    calls = [(code, dict(press.call.args)) for code, press in found if press]
    return [(code, args) for code, args in calls if len(args.get("pick", "")) == 1]
