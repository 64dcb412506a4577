"""Modals as Discord's client fills them in: it sends only what the fields accept."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from discord_server.errors import Json
from discord_server.message_rules import Upload
from discord_server.world import Guild

INPUT, UPLOAD, RADIO, CHECKBOXES, CHECKBOX = 4, 19, 21, 22, 23
STRING_SELECT, USERS, ROLES, MENTIONABLES, CHANNELS = 3, 5, 6, 7, 8


@dataclass
class FormFiller:
    """Fills in a modal with values by custom_id; fields without one keep what they open with."""

    left: dict[str, Any]
    guild: Guild | None
    upload: Callable[[Upload], tuple[str, Json]]
    resolved: dict[str, Json] = field(default_factory=dict)
    """The users, roles, channels and files that were chosen, by kind and id."""

    def row(self, row: Json) -> Json:
        """Return a row as it is submitted."""
        told: Json = {"type": row["type"], "id": row["id"]}
        if row["type"] == 1:
            return told | {"components": [self._filled(child) for child in row["components"]]}
        if row["type"] == 18:
            return told | {"component": self._filled(row["component"])}
        return told

    def _filled(self, part: Json) -> Json:
        """Return a field with its value: text, one value, a list of values, or a checkmark."""
        kind, name = part["type"], part["custom_id"]
        told: Json = {"type": kind, "custom_id": name, "id": part.get("id", 1)}
        given = self.left.pop(name, None)
        given = opening_value(part) if given is None else given
        if kind == CHECKBOX:
            return told | {"value": bool(given)}
        if not given and part.get("required", True):
            raise ValueError(f"{name} is required")
        if kind == INPUT:
            return told | {"value": checked_text(part, given or "")}
        if kind == RADIO:
            return told | {"value": given}
        return told | {"values": self._values(part, given or [])}

    def _values(self, part: Json, given: Any) -> list[str]:
        chosen = [each if isinstance(each, Upload) else str(each) for each in given]
        default = len(part["options"]) if part["type"] == CHECKBOXES else 1
        least, most = part.get("min_values"), part.get("max_values") or default
        if chosen and not (1 if least is None else least) <= len(chosen) <= most:
            raise ValueError(f"{part['custom_id']} takes {least} to {most} values")
        return [self._value(part, each) for each in chosen]

    def _value(self, part: Json, value: str | Upload) -> str:
        """Return a value as it is sent; raise LookupError if the client doesn't offer it."""
        if isinstance(value, Upload):
            if part["type"] != UPLOAD:
                raise TypeError(f"{part['custom_id']} takes no file")
            number, told = self.upload(value)
            self.resolved.setdefault("attachments", {})[number] = told
            return number
        if part["type"] in {USERS, ROLES, MENTIONABLES, CHANNELS}:
            self._resolve(part, int(value))
        elif part["type"] == UPLOAD:
            raise TypeError(f"{part['custom_id']} takes only files")
        elif value not in {option["value"] for option in part["options"]}:
            raise LookupError(f"{value} is not among the options of {part['custom_id']}")
        return value

    def _resolve(self, part: Json, number: int) -> None:
        """Describe the user, role or channel with an id, if it can be picked."""
        kind, guild = part["type"], self.guild
        channel = guild.channels.get(number) if guild else None
        role = guild.roles.get(number) if guild else None
        if kind == CHANNELS:
            if channel is None or channel.type not in (part.get("channel_types") or [channel.type]):
                raise LookupError(f"channel {number} is not offered by {part['custom_id']}")
            self.resolved.setdefault("channels", {})[str(number)] = channel.payload()
        elif role is not None and kind in {ROLES, MENTIONABLES}:
            self.resolved.setdefault("roles", {})[str(number)] = role.payload()
        elif kind == ROLES:
            raise LookupError(f"role {number} is not offered by {part['custom_id']}")
        else:
            self.resolved.setdefault("users", {})[str(number)] = {"id": str(number)}


def opening_value(part: Json) -> Any:
    """Return the value that a field has when the form opens."""
    if part["type"] == INPUT:
        return part.get("value")
    chosen = [each["value"] for each in part.get("options") or [] if each.get("default")]
    return chosen or [each["id"] for each in part.get("default_values") or []]


def checked_text(part: Json, text: str) -> str:
    low, high = part.get("min_length") or 0, part.get("max_length") or 4000
    if text and not low <= len(text) <= high:
        raise ValueError(f"{part['custom_id']} takes {low} to {high} characters")
    return " ".join(text.splitlines()) if part["style"] == 1 else text
