"""Slack's implementation of `Platform`: posts, pins, channels and direct messages."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.api_client import SlackApi
from adapters.slack.api_errors import call_idempotent, call_once, missing_scope, rejects_blocks
from adapters.slack.payload import DM_PREFIX
from adapters.slack.rendering.render import Message, render
from adapters.slack.rendering.rich_text import Json
from adapters.slack.users import Users
from bot.cache import LruCache
from bot.errors import Refusal
from bot.platform import (
    ChannelInfo,
    DeliveryError,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    PostedMessage,
)
from bot.reply import Reply

ApiFor = Callable[[str], Awaitable[SlackApi | None]]

_MAX_WORKSPACES = 1_000  # in the cache
_METADATA_TYPE = "crossroads_post"  # type of the metadata that identifies a post
_PAGE_SIZE, _MAX_PAGES = 200, 10  # messages in a page, pages in a search
_USER_GROUP = re.compile(r"slack:\w+/S\w+")  # user groups are the only mentions that notify
_NOT_A_MEMBER = "I'm not in {where} yet. Type /invite @Crossroads there."
_CHANNEL_LIMITS = {
    "is_read_only": "{where} is read-only. A workspace admin has to allow me to post there.",
    "is_thread_only": "In {where}, people can only reply in threads. Choose another channel.",
}
_ALREADY_PINNED = frozenset({"already_pinned"})
_ALREADY_UNPINNED = frozenset({"no_pin", "message_not_found"})


@dataclass(frozen=True, slots=True)
class _Workspace:
    """One workspace's API client for posts, made from its client for replies (*source*)."""

    source: SlackApi
    api: SlackApi
    users: Users

    @classmethod
    def from_api(cls, source: SlackApi) -> Self:
        """Create the workspace of *source*, with an API client that never retries.

        Retries aren't safe for posts, because a request whose response was lost may have posted a
        message. The scheduler waits for rate limits itself.
        """
        own = source.without_retries()
        return cls(source, own, Users(own))

    @property
    def client(self) -> AsyncWebClient:
        """The Web API client, which never retries."""
        return self.api.client

    async def render(self, reply: Reply) -> tuple[Message, ...]:
        """Return *reply* as messages, with members' display names in place of mentions."""
        return render(reply, names=await self.users.display_names(reply)).messages


