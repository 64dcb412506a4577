"""Discord's implementation of `bot.platform.Platform`: posts, pins, threads, roles, channels."""

import json
import zlib
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any, Protocol

import aiohttp
import discord

from adapters.discord.api_errors import (
    call_for_member,
    call_idempotent,
    call_once,
    is_existing_thread,
)
from adapters.discord.internals import Route, request, set_api_base
from adapters.discord.permissions import (
    TEXT_CHANNELS,
    THREAD_CHANNELS,
    PostingRights,
    channel_permissions,
    find_posting_problems,
)
from adapters.discord.rendering.markdown import NO_IDS, CommandIds
from adapters.discord.rendering.render import Message, render
from adapters.shared.internals import ProxyConnector
from bot.call import PublicMessage
from bot.errors import Refusal
from bot.platform import (
    ChannelInfo,
    DeliveryError,
    PermissionDenied,
    Platform,
    PostedMessage,
    Retryable,
)
from bot.reply import Reply

_MAX_MESSAGES = 2_000  # how many messages find_post searches
_THREAD_NAME = 100  # characters
_ARCHIVE_MINUTES = 1440  # after which Discord archives a thread without new messages
_TEXT_DISPLAY = 10
_WEBSITE = "https://discord.com"
_ROLE_PREFIX = "discord:role/"


@asynccontextmanager
async def open_platform(token: str, base: str) -> AsyncIterator[Platform]:
    """Yield a platform that uses only the REST API, without a connection to the gateway.

    *base* is the API's address. Raise Retryable if Discord can't be reached or refuses the login.
    """
    set_api_base(base)
    intents = discord.Intents.none()
    async with discord.Client(intents=intents, connector=ProxyConnector()) as client:
        try:
            await client.login(token)
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as error:
            raise Retryable("I can't reach Discord right now.") from error
        yield DiscordPlatform(client)


class MessagePlatform(Protocol):
    """Discord for those who answer members: messages, threads, and the bot's rights in channels.

    Channels, messages and members are ids like ``discord:123``. All methods but `public_message`
    raise a DeliveryError if Discord doesn't carry out the request.
    """

    @property
    def bot_id(self) -> int:
        """The id of the bot's own account, 0 if it isn't known yet."""
        ...

    async def send(self, channel: str, body: dict[str, Any], message: Message) -> str:
        """Post *message* with *body*, the JSON to send for it, and return the new message's id."""
        ...

    async def posting_rights(self, channel: str) -> PostingRights:
        """Return what the bot may do in a channel or thread."""
        ...

    async def open_direct_messages(self, member: str) -> str:
        """Return the id of the chat with a member."""
        ...

    async def create_thread(self, channel: str, message: str, name: str) -> None:
        """Create a thread for a message unless it has one."""
        ...

    def public_message(self, channel: str, message: str) -> PublicMessage:
        """Return the bot's message with this id in a channel, which can be deleted."""
        ...


