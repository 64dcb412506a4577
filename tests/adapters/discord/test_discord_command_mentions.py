"""Commands in replies and posts can be clicked, with the ids that Discord has given them."""

from collections.abc import AsyncIterator

import pytest
from discord_server.crossroads_bot import serve_discord
from discord_server.server import LoopbackDiscord

import bot.commands
from bot.app import App, CommandContext
from bot.command import Example, command
from bot.registry import discover_commands
from bot.reply import CommandLine, Paragraph, Reply
from content import Content

REPLY = Reply(
    ("Take ", CommandLine("quiz"), "."),
    (
        Paragraph((CommandLine("salary ml *senior*"), " or ", CommandLine("quiz-answer"))),
        Paragraph((CommandLine("tips add"), " or ", CommandLine("schedule pause 2"))),
        Paragraph((CommandLine("tips"), " or ", CommandLine("tips nothing"))),
    ),
)


@command(Example("pointer", shows=()))
async def pointer(context: CommandContext) -> Reply:
    """Name some commands."""
    return REPLY


@pytest.fixture
def pointing(content: Content) -> App:
    return App(content, {**discover_commands(bot.commands), "pointer": vars(pointer)["command"]})


@pytest.fixture
async def discord() -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord() as platform:
        yield platform


def expected(discord: LoopbackDiscord) -> str:
    ids = {each["name"]: each["id"] for each in discord.commands}
    return (
        f"### Take </quiz:{ids['quiz']}>.\n\n</salary:{ids['salary']}> ml \\*senior\\*"
        " or `/quiz-answer`"  # hidden, so that Discord doesn't know it
        f"\n\n</tips add:{ids['tips']}> or </schedule pause:{ids['schedule']}> 2"
        "\n\n`/tips` or `/tips nothing`"  # can't be used
    )


async def pointed(discord: LoopbackDiscord) -> str:
    return (await (await discord.slash("pointer")).answer()).text


async def test_commands_in_replies_have_their_ids_from_the_first_start_on(
    pointing: App, discord: LoopbackDiscord
) -> None:
    for _ in range(2):
        async with serve_discord(pointing, discord):
            assert await pointed(discord) == expected(discord)
    assert discord.counters["commands_put"] == 1  # the second start only reads them


async def test_commands_in_posts_and_direct_messages_have_their_ids(
    pointing: App, discord: LoopbackDiscord
) -> None:
    async with serve_discord(pointing, discord):
        await (await discord.slash("help", guild=None)).answer()
        platform = pointing.platforms["discord"]
        await platform.post(f"discord:{discord.guild.channel.id}", REPLY, "key")
        await platform.send_direct_message(f"discord:{discord.user.id}", REPLY)
        told = discord.platform.conversation(discord.user).messages[-1]
        assert discord.messages()[-1].text == told.text == expected(discord)


async def test_without_their_ids_commands_can_be_typed(
    pointing: App, discord: LoopbackDiscord
) -> None:
    async with serve_discord(pointing, discord):
        pass
    discord.faults.fail("commands_get", 503)
    async with serve_discord(pointing, discord):
        assert await pointed(discord) == (
            "### Take `/quiz`.\n\n`/salary ml *senior*` or `/quiz-answer`"
            "\n\n`/tips add` or `/schedule pause 2`\n\n`/tips` or `/tips nothing`"
        )
