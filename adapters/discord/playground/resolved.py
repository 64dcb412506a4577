"""Resolved data of an interaction: uploaded files, and the channels, roles and members in it."""

import base64
import binascii
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from adapters.discord.commands import CHANNEL, MENTIONABLE
from adapters.discord.playground.world import (
    DIRECT,
    GUILD_ID,
    MAX_FILE,
    File,
    Json,
    Member,
    World,
)

FAILED = "This interaction failed."
_MENTION = re.compile(r"<(?:#|@&|@!?)(\d+)>")


class Impossible(Exception):
    """Discord's client doesn't do this. The message is for the member.

    *field* is the custom_id of the form's field that it is about.
    """

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.message, self.field = message, field


def text_of(sent: Mapping[str, Any], key: str) -> str:
    """Return the text at *key* of what a page sent; raise Impossible if it isn't text."""
    value = sent.get(key, "")
    if not isinstance(value, str):
        raise Impossible(FAILED)
    return value


class Resolved:
    """Collects what one interaction of *member* refers to, as Discord describes it.

    New files are put into *uploads*.
    """

    def __init__(self, world: World, uploads: dict[str, File], member: Member) -> None:
        self._world, self._uploads, self._member = world, uploads, member
        self._found: dict[str, Json] = {}

    def add_to(self, data: Json) -> Json:
        """Return an interaction's *data* with what it refers to."""
        return data | ({"resolved": self._found} if self._found else {})

    def upload(self, sent: object) -> str:
        """Store a file that a page sent, and return its id."""
        if not isinstance(sent, dict):
            raise Impossible("Choose a file.")
        name = text_of(sent, "name").replace("\\", "/").rpartition("/")[2]
        try:
            content = base64.b64decode(text_of(sent, "data"), validate=True)
        except (binascii.Error, ValueError) as error:
            raise Impossible("The file couldn't be uploaded.") from error
        if len(content) > MAX_FILE:
            raise Impossible("Your files are too powerful. The limit is 10 MB.")
        kind = text_of(sent, "type") or "application/octet-stream"
        file = self._world.create_file(name or "unnamed", content, kind)
        self._uploads[str(file.id)] = file
        self._found.setdefault("attachments", {})[str(file.id)] = file.json()
        return str(file.id)

    def pick(self, kind: int, sent: object, types: Collection[int] = ()) -> str:
        """Return the id of a channel (of one of *types*), role or member that a page sent.

        *kind* is the type of a command's option. What was sent is an id, a mention or a name.
        """
        text = str(sent).strip()
        mentioned = _MENTION.fullmatch(text)
        wanted = mentioned[1] if mentioned else text
        for number, name, category, described in self._pickable(kind, types):
            if wanted in {number, name}:
                self._found.setdefault(category, {})[number] = described
                return number
        raise Impossible(f"You can't choose “{text}” here.")

    def _pickable(self, kind: int, types: Collection[int]) -> Iterator[tuple[str, str, str, Json]]:
        """Yield the id, name and category of all that can be picked, and its description."""
        if kind == CHANNEL:
            for channel in self._world.visible_channels(self._member):
                if channel.type != DIRECT and (not types or channel.type in types):
                    yield str(channel.id), f"#{channel.name}", "channels", channel.json()
            return
        for position, role in enumerate(self._world.roles):
            name = role.name if role.id == GUILD_ID else f"@{role.name}"
            yield str(role.id), name, "roles", role.json(position)
        if kind == MENTIONABLE:
            for person in self._world.members.values():
                yield str(person.id), f"@{person.name}", "users", person.user()
