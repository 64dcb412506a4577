"""The command `help`."""

import re

import pytest

from bot.app import App
from bot.call import Caller

ANYBODY = Caller("test:1")


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("help doctor", "Examples"),  # without options
        ("help salary", "Also typed as"),
        ("help tips-add", "tips add"),  # a moderators' command: explained, not run
        ("help tip-suggest", "what the tip says (needed)"),  # free text
        ("help quiz", "Options"),
    ],
)
async def test_help_explains_every_kind_of_command(keeping: App, line: str, shown: str) -> None:
    assert shown in str(await keeping.handle_line(line, ANYBODY))


async def test_help_on_a_moderator_command_offers_no_examples_to_run(keeping: App) -> None:
    reply = await keeping.handle_line("help tips-starter", ANYBODY)
    assert [each.call.command for each in reply.actions()] == ["help"]


async def test_help_and_examples_show_no_platform_ids(keeping: App) -> None:
    for command in keeping.commands.values():
        told = str(
            await keeping.handle_line(f"help {command.name}", Caller("test:1", moderator=True))
        )
        examples = " ".join(each.line for each in command.examples)
        assert not re.search(r"(?:test|slack|discord):\w", examples), command.name
        assert not re.search(r"(?:test|slack|discord):\w", told), command.name
