"""A message that is stored on the loopback Discord."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from discord_server.basics import EPOCH, User
from discord_server.errors import Json
from discord_server.message_rules import EPHEMERAL, LOADING, V2, Upload


@dataclass
class Message:
    """A message's present state. `edits` counts its changes; deleted messages are kept."""

    id: int
    channel_id: int
    author: User
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Upload] = field(default_factory=list)
    flags: int = 0
    nonce: str | None = None
    reader: User | None = None
    """The only user who sees the message, if it is ephemeral."""
    edits: int = 0
    pinned: bool = False
    deleted: bool = False
    reference: int | None = None
    """The id of the message that it replies to."""
    origin: Json | None = None
    """The interaction that it answers, as in Discord's interaction_metadata."""

    @property
    def ephemeral(self) -> bool:
        return bool(self.flags & EPHEMERAL)

    @property
    def loading(self) -> bool:
        """Return True if it still shows "is thinking"."""
        return bool(self.flags & LOADING)

    def walk(self) -> Iterator[Json]:
        """Yield every component from top to bottom, outer before inner."""
        return walk(self.components)

    @property
    def text(self) -> str:
        """Return all visible text: content, embeds and text displays, a line each."""
        shown = [self.content]
        for embed in self.embeds:
            shown += [embed.get("title") or "", embed.get("description") or ""]
            shown += [f"{f['name']}\n{f['value']}" for f in embed.get("fields") or []]
            shown.append((embed.get("footer") or {}).get("text") or "")
        shown += [part["content"] for part in self.walk() if part["type"] == 10]
        return "\n".join(line for line in shown if line)

    @property
    def buttons(self) -> list[Json]:
        return [part for part in self.walk() if part["type"] == 2]

    @property
    def selects(self) -> list[Json]:
        return [part for part in self.walk() if part["type"] in {3, 5, 6, 7, 8}]

    @property
    def labels(self) -> list[str]:
        """Return the labels of the buttons."""
        return [button.get("label") or "" for button in self.buttons]

    def find(self, **traits: Any) -> Json:
        """Return the component with these traits: `label=`, `custom_id=`, `type=` ..."""
        for part in self.walk():
            if all(part.get(key) == value for key, value in traits.items()):
                return part
        known = [part.get("label") or part.get("custom_id") for part in self.walk()]
        raise LookupError(f"no component with {traits}; there are {known}")

    def payload(self) -> Json:
        """Return the message's JSON, as in Discord's responses."""
        stamp = datetime.fromtimestamp(((self.id >> 22) + EPOCH) / 1000, UTC).isoformat()
        return {
            "id": str(self.id),
            "channel_id": str(self.channel_id),
            "author": self.author.payload(),
            "type": 0,
            "content": self.content,
            "embeds": self.embeds,
            "components": numbered(self.components),
            "attachments": [attachment(upload) for upload in self.attachments],
            "flags": self.flags,
            "timestamp": stamp,
            "edited_timestamp": stamp if self.edits else None,
            "mentions": [],
            "mention_roles": [],
            "mention_everyone": False,
            "pinned": self.pinned,
            "tts": False,
        } | self._optional()

    def _optional(self) -> Json:
        told: Json = {"nonce": self.nonce} if self.nonce else {}
        if self.reference:
            told |= {"type": 19, "message_reference": {"message_id": str(self.reference)}}
        if self.origin:
            told |= {"interaction_metadata": self.origin, "webhook_id": self.origin["webhook_id"]}
            told["application_id"] = self.origin["webhook_id"]
        return told

    @property
    def v2(self) -> bool:
        return bool(self.flags & V2)


def walk(components: list[Json]) -> Iterator[Json]:
    """Yield components, each followed by those nested in it."""
    for part in components:
        yield part
        yield from walk(part.get("components") or [])
        yield from walk([part[key] for key in ("accessory", "component") if part.get(key)])


def numbered(components: list[Json]) -> list[Json]:
    """Return the components with ids; those without get the next free ones, as on Discord."""
    counter = itertools.count(1)
    return [_numbered(part, counter) for part in components]


def _numbered(part: Json, counter: Iterator[int]) -> Json:
    part = {**part, "id": part.get("id") or next(counter)}
    if part.get("components"):
        part["components"] = [_numbered(child, counter) for child in part["components"]]
    if part.get("accessory"):
        part["accessory"] = _numbered(part["accessory"], counter)
    return part


def attachment(upload: Upload) -> Json:
    url = f"https://cdn.discordapp.com/attachments/0/{upload.id}/{upload.filename}"
    described = {"description": upload.description} if upload.description else {}
    return {
        "id": str(upload.id),
        "filename": upload.filename,
        "size": len(upload.content),
        "url": url,
        "proxy_url": url,
    } | described