class DiscordPlatform:
    """Implements `bot.platform.Platform` with a discord.py client."""

    deduplicates_for = 60.0  # seconds; Discord's docs say "a few minutes"
    moderates_in_direct_messages = False  # a click there comes without a server

    def __init__(self, client: discord.Client, command_ids: CommandIds = NO_IDS) -> None:
        self._client, self._command_ids = client, command_ids

    async def give_role(self, community: str, member: str, role: str) -> None:
        """Assign *role* to *member* of the server *community*.

        Ids have the platform in front, like ``discord:123``. Raise Refusal if Discord refuses the
        request, and Outage if Discord can't be reached.
        """
        route = Route(
            "PUT",
            "/guilds/{guild_id}/members/{user_id}/roles/{role_id}",
            guild_id=parse_snowflake(community),
            user_id=parse_snowflake(member),
            role_id=parse_snowflake(role),
        )
        reason = "chosen by the member for a quiz result"
        await call_for_member(request(self._client, route, reason=reason))

    async def post(self, channel: str, reply: Reply, key: str, mention: str | None = None) -> str:
        """Post *reply*, notifying the role *mention*, and return the first message's id.

        Discord ignores a repeated post with the same *key* for `deduplicates_for` seconds. Raise
        DeliveryError if Discord refuses the post, and OutcomeUnknown if its reply is lost.
        """
        bodies = post_bodies(self._render(reply), key, mention)
        sent = [await self.send(channel, body, page) for body, page in bodies]
        return sent[0]

    async def send(self, channel: str, body: dict[str, Any], message: Message) -> str:
        """Post *message* with *body*, the JSON to send for it, and return the new message's id.

        Raise DeliveryError if Discord refuses that, and OutcomeUnknown if its reply is lost.
        """
        ids: Any = {"channel_id": parse_snowflake(channel)}
        options = await request_options(body, message)
        route = Route("POST", "/channels/{channel_id}/messages", **ids)
        sent = await call_once(request(self._client, route, **options))
        return f"discord:{sent['id']}"

    async def edit_post(self, channel: str, message: str, reply: Reply) -> None:
        """Replace the bot's message by *reply*'s first page; raise DeliveryError if that fails."""
        page = self._render(reply)[0]
        ids: Any = {"channel_id": parse_snowflake(channel), "message_id": parse_snowflake(message)}
        route = Route("PATCH", "/channels/{channel_id}/messages/{message_id}", **ids)
        options = await request_options(page.payload(), page)
        await call_idempotent(request(self._client, route, **options))

    def can_notify(self, mention: str) -> bool:
        """Return True if *mention* can be pinged: it is a role's id like ``discord:role/123``."""
        return mention.startswith(_ROLE_PREFIX) and mention.removeprefix(_ROLE_PREFIX).isdigit()

    async def find_post(self, channel: str, key: str, since: datetime) -> str | None:
        """Return the id of the message that `post` made with *key* after *since*, or None.

        Raise PermissionDenied if the bot may not read the messages, or if there are too many.
        """
        bits, _ = await self._own_permissions(await self._get_channel(channel))
        if not bits & discord.Permissions.read_message_history.flag:
            raise PermissionDenied(
                "I can't check the channel because I don't have the Read Message History "
                "permission."
            )
        return await call_idempotent(self._search(parse_snowflake(channel), key, since))

    async def _search(self, channel: int, key: str, since: datetime) -> str | None:
        messageable = self._client.get_partial_messageable(channel)
        after, count = discord.Object(discord.utils.time_snowflake(since, high=False)), 0
        async for message in messageable.history(limit=_MAX_MESSAGES, after=after):
            if self._is_post(message, key):
                return f"discord:{message.id}"
            count += 1
        if count < _MAX_MESSAGES:
            return None
        raise PermissionDenied(
            f"More than {_MAX_MESSAGES:,} messages have been posted since then, so I can't tell "
            "whether the tip is there."
        )

    async def pin(self, channel: str, message: str) -> None:
        """Pin a message; raise DeliveryError if that fails."""
        await call_idempotent(self._message(channel, message).pin())

    async def unpin(self, channel: str, message: str) -> None:
        """Unpin a message; raise DeliveryError if that fails."""
        await call_idempotent(self._message(channel, message).unpin())

    async def create_thread(self, channel: str, message: str, name: str) -> None:
        """Create a thread for a message unless it has one; raise DeliveryError if that fails."""
        path = "/channels/{channel_id}/messages/{message_id}/threads"
        ids: Any = {"channel_id": parse_snowflake(channel), "message_id": parse_snowflake(message)}
        body = {"name": name[:_THREAD_NAME], "auto_archive_duration": _ARCHIVE_MINUTES}
        try:
            await call_idempotent(request(self._client, Route("POST", path, **ids), json=body))
        except DeliveryError as error:
            if not is_existing_thread(error):
                raise

    async def message_link(self, channel: str, message: str) -> str:
        """Return the URL of a message; raise DeliveryError if the channel can't be read."""
        found = await self._get_channel(channel)
        place = found.get("guild_id") or "@me"
        return f"{_WEBSITE}/channels/{place}/{parse_snowflake(channel)}/{parse_snowflake(message)}"

    async def missing_permissions(
        self, channel: str, *, pins: bool, threads: bool, mention: str | None
    ) -> tuple[str, ...]:
        """Return the reasons, as sentences, why the bot can't post in *channel*; empty if it can.

        *pins* and *threads* mean that each post is pinned or gets a thread; *mention* is the role
        to notify.
        """
        try:
            found = await self._get_channel(channel)
            bits, roles = await self._own_permissions(found)
        except PermissionDenied as error:
            return (error.message,)
        mentions = mention is not None and not any(
            each["id"] == str(parse_snowflake(mention)) and each.get("mentionable")
            for each in roles
        )
        return find_posting_problems(found, bits, pins=pins, threads=threads, mentions=mentions)

    async def posting_rights(self, channel: str) -> PostingRights:
        """Return what the bot may do in a channel or thread; raise DeliveryError if that fails."""
        found = await self._get_channel(channel)
        bits, _ = await self._own_permissions(found)
        return PostingRights.of(found, bits)

    async def open_direct_messages(self, member: str) -> str:
        """Return the id of the chat with a member; raise DeliveryError if Discord refuses it."""
        opened = await call_idempotent(
            self._client.create_dm(discord.Object(parse_snowflake(member)))
        )
        return f"discord:{opened.id}"

    def public_message(self, channel: str, message: str) -> PublicMessage:
        """Return the bot's message with this id in *channel*, which can be deleted."""
        return _PostedMessage(self._message(channel, message))

    async def channel_info(self, channel: str) -> ChannelInfo:
        """Return a channel's name and server; raise DeliveryError if it can't be read."""
        found = await self._get_channel(channel)
        community = f"discord:{found.get('guild_id', '')}"
        return ChannelInfo(channel, found.get("name") or "direct messages", community)

    async def list_channels(self, community: str) -> tuple[ChannelInfo, ...]:
        """Return a server's text and announcement channels, without threads."""
        found = await self._get("/guilds/{guild_id}/channels", guild_id=parse_snowflake(community))
        texts = [each for each in found if each["type"] in TEXT_CHANNELS]
        return tuple(
            ChannelInfo(f"discord:{each['id']}", each["name"], community) for each in texts
        )

    async def community_name(self, community: str) -> str:
        """Return a server's name; raise DeliveryError if it can't be read."""
        found = await self._get("/guilds/{guild_id}", guild_id=parse_snowflake(community))
        return str(found["name"])

    async def send_direct_message(self, member: str, reply: Reply) -> PostedMessage:
        """Send *reply* to a member as direct messages; return where the first one is.

        Raise DeliveryError if Discord refuses.
        """
        chat = await self.open_direct_messages(member)
        sent = [await self.send(chat, page.payload(), page) for page in self._render(reply)]
        return PostedMessage(chat, sent[0], is_direct=True)

    def _render(self, reply: Reply) -> tuple[Message, ...]:
        return render(reply, command_ids=self._command_ids).messages

    def _message(self, channel: str, message: str) -> discord.PartialMessage:
        messageable = self._client.get_partial_messageable(parse_snowflake(channel))
        return messageable.get_partial_message(parse_snowflake(message))

    def _is_post(self, message: discord.Message, key: str) -> bool:
        frames = (each for each in message.components if isinstance(each, discord.Container))
        is_marked = any(frame.id == _post_marker(key) for frame in frames)
        return is_marked and message.author.id in {self._client.application_id, self.bot_id}

    async def _own_permissions(self, channel: Any) -> tuple[int, list[Any]]:
        """Return the bot's permissions in a channel as bits, and the server's roles.

        A thread has the permissions of its parent channel. A direct message has all and no roles.
        """
        if "guild_id" not in channel:
            return ~0, []
        guild_id = int(channel["guild_id"])
        guild = await self._get("/guilds/{guild_id}", guild_id=guild_id)
        member_path = "/guilds/{guild_id}/members/{user_id}"
        me = await self._get(member_path, guild_id=guild_id, user_id=self.bot_id)
        if channel["type"] in THREAD_CHANNELS and channel.get("parent_id"):
            channel = await self._get_channel(f"discord:{channel['parent_id']}")
        return channel_permissions(guild, me, channel), list(guild["roles"])

    async def _get_channel(self, channel: str) -> Any:
        return await self._get("/channels/{channel_id}", channel_id=parse_snowflake(channel))

    async def _get(self, path: str, **ids: Any) -> Any:
        return await call_idempotent(request(self._client, Route("GET", path, **ids)))

    @property
    def bot_id(self) -> int:
        """The id of the bot's own account, 0 before the login."""
        return self._client.user.id if self._client.user else 0


