"""Help on commands of every shape."""

import pytest

from bot.app import App
from bot.call import Who

ANYBODY = Who("test:1")


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("help doctor", "Examples"),  # without options
        ("help salary", "Also typed as"),
        ("help tips-add", "tips add"),  # of moderators: looked up, not done
        ("help tip-suggest", "what the tip says (needed)"),  # free text
        ("help quiz", "Options"),
    ],
)
async def test_each_command_is_explained(keeping: App, line: str, shown: str) -> None:
    assert shown in str(await keeping.typed(line, ANYBODY))


async def test_help_on_a_moderators_command_runs_nothing(keeping: App) -> None:
    reply = await keeping.typed("help tips-starter", ANYBODY)
    assert [each.call.command for each in reply.choices()] == ["help"]
