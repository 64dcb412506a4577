"""What the product asks of Discord beside answering."""

import json
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from io import BytesIO
from typing import Any, Final

import aiohttp
import discord
from discord.http import Route

from adapters.discord.api_errors import asked_by_member, is_thread_there, once, repeatable
from adapters.discord.permissions import TEXTS, THREADS, allowed, named, unfit, wanted
from adapters.discord.rendering.render import Message, render
from adapters.shared.http_session import ProxyConnector
from bot.errors import Refusal
from bot.platform import ChannelInfo, DeliveryError, PermissionDenied, Platform, Retryable
from bot.reply import Reply

_PAGE, _PAGES = 100, 20  # messages that one request gives, and requests in a busy channel
_THREAD_NAME = 100  # characters
_DAY: Final = 1440  # minutes until a quiet thread is archived
_TEXT = 10
_ROLE = "discord:role/"


@asynccontextmanager
async def reached(token: str, base: str) -> AsyncIterator[Platform]:
    """Reach Discord without a gateway, to ask and not to listen; raises Retryable."""
    Route.BASE = base.rstrip("/")
    intents = discord.Intents.none()
    async with discord.Client(intents=intents, connector=ProxyConnector()) as client:
        try:
            await client.login(token)
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as error:
            raise Retryable("Discord can't be reached just now.") from error
        yield DiscordPlatform(client)


