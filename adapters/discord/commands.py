"""Building of the JSON that registers the slash commands with Discord."""

from collections.abc import Iterable, Mapping
from typing import Any

from adapters.discord.rendering.limits import CHOICE_NAME, CHOICE_VALUE, OPTIONS
from adapters.discord.rendering.markdown import CommandIds
from bot.app import App
from bot.command import Arg, Command, CommandGroup, Permission, PickerType
from bot.language.name_index import NameIndex

CommandPayload = dict[str, Any]

PLATFORM = "discord"
_CHAT_INPUT = 1
SUBCOMMAND, _STRING, CHANNEL, ROLE, MENTIONABLE, ATTACHMENT = 1, 3, 7, 8, 9, 11  # option types
_PICKER_TYPES = {
    PickerType.ROLE: ROLE,
    PickerType.CHANNEL: CHANNEL,
    PickerType.CHANNELS: CHANNEL,  # an option takes one
    PickerType.PEOPLE: MENTIONABLE,
}
POSTABLE_CHANNELS = [0, 5, 10, 11, 12]  # text, announcements, threads
SERVER_CHANNELS = [0, 5]  # those that aren't threads
_ALL_CONTEXTS = [0, 1, 2]  # servers, the bot's direct messages, other private channels
_ALL_INSTALLS = [0, 1]  # to a server, to a user
_GUILD_ONLY = [0]
_FILE_OPTION = "file"  # the option for a file with a long text
_MANAGE_GUILD = str(1 << 5)
_COMPARED_OPTION_KEYS = {
    "type", "name", "description", "required", "autocomplete", "choices", "channel_types",
    "max_length",
}  # fmt: skip


def command_payloads(app: App) -> list[CommandPayload]:
    """Return a list with the JSON to register the commands that the help shows.

    Those of a group are subcommands of one command.
    """
    single = list[CommandPayload]()
    groups = dict[CommandGroup, list[Command]]()
    for each in app.visible_on(PLATFORM):
        if each.group is None:
            single.append(_command_payload(app, each))
        else:
            groups.setdefault(each.group, []).append(each)
    return [*single, *(_group_payload(app, group, groups[group]) for group in groups)]


def commands_equal(
    declared: Iterable[CommandPayload], registered: Iterable[Mapping[str, Any]]
) -> bool:
    """Return True if the commands *registered* with Discord equal the *declared* ones."""
    return _normalize_all(declared) == _normalize_all(registered)


def command_ids(registered: Iterable[Mapping[str, Any]]) -> CommandIds:
    """Return the ids of the slash commands *registered* with Discord, by name.

    A subcommand is named as members type it, such as "tips add", and has its command's id.
    """
    return {
        name: each["id"]
        for each in registered
        if each.get("type") == _CHAT_INPUT
        for name in _usable_names(each)
    }


def _usable_names(registered: Mapping[str, Any]) -> list[str]:
    """Return the names that members can use: those of the subcommands, if there are any."""
    name, options = registered["name"], registered.get("options") or ()
    inner = [f"{name} {each['name']}" for each in options if each["type"] == SUBCOMMAND]
    return inner or [name]


def _command_payload(app: App, command: Command) -> CommandPayload:
    return {
        "type": _CHAT_INPUT,
        "name": command.name,
        "description": command.summary,
        "options": _option_payloads(app, command),
        **_availability(command.permission),
    }


def _group_payload(app: App, group: CommandGroup, commands: Iterable[Command]) -> CommandPayload:
    subcommands = [
        {
            "type": SUBCOMMAND,
            "name": each.local_name,
            "description": each.summary,
            "options": _option_payloads(app, each),
        }
        for each in commands
    ]
    return {
        "type": _CHAT_INPUT,
        "name": group.name,
        "description": group.summary,
        "options": subcommands,
        **_availability(group.permission),
    }


def _availability(permission: Permission) -> CommandPayload:
    """Return where a command is available, and to whom unless a server decides otherwise."""
    moderators = permission is Permission.MODERATORS
    return {
        "contexts": _GUILD_ONLY if moderators else _ALL_CONTEXTS,
        "integration_types": _GUILD_ONLY if moderators else _ALL_INSTALLS,
        "default_member_permissions": _MANAGE_GUILD if moderators else None,
    }


