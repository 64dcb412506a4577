"""The playground's implementation of `bot.platform.Platform`, which posts into memory."""

import mimetypes
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.discord.api_errors import error_of, refusal_of
from adapters.discord.permissions import PostingRights, find_posting_problems
from adapters.discord.platform import parse_snowflake, post_bodies
from adapters.discord.playground.world import (
    DIRECT,
    GUILD_ID,
    SERVER_NAME,
    TEXT,
    THREAD,
    Channel,
    File,
    Message,
    World,
)
from adapters.discord.rendering.layout import Attachment
from adapters.discord.rendering.markdown import CommandIds
from adapters.discord.rendering.render import Message as Rendered
from adapters.discord.rendering.render import render
from bot.call import PublicMessage
from bot.platform import ChannelInfo, PostedMessage
from bot.reply import Reply

_NO_CHANNEL, _NO_SERVER, _NO_MEMBER, _NO_MESSAGE, _NO_ROLE = 10003, 10004, 10007, 10008, 10011
_NOT_OWN, _NO_PERMISSION, _WRONG_KIND = 50005, 50013, 50024
"""Discord's error codes."""
_MAX_THREAD_NAME = 100


class PlaygroundPlatform:
    """Implements `bot.platform.Platform` and `MessagePlatform` on a server in memory."""

    deduplicates_for = 60.0
    moderates_in_direct_messages = False

    def __init__(self, world: World, command_ids: CommandIds) -> None:
        self._world, self._command_ids = world, command_ids

    @property
    def bot_id(self) -> int:
        """The id of the bot's own account."""
        return self._world.bot.id

    async def give_role(self, community: str, member: str, role: str) -> None:
        """Assign a role to a member of the server; raise Refusal if that isn't allowed."""
        person, wanted = self._world.person(parse_snowflake(member)), parse_snowflake(role)
        if person is None or parse_snowflake(community) != GUILD_ID:
            raise refusal_of(_NO_MEMBER)
        ids = [each.id for each in self._world.roles]  # the lowest first
        if wanted not in ids:
            raise refusal_of(_NO_ROLE)
        if not 0 < ids.index(wanted) < ids.index(self._world.bot.id):
            raise refusal_of(_NO_PERMISSION)
        person.roles.add(wanted)
        self._world.changed()

    async def post(self, channel: str, reply: Reply, key: str, mention: str | None = None) -> str:
        """Post *reply*, notifying the role *mention*, and return the first message's id."""
        bodies = post_bodies(self._render(reply), key, mention)
        sent = [await self.send(channel, body, page) for body, page in bodies]
        return sent[0]

    async def send(self, channel: str, body: dict[str, Any], message: Rendered) -> str:
        """Post *message* with *body*, the JSON to send for it, and return the new message's id."""
        place, nonce = self._channel(channel), body.get("nonce")
        same = (each for each in place.messages if nonce is not None and each.nonce == nonce)
        posted = next(same, None)
        if posted is None:
            reference = (body.get("message_reference") or {}).get("message_id")
            answered = place.find(reference)
            posted = self._world.post(
                place,
                self._world.bot,
                components=body["components"],
                files=await read_files(self._world, message.files),
                flags=body["flags"],
                nonce=nonce,
                reply_to=answered.id if answered else None,
            )
        return f"discord:{posted.id}"

    async def edit_post(self, channel: str, message: str, reply: Reply) -> None:
        """Replace the bot's message by *reply*'s first page."""
        found, page = self._message(channel, message), self._render(reply)[0]
        if found.author is not self._world.bot:
            raise error_of(_NOT_OWN)
        found.components = list(page.components)
        found.files = await read_files(self._world, page.files)
        found.edited = True
        self._world.changed()

    def can_notify(self, mention: str) -> bool:
        """Return True if *mention* is a role's id like ``discord:role/123``."""
        return mention in {f"discord:role/{each.id}" for each in self._world.roles}

    async def find_post(self, channel: str, key: str, since: datetime) -> str | None:
        """Return the id of the message that `post` made with *key* after *since*, or None."""
        messages = self._channel(channel).messages
        found = (each for each in messages if each.nonce == key and each.at > since)
        return next((f"discord:{each.id}" for each in found), None)

    async def pin(self, channel: str, message: str) -> None:
        """Pin a message; Discord says so in the channel."""
        found = self._message(channel, message)
        if not found.pinned:
            found.pinned = True
            place, bot = self._channel(channel), self._world.bot
            self._world.post(place, bot, reply_to=found.id, is_pin_notice=True)

    async def unpin(self, channel: str, message: str) -> None:
        """Unpin a message; do nothing if it no longer exists."""
        found = self._channel(channel).find(parse_snowflake(message))
        if found is not None:
            found.pinned = False
            self._world.changed()

    async def create_thread(self, channel: str, message: str, name: str) -> None:
        """Create a thread for a message unless it has one; it gets the message's id."""
        place, found = self._channel(channel), self._message(channel, message)
        if place.type != TEXT:
            raise error_of(_WRONG_KIND)
        if found.id not in self._world.channels:
            thread = Channel(found.id, name[:_MAX_THREAD_NAME], THREAD, parent=place.id)
            self._world.channels[found.id] = thread
            self._world.changed()

    async def message_link(self, channel: str, message: str) -> str:
        """Return the URL that a message would have on Discord."""
        place = self._channel(channel)
        server = "@me" if place.type == DIRECT else GUILD_ID
        return f"https://discord.com/channels/{server}/{place.id}/{parse_snowflake(message)}"

    async def missing_permissions(
        self, channel: str, *, pins: bool, threads: bool, mention: str | None
    ) -> tuple[str, ...]:
        """Return the reasons why the bot can't post in *channel*; empty if it can."""
        place = self._channel(channel)
        bits = self._world.permissions(self._world.bot, place)
        free = {f"discord:role/{each.id}" for each in self._world.roles if each.mentionable}
        mentions = mention is not None and mention not in free
        return find_posting_problems(
            place.json(), bits, pins=pins, threads=threads, mentions=mentions
        )

    async def posting_rights(self, channel: str) -> PostingRights:
        """Return what the bot may do in a channel or thread."""
        place = self._channel(channel)
        return PostingRights.of(place.json(), self._world.permissions(self._world.bot, place))

    async def open_direct_messages(self, member: str) -> str:
        """Return the id of the chat with a member."""
        person = self._world.person(parse_snowflake(member))
        if person is None:
            raise error_of(_NO_MEMBER)
        return f"discord:{self._world.chat(person).id}"

    def public_message(self, channel: str, message: str) -> PublicMessage:
        """Return the bot's message with this id in *channel*, which can be deleted."""
        return _PostedMessage(self, channel, message)

    async def delete(self, channel: str, message: str) -> None:
        """Delete a message."""
        found = self._message(channel, message)
        self._channel(channel).messages.remove(found)
        self._world.changed()

    async def channel_info(self, channel: str) -> ChannelInfo:
        """Return a channel's name and server."""
        place = self._channel(channel)
        if place.type == DIRECT:
            return ChannelInfo(channel, "direct messages", "discord:")
        return ChannelInfo(channel, place.name, f"discord:{GUILD_ID}")

    async def list_channels(self, community: str) -> tuple[ChannelInfo, ...]:
        """Return the server's channels, without threads."""
        if parse_snowflake(community) != GUILD_ID:
            raise error_of(_NO_SERVER)
        texts = [each for each in self._world.channels.values() if each.type == TEXT]
        return tuple(ChannelInfo(f"discord:{each.id}", each.name, community) for each in texts)

    async def community_name(self, community: str) -> str:
        """Return the server's name."""
        if parse_snowflake(community) != GUILD_ID:
            raise error_of(_NO_SERVER)
        return SERVER_NAME

    async def send_direct_message(self, member: str, reply: Reply) -> PostedMessage:
        """Send *reply* to a member as direct messages; return where the first one is."""
        chat = await self.open_direct_messages(member)
        sent = [await self.send(chat, page.payload(), page) for page in self._render(reply)]
        return PostedMessage(chat, sent[0], is_direct=True)

    def _render(self, reply: Reply) -> tuple[Rendered, ...]:
        return render(reply, command_ids=self._command_ids).messages

    def _channel(self, channel: str) -> Channel:
        found = self._world.channels.get(parse_snowflake(channel))
        if found is None:
            raise error_of(_NO_CHANNEL)
        return found

    def _message(self, channel: str, message: str) -> Message:
        found = self._channel(channel).find(parse_snowflake(message))
        if found is None:
            raise error_of(_NO_MESSAGE)
        return found


@dataclass(frozen=True, slots=True)
class _PostedMessage:
    """A message of the bot that everybody in a channel sees."""

    platform: PlaygroundPlatform
    channel: str
    message: str

    async def delete(self) -> None:
        """Delete the message; raise DeliveryError if it is gone."""
        await self.platform.delete(self.channel, self.message)


async def read_files(world: World, attached: tuple[Attachment, ...]) -> tuple[File, ...]:
    """Return the files of a rendered message, with its pictures drawn."""
    kinds = [mimetypes.guess_type(each.name)[0] or "text/plain" for each in attached]
    data = [await each.read() for each in attached]
    return tuple(
        world.create_file(each.name, content, kind, each.alt_text)
        for each, content, kind in zip(attached, data, kinds, strict=True)
    )
