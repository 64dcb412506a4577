"""Interactions as Discord's client sends them, which refuses what a member can't do there."""

import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from adapters.discord.commands import ATTACHMENT, CHANNEL, MENTIONABLE, ROLE, SUBCOMMAND
from adapters.discord.playground.resolved import FAILED, Impossible, Resolved, text_of
from adapters.discord.playground.world import (
    BOT_ID,
    DIRECT,
    GUILD_ID,
    MAX_FILE,
    Channel,
    Json,
    Member,
    Message,
    World,
    numbered,
    walk,
)

_BUTTON, _SELECT, _LINK = 2, 3, 5  # types of components, and the style of a link
_GUILD, _BOT_DM = 0, 1  # contexts
_ADMINISTRATOR = 1 << 3
_STRING = 3
_MAX_OPTION = 6000  # characters


def offered_commands(
    commands: Iterable[Json], world: World, member: Member, channel: Channel | None = None
) -> list[Json]:
    """Return the slash commands that Discord offers a member, in *channel* if there is one."""
    held = world.permissions(member, channel or next(iter(world.channels.values())))
    context = _BOT_DM if channel and channel.type == DIRECT else _GUILD

    def is_offered(command: Json) -> bool:
        needed = int(command["default_member_permissions"] or 0)
        is_here = channel is None or context in command["contexts"]
        return is_here and (bool(held & _ADMINISTRATOR) or held & needed == needed)

    return [each for each in commands if is_offered(each)]


def command_data(
    commands: list[Json], typed: Mapping[str, Any], resolved: Resolved
) -> tuple[Json, str]:
    """Return the data of a slash command with its options, and its name, such as "/tips add".

    Raise Impossible if Discord's client doesn't send it.
    """
    data, leaf, name = _find_command(commands, text_of(typed, "name"))
    options = {key: each for key, each in _options_of(typed).items() if each not in ("", None, [])}
    for option in leaf["options"]:
        if option["required"] and option["name"] not in options:
            raise Impossible(f"Fill in “{option['name']}”.")
    given = [_option(_declared(leaf, key), value, resolved) for key, value in options.items()]
    _innermost(data)["options"] = given
    return resolved.add_to(data), name


def completion_data(commands: list[Json], typed: Mapping[str, Any]) -> Json:
    """Return the data of the request for the choices of the option that a member is typing."""
    data, leaf, _ = _find_command(commands, text_of(typed, "name"))
    focused, options = text_of(typed, "focused"), _options_of(typed)
    if not _declared(leaf, focused).get("autocomplete"):
        raise Impossible(f"“{focused}” has no suggestions.")
    given = [
        {"name": key, "type": _declared(leaf, key)["type"], "value": value}
        for key, value in options.items()
        if key != focused and value and isinstance(value, str)
    ]
    text = text_of(options, focused)[:_MAX_OPTION]
    given.append({"name": focused, "type": _STRING, "value": text, "focused": True})
    _innermost(data)["options"] = given
    return data


def click_data(message: Message, clicked: object, values: object) -> Json:
    """Return the data of a click on a button, or a choice in a select, of *message*."""
    custom_id = clicked.get("custom_id") if isinstance(clicked, dict) else None
    parts = (each for each in walk(numbered(message.components)) if "custom_id" in each)
    part = next((each for each in parts if each["custom_id"] == custom_id), None)
    if part is None or part.get("disabled") or part["type"] not in {_BUTTON, _SELECT}:
        raise Impossible(FAILED)
    data = {"custom_id": custom_id, "component_type": part["type"], "id": part["id"]}
    return data | ({"values": _chosen(part, values)} if part["type"] == _SELECT else {})


