"""What can be asked."""

from typing import Annotated

from bot.call import Call
from bot.command import Arg, Command, Example, Permission, command
from bot.language.argument_types import commands as command_names
from bot.registry import ContentContext
from bot.reply import (
    Action,
    Actions,
    Bullets,
    Code,
    Column,
    Fields,
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
    context: ContentContext,
    command: Annotated[str | None, Arg("one command", command_names)] = None,
) -> Reply:
    """See what you can ask, or how one command works."""
    return _all(context) if command is None else _one(context, context.registry.commands[command])


def _all(context: ContentContext) -> Reply:
    columns = (Column("type"), Column("to"))
    rows: tuple[tuple[Prose, ...], ...] = tuple(
        ((Code(each.usage()),), each.summary) for each in _for_members(context)
    )
    choices = tuple(
        _example(context, each, each.examples[0].line)
        for each in _for_members(context)
        if each.name != "help"
    )
    says = (
        "Type a command, or just ask a whole question; where commands are picked from a list, ",
        Code("faq"),
        " takes it. Any order of words and any case will do. For one command's options: ",
        Code("help salary"),
    )
    every = context.registry.visible_commands()
    moderators = ", ".join(sorted(each.name for each in every if _moderates(each)))
    return Reply(
        (
            Heading("What you can ask"),
            Paragraph(says),
            Table(columns, rows),
            Paragraph(f"For moderators: {moderators}."),
            Actions(choices),
        )
    )


def _example(context: ContentContext, command: Command, typed: str) -> Action:
    """Lead to an example; where it would send words of ours, to a form instead."""
    texts = (name for name in command.required if command.args[name].names is None)
    return (
        Action(command.name, Call(command.name))
        if any(texts)
        else Action(typed, context.registry.parse(typed))
    )


def _for_members(context: ContentContext) -> list[Command]:
    return [each for each in context.registry.commands.values() if each.is_for_members]


def _moderates(command: Command) -> bool:
    return command.permission is Permission.MODERATORS


def _one(context: ContentContext, command: Command) -> Reply:
    """Explain one command from its declaration."""
    nodes: list[Node] = [
        Heading(command.name),
        Paragraph((Code(command.usage()),)),
        Paragraph(command.summary),
    ]
    nodes += [Paragraph(" ".join(part.split())) for part in command.details.split("\n\n") if part]
    if command.args:
        facts = tuple((name, _option(context, command, name)) for name in command.args)
        nodes += [Heading("Options"), Fields(facts)]
    if command.aliases:
        nodes.append(Fields((("Also typed as", ", ".join(command.aliases)),)))
    nodes.append(Heading("Examples"))
    if _moderates(command):  # to look one up must not do it
        nodes.append(Bullets(tuple((Code(each.line),) for each in command.examples)))
        return Reply((*nodes, Actions((Action("all commands", Call("help")),))))
    choices = tuple(_example(context, command, each.line) for each in command.examples)
    return Reply((*nodes, Actions((*choices, Action("all commands", Call("help"))))))


_MANY = 12


def _option(context: ContentContext, command: Command, name: str) -> str:
    """Describe an option: what it is for, and the names it takes where they are few."""
    arg = command.args[name]
    needed = " (needed)" if name in command.required else ""
    if arg.names is None:
        return arg.description + needed
    names = context.registry.name_registry.index_for(arg.names)
    return (
        f"{arg.description}{needed}: {names.describe_values()}"
        if len(names.entries) <= _MANY
        else arg.description + needed
    )
