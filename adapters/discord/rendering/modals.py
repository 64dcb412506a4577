"""Modals that ask for a command's missing arguments, and parsing of submitted modals."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from adapters.discord.commands import needs_autocomplete
from adapters.discord.rendering.components import encode_custom_id
from adapters.discord.rendering.limits import (
    CHOICE_NAME,
    MODAL_INPUT,
    MODAL_LABEL,
    MODAL_ROWS,
    MODAL_TITLE,
)
from adapters.shared.action_codec import decode
from adapters.shared.tables import shorten
from bot.app import App
from bot.call import Call
from bot.command import Command
from bot.presentation import Click, ClickKind

_LABEL, _SELECT, _INPUT = 18, 3, 4
_SHORT_INPUT, _PARAGRAPH_INPUT = 1, 2
_SHORT_INPUT_MAX = 100  # characters; a longer argument gets a paragraph input
_CHANNEL_MENTION = re.compile(r"^<#(\d+)>$")  # as Discord's clients insert one


def modal_for(app: App, click: Click) -> dict[str, Any] | None:
    """Return the JSON of a modal that asks for the missing arguments of the call of *click*.

    It also has fields for the command's other long texts, which don't fit a slash command's single
    line. Return None if no argument is missing, or if the call is too long for a custom_id.
    """
    call = click.call
    missing = app.missing_arguments(call)
    code = encode_custom_id(replace(click, kind=ClickKind.FORM)) if missing else None
    if code is None:
        return None
    command = app.commands[call.command]
    left = (name for name in command.form_fields if name not in {*missing, *call.args})
    fields = [_modal_field(app, command, name) for name in (*missing, *left)][:MODAL_ROWS]
    return {"title": shorten(command.summary, MODAL_TITLE), "custom_id": code, "components": fields}


def parse_submission(data: Mapping[str, Any]) -> Click | None:
    """Return the click whose call a submitted modal completes; *data* is the interaction's data.

    Return None if the modal isn't one that this bot makes.
    """
    click = decode(str(data.get("custom_id", "")))
    if click is None or click.kind is not ClickKind.FORM:
        return None
    values = dict(_submitted_values(data.get("components", ())))
    call = Call(click.call.command, {**click.call.args, **values})
    return Click(call, origin=click.origin)


def _modal_field(app: App, command: Command, name: str) -> dict[str, Any]:
    arg = command.args[name]
    names = app.name_registry.index_for(arg.names) if arg.names else None
    entry: dict[str, Any] = {"custom_id": name, "required": name in command.required}
    if names is not None and not needs_autocomplete(names):
        options = [{"label": each.label[:CHOICE_NAME], "value": each.id} for each in names.entries]
        entry |= {"type": _SELECT, "options": options}
    else:
        is_long = arg.names is None and arg.max_length > _SHORT_INPUT_MAX
        style = _PARAGRAPH_INPUT if is_long else _SHORT_INPUT
        entry |= {"type": _INPUT, "style": style, "max_length": min(arg.max_length, MODAL_INPUT)}
    label = {"type": _LABEL, "label": shorten(name, MODAL_LABEL), "description": arg.description}
    return {**label, "component": entry}


def _submitted_values(components: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, str]]:
    """Yield a pair of name and value for each field that the member filled in.

    *components* may be nested.
    """
    for each in components:
        if "component" in each:
            yield from _submitted_values([each["component"]])
        elif "components" in each:
            yield from _submitted_values(each["components"])
        else:
            value = each.get("value") or " ".join(each.get("values", ()))
            if value:
                text = str(value).strip()
                yield str(each["custom_id"]), _CHANNEL_MENTION.sub(r"discord:\1", text)