def _option_payloads(app: App, command: Command) -> list[CommandPayload]:
    """Return the options of *command*, the required ones first, as Discord wants them.

    A text of several lines isn't among them, because Discord's clients send one line, nor is what
    only a form carries.
    """
    carried = command.form.carries if command.form else ()
    offered = (name for name, arg in command.args.items() if _is_offered(arg))
    names = [name for name in offered if name not in carried]
    names.sort(key=lambda name: not _is_required(command, name))
    options = [_option_payload(app, command, name) for name in names]
    if command.file_argument:
        options.append(_file_option(command.args[command.file_argument]))
    return options


def _is_offered(arg: Arg) -> bool:
    return not arg.is_multiline and arg.is_offered_on(PLATFORM)


def _is_required(command: Command, name: str) -> bool:
    """Return whether Discord's clients ask for an argument, unless a form does."""
    by_form = command.form is not None and name in command.form.fields
    return name in command.required and not by_form


def _file_option(arg: Arg) -> CommandPayload:
    text = f"a file with {arg.description}; leave it out to get a form"
    return {"type": ATTACHMENT, "name": _FILE_OPTION, "description": text, "required": False}


def _option_payload(app: App, command: Command, name: str) -> CommandPayload:
    arg = command.args[name]
    option: CommandPayload = {"type": _STRING, "name": name, "description": arg.description}
    option["required"] = _is_required(command, name)
    if arg.picker is PickerType.CHANNEL:
        option["channel_types"] = POSTABLE_CHANNELS
    if arg.picker is PickerType.CHANNELS:
        option["channel_types"] = SERVER_CHANNELS
    if arg.picker is not None and arg.picker is not PickerType.TIME:
        return {**option, "type": _PICKER_TYPES[arg.picker]}
    if arg.names is None:
        completed = {"autocomplete": True} if arg.autocomplete else {}
        return {**option, "max_length": arg.max_length, **completed}
    names = app.name_registry.index_for(arg.names)
    if arg.autocomplete or needs_autocomplete(names):
        return {**option, "autocomplete": True}
    return {**option, "choices": [option_choice(each.label, each.id) for each in names.entries]}


def needs_autocomplete(names: NameIndex[Any]) -> bool:
    """Return True if the option whose valid values are *names* needs autocomplete.

    Discord allows only 25 fixed choices, and these can't include values that aren't listed.
    """
    return names.accepts_unlisted or len(names.entries) > OPTIONS


def option_choice(label: str, value: str) -> CommandPayload:
    """Return the JSON of an option's choice, which shows *label* and sends *value*.

    Both are cut to Discord's maximum lengths.
    """
    return {"name": label[:CHOICE_NAME], "value": value[:CHOICE_VALUE]}


def option_value(option: Mapping[str, Any], resolved: Mapping[str, Any]) -> str:
    """Return the value that a member gave to a command's option, as text.

    A member, role or channel is returned with the platform in front, such as "discord:role/123".
    *resolved* describes those that were picked.
    """
    value, kind = str(option.get("value", "")), option.get("type", _STRING)
    return tagged_id(value, kind, resolved) if kind in {CHANNEL, ROLE, MENTIONABLE} else value


def tagged_id(picked: str, kind: int, resolved: Mapping[str, Any]) -> str:
    """Return the id that was *picked* for an option of type *kind*, with the platform in front."""
    is_role = kind == ROLE or (kind == MENTIONABLE and picked in (resolved.get("roles") or {}))
    return f"{PLATFORM}:{'role/' if is_role else ''}{picked}"


def _normalize_all(commands: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return {each["name"]: _normalize(each) for each in commands}


def _normalize(command: Mapping[str, Any]) -> CommandPayload:
    """Return the parts of a command that `commands_equal` compares.

    Keys and default values that Discord adds are left out.
    """
    return {
        "description": command["description"],
        "contexts": sorted(command.get("contexts") or _ALL_CONTEXTS),
        "integration_types": sorted(command.get("integration_types") or _GUILD_ONLY),
        "permissions": command.get("default_member_permissions"),
        "options": _normalize_options(command),
    }


def _normalize_options(holder: Mapping[str, Any]) -> list[CommandPayload]:
    """Return the compared parts of the options of a command or subcommand, nested ones included."""
    return [
        {key: option[key] for key in _COMPARED_OPTION_KEYS if option.get(key)}
        | {"options": _normalize_options(option)}
        for option in holder.get("options") or ()
    ]
