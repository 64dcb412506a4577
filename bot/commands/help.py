"""The command `help`: lists what a member can ask, or explains one command."""

from collections.abc import Iterator
from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import (
    Arg,
    Command,
    CommandGroup,
    Example,
    Permission,
    Visibility,
    command,
    truncate,
)
from bot.community.moderators import moderators_only
from bot.errors import Refusal
from bot.first_steps import FIRST_STEPS
from bot.language.argument_types import DETAILS, MODERATORS, help_parts, help_topics
from bot.reply import (
    Action,
    ActionStyle,
    Bullets,
    Code,
    CommandLine,
    Emphasis,
    Fields,
    Heading,
    Item,
    Node,
    Paragraph,
    Prose,
    Reply,
)

_MAX_LISTED_NAMES = 12
_MAX_ROW_LABEL, _MAX_MENU_LABEL = 20, 45  # characters
_MAX_ROW_EXAMPLES = 2


# Private, because a share would be of no use: what a moderator sees differs from the rest.
@command(
    Example("help", shows=("compare", "salary", "Take the quiz")),
    Example("help salary", shows=("level", "country", "years of experience")),
    visibility=Visibility.PRIVATE,
    aliases=("commands", "start", "menu"),
    differs_for_moderators=True,
)
async def help_(
    context: CommandContext,
    command: Annotated[str | None, Arg("a command, such as salary", help_topics)] = None,
    part: Annotated[
        str | None, Arg("“details” to see the values of its options", help_parts)
    ] = None,
) -> Reply:
    """See what you can ask."""
    if command is None:
        return _list_commands(context)
    found, groups = context.app.commands.get(command), _groups(context)
    is_for_moderators = found is None or _is_for_moderators(found)
    if is_for_moderators and not context.caller.moderator:
        raise Refusal(moderators_only(context.caller).message, _ALL_COMMANDS)
    if command in groups:
        return _list_group(context, command, groups[command])
    if found is None:
        return _list_groups(context)
    found.require_offered(Call(found.name), context.caller)
    return _explain_fully(context, found) if part else _explain(context, found)


_ALL_COMMANDS = Action("What you can ask", Call("help"))


def _list_commands(context: CommandContext) -> Reply:
    """Return the first screen of help; moderators also get the groups of their commands."""
    commands = [
        each
        for each in _offered(context)
        if each.is_for_members and each.name != context.call.command
    ]
    groups = _groups(context) if context.caller.moderator else {}
    below: Prose = ("One command's options: ", CommandLine("help salary"))
    if groups:
        below = ("For moderators: ", CommandLine(f"help {MODERATORS}"))
    return Reply(
        "Ask about AI and ML careers: pay, tools, hiring, or which role fits you.",
        (Bullets(tuple(map(_format_command, commands))), Paragraph(below)),
        buttons=FIRST_STEPS,
        more=(*map(_group_action, groups), *map(_help_action, commands)),
        return_to=Call("help"),
    )


def _list_groups(context: CommandContext) -> Reply:
    return Reply(
        "Moderators answer open questions, and choose the weekly tips and settings.",
        tuple(_group_items(context)),
        buttons=(_ALL_COMMANDS,),
        return_to=Call("help", {"command": MODERATORS}),
    )


def _list_group(context: CommandContext, name: str, group: CommandGroup) -> Reply:
    """Return the list of a group's commands, with a button that opens its panel."""
    commands = [each for each in _offered(context) if each.group == group]
    first = context.app.parse(name).command
    return Reply(
        _describe_group(group),
        (
            Bullets(tuple(map(_format_command, commands))),
            Paragraph(("One command's options: ", CommandLine(f"help {commands[0].words}"))),
        ),
        buttons=(Action(f"Open {name}", Call(first), ActionStyle.PRIMARY), _ALL_COMMANDS),
        more=tuple(map(_help_action, commands)),
        return_to=Call("help", {"command": name}),
    )


def _offered(context: CommandContext) -> list[Command]:
    """Return the listed commands that the caller's platform offers."""
    return context.app.visible_on(context.caller.id.partition(":")[0])


def _groups(context: CommandContext) -> dict[str, CommandGroup]:
    """Return the groups of the moderators' commands by name."""
    groups = (each.group for each in _offered(context))
    return {each.name: each for each in groups if each is not None}


