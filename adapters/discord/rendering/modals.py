"""A form for a Call that lacks what it needs, and the Call that a filled-in form makes."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from adapters.discord.commands import completes
from adapters.discord.rendering.components import clipped
from adapters.discord.rendering.custom_id import Click, ClickKind, decode, encode
from adapters.discord.rendering.limits import (
    CHOICE_NAME,
    MODAL_INPUT,
    MODAL_LABEL,
    MODAL_ROWS,
    MODAL_TITLE,
)
from bot.app import App
from bot.call import Call
from bot.command import Command

_LABEL, _SELECT, _INPUT = 18, 3, 4
_LINE, _BOX = 1, 2
_CHANNEL = re.compile(r"^<#(\d+)>$")  # as Discord's clients write one
_SHORT = 100  # characters: what may be longer gets a box


def form(app: App, call: Call) -> dict[str, Any] | None:
    """Return a modal that asks for the arguments *call* lacks; None if it lacks none.

    It also asks for the command's other texts, since Discord's commands are a single line.
    """
    missing = app.missing_arguments(call)
    code = encode(Click(call, ClickKind.FORM)) if missing else None
    if code is None:
        return None
    command = app.commands[call.command]
    left = (name for name in command.form_fields if name not in {*missing, *call.args})
    fields = [_field(app, command, name) for name in (*missing, *left)][:MODAL_ROWS]
    return {"title": clipped(command.summary, MODAL_TITLE), "custom_id": code, "components": fields}


def filled_in(data: Mapping[str, Any]) -> Call | None:
    """Read a submitted form; None for one that is not ours."""
    press = decode(str(data.get("custom_id", "")))
    if press is None or press.kind is not ClickKind.FORM:
        return None
    given = dict(_values(data.get("components", ())))
    return Call(press.call.command, {**press.call.args, **given})


def _field(app: App, command: Command, name: str) -> dict[str, Any]:
    arg, required = command.args[name], name in command.required
    names = app.name_registry.index_for(arg.names) if arg.names else None
    entry: dict[str, Any]
    if names is not None and not completes(names):
        options = [{"label": each.label[:CHOICE_NAME], "value": each.id} for each in names.entries]
        entry = {"type": _SELECT, "custom_id": name, "options": options, "required": required}
    else:
        style = _BOX if arg.names is None and arg.max_length > _SHORT else _LINE
        longest = min(arg.max_length, MODAL_INPUT)
        entry = {"type": _INPUT, "custom_id": name, "style": style, "max_length": longest}
        entry["required"] = required
    label = {"type": _LABEL, "label": clipped(name, MODAL_LABEL), "description": arg.description}
    return {**label, "component": entry}


def _values(components: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, str]]:
    """Give what was filled in, by name, however the fields are wrapped."""
    for each in components:
        if "component" in each:
            yield from _values([each["component"]])
        elif "components" in each:
            yield from _values(each["components"])
        else:
            value = each.get("value") or " ".join(each.get("values", ()))
            if value:
                yield str(each["custom_id"]), _CHANNEL.sub(r"discord:\1", str(value).strip())
