"""The command `help`: lists all commands, or explains one."""

from typing import Annotated

from bot.call import Call
from bot.command import Arg, Command, Example, Permission, command
from bot.language.argument_types import commands as command_names
from bot.registry import ContentContext
from bot.reply import (
    Action,
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

_MAX_LISTED_NAMES = 12


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
    if command is None:
        return _command_list(context)
    return _command_details(context, context.registry.commands[command])


def _command_list(context: ContentContext) -> Reply:
    commands = [each for each in context.registry.commands.values() if each.is_for_members]
    rows: list[tuple[Prose, ...]] = [((Code(each.usage()),), each.summary) for each in commands]
    actions = (
        _example_action(context, each, each.examples[0].line)
        for each in commands
        if each.name != "help"
    )
    intro = (
        "Type a command, or just ask a whole question; where commands are picked from a list, ",
        Code("faq"),
        " takes it. Any order of words and any case will do. For one command's options: ",
        Code("help salary"),
    )
    every = context.registry.visible_commands()
    moderators = ", ".join(sorted(each.name for each in every if _is_for_moderators(each)))
    return Reply(
        "What you can ask",
        (
            Paragraph(intro),
            Table((Column("type"), Column("to")), tuple(rows)),
            Paragraph(f"For moderators: {moderators}."),
        ),
        buttons=tuple(actions),
    )


def _example_action(context: ContentContext, command: Command, text: str) -> Action:
    """Return the button that runs an example.

    If the command requires free text, the button opens its form instead.
    """
    if any(command.args[name].names is None for name in command.required):
        return Action(command.name, Call(command.name))
    return Action(text, context.registry.parse(text))


def _is_for_moderators(command: Command) -> bool:
    return command.permission is Permission.MODERATORS


def _command_details(context: ContentContext, command: Command) -> Reply:
    nodes: list[Node] = [Paragraph((Code(command.usage()),))]
    nodes += [Paragraph(" ".join(part.split())) for part in command.details.split("\n\n") if part]
    if command.args:
        options = tuple((name, _describe_option(context, command, name)) for name in command.args)
        nodes += [Heading("Options"), Fields(options)]
    if command.aliases:
        nodes.append(Fields((("Also typed as", ", ".join(command.aliases)),)))
    nodes.append(Heading("Examples"))
    actions = [_example_action(context, command, each.line) for each in command.examples]
    if _is_for_moderators(command):  # looking up a command must not offer to run it
        nodes.append(Bullets(tuple((Code(each.line),) for each in command.examples)))
        actions.clear()
    return Reply(
        command.summary, tuple(nodes), buttons=(*actions, Action("all commands", Call("help")))
    )


def _describe_option(context: ContentContext, command: Command, name: str) -> str:
    """Return the description of the argument *name*, with its valid values if there are few."""
    arg = command.args[name]
    description = arg.description + (" (needed)" if name in command.required else "")
    names = context.registry.name_registry.index_for(arg.names) if arg.names else None
    if names is None or len(names.entries) > _MAX_LISTED_NAMES:
        return description
    return f"{description}: {names.describe_values()}"
