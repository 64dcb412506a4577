"""The bot's responses to interactions, applied to the server in memory."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from adapters.discord.playground.platform import read_files
from adapters.discord.playground.world import (
    LOADING,
    V2,
    Channel,
    File,
    Json,
    Member,
    Message,
    World,
)
from adapters.discord.rendering.layout import Attachment
from adapters.discord.rendering.render import EPHEMERAL
from adapters.discord.responses import PayloadRejected, TooLate
from bot.attachment import decode_file
from bot.cache import LruCache
from bot.errors import Outage


class ResponseType(IntEnum):
    """Discord's interaction callback types."""

    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


_MAX_PLAYED = 100  # interactions that still take responses
_MESSAGES = {ResponseType.MESSAGE, ResponseType.DEFERRED_MESSAGE}
_UPDATES = {ResponseType.DEFERRED_UPDATE, ResponseType.UPDATE}
_FITTING = {
    2: {*_MESSAGES, ResponseType.MODAL},
    3: {*_MESSAGES, *_UPDATES, ResponseType.MODAL},
    4: {ResponseType.CHOICES},
    5: {*_MESSAGES, *_UPDATES},
}
"""The first responses that Discord accepts, by the interaction's type."""


@dataclass(eq=False, slots=True)
class Played:
    """An interaction that a member has sent, and its first response."""

    member: Member
    channel: Channel
    source: Message | None = None  # the message whose component was used
    command: str = ""  # the slash command, such as "/tips add"
    payload: Json = field(default_factory=dict)
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    response: Json = field(default_factory=dict)  # its type, and its data
    original: Message | None = None  # the message of the first response


@dataclass(frozen=True, slots=True)
class OpenForm:
    """A modal that a member sees, and the interaction that opened it."""

    modal: Json
    opened_by: Played


class PlaygroundResponses:
    """Implements `Responses` on the server in memory."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._played = LruCache[str, Played](_MAX_PLAYED)  # by token
        self.uploads: dict[str, File] = {}  # that members sent with commands and forms, by id
        self.forms: dict[int, OpenForm] = {}  # the open ones, by the member's id

    def expect(self, played: Played) -> None:
        """Accept the responses to an interaction from now on."""
        self._played.put(played.payload["token"], played)

    def give_up(self, played: Played) -> None:
        """Stop accepting responses to an interaction, because the first one came too late."""
        self._played.discard(played.payload["token"])

    async def send(
        self, method: str, path: str, body: str, files: tuple[Attachment, ...], within: float
    ) -> None:
        """Apply a response: the first one, or an edit of its message.

        *within* doesn't matter, because nothing is sent anywhere. Raise PayloadRejected and TooLate
        as `ResponseClient` does.
        """
        del within
        match method, path.split("/")[1:]:
            case "POST", ["interactions", number, token, "callback"]:
                await self._respond(self._find(token, number), json.loads(body), files)
            case "PATCH", ["webhooks", _, token, "messages", "@original"]:
                played = self._find(token)
                if played.original is None:
                    raise PayloadRejected("404: Unknown Message")
                await self._edit(played.original, json.loads(body), files)
            case _:
                raise PayloadRejected(f"404: {method} {path}")

    async def fetch_text(self, attachment: Mapping[str, Any]) -> str:
        """Return the text of an uploaded file; raise Refusal if it isn't text or is too large."""
        file = self.uploads.get(str(attachment["id"]))
        if file is None:
            raise Outage("I couldn't get the file from Discord. Send it again in a minute.")
        return decode_file(file.name, file.data)

    def _find(self, token: str, number: str | None = None) -> Played:
        played = self._played.get(token)
        if played is None or number not in {None, played.payload["id"]}:
            raise TooLate("Unknown interaction")
        return played

    async def _respond(self, played: Played, body: Json, files: tuple[Attachment, ...]) -> None:
        if played.response:  # Discord refuses a second first response, and the bot ignores that
            return
        kind, data = body["type"], body.get("data") or {}
        is_gone = played.source is not None and played.source not in played.channel.messages
        if kind not in _FITTING[played.payload["type"]]:
            raise PayloadRejected(f"400: response {kind} doesn't fit the interaction")
        if kind in _UPDATES and (played.source is None or is_gone):
            raise PayloadRejected("404: Unknown Message")
        if kind in _MESSAGES:
            played.original = self._post(played, body, await read_files(self._world, files))
        elif kind in _UPDATES:
            played.original = played.source
        elif kind == ResponseType.MODAL:
            self.forms[played.member.id] = OpenForm(data, played)
        if kind == ResponseType.UPDATE and played.source:
            await self._edit(played.source, data, files)
        played.response = body
        played.answered.set()
        self._world.changed()

    def _post(self, played: Played, body: Json, files: tuple[File, ...]) -> Message:
        data: Json = body.get("data") or {}
        payload = played.payload
        flags: int = data.get("flags", 0)
        is_private, source = bool(flags & EPHEMERAL), played.source
        flags |= LOADING if body["type"] == ResponseType.DEFERRED_MESSAGE else 0
        return self._world.post(
            played.channel,
            self._world.bot,
            components=data.get("components") or [],
            files=files,
            flags=flags,
            reader=played.member if is_private else None,
            reply_to=source.id if source and (is_private or source.reader is None) else None,
            command=played.command,
            origin={
                "id": payload["id"],
                "type": payload["type"],
                "user": played.member.user(),
                "authorizing_integration_owners": payload["authorizing_integration_owners"],
            },
        )

    async def _edit(self, message: Message, data: Json, files: tuple[Attachment, ...]) -> None:
        """Replace a message's components and files, and end its "is thinking"."""
        message.edited = not message.flags & LOADING
        message.flags = message.flags & ~LOADING | data.get("flags", 0) & V2
        message.components = data["components"]
        message.files = await read_files(self._world, files)
        self._world.changed()
