"""Every example of every command, as each platform gets it, rendered by the page."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from browser_page import Visitor
from playwright.async_api import expect
from running_playground import run_playground
from scripted_pane import ScriptedPane, message
from started_tips import start_tips

import bot.commands
from adapters import discord, slack
from adapters.web import Json
from bot.app import App
from bot.call import Caller
from bot.command import Command, Example
from bot.registry import discover_commands
from bot.reply import Outcome, Reply
from content import Content
from storage import Store

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the browser's loop

TODAY = datetime(2026, 11, 21, 12, tzinfo=UTC)
DISCOVERED = discover_commands(bot.commands)


def caller_for(command: Command) -> Caller:
    """Return a moderator on a platform that offers the command."""
    return Caller("test:1" if command.is_offered_on("test") else "discord:1", moderator=True)


@asynccontextmanager
async def prepared(content: Content, folder: Path, name: str) -> AsyncIterator[App]:
    """Yield an app with the tips and answers that the example needs."""
    seconds = count()
    app = App(
        content,
        clock=lambda: TODAY + timedelta(seconds=next(seconds)),
        open_store=lambda: Store.open(f"sqlite:///{folder}/own.db"),
    )
    if name.startswith(("tips", "schedule", "suggest", "settings-a", "settings-n", "answers")):
        await start_tips(app, Caller("test:1", moderator=True), folder / "square.db", name)
    yield app
    await app.close()


async def replies(
    content: Content, folders: pytest.TempPathFactory
) -> AsyncIterator[tuple[App, Example, Reply]]:
    for command in DISCOVERED.values():
        for number, example in enumerate(command.examples, 1):
            name = f"{command.name}-{number}"
            async with prepared(content, folders.mktemp(name), name) as app:
                reply = await app.handle_line(example.line, caller_for(command))
                assert reply.outcome is Outcome.DONE, name
                yield app, example, reply


async def test_every_example_is_rendered_on_both_platforms(
    content: Content, tmp_path_factory: pytest.TempPathFactory, visitor: Visitor
) -> None:
    panes = ScriptedPane("discord"), ScriptedPane("slack")
    payloads = discord.payloads, slack.preview_payloads
    shown = list[tuple[str, str]]()  # the line, and a promised text
    messages: tuple[list[Json], list[Json]] = ([], [])
    async for app, example, reply in replies(content, tmp_path_factory):
        for made, draw in zip(messages, payloads, strict=True):
            made += [
                message(len(made) + at, each)
                for at, each in enumerate(draw(app, example.line, reply))
            ]
        shown += [(example.line, each) for each in example.shows]
    for pane, made in zip(panes, messages, strict=True):
        pane.messages = made
    async with (
        run_playground(lambda _app, _clock: panes) as running,
        visitor.visiting(running.address),
    ):
        await expect(visitor.page.get_by_text("Not rendered")).to_have_count(0)
        for platform, made in zip(("Discord", "Slack"), messages, strict=True):
            chat = visitor.chat(platform)
            await expect(chat.messages).to_have_count(len(made))
            text = " ".join(" ".join(await chat.messages.all_inner_texts()).split())
            assert [each for each in shown if each[1] not in text] == []
