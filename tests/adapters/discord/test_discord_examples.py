"""Every example of every command, typed on Discord and answered over a socket."""

from collections.abc import AsyncIterator

import pytest
from discord_server.crossroads_bot import serve_discord
from discord_server.server import LoopbackDiscord
from random_replies import strings_in, words_of_first_titles

import bot.commands
from bot.app import App
from bot.call import Caller
from bot.registry import discover_commands

EXAMPLES = [  # without weekly tips, whose examples change data and have their own tests
    example.line
    for command in discover_commands(bot.commands).values()
    for example in command.examples
    if not command.group and command.name != "suggest"
]


@pytest.fixture
async def discord(keeping: App) -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord() as platform, serve_discord(keeping, platform):
        yield platform
        assert not platform.missed
        assert not platform.unsafe_mentions


def without_markup(text: str) -> str:
    return text.replace("\\", "").replace("*", "").replace("`", "")


async def test_every_example_is_answered_with_all_its_facts(
    keeping: App, discord: LoopbackDiscord
) -> None:
    for typed in EXAMPLES:
        call = keeping.parse(typed)
        answer = await (
            await discord.slash(call.command, dict(call.args), permissions=1 << 5)
        ).answer()
        shown = answer.text + "".join(map(str, answer.components))
        while "Next page" in answer.labels:
            answer = await (await discord.click(answer, label="Next page")).answer()
            shown += answer.text + "".join(map(str, answer.components))
        files = "".join(each.content.decode(errors="replace") for each in answer.attachments)
        reply = await keeping.handle(call, Caller(f"discord:{discord.user.id}", moderator=True))
        if "takes" not in typed and call.command != "privacy":
            words = [word for each in strings_in(reply) for word in each.split()]
            words = [word for word in words if word not in words_of_first_titles(reply)]
            everything = without_markup(shown) + files
            assert [word for word in words if without_markup(word) not in everything] == [], typed