@dataclass(frozen=True, slots=True)
class _PostedMessage:
    """A message of the bot that everybody in a channel sees."""

    message: discord.PartialMessage

    async def delete(self) -> None:
        """Delete the message; raise DeliveryError if Discord doesn't."""
        await call_idempotent(self.message.delete())


def post_bodies(
    pages: Iterable[Message], key: str, mention: str | None
) -> Iterator[tuple[dict[str, Any], Message]]:
    """Yield the JSON to post each page once, however often it is sent with the same *key*.

    The first page notifies the role *mention*, which is an id such as ``discord:role/123``.
    """
    for number, page in enumerate(pages):
        nonce = f"{key}{number or ''}"
        body = page.payload() | {"nonce": nonce, "enforce_nonce": True}
        frame, *below = body["components"]
        body["components"] = [{**frame, "id": _post_marker(nonce)}, *below]
        if mention is not None and not number:
            role = parse_snowflake(mention)
            body["components"].insert(0, {"type": _TEXT_DISPLAY, "content": f"<@&{role}>"})
            body["allowed_mentions"] = {"parse": [], "roles": [str(role)]}
        yield body, page


async def request_options(body: dict[str, Any], message: Message) -> dict[str, Any]:
    """Return the arguments for `request` that send *body*: JSON, or a form if there are files."""
    if not message.files:
        return {"json": body}
    files = [discord.File(BytesIO(await file.read()), file.name) for file in message.files]
    form = [{"name": "payload_json", "value": json.dumps(body)}]
    parts = (
        {"name": f"files[{at}]", "value": file.fp, "filename": file.filename}
        for at, file in enumerate(files)
    )
    return {"files": files, "form": [*form, *parts]}


def _post_marker(key: str) -> int:
    """Return a number, computed from *key*, that `post` puts into its message as a component id.

    `find_post` recognizes the message by this number.
    """
    return zlib.crc32(key.encode()) & 0x7FFFFFFF or 1


def parse_snowflake(tagged: str) -> int:
    """Return Discord's own id, the number in ``discord:123`` or ``discord:role/123``.

    Raise Refusal if *tagged* isn't an id of Discord's.
    """
    platform, _, rest = tagged.partition(":")
    number = rest.rpartition("/")[2]
    if platform != "discord" or not number.isdigit():
        raise Refusal("That channel isn't on Discord. Choose one from a Discord server.")
    return int(number)
