"""What can be asked."""

from typing import Annotated

from bot.call import Call
from bot.catalog import Lookup
from bot.command import Arg, Audience, Command, Example, command
from bot.language.argument_types import commands as command_names
from bot.reply import (
    Bullets,
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


@command(
    Example("help", shows=("compare", "salary", "whole question")),
    Example("help salary", shows=("[level]", "Nothing is averaged")),
    aliases=("commands", "start", "menu", "hello", "hi", "hey"),
)
async def help_(
    lookup: Lookup,
    command: Annotated[str | None, Arg("one command", command_names)] = None,
) -> Reply:
    """See what you can ask, or how one command works."""
    return _all(lookup) if command is None else _one(lookup, lookup.catalog.commands[command])


def _all(lookup: Lookup) -> Reply:
    columns = (Column("type"), Column("to"))
    rows: tuple[tuple[Prose, ...], ...] = tuple(
        ((Code(each.usage()),), each.summary) for each in _for_members(lookup)
    )
    choices = tuple(
        _example(lookup, each, each.examples[0].typed)
        for each in _for_members(lookup)
        if each.name != "help"
    )
    says = (
        "Type a command, or just ask a whole question; where commands are picked from a list, ",
        Code("faq"),
        " takes it. Any order of words and any case will do. For one command's options: ",
        Code("help salary"),
    )
    every = lookup.catalog.listed()
    moderators = ", ".join(sorted(each.name for each in every if _moderates(each)))
    return Reply(
        (
            Heading("What you can ask"),
            Paragraph(says),
            Table(columns, rows),
            Paragraph(f"For moderators: {moderators}."),
            Choices(choices),
        )
    )


def _example(lookup: Lookup, command: Command, typed: str) -> Choice:
    """Lead to an example; where it would send words of ours, to a form instead."""
    texts = (name for name in command.required if command.args[name].names is None)
    return (
        Choice(command.name, Call(command.name))
        if any(texts)
        else Choice(typed, lookup.catalog.parse(typed))
    )


def _for_members(lookup: Lookup) -> list[Command]:
    return [each for each in lookup.catalog.commands.values() if each.for_members]


def _moderates(command: Command) -> bool:
    return command.audience is Audience.MODERATORS


def _one(lookup: Lookup, command: Command) -> Reply:
    """Explain one command from its declaration."""
    nodes: list[Node] = [
        Heading(command.name),
        Paragraph((Code(command.usage()),)),
        Paragraph(command.summary),
    ]
    nodes += [Paragraph(" ".join(part.split())) for part in command.details.split("\n\n") if part]
    if command.args:
        facts = tuple((name, _option(lookup, command, name)) for name in command.args)
        nodes += [Heading("Options"), Facts(facts)]
    if command.aliases:
        nodes.append(Facts((("Also typed as", ", ".join(command.aliases)),)))
    nodes.append(Heading("Examples"))
    if _moderates(command):  # to look one up must not do it
        nodes.append(Bullets(tuple((Code(each.typed),) for each in command.examples)))
        return Reply((*nodes, Choices((Choice("all commands", Call("help")),))))
    choices = tuple(_example(lookup, command, each.typed) for each in command.examples)
    return Reply((*nodes, Choices((*choices, Choice("all commands", Call("help"))))))


_MANY = 12


def _option(lookup: Lookup, command: Command, name: str) -> str:
    """Describe an option: what it is for, and the names it takes where they are few."""
    arg = command.args[name]
    needed = " (needed)" if name in command.required else ""
    if arg.names is None:
        return arg.about + needed
    names = lookup.catalog.known.names(arg.names)
    return (
        f"{arg.about}{needed}: {names.listing()}" if len(names.all) <= _MANY else arg.about + needed
    )
