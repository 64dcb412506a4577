"""A bot with slow and failing commands, and with commands that use every feature."""

import asyncio
import sys
from typing import Annotated

from clickable_commands import CLICKABLE

import bot.app
import bot.cli.main
from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example, FormLayout, Permission, PickerType, command
from bot.language.argument_types import bases
from bot.language.name_index import NamedValue, NameIndex, NameRegistry
from bot.registry import discover_commands
from bot.reply import Action, Actions, Image, Paragraph, Progress, Reply
from content import PayBasis

SLOW = 0.3  # seconds
_BARS = Image("chart.png", b"\x89PNG\r\n\x1a\n", "bars")


def _numbers(known: NameRegistry) -> NameIndex[int]:
    del known
    return NameIndex(
        "number", (NamedValue(f"n{each}", f"number {each}", each) for each in range(200))
    )


@command(Example("constant", shows=()))
async def constant(context: CommandContext) -> Reply:
    """Answer with a constant."""
    return Reply("a constant")


@command(Example("slow", shows=()))
async def slow(context: CommandContext) -> Reply:
    """Answer after 0.3 seconds."""
    await asyncio.sleep(SLOW)
    return Reply("at last")


@command(Example("endless", shows=()))
async def endless(context: CommandContext) -> Reply:
    """Never answer."""
    await asyncio.sleep(3_600)
    return Reply("never")


@command(Example("step", shows=()))
async def step(context: CommandContext) -> Reply:
    """Answer slowly, one step at a time."""
    await asyncio.sleep(SLOW)
    return Reply(
        "Done.",
        (
            Progress(1, 2, "done"),
            Actions((Action("on", Call("slow")),)),
        ),
    )


@command(Example("broken", shows=()))
async def broken(context: CommandContext) -> Reply:
    """Raise an error."""
    raise ZeroDivisionError


@command(
    Example("tell hello", shows=()),
    form=FormLayout("Tell a word", "Tell", ("word", "basis", "number", "channel")),
)
async def tell(  # one argument of each kind
    context: CommandContext,
    word: Annotated[str, Arg("a word", max_length=20)],
    basis: Annotated[PayBasis, Arg("what it counts", bases)],
    number: Annotated[int, Arg("a number", _numbers)],
    channel: Annotated[str | None, Arg("a channel", picker=PickerType.CHANNEL)] = None,
) -> Reply:
    """Answer with the arguments."""
    return Reply(f"{word} {basis} {number} {channel}")


@command(Example("tell-slowly", shows=()))
async def tell_slowly(context: CommandContext, word: Annotated[str, Arg("a word")]) -> Reply:
    """Answer with the argument after 0.3 seconds."""
    await asyncio.sleep(SLOW)
    return Reply(f"at last: {word}")


@command(Example("lead", shows=()))
async def lead(context: CommandContext) -> Reply:
    """Show buttons that open modals."""
    return Reply(
        "Done.",
        (
            Progress(0, 1, "done"),
            Actions((Action("tell", Call("tell")), Action("later", Call("tell-slowly")))),
        ),
    )


@command(Example("drawn", shows=()))
async def drawn(context: CommandContext) -> Reply:
    """Show a picture."""
    return Reply("a chart", (_BARS,))


@command(Example("drawn-step", shows=()))
async def drawn_step(context: CommandContext) -> Reply:
    """Show a picture in a step, with a button that opens a modal."""
    onward = Actions((Action("on", Call("constant-step")), Action("write", Call("drawn-form"))))
    return Reply(
        "Done.",
        (
            Progress(1, 2, "done"),
            _BARS,
            onward,
        ),
    )


@command(Example("constant-step", shows=()))
async def constant_step(context: CommandContext) -> Reply:
    """Show a step without a picture."""
    return Reply(
        "Done.",
        (
            Progress(2, 2, "done"),
            Paragraph("a constant"),
        ),
    )


@command(Example("drawn-form hello", shows=()))
async def drawn_form(context: CommandContext, word: Annotated[str, Arg("a word")]) -> Reply:
    """Show a picture after a modal."""
    return Reply(word, (_BARS,))


@command(Example("moderate", shows=()), permission=Permission.MODERATORS)
async def moderate(context: CommandContext) -> Reply:
    """Run a command that only moderators may use."""
    return Reply("done")


OURS = CLICKABLE | {
    declared.name: declared
    for declared in (
        vars(each)["command"]
        for each in (
            constant,
            slow,
            endless,
            step,
            broken,
            tell,
            tell_slowly,
            lead,
            drawn,
            drawn_step,
            constant_step,
            drawn_form,
            moderate,
        )
    )
}


def main() -> None:
    """Run the bot with these commands in addition to its own."""
    setattr(bot.app, "discover_commands", lambda package: {**discover_commands(package), **OURS})  # noqa: B010  # mypy
    sys.argv[1:] = ["run"]
    bot.cli.main.main()


if __name__ == "__main__":
    main()
