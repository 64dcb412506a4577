"""Building of the JSON that registers the slash commands with Discord."""

from collections.abc import Iterable, Mapping
from typing import Any

from adapters.discord.rendering.limits import CHOICE_NAME, CHOICE_VALUE, OPTIONS
from adapters.discord.rendering.markdown import CommandIds
from bot.app import App
from bot.command import Arg, Command, Permission, PickerType
from bot.language.name_index import NameIndex

CommandPayload = dict[str, Any]

_CHAT_INPUT, _STRING = 1, 3
_PICKER_TYPES = {PickerType.ROLE: 8, PickerType.CHANNEL: 7}
_POSTABLE_CHANNELS = [0, 5, 10, 11, 12]  # text, announcements, threads
_ID_PREFIXES = {8: "role/", 7: ""}  # by option type: the part of an id after "discord:"
_ALL_CONTEXTS = [0, 1, 2]  # servers, the bot's direct messages, other private channels
_ALL_INSTALLS = [0, 1]  # to a server, to a user
_GUILD_ONLY = [0]
ATTACHMENT = 11  # option type
_FILE_OPTION = "file"  # the option for a file with a long text
_MANAGE_GUILD = str(1 << 5)
_COMPARED_OPTION_KEYS = {
    "type", "name", "description", "required", "autocomplete", "choices", "channel_types",
    "max_length",
}  # fmt: skip


def command_payloads(app: App) -> list[CommandPayload]:
    """Return a list with the JSON to register each command that the help shows."""
    return [_command_payload(app, each) for each in app.visible_commands()]


def commands_equal(
    declared: Iterable[CommandPayload], registered: Iterable[Mapping[str, Any]]
) -> bool:
    """Return True if the commands *registered* with Discord equal the *declared* ones."""
    return _normalize_all(declared) == _normalize_all(registered)


def command_ids(registered: Iterable[Mapping[str, Any]]) -> CommandIds:
    """Return the ids of the slash commands *registered* with Discord, by name."""
    return {each["name"]: each["id"] for each in registered if each.get("type") == _CHAT_INPUT}


def _command_payload(app: App, command: Command) -> CommandPayload:
    moderators = command.permission is Permission.MODERATORS
    typed = [name for name in command.args if name not in command.form_fields]
    # Discord wants required options first.
    names = sorted(typed, key=lambda name: name not in command.required)
    options = [_option_payload(app, command, name) for name in names]
    if command.file_argument:
        options.append(_file_option(command.args[command.file_argument]))
    return {
        "type": _CHAT_INPUT,
        "name": command.name,
        "description": command.summary,
        "options": options,
        "contexts": _GUILD_ONLY if moderators else _ALL_CONTEXTS,
        "integration_types": _GUILD_ONLY if moderators else _ALL_INSTALLS,
        "default_member_permissions": _MANAGE_GUILD if moderators else None,
    }


def _file_option(arg: Arg) -> CommandPayload:
    text = f"a file with {arg.description}; without it, you get a form"
    return {"type": ATTACHMENT, "name": _FILE_OPTION, "description": text, "required": False}


def _option_payload(app: App, command: Command, name: str) -> CommandPayload:
    arg = command.args[name]
    option: CommandPayload = {"type": _STRING, "name": name, "description": arg.description}
    option["required"] = name in command.required
    if arg.picker is PickerType.CHANNEL:
        option["channel_types"] = _POSTABLE_CHANNELS
    if arg.picker is not None:
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


def option_value(option: Mapping[str, Any]) -> str:
    """Return the value that a member gave to a command's option, as text.

    A role or channel is returned with the platform in front, such as ``discord:role/123``.
    """
    value = str(option.get("value", ""))
    prefix = _ID_PREFIXES.get(option.get("type", _STRING))
    return value if prefix is None else f"discord:{prefix}{value}"


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
        "options": [
            {key: option[key] for key in _COMPARED_OPTION_KEYS if option.get(key)}
            for option in command.get("options") or ()
        ],
    }