class DiscordPlatform:
    """A client's view of Discord, by ids as the product knows them."""

    deduplicates_for = 60.0  # Discord says: a few minutes

    def __init__(self, client: discord.Client) -> None:
        self._client, self._http = client, client.http

    async def give_role(self, community: str, member: str, role: str) -> None:
        """Give a member a role; raises Refusal where an admin has to help, and Outage."""
        numbers = [_number(each) for each in (community, member, role)]
        await asked_by_member(self._http.add_role(*numbers, reason="taken with a quiz's result"))

    async def post(self, channel: str, reply: Reply, key: str, mention: str | None = None) -> str:
        """Post *reply*; within some minutes Discord takes the same key for the same message."""
        role = None if mention is None else _number(mention)
        sent = [
            await self._post(
                _number(channel), message, f"{key}{page or ''}", None if page else role
            )
            for page, message in enumerate(render(reply).messages)
        ]
        return f"discord:{sent[0]['id']}"

    def can_notify(self, mention: str) -> bool:
        """Tell whether *mention* is the id of a role."""
        return mention.startswith(_ROLE) and mention.removeprefix(_ROLE).isdigit()

    async def find_post(self, channel: str, key: str, since: datetime) -> str | None:
        """Look for a post after *since*; raises PermissionDenied where that can't be told."""
        await self._may_look(channel)
        after = discord.utils.time_snowflake(since, high=False)
        for _ in range(_PAGES):
            found = await repeatable(self._http.logs_from(_number(channel), _PAGE, after=after))
            for message in found:
                if self._is(message, key):
                    return f"discord:{message['id']}"
            if len(found) < _PAGE:
                return None
            after = max(int(each["id"]) for each in found)
        raise PermissionDenied(
            f"More than {_PAGE * _PAGES:,} messages have come since: I can't tell."
        )

    async def pin(self, channel: str, message: str) -> None:
        """Pin a message."""
        await repeatable(self._http.pin_message(_number(channel), _number(message)))

    async def unpin(self, channel: str, message: str) -> None:
        """Unpin a message."""
        await repeatable(self._http.unpin_message(_number(channel), _number(message)))

    async def create_thread(self, channel: str, message: str, name: str) -> None:
        """Open a thread under a message."""
        numbers = _number(channel), _number(message)
        opened = self._http.start_thread_with_message(
            *numbers, name=name[:_THREAD_NAME], auto_archive_duration=_DAY
        )
        try:
            await repeatable(opened)
        except DeliveryError as error:
            if not is_thread_there(error):
                raise

    async def missing_permissions(
        self, channel: str, *, pins: bool, threads: bool, mention: str | None
    ) -> tuple[str, ...]:
        """Return why the bot can't post: faults of the channel and missing permissions."""
        try:
            found: Any = await repeatable(self._http.get_channel(_number(channel)))
            bits, roles = await self._allowed(found)
        except PermissionDenied as error:
            return (error.message,)
        mentions = mention is not None and not _mentionable(roles, _number(mention))
        faults = tuple(unfit(found, bits, threads=threads))
        needed = wanted(found, pins=pins, threads=threads, mentions=mentions)
        missing = named(needed & ~bits) if not faults else ()
        where = f"#{found['name']}"
        return (*faults, *(f"I lack the permission {name} in {where}." for name in missing))

    async def channel_info(self, channel: str) -> ChannelInfo:
        """Tell what a channel is called and where it is."""
        found: Any = await repeatable(self._http.get_channel(_number(channel)))
        community = f"discord:{found.get('guild_id', '')}"
        return ChannelInfo(channel, found.get("name") or "direct messages", community)

    async def list_channels(self, community: str) -> tuple[ChannelInfo, ...]:
        """List the text channels of a server."""
        found: Any = await repeatable(self._http.get_all_guild_channels(_number(community)))
        texts = [each for each in found if each["type"] in TEXTS]
        return tuple(
            ChannelInfo(f"discord:{each['id']}", each["name"], community) for each in texts
        )

    async def send_direct_message(self, member: str, reply: Reply) -> None:
        """Send somebody a direct message."""
        opened = await repeatable(self._http.start_private_message(_number(member)))
        for message in render(reply).messages:
            await self._post(int(opened["id"]), message, "")

    async def _post(self, channel: int, message: Message, key: str, role: int | None = None) -> Any:
        body = message.payload()
        frame, *below = body["components"]
        body["components"] = [{**frame, "id": _mark(key)} if key else frame, *below]
        if role is not None:
            body["components"].insert(0, {"type": _TEXT, "content": f"<@&{role}>"})
            body["allowed_mentions"] = {"parse": [], "roles": [str(role)]}
        if key:
            body |= {"nonce": key, "enforce_nonce": True}
        route = Route("POST", "/channels/{channel_id}/messages", channel_id=channel)
        return await once(self._http.request(route, **await _sent(body, message)))

    def _is(self, message: Any, key: str) -> bool:
        tops = [each.get("id") for each in message.get("components") or ()]
        ours = {str(self._client.application_id), str(self._own())}
        return _mark(key) in tops and str(message["author"]["id"]) in ours

    async def _may_look(self, channel: str) -> None:
        found: Any = await repeatable(self._http.get_channel(_number(channel)))
        bits, _ = await self._allowed(found)
        if not bits & discord.Permissions.read_message_history.flag:
            raise PermissionDenied("I lack the permission Read Message History, so I can't look.")

    async def _allowed(self, channel: Any) -> tuple[int, list[Any]]:
        """Return the bot's permissions in a channel; a thread has its parent's rules.

        Also return the server's roles.
        """
        if "guild_id" not in channel:
            return ~0, []
        guild_id = int(channel["guild_id"])
        guild = await repeatable(self._http.get_guild(guild_id))
        me = await repeatable(self._http.get_member(guild_id, self._own()))
        if channel["type"] in THREADS and channel.get("parent_id"):
            channel = await repeatable(self._http.get_channel(int(channel["parent_id"])))
        return allowed(guild, me, channel), list(guild["roles"])

    def _own(self) -> int:
        return self._client.user.id if self._client.user else 0


def _mentionable(roles: list[Any], role: int) -> bool:
    """Return whether anybody may notify a role."""
    return any(each["id"] == str(role) and each.get("mentionable") for each in roles)


async def _sent(body: dict[str, Any], message: Message) -> dict[str, Any]:
    """Give the body as discord.py takes it: JSON, and with files a form."""
    if not message.files:
        return {"json": body}
    files = [discord.File(BytesIO(await file.read()), file.name) for file in message.files]
    form = [{"name": "payload_json", "value": json.dumps(body)}]
    parts = (
        {"name": f"files[{at}]", "value": file.fp, "filename": file.filename}
        for at, file in enumerate(files)
    )
    return {"files": files, "form": [*form, *parts]}


def _mark(key: str) -> int:
    """Give the number that a post's frame has as its id, by which the post is found again."""
    return zlib.crc32(key.encode()) & 0x7FFFFFFF or 1


def _number(tagged: str) -> int:
    """Give the number at the end of ``discord:role/123``; raises Refusal for anything else."""
    platform, _, rest = tagged.partition(":")
    number = rest.rpartition("/")[2]
    if platform != "discord" or not number.isdigit():
        raise Refusal("That isn't on Discord. Choose it in a server there.")
    return int(number)