def _group_items(context: CommandContext) -> list[Item]:
    """Return a line for each group of the moderators' commands, with a button that lists them."""
    groups = _groups(context)
    return [Item(_describe_group(group), _group_action(name)) for name, group in groups.items()]


def _group_action(name: str) -> Action:
    return Action(f"Commands for {name}", Call("help", {"command": name}))


def _describe_group(group: CommandGroup) -> Prose:
    return CommandLine(group.name), f": {group.summary.rstrip('.')}"


def _format_command(command: Command) -> Prose:
    return CommandLine(command.words), f": {command.summary.rstrip('.')}"


def _help_action(command: Command) -> Action:
    return Action(f"How {command.words} works", Call("help", {"command": command.name}))


def _is_for_moderators(command: Command) -> bool:
    return command.permission is Permission.MODERATORS


def _explain(context: CommandContext, command: Command) -> Reply:
    """Return the first page on a command: its options, and buttons that run its examples."""
    nodes: list[Node] = []
    args = _offered_args(context, command)
    if args:
        nodes.append(Fields(tuple((name, _describe_option(command, name)) for name in args)))
    if command.aliases:
        nodes.append(Paragraph((Emphasis(f"Also: {', '.join(command.aliases)}"),)))
    examples = [] if _is_for_moderators(command) else list(_example_actions(context, command))
    short = [each for each in examples if len(each.label) <= _MAX_ROW_LABEL][:_MAX_ROW_EXAMPLES]
    return Reply(
        _describe_command(command),
        tuple(nodes),
        buttons=(
            *short,
            Action("Details", Call("help", {"command": command.name, "part": DETAILS})),
            _ALL_COMMANDS,
        ),
        more=tuple(each for each in examples if each not in short),
        return_to=Call("help", {"command": command.name}),
    )


def _describe_command(command: Command) -> Prose:
    """Return a sentence such as "salary: look up what a role earns."."""
    verb, _, rest = command.summary.partition(" ")
    return CommandLine(command.words), f": {verb.casefold()} {rest}"


def _offered_args(context: CommandContext, command: Command) -> dict[str, Arg]:
    """Return the options of *command* that the caller's platform offers."""
    platform = context.caller.id.partition(":")[0]
    return {name: arg for name, arg in command.args.items() if arg.is_offered_on(platform)}


def _describe_option(command: Command, name: str) -> str:
    return command.args[name].description + (" (required)" if name in command.required else "")


def _example_actions(context: CommandContext, command: Command) -> Iterator[Action]:
    """Yield buttons that run the command's examples.

    If the command requires free text, a single button opens its form instead.
    """
    if any(command.args[name].names is None for name in command.required):
        yield Action(f"Open {command.words}", Call(command.name))
        return
    for example in command.examples:
        label = truncate(f"Try: {example.line}", _MAX_MENU_LABEL)
        yield Action(label, context.app.parse(example.line))


def _explain_fully(context: CommandContext, command: Command) -> Reply:
    """Return the second page on a command: what it does in full, examples, and valid values."""
    paragraphs = (" ".join(part.split()) for part in command.details.split("\n\n") if part)
    nodes: list[Node] = [Paragraph((Code(command.usage()),))]
    nodes += [Paragraph(each) for each in paragraphs]
    values = tuple(_list_values(context, command))
    if values:
        nodes += [Heading("Values of its options"), Fields(values)]
    if command.examples:
        lines = tuple((CommandLine(each.line),) for each in command.examples)
        nodes += [Heading("Examples"), Bullets(lines)]
    return Reply(
        _describe_command(command),
        tuple(nodes),
        buttons=(_help_action(command),),
        return_to=Call("help", {"command": command.name, "part": DETAILS}),
    )


def _list_values(context: CommandContext, command: Command) -> Iterator[tuple[str, str]]:
    """Yield each option with its valid values, unless they are too many to list."""
    for name, arg in _offered_args(context, command).items():
        names = context.app.name_registry.index_for(arg.names) if arg.names else None
        if names is not None and len(names.entries) <= _MAX_LISTED_NAMES:
            yield name, names.describe_values()
