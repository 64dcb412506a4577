"""A member's conversation on Discord, compared with a readable transcript."""

from pathlib import Path

import pytest
from discord_server.crossroads_bot import follow, serve_discord
from discord_server.server import LoopbackDiscord
from discord_server.stored_message import Message

from bot.app import App
from content import Content
from storage import Store

GOLDEN = Path(__file__).parents[2] / "goldens" / "discord-transcript.txt"


class Talk:
    """Acts as a member, and records what the member sees."""

    def __init__(self, discord: LoopbackDiscord) -> None:
        self.discord = discord
        self.lines: list[str] = []

    async def slash(self, name: str, /, **options: str) -> Message:
        typed = " ".join(f"{key}:{value}" for key, value in options.items())
        self.lines.append(f"> /{name} {typed}".rstrip())
        return self.saw(await (await self.discord.slash(name, options)).answer())

    async def completes(self, name: str, option: str, typed: str) -> None:
        played = await self.discord.autocomplete(name, {option: typed})
        names = [each["name"] for each in await played.choices()]
        self.lines.append(f"> /{name} {option}:{typed}…\n{' · '.join(names)}\n")

    async def click(self, message: Message, label: str) -> Message:
        self.lines.append(f"> [{label}]")
        return self.saw(await (await self.discord.click(message, label)).answer())

    async def choose(self, message: Message, label: str) -> Message:
        self.lines.append(f"> [More…] {label}")
        menu = message.selects[0]
        value = next(each["value"] for each in menu["options"] if each["label"] == label)
        return self.saw(await (await self.discord.choose(message, [value])).answer())

    async def follow(self, message: Message, command: str) -> Message:
        self.lines.append(f"> [the button that runs {command}]")
        return self.saw(await (await follow(self.discord, message, command)).answer())

    def saw(self, message: Message) -> Message:
        who = "only you see this" if message.ephemeral else "everybody sees this"
        buttons = "".join(f"[{label}] " for label in message.labels).rstrip()
        menus = sum(len(each["options"]) for each in message.selects)
        menu = f"[a menu of {menus}]" if menus else ""
        parts = [f"({who})", message.text, *filter(None, [buttons, menu])]
        self.lines.append("\n".join(parts) + "\n")
        return message


async def test_a_talk_reads_as_the_transcript(
    content: Content, database: str, request: pytest.FixtureRequest
) -> None:
    def app() -> App:
        return App(content, open_store=lambda: Store.open(database))

    async with LoopbackDiscord() as discord:
        talk, first = Talk(discord), app()
        async with serve_discord(first, discord):
            await talk.completes("salary", "level", "sen")
            compared = await talk.slash("compare")
            behind = await talk.follow(compared, "salary")
            await talk.click(behind, "Back")
            chosen = await talk.choose(compared, compared.selects[0]["options"][0]["label"])
            await talk.click(chosen, "Back")
            salary = await talk.slash("salary", role="ml-engineer", level="senior")
            pay = await talk.click(salary, "Share")
            await talk.click(pay, "Get this privately")
            quiz = await talk.slash("quiz", name="hire")
            for _ in range(3):
                quiz = await talk.click(quiz, quiz.labels[0])
            talk.lines.append("(the bot is restarted)\n")
        await first.close()
        second = app()
        async with serve_discord(second, discord):
            while "Your result:" not in quiz.text:
                quiz = await talk.click(quiz, quiz.labels[0])
            await talk.follow(quiz, "quiz-share")
            asked = await talk.slash("privacy", action="delete")
            await talk.click(asked, asked.labels[0])
            await talk.slash("results")
        await second.close()
        assert not discord.missed
        assert not discord.unsafe_mentions
        found = "\n".join(talk.lines).replace(str(discord.user.id), "ADA")
    if request.config.getoption("--write-goldens"):
        GOLDEN.write_text(found, encoding="utf-8")
    assert found == GOLDEN.read_text(encoding="utf-8")
