"""What the product asks of Slack beside answering."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.api_client import Web
from adapters.slack.failures import lacking, once, refuses_blocks, repeatable
from adapters.slack.rendering.render import Message, render
from adapters.slack.rendering.rich_text import Json
from adapters.slack.users import People
from bot.cache import LruCache
from bot.errors import Refusal
from bot.platform import ChannelInfo, DeliveryError, NotFound, OutcomeUnknown, PermissionDenied
from bot.reply import Reply

WebOf = Callable[[str], Awaitable[Web | None]]

_WORKSPACES = 1_000  # that are remembered
_EVENT = "crossroads_post"  # the type of the metadata by which a post is found again
_PAGE, _PAGES = 200, 10  # messages of one look, and looks back in a busy channel
_DIRECT = "D"  # what the ids of direct messages begin with
_GROUP = re.compile(r"slack:\w+/S\w+")  # alone may be notified
_NOT_THERE = "I'm not in {where} yet. Type /invite @Crossroads there."
_LIMITED = {
    "is_read_only": "{where} is read-only. An admin of the workspace has to let me post there.",
    "is_thread_only": "In {where} people can only reply in threads. Choose another channel.",
}
_PINNED, _UNPINNED = frozenset({"already_pinned"}), frozenset({"no_pin", "message_not_found"})


@dataclass(frozen=True, slots=True)
class _Workspace:
    """A workspace as its own token lets us see it."""

    behind: Web
    web: Web
    people: People

    @classmethod
    def of(cls, web: Web) -> Self:
        """Look through *web*, without its handlers that try again.

        A lost answer may be a message that is there, and an hour's limit is the product's to wait.
        """
        api = web.api
        bare = AsyncWebClient(api.token, api.base_url, session=web.session, retry_handlers=[])
        own = Web(bare, web.session)
        return cls(web, own, People(own))

    @property
    def api(self) -> AsyncWebClient:
        """Its Web API."""
        return self.web.api

    async def drawn(self, reply: Reply) -> tuple[Message, ...]:
        """Draw a reply with the names that people have there."""
        return render(reply, names=await self.people.names(reply)).messages


class SlackPlatform:
    """Slack as the product sees it, each workspace by its own token. Ids are like ``slack:T1/C2``.

    *web_of* gives what a community is asked with, None where nothing does.
    """

    deduplicates_for = 0.0  # Slack takes every message for a new one

    def __init__(self, web_of: WebOf) -> None:
        self._web_of = web_of
        self._known = LruCache[str, _Workspace](_WORKSPACES)

    async def give_role(self, community: str, member: str, role: str) -> None:
        """Refuse: Slack has no roles."""
        del community, member, role
        raise Refusal("Slack has no roles that an app could give.")

    async def post(self, channel: str, reply: Reply, key: str, mention: str | None = None) -> str:
        """Post *reply*; its metadata carries the key.

        What fails after the first of several messages leaves open what is there: it is looked for.
        """
        group = _inner(mention) if mention and self.can_notify(mention) else None
        first, there = "", await self._there(channel)
        for message in await there.drawn(reply):
            try:
                own = None if first else group
                sent = await _post(there, _inner(channel), message, key, own)
            except DeliveryError as error:
                raise OutcomeUnknown(error.message) if first else error from error
            first = first or str(sent["ts"])
        return f"{channel.rpartition('/')[0]}/{first}"

    def can_notify(self, mention: str) -> bool:
        """Tell whether *mention* is the id of a user group."""
        return _GROUP.fullmatch(mention) is not None

    async def find_post(self, channel: str, key: str, since: datetime) -> str | None:
        """Look for a post after *since*; raises PermissionDenied where that can't be told."""
        api = (await self._there(channel)).api
        bot = (await repeatable(api.auth_test())).get("user_id")
        args: dict[str, Any] = {"channel": _inner(channel), "oldest": f"{since.timestamp():.6f}"}
        args |= {"include_all_metadata": True, "limit": _PAGE}
        for _ in range(_PAGES):
            found = await repeatable(api.conversations_history(**args))
            for message in found.get("messages") or ():
                if message.get("user") == bot and _is(message, key):
                    return f"{channel.rpartition('/')[0]}/{message['ts']}"
            cursor = (found.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return None
            args |= {"cursor": cursor}
        raise PermissionDenied(
            f"More than {_PAGE * _PAGES:,} messages have come since: I can't tell."
        )

    async def pin(self, channel: str, message: str) -> None:
        """Pin a message."""
        api = (await self._there(channel)).api
        add = api.pins_add(channel=_inner(channel), timestamp=_inner(message))
        await repeatable(add, fine=_PINNED)

    async def unpin(self, channel: str, message: str) -> None:
        """Unpin a message."""
        api = (await self._there(channel)).api
        remove = api.pins_remove(channel=_inner(channel), timestamp=_inner(message))
        await repeatable(remove, fine=_UNPINNED)

    async def create_thread(self, channel: str, message: str, name: str) -> None:
        """Do nothing: every message on Slack has a thread, and a first reply would only be noise.

        It needs no name, and opens with the first answer that somebody writes.
        """

    async def missing_permissions(
        self, channel: str, *, pins: bool, threads: bool, mention: str | None
    ) -> tuple[str, ...]:
        """Return why the bot can't post; threads and user groups need no permission."""
        del threads, mention
        try:
            about, scopes = await self._about(channel)
        except PermissionDenied as error:
            return (error.message,)
        wanted = ["chat:write", *(["pins:write"] if pins else [])]
        missing = [lacking(each) for each in wanted if scopes is not None and each not in scopes]
        where = _called(about)
        absent = [] if about.get("is_member") else [_NOT_THERE.format(where=where)]
        limits = [says.format(where=where) for flag, says in _LIMITED.items() if about.get(flag)]
        return (*absent, *limits, *missing)

    async def channel_info(self, channel: str) -> ChannelInfo:
        """Tell what a channel is called; raises NotFound, PermissionDenied and Retryable."""
        if _inner(channel).startswith(_DIRECT):
            raise PermissionDenied("Those are direct messages. Choose a channel.")
        about, _ = await self._about(channel)
        return ChannelInfo(channel, _called(about), channel.rpartition("/")[0])

    async def list_channels(self, community: str) -> tuple[ChannelInfo, ...]:
        """List the channels that the bot was invited to: in no other can it post."""
        args: dict[str, Any] = {"types": "public_channel,private_channel", "limit": _PAGE}
        places: list[ChannelInfo] = []
        api = (await self._there(f"{community}/")).api
        for _ in range(_PAGES):
            asked = api.users_conversations(exclude_archived=True, **args)
            found = await repeatable(asked)
            places += (
                ChannelInfo(f"{community}/{each['id']}", _called(each), community)
                for each in found.get("channels") or ()
            )
            args["cursor"] = (found.get("response_metadata") or {}).get("next_cursor")
            if not args["cursor"]:
                break
        return tuple(places)

    async def send_direct_message(self, member: str, reply: Reply) -> None:
        """Send somebody a direct message; their own id names it, which needs no permission."""
        there = await self._there(member)
        for message in await there.drawn(reply):
            await _post(there, _inner(member), message, "")

    async def _there(self, tagged: str) -> _Workspace:
        """Return the workspace of a channel or a member; raise PermissionDenied without access."""
        community = tagged.rpartition("/")[0]
        web = await self._web_of(community)
        if web is None:
            raise PermissionDenied(
                "I have no access to that workspace: it has to install me again."
            )
        known = self._known.get(community)
        if known is not None and known.behind is web:
            return known
        return self._known.put(community, _Workspace.of(web))

    async def _about(self, channel: str) -> tuple[Mapping[str, Any], frozenset[str] | None]:
        """Look a channel up, and with it the scopes that the app was granted, where Slack says."""
        headers: Mapping[str, str] = {}
        api = (await self._there(channel)).api

        async def asked() -> Any:
            nonlocal headers
            answer = await api.conversations_info(channel=_inner(channel))
            headers = answer.headers
            return answer

        found: Any = (await repeatable(asked())).get("channel") or {}
        if found.get("is_archived"):
            raise NotFound(f"The channel {_called(found)} is archived.")
        said = headers.get("X-OAuth-Scopes")
        return found, frozenset(said.replace(" ", "").split(",")) if said else None


async def _post(
    there: _Workspace, channel: str, message: Message, key: str, group: str | None = None
) -> Mapping[str, Any]:
    pictures = there.web.pictures
    shown = await pictures.ready(message)
    try:
        sent = await _sent(there, channel, shown, key, group)
    except DeliveryError as error:
        if not (shown.pictures and refuses_blocks(error)):
            raise
        pictures.refused(shown)
        return await _sent(there, channel, pictures.shown(message), key, group)
    pictures.taken(shown)
    return sent


async def _sent(
    there: _Workspace, channel: str, message: Message, key: str, group: str | None
) -> Mapping[str, Any]:
    body = message.payload()
    del body["response_type"]
    if group is not None:
        body["blocks"] = [_notifying(group), *body["blocks"]]
    if key:
        body["metadata"] = {"event_type": _EVENT, "event_payload": {"key": key}}
    return await once(there.api.chat_postMessage(channel=channel, **body))


def _is(message: Mapping[str, Any], key: str) -> bool:
    metadata = message.get("metadata") or {}
    named = (metadata.get("event_payload") or {}).get("key")
    return metadata.get("event_type") == _EVENT and named == key


def _notifying(group: str) -> Json:
    """Give a block that notifies a user group."""
    element = {"type": "usergroup", "usergroup_id": group}
    section = {"type": "rich_text_section", "elements": [element]}
    return {"type": "rich_text", "elements": [section]}


def _called(about: Mapping[str, Any]) -> str:
    return f"#{about['name']}" if about.get("name") else "the channel"


def _inner(tagged: str) -> str:
    """Give Slack's own id out of ``slack:T1/C2``; raises DeliveryError for anything else."""
    platform, _, rest = tagged.partition(":")
    found = rest.rpartition("/")[2]
    if platform != "slack" or not found:
        raise DeliveryError("That isn't on Slack.")
    return found
