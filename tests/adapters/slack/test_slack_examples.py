"""Every example of every command, typed on Slack in both modes and answered over a socket."""

from collections.abc import AsyncIterator

import pytest
from random_replies import strings_in
from slack_server.crossroads_bot import MODES, serve_slack
from slack_server.plain_text import visible_text
from slack_server.server import LoopbackSlack

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
WHO = Caller("slack:T1/UADMIN", moderator=True, community="slack:T1")


@pytest.fixture(params=MODES)
async def slack(keeping: App, request: pytest.FixtureRequest) -> AsyncIterator[LoopbackSlack]:
    async with LoopbackSlack() as platform:
        async with serve_slack(keeping, platform, request.param):
            yield platform
        assert not platform.refused
        assert not platform.missed
        assert not platform.unsafe_mentions
        assert not platform.without_text


async def typed(slack: LoopbackSlack, line: str) -> str:
    """Type *line* and open every page; return all the text that is shown."""
    answer = await (await slack.slash("/crossroads", line, user="UADMIN")).message()
    shown = visible_text(answer.blocks)
    while "\nNext page\n" in visible_text(answer.blocks) + "\n":
        await (await slack.click(answer, text="Next page", user="UADMIN")).answered()
        shown += visible_text(answer.blocks)
    return shown


async def test_every_example_is_answered_with_all_its_facts(
    keeping: App, slack: LoopbackSlack
) -> None:
    for line in EXAMPLES:
        shown = await typed(slack, line)
        reply = await keeping.handle(keeping.parse(line), WHO)
        words = {word for each in strings_in(reply) for word in each.split()}
        assert [word for word in words if word not in shown] == [], line