class SlackPlatform:
    """Posts in all workspaces, each with its own token. Ids look like ``slack:T1/C2``.

    *api_for* returns the API client of a workspace, or None if the bot has no access to it.
    """

    deduplicates_for = 0.0  # Slack can't deduplicate messages
    moderates_in_direct_messages = True  # a click there comes with the workspace

    def __init__(self, api_for: ApiFor) -> None:
        self._api_for = api_for
        self._cache = LruCache[str, _Workspace](_MAX_WORKSPACES)

    async def give_role(self, community: str, member: str, role: str) -> None:
        """Raise Refusal, because Slack has no roles."""
        del community, member, role
        raise Refusal("On Slack, apps can't give people roles.")

    async def post(self, channel: str, reply: Reply, key: str, mention: str | None = None) -> str:
        """Post *reply* with *key* in its metadata and return the first message's id.

        *mention* is the id of a user group to notify. Raise DeliveryError if posting fails, and its
        subclass OutcomeUnknown if the reply may be posted in whole or in part.
        """
        group = _slack_id(mention) if mention and self.can_notify(mention) else None
        first, workspace = "", await self._workspace(channel)
        for message in await workspace.render(reply):
            try:
                to = None if first else group
                sent = await _post(workspace, _slack_id(channel), message, key, to)
            except DeliveryError as error:
                raise OutcomeUnknown(error.message) if first else error from error
            first = first or str(sent["ts"])
        return f"{channel.rpartition('/')[0]}/{first}"

    async def edit_post(self, channel: str, message: str, reply: Reply) -> None:
        """Replace the bot's message by *reply*'s first page; raise DeliveryError if that fails."""
        workspace = await self._workspace(channel)
        page = (await workspace.render(reply))[0]
        place: Any = {"channel": _slack_id(channel), "ts": _slack_id(message)}
        await call_idempotent(workspace.client.chat_update(**place, **page.content()))

    def can_notify(self, mention: str) -> bool:
        """Return True if *mention* is a user group; no other mention notifies people."""
        return _USER_GROUP.fullmatch(mention) is not None

    async def find_post(self, channel: str, key: str, since: datetime) -> str | None:
        """Return the id of the post with *key* made after *since*, or None.

        Raise PermissionDenied if the bot can't read the channel's history that far back.
        """
        api = (await self._workspace(channel)).client
        bot = (await call_idempotent(api.auth_test())).get("user_id")
        args: dict[str, Any] = {"channel": _slack_id(channel), "oldest": f"{since.timestamp():.6f}"}
        args |= {"include_all_metadata": True, "limit": _PAGE_SIZE}
        for _ in range(_MAX_PAGES):
            found = await call_idempotent(api.conversations_history(**args))
            for message in found.get("messages") or ():
                if message.get("user") == bot and _has_key(message, key):
                    return f"{channel.rpartition('/')[0]}/{message['ts']}"
            cursor = (found.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return None
            args |= {"cursor": cursor}
        raise PermissionDenied(
            f"More than {_PAGE_SIZE * _MAX_PAGES:,} messages have been posted since then, so I "
            "can't tell whether the tip is there."
        )

    async def pin(self, channel: str, message: str) -> None:
        """Pin a message; do nothing if it is pinned already."""
        api = (await self._workspace(channel)).client
        add = api.pins_add(channel=_slack_id(channel), timestamp=_slack_id(message))
        await call_idempotent(add, ignored=_ALREADY_PINNED)

    async def unpin(self, channel: str, message: str) -> None:
        """Unpin a message; do nothing if it isn't pinned or was deleted."""
        api = (await self._workspace(channel)).client
        remove = api.pins_remove(channel=_slack_id(channel), timestamp=_slack_id(message))
        await call_idempotent(remove, ignored=_ALREADY_UNPINNED)

    async def create_thread(self, channel: str, message: str, name: str) -> None:
        """Do nothing: a thread on Slack has no name and starts with its first reply."""

    async def message_link(self, channel: str, message: str) -> str:
        """Return the URL of a message; raise DeliveryError if Slack refuses."""
        api = (await self._workspace(channel)).client
        asked = api.chat_getPermalink(channel=_slack_id(channel), message_ts=_slack_id(message))
        return str((await call_idempotent(asked)).get("permalink") or "")

    async def missing_permissions(
        self, channel: str, *, pins: bool, threads: bool, mention: str | None
    ) -> tuple[str, ...]:
        """Return the reasons why the bot can't post; empty if it can.

        With *pins*, it must be able to pin too. Threads and mentions of user groups need no
        permission.
        """
        del threads, mention
        try:
            channel_info, scopes = await self._channel_info(channel)
        except PermissionDenied as error:
            return (error.message,)
        wanted = ["chat:write", *(["pins:write"] if pins else [])]
        missing = [
            missing_scope(each) for each in wanted if scopes is not None and each not in scopes
        ]
        where = _channel_name(channel_info)
        absent = [] if channel_info.get("is_member") else [_NOT_A_MEMBER.format(where=where)]
        limits = [
            text.format(where=where)
            for flag, text in _CHANNEL_LIMITS.items()
            if channel_info.get(flag)
        ]
        return (*absent, *limits, *missing)

    async def channel_info(self, channel: str) -> ChannelInfo:
        """Return a channel's name and workspace.

        Raise NotFound, PermissionDenied or Retryable if it can't be read or isn't a channel.
        """
        if _slack_id(channel).startswith(DM_PREFIX):
            raise PermissionDenied("That's a direct message, not a channel. Choose a channel.")
        found, _ = await self._channel_info(channel)
        return ChannelInfo(channel, _channel_name(found), channel.rpartition("/")[0])

    async def list_channels(self, community: str) -> tuple[ChannelInfo, ...]:
        """Return the channels that the bot has joined; the bot can't post in any other channel."""
        args: dict[str, Any] = {"types": "public_channel,private_channel", "limit": _PAGE_SIZE}
        channels: list[ChannelInfo] = []
        api = (await self._workspace(f"{community}/")).client
        for _ in range(_MAX_PAGES):
            found = await call_idempotent(api.users_conversations(exclude_archived=True, **args))
            channels += (
                ChannelInfo(f"{community}/{each['id']}", _channel_name(each), community)
                for each in found.get("channels") or ()
            )
            args["cursor"] = (found.get("response_metadata") or {}).get("next_cursor")
            if not args["cursor"]:
                break
        return tuple(channels)

    async def community_name(self, community: str) -> str:
        """Return a workspace's name, which needs no further permission."""
        api = (await self._workspace(f"{community}/")).client
        return str((await call_idempotent(api.auth_test())).get("team") or "")

    async def send_direct_message(self, member: str, reply: Reply) -> PostedMessage:
        """Send *reply* to *member*, which needs no further permission; return where it is."""
        workspace = await self._workspace(member)
        pages = await workspace.render(reply)
        sent = [await _post(workspace, _slack_id(member), page, "") for page in pages]
        community = member.rpartition("/")[0]
        channel, message = (f"{community}/{sent[0][name]}" for name in ("channel", "ts"))
        return PostedMessage(channel, message, is_direct=True)

    async def _workspace(self, tagged: str) -> _Workspace:
        """Return the workspace to which the id *tagged*, such as ``slack:T1/C2``, belongs.

        Raise PermissionDenied if the bot has no access to the workspace.
        """
        community = tagged.rpartition("/")[0]
        api = await self._api_for(community)
        if api is None:
            raise PermissionDenied(
                "I no longer have access to that workspace. Ask an admin there to install me again."
            )
        cached = self._cache.get(community)
        if cached is not None and cached.source is api:
            return cached
        return self._cache.put(community, _Workspace.from_api(api))

    async def _channel_info(self, channel: str) -> tuple[Mapping[str, Any], frozenset[str] | None]:
        """Return a channel's data, and the app's scopes or None if Slack doesn't list them.

        Raise NotFound if the channel is archived.
        """
        headers: Mapping[str, str] = {}
        api = (await self._workspace(channel)).client

        async def request() -> Any:
            nonlocal headers
            response = await api.conversations_info(channel=_slack_id(channel))
            headers = response.headers
            return response

        found: Any = (await call_idempotent(request())).get("channel") or {}
        if found.get("is_archived"):
            where = _channel_name(found)
            raise NotFound(f"The channel {where} is archived. Unarchive it, or choose another one.")
        scopes = headers.get("X-OAuth-Scopes")
        return found, frozenset(scopes.replace(" ", "").split(",")) if scopes else None


async def _post(
    workspace: _Workspace, channel: str, message: Message, key: str, group: str | None = None
) -> Mapping[str, Any]:
    """Post a message and return the response; if Slack refuses its images, post descriptions.

    *key* identifies the post in its metadata, and *group* is a user group to notify.
    """
    images = workspace.api.images
    prepared = await images.prepare(message)
    try:
        sent = await _post_message(workspace, channel, prepared, key, group)
    except DeliveryError as error:
        if not (prepared.images and rejects_blocks(error)):
            raise
        images.mark_refused(prepared)
        described = images.with_images(message)
        return await _post_message(workspace, channel, described, key, group)
    images.mark_accepted(prepared)
    return sent


async def _post_message(
    workspace: _Workspace, channel: str, message: Message, key: str, group: str | None
) -> Mapping[str, Any]:
    body = message.body()
    if group is not None:
        body["blocks"] = [_group_mention(group), *body["blocks"]]
    if key:
        body["metadata"] = {"event_type": _METADATA_TYPE, "event_payload": {"key": key}}
    return await call_once(workspace.client.chat_postMessage(channel=channel, **body))


def _has_key(message: Mapping[str, Any], key: str) -> bool:
    metadata = message.get("metadata") or {}
    found = (metadata.get("event_payload") or {}).get("key")
    return metadata.get("event_type") == _METADATA_TYPE and found == key


def _group_mention(group: str) -> Json:
    """Return a block that notifies a user group."""
    element = {"type": "usergroup", "usergroup_id": group}
    section = {"type": "rich_text_section", "elements": [element]}
    return {"type": "rich_text", "elements": [section]}


def _channel_name(channel: Mapping[str, Any]) -> str:
    return f"#{channel['name']}" if channel.get("name") else "the channel"


def _slack_id(tagged: str) -> str:
    """Return the "C2" of ``slack:T1/C2``; raise DeliveryError if *tagged* isn't an id on Slack."""
    platform, _, rest = tagged.partition(":")
    found = rest.rpartition("/")[2]
    if platform != "slack" or not found:
        raise DeliveryError("That channel isn't on Slack.")
    return found
