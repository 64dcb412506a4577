"""The commands as Discord declares them, and whether it has them so."""

from collections.abc import Iterable, Mapping
from typing import Any

from adapters.discord.rendering.limits import CHOICE_NAME, CHOICE_VALUE, OPTIONS
from bot.app import App
from bot.command import Arg, Command, Permission, PickerType
from bot.language.name_index import NameIndex

Declared = dict[str, Any]

_CHAT_INPUT, _STRING = 1, 3
_PICKED = {PickerType.ROLE: 8, PickerType.CHANNEL: 7}
_POSTABLE = [0, 5, 10, 11, 12]  # kinds of channels: text, announcements, threads
_TAGS = {8: "role/", 7: ""}  # what stands between the platform and the number of an id
_EVERYWHERE = [0, 1, 2]  # servers, the bot's direct messages, other private channels
_FOR_ALL = [0, 1]  # installed to a server, or to a user
_IN_SERVERS = [0]
_ATTACHMENT = 11
FILE = "file"  # the option by which a text is sent as a file
_MANAGE_GUILD = str(1 << 5)
_OF_OPTION = {
    "type", "name", "description", "required", "autocomplete", "choices", "channel_types",
    "max_length",
}  # fmt: skip


def declarations(app: App) -> list[Declared]:
    """Declare every command that people are told of."""
    return [_command(app, each) for each in app.visible_commands()]


def same(ours: Iterable[Declared], theirs: Iterable[Mapping[str, Any]]) -> bool:
    """Tell whether Discord has the commands as we declare them."""
    return _by_name(ours) == _by_name(theirs)


def _file(arg: Arg) -> Declared:
    about = f"a file with {arg.description}; without it, you get a form"
    return {"type": _ATTACHMENT, "name": FILE, "description": about, "required": False}


def _command(app: App, command: Command) -> Declared:
    moderators = command.permission is Permission.MODERATORS
    # A required option must come first.
    typed = [name for name in command.args if name not in command.form_fields]
    names = sorted(typed, key=lambda name: name not in command.required)
    sent = [_file(command.args[command.file_argument])] if command.file_argument else []
    return {
        "type": _CHAT_INPUT,
        "name": command.name,
        "description": command.summary,
        "options": [*(_option(app, command, name) for name in names), *sent],
        "contexts": _IN_SERVERS if moderators else _EVERYWHERE,
        "integration_types": _IN_SERVERS if moderators else _FOR_ALL,
        "default_member_permissions": _MANAGE_GUILD if moderators else None,
    }


def _option(app: App, command: Command, name: str) -> Declared:
    arg = command.args[name]
    option: Declared = {"type": _STRING, "name": name, "description": arg.description}
    option["required"] = name in command.required
    if arg.picker is PickerType.CHANNEL:
        option["channel_types"] = _POSTABLE
    if arg.picker is not None:
        return {**option, "type": _PICKED[arg.picker]}
    if arg.names is None:
        completed = {"autocomplete": True} if arg.autocomplete else {}
        return {**option, "max_length": arg.max_length, **completed}
    names = app.name_registry.index_for(arg.names)
    if arg.autocomplete or completes(names):
        return {**option, "autocomplete": True}
    return {**option, "choices": [choice(each.label, each.id) for each in names.entries]}


def completes(names: NameIndex[Any]) -> bool:
    """Tell whether there are more names than Discord can list, or spellings beyond them."""
    return len(names.entries) > OPTIONS or names.accepts_unlisted


def choice(label: str, value: str) -> Declared:
    """Make a choice of an option."""
    return {"name": label[:CHOICE_NAME], "value": value[:CHOICE_VALUE]}


def given(option: Mapping[str, Any]) -> str:
    """Give an option's value as an argument: what was picked by its platform-tagged id."""
    value = str(option.get("value", ""))
    tag = _TAGS.get(option.get("type", _STRING))
    return value if tag is None else f"discord:{tag}{value}"


def _by_name(commands: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return {each["name"]: _settled(each) for each in commands}


def _settled(command: Mapping[str, Any]) -> Declared:
    """Leave out what Discord adds, and what is the same as if it were not there."""
    return {
        "description": command["description"],
        "contexts": sorted(command.get("contexts") or _EVERYWHERE),
        "integration_types": sorted(command.get("integration_types") or _IN_SERVERS),
        "permissions": command.get("default_member_permissions"),
        "options": [
            {key: option[key] for key in _OF_OPTION if option.get(key)}
            for option in command.get("options") or ()
        ],
    }
