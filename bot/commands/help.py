"""The command `help`: lists what a member can ask, or explains one command."""

from collections.abc import Iterator
from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Command, Example, Permission, Visibility, command, truncate
from bot.errors import Refusal
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
    aliases=("commands", "start", "menu", "hello", "hi", "hey"),
    differs_for_moderators=True,
)
async def help_(
    context: CommandContext,
    command: Annotated[str | None, Arg("one command", help_topics)] = None,
    part: Annotated[str | None, Arg("details: what its options take", help_parts)] = None,
) -> Reply:
    """See what you can ask."""
    is_moderator = context.caller.moderator
    if command is None:
        return _list_members_commands(context, is_moderator=is_moderator)
    found = context.app.commands.get(command)
    if not is_moderator and (found is None or _is_for_moderators(found)):
        raise Refusal(f"{command} is for moderators. Ask one of them.", _ALL_COMMANDS)
    if found is None:
        return _list_moderators_commands(context)
    return _explain_fully(context, found) if part else _explain(context, found)


_ALL_COMMANDS = Action("What you can ask", Call("help"))


def _list_members_commands(context: CommandContext, *, is_moderator: bool) -> Reply:
    commands = [
        each
        for each in context.app.commands.values()
        if each.is_for_members and each.name != context.call.command
    ]
    more = [_help_action(each) for each in commands]
    if is_moderator:
        more.append(Action("Moderators' commands", Call("help", {"command": MODERATORS})))
    return Reply(
        "Ask about AI and ML careers: pay, tools, hiring, or which role fits you.",
        (
            Bullets(tuple(_format_command(each) for each in commands)),
            Paragraph(("One command's options: ", CommandLine("help salary"))),
        ),
        buttons=(
            Action("Take the quiz", Call("quiz"), ActionStyle.PRIMARY),
            Action("Compare two roles", Call("compare")),
            Action("Look up pay", Call("salary")),
            Action("Get a plan", Call("roadmap")),
            Action("Common questions", Call("ask")),
        ),
        more=tuple(more),
        return_to=Call("help"),
    )


def _list_moderators_commands(context: CommandContext) -> Reply:
    commands = filter(_is_for_moderators, context.app.visible_commands())
    return Reply(
        "Moderators keep the queue of weekly tips and decide what is posted where.",
        (
            Bullets(tuple(_format_command(each) for each in commands)),
            Paragraph(("One command's options: ", CommandLine("help schedule-new"))),
        ),
        buttons=(_ALL_COMMANDS,),
        return_to=Call("help", {"command": MODERATORS}),
    )


def _format_command(command: Command) -> Prose:
    return CommandLine(command.words), f": {command.summary.rstrip('.')}"


def _help_action(command: Command) -> Action:
    return Action(f"How {command.words} works", Call("help", {"command": command.name}))


def _is_for_moderators(command: Command) -> bool:
    return command.permission is Permission.MODERATORS


def _explain(context: CommandContext, command: Command) -> Reply:
    """Return the first page on a command: its options, and buttons that run its examples."""
    nodes: list[Node] = []
    if command.args:
        options = tuple((name, _describe_option(command, name)) for name in command.args)
        nodes.append(Fields(options))
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
        nodes += [Heading("What its options take"), Fields(values)]
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
    for name, arg in command.args.items():
        names = context.app.name_registry.index_for(arg.names) if arg.names else None
        if names is not None and len(names.entries) <= _MAX_LISTED_NAMES:
            yield name, names.describe_values()