def interaction(
    world: World,
    member: Member,
    channel: Channel,
    source: Message | None = None,
    **fields: object,
) -> Json:
    """Return an interaction with all that Discord sends; *fields* are its type and data."""
    is_direct, bits = channel.type == DIRECT, str(world.permissions(member, channel))
    payload: Json = {
        "id": str(world.snowflake()),
        "application_id": str(BOT_ID),
        "token": secrets.token_urlsafe(48),
        "version": 1,
        "channel_id": str(channel.id),
        "channel": channel.json() | {"permissions": bits},
        "app_permissions": str(world.permissions(world.bot, channel)),
        "locale": "en-US",
        "entitlements": [],
        "entitlement_sku_ids": [],
        "attachment_size_limit": MAX_FILE,
        "context": _BOT_DM if is_direct else _GUILD,
        "authorizing_integration_owners": {"0": "0" if is_direct else str(GUILD_ID)},
        **fields,
    }
    if source is not None:
        payload["message"] = source.json(channel.id)
    if is_direct:
        return payload | {"user": member.user()}
    payload["guild"] = {"id": str(GUILD_ID), "locale": "en-US", "features": []}
    payload |= {"guild_id": str(GUILD_ID), "guild_locale": "en-US"}
    return payload | {"member": member.json() | {"permissions": bits}}


def _find_command(commands: Iterable[Json], name: str) -> tuple[Json, Json, str]:
    """Return a command's data without options, its innermost declaration, and its full name."""
    words = name.removeprefix("/").split()
    command = next((each for each in commands if words[:1] == [each["name"]]), None)
    if command is None:
        raise Impossible(f"“/{name.removeprefix('/')}” isn't a command here.")
    inner: list[Json] = [each for each in command["options"] if each["type"] == SUBCOMMAND]
    leaf = next((each for each in inner if words[1:] == [each["name"]]), None)
    if leaf is None and (inner or words[1:]):
        known = ", ".join(f"/{command['name']} {each['name']}" for each in inner)
        choose = f" Choose one of these: {known}." if inner else ""
        raise Impossible(f"“/{' '.join(words)}” isn't a command here.{choose}")
    data: Json = {"id": command["id"], "name": command["name"], "type": command["type"]}
    if leaf is None:
        return data, command, f"/{command['name']}"
    data["options"] = [{"name": leaf["name"], "type": SUBCOMMAND}]
    return data, leaf, f"/{command['name']} {leaf['name']}"


def _innermost(data: Json) -> Json:
    """Return the part of a command's data that holds the options."""
    inner: list[Json] = data.get("options") or []
    return inner[0] if inner else data


def _options_of(typed: Mapping[str, Any]) -> Mapping[str, Any]:
    options = typed.get("options") or {}
    if not isinstance(options, dict):
        raise Impossible(FAILED)
    return options


def _declared(leaf: Json, name: str) -> Json:
    option: Json | None = next((each for each in leaf["options"] if each["name"] == name), None)
    if option is None:
        raise Impossible(f"/{leaf['name']} has no option “{name}”.")
    return option


def _option(declared: Json, value: object, resolved: Resolved) -> Json:
    """Return an option with its value as Discord's client sends it."""
    kind: int = declared["type"]
    option: Json = {"name": declared["name"], "type": kind}
    if kind == ATTACHMENT:
        return option | {"value": resolved.upload(value[0] if isinstance(value, list) else value)}
    if not isinstance(value, str):
        raise Impossible(FAILED)
    if kind in {CHANNEL, ROLE, MENTIONABLE}:
        return option | {"value": resolved.pick(kind, value, declared.get("channel_types") or ())}
    return option | {"value": _checked_text(declared, " ".join(value.splitlines()))}


def _checked_text(option: Json, text: str) -> str:
    """Return the text of an option, of a choice its value; raise Impossible if it isn't allowed."""
    choices = {each["name"]: each["value"] for each in option.get("choices") or ()}
    if choices and text not in choices.values():
        if text not in choices:
            raise Impossible(f"“{text}” isn't a choice for “{option['name']}”.")
        return str(choices[text])
    longest = option.get("max_length") or _MAX_OPTION
    if len(text) > longest:
        raise Impossible(f"“{option['name']}” is limited to {longest:,} characters.")
    return text


def _chosen(select: Json, values: object) -> list[str]:
    """Return what was chosen in a message's select; raise Impossible if it doesn't offer that."""
    chosen = values if isinstance(values, list) else []
    offered = {each["value"] for each in select["options"]}
    if not all(isinstance(each, str) for each in chosen) or not {*chosen} <= offered:
        raise Impossible(FAILED)
    if not select.get("min_values", 1) <= len(chosen) <= select.get("max_values", 1):
        raise Impossible(FAILED)
    return chosen
