"""Modals as Discord's client fills them in and submits them."""

from collections.abc import Mapping
from typing import Any

from adapters.discord.commands import CHANNEL, MENTIONABLE, ROLE
from adapters.discord.playground.resolved import FAILED, Impossible, Resolved
from adapters.discord.playground.world import Json, numbered, walk

_SELECT, _INPUT, _UPLOAD = 3, 4, 19
_SHORT = 1  # style of a text input
_PICKS = {6: ROLE, 7: MENTIONABLE, 8: CHANNEL}  # types of selects, as types of options
_MAX_INPUT = 4000


def form_data(modal: Json, values: Mapping[str, Any], resolved: Resolved) -> Json:
    """Return the data with which Discord's client submits *modal*.

    *values* are by custom_id; a field without one keeps what it opened with. Raise Impossible if a
    field doesn't take its value.
    """
    rows = numbered(modal["components"])
    if not {each["custom_id"] for each in walk(rows) if "custom_id" in each} >= values.keys():
        raise Impossible(FAILED)
    submitted = []
    for row in rows:
        told = {"type": row["type"], "id": row["id"]}
        if "component" in row:
            part = row["component"]
            value = values.get(part["custom_id"], _opening_value(part))
            told["component"] = _filled(part, value, resolved)
        submitted.append(told)
    return resolved.add_to({"custom_id": modal["custom_id"], "components": submitted})


def _filled(part: Json, value: object, resolved: Resolved) -> Json:
    """Return a field with its value, as it is submitted."""
    kind, name = part["type"], part["custom_id"]
    told = {"type": kind, "custom_id": name, "id": part["id"]}
    if value in ("", [], None) and part.get("required", True):
        raise Impossible("This field is required.", name)
    if kind == _INPUT:
        return told | {"value": _checked_text(part, value)}
    chosen = value if isinstance(value, list) else [value] if value else []
    least, most = part.get("min_values", 1), part.get("max_values", 1)
    if chosen and not least <= len(chosen) <= most:
        raise Impossible(f"Choose {least} to {most}.", name)
    try:
        return told | {"values": [_chosen(part, each, resolved) for each in chosen]}
    except Impossible as error:
        raise Impossible(error.message, name) from error


def _chosen(part: Json, value: object, resolved: Resolved) -> str:
    """Return what was chosen in a select, or the id of an uploaded file."""
    kind = part["type"]
    if kind == _UPLOAD:
        return resolved.upload(value)
    if kind in _PICKS:
        return resolved.pick(_PICKS[kind], value, part.get("channel_types") or ())
    if kind != _SELECT or value not in [each["value"] for each in part["options"]]:
        raise Impossible("Choose one of the options.")
    return str(value)


def _checked_text(part: Json, value: object) -> str:
    text = value or ""
    if not isinstance(text, str):
        raise Impossible(FAILED)
    least, most = part.get("min_length") or 0, part.get("max_length") or _MAX_INPUT
    if text and not least <= len(text) <= most:
        limit = f"{least:,} to {most:,}" if least else f"up to {most:,}"
        raise Impossible(f"Enter {limit} characters.", part["custom_id"])
    return " ".join(text.splitlines()) if part["style"] == _SHORT else text


def _opening_value(part: Json) -> object:
    """Return the value that a field has when the form opens."""
    if part["type"] == _INPUT:
        return part.get("value")
    chosen = [each["value"] for each in part.get("options") or () if each.get("default")]
    return chosen or [each["id"] for each in part.get("default_values") or ()]
