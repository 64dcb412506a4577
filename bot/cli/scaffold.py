"""A new command's file, with everything that a command must bring."""

import re
from pathlib import Path

_COMMANDS = Path(__file__).parents[1] / "commands"
_TEMPLATE = '''"""Say in one line why this command exists."""

from typing import Annotated

from bot.app import CommandContext
from bot.command import Arg, Example, command
from bot.reply import Paragraph, Reply


@command(
    Example("{name}", shows=("Hello",)),
    Example("{name} Ada", shows=("Hello, Ada",)),
)
async def {function}(
    context: CommandContext,
    whom: Annotated[str | None, Arg("whom to greet")] = None,
) -> Reply:
    """Greet somebody.

    Describe here what the answer holds; `help {name}` shows it.
    """
    del context  # the caller and the content, for when you need them
    return Reply((Paragraph(f"Hello, {{whom}}." if whom else "Hello."),))
'''


def scaffold(name: str, folder: Path = _COMMANDS) -> Path:
    """Write the file of a command called *name*; returns its path.

    Raises:
        ValueError: when the name can't be a command's, or is taken.

    """
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,31}", name):
        raise ValueError(f"'{name}' must be lower case letters, digits and hyphens, 32 at most")
    function = name.replace("-", "_")
    path = folder / f"{function}.py"
    if path.exists():
        raise ValueError(f"{path.name} is there already")
    path.write_text(_TEMPLATE.format(name=name, function=function), encoding="utf-8")
    return path
