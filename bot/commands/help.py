"""What can be asked."""

from typing import Annotated

from bot.app import Ask
from bot.call import Call
from bot.command import Arg, Command, Example, command
from bot.reply import (
    Choice,
    Choices,
    Code,
    Column,
    Facts,
    Heading,
    Node,
    Paragraph,
    Prose,
    Reply,
    Table,
)
from bot.vocabulary import commands as command_names


@command(
    Example("help", shows=("compare", "salary", "whole question")),
    Example("help salary", shows=("[level]", "Nothing is averaged")),
    aliases=("commands", "start", "menu", "hello", "hi", "hey"),
)
async def help_(
    ask: Ask,
    command: Annotated[str | None, Arg("one command", command_names)] = None,
) -> Reply:
    """See what you can ask, or how one command works."""
    return _all(ask) if command is None else _one(ask, ask.app.commands[command])


def _all(ask: Ask) -> Reply:
    columns = (Column("type"), Column("to"))
    rows: tuple[tuple[Prose, ...], ...] = tuple(
        ((Code(each.usage()),), each.summary) for each in ask.app.listed()
    )
    choices = tuple(
        Choice(each.examples[0].typed, ask.app.parse(each.examples[0].typed))
        for each in ask.app.listed()
        if each.name != "help"
    )
    says = (
        "Type a command, or just ask a whole question. Any order of words and any case will do. ",
        "For one command's options: ",
        Code("help salary"),
    )
    return Reply(
        (Heading("What you can ask"), Paragraph(says), Table(columns, rows), Choices(choices))
    )


def _one(ask: Ask, command: Command) -> Reply:
    """Explain one command from its declaration."""
    nodes: list[Node] = [
        Heading(command.name),
        Paragraph((Code(command.usage()),)),
        Paragraph(command.summary),
    ]
    nodes += [Paragraph(" ".join(part.split())) for part in command.details.split("\n\n") if part]
    if command.args:
        facts = tuple((name, _option(ask, command, name)) for name in command.args)
        nodes += [Heading("Options"), Facts(facts)]
    if command.aliases:
        nodes.append(Facts((("Also typed as", ", ".join(command.aliases)),)))
    choices = tuple(Choice(each.typed, ask.app.parse(each.typed)) for each in command.examples)
    return Reply(
        (*nodes, Heading("Examples"), Choices((*choices, Choice("all commands", Call("help")))))
    )


_MANY = 12


def _option(ask: Ask, command: Command, name: str) -> str:
    """Describe an option: what it is for, and the names it takes where they are few."""
    arg = command.args[name]
    needed = " (needed)" if name in command.required else ""
    if arg.names is None:
        return arg.about + needed
    names = ask.app.known.names(arg.names)
    return (
        f"{arg.about}{needed}: {names.listing()}" if len(names.all) <= _MANY else arg.about + needed
    )
