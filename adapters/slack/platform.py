"""What the product asks of Slack beside answering."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.failures import lacking, once, repeatable
from adapters.slack.inline import Json
from adapters.slack.people import People
from adapters.slack.render import Message, render
from adapters.slack.web import Web
from bot.errors import Refusal
from bot.platform import Forbidden, Gone, Place, Undelivered, Unsure
from bot.reply import Reply

_EVENT = "crossroads_post"  # the type of the metadata by which a post is found again
_PAGE, _PAGES = 200, 10  # messages of one look, and looks back in a busy channel
_DIRECT = "D"  # what the ids of direct messages begin with
_GROUP = re.compile(r"slack:\w+/S\w+")  # alone may be notified
_NOT_THERE = "I am not in {where}. Type “/invite @Crossroads” there."
_PINNED, _UNPINNED = frozenset({"already_pinned"}), frozenset({"no_pin", "message_not_found"})


class SlackPlatform:
    """A workspace as the product sees it. Ids are like ``slack:T1/C2``."""

    repeats_for = 0.0  # Slack takes every message for a new one

    def __init__(self, web: Web, bot: str) -> None:
        """Take *bot*, the app's own id as a user."""
        api, self._bot = web.api, bot
        # No handler tries again: a lost answer may be a message that is there, and an hour's rate
        # limit is the product's to wait for.
        self._api = AsyncWebClient(api.token, api.base_url, session=web.session, retry_handlers=[])
        self._web = Web(self._api, web.session)
        self._people = People(self._web)

    async def give_role(self, community: str, member: str, role: str) -> None:
        """Refuse: Slack has no roles."""
        del community, member, role
        raise Refusal("Slack has no roles that an app could give.")

    async def post(self, channel: str, reply: Reply, key: str, mention: str | None = None) -> str:
        """Post *reply*; its metadata carries the key.

        What fails after the first of several messages leaves open what is there: it is looked for.
        """
        group = _inner(mention) if mention and self.can_notify(mention) else None
        first = ""
        for message in await self._drawn(reply):
            try:
                sent = await self._post(_inner(channel), message, key, None if first else group)
            except Undelivered as error:
                raise Unsure(error.says) if first else error from error
            first = first or str(sent["ts"])
        return f"{channel.rpartition('/')[0]}/{first}"

    def can_notify(self, mention: str) -> bool:
        """Tell whether *mention* is the id of a user group."""
        return _GROUP.fullmatch(mention) is not None

    async def find(self, channel: str, key: str, since: datetime) -> str | None:
        """Look for a post after *since*; raises Forbidden where that can't be told."""
        args: dict[str, Any] = {"channel": _inner(channel), "oldest": f"{since.timestamp():.6f}"}
        args |= {"include_all_metadata": True, "limit": _PAGE}
        for _ in range(_PAGES):
            found = await repeatable(self._api.conversations_history(**args))
            for message in found.get("messages") or ():
                if self._is(message, key):
                    return f"{channel.rpartition('/')[0]}/{message['ts']}"
            cursor = (found.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return None
            args |= {"cursor": cursor}
        raise Forbidden(f"More than {_PAGE * _PAGES:,} messages have come since: I can't tell.")

    async def pin(self, channel: str, message: str) -> None:
        """Pin a message."""
        add = self._api.pins_add(channel=_inner(channel), timestamp=_inner(message))
        await repeatable(add, fine=_PINNED)

    async def unpin(self, channel: str, message: str) -> None:
        """Unpin a message."""
        remove = self._api.pins_remove(channel=_inner(channel), timestamp=_inner(message))
        await repeatable(remove, fine=_UNPINNED)

    async def thread(self, channel: str, message: str, name: str) -> None:
        """Do nothing: every message on Slack has a thread, and a first reply would only be noise.

        It needs no name, and opens with the first answer that somebody writes.
        """

    async def lacks(
        self, channel: str, *, pins: bool, threads: bool, mentions: bool
    ) -> tuple[str, ...]:
        """Name what keeps the bot from posting; threads and user groups need no permission."""
        del threads, mentions
        try:
            about, scopes = await self._about(channel)
        except Forbidden as error:
            return (error.says,)
        wanted = ["chat:write", *(["pins:write"] if pins else [])]
        missing = [lacking(each) for each in wanted if scopes is not None and each not in scopes]
        absent = [] if about.get("is_member") else [_NOT_THERE.format(where=_called(about))]
        return (*absent, *missing)

    async def place(self, channel: str) -> Place:
        """Tell what a channel is called; raises Gone, Forbidden and Later."""
        if _inner(channel).startswith(_DIRECT):
            raise Forbidden("Those are direct messages. Choose a channel.")
        about, _ = await self._about(channel)
        return Place(channel, _called(about), channel.rpartition("/")[0])

    async def channels(self, community: str) -> tuple[Place, ...]:
        """List the channels that the bot was invited to: in no other can it post."""
        args: dict[str, Any] = {"types": "public_channel,private_channel", "limit": _PAGE}
        places: list[Place] = []
        for _ in range(_PAGES):
            asked = self._api.users_conversations(exclude_archived=True, **args)
            found = await repeatable(asked)
            places += (
                Place(f"{community}/{each['id']}", _called(each), community)
                for each in found.get("channels") or ()
            )
            args["cursor"] = (found.get("response_metadata") or {}).get("next_cursor")
            if not args["cursor"]:
                break
        return tuple(places)

    async def tell(self, member: str, reply: Reply) -> None:
        """Send somebody a direct message; their own id names it, which needs no permission."""
        for message in await self._drawn(reply):
            await self._post(_inner(member), message, "")

    async def _drawn(self, reply: Reply) -> tuple[Message, ...]:
        return render(reply, names=await self._people.names(reply)).messages

    async def _post(
        self, channel: str, message: Message, key: str, group: str | None = None
    ) -> Mapping[str, Any]:
        body = (await self._web.pictured(message)).payload()
        del body["response_type"]
        if group is not None:
            body["blocks"] = [_notifying(group), *body["blocks"]]
        if key:
            body["metadata"] = {"event_type": _EVENT, "event_payload": {"key": key}}
        return await once(self._api.chat_postMessage(channel=channel, **body))

    def _is(self, message: Mapping[str, Any], key: str) -> bool:
        metadata = message.get("metadata") or {}
        ours = message.get("user") == self._bot and metadata.get("event_type") == _EVENT
        return ours and (metadata.get("event_payload") or {}).get("key") == key

    async def _about(self, channel: str) -> tuple[Mapping[str, Any], frozenset[str] | None]:
        """Look a channel up, and with it the scopes that the app was granted, where Slack says."""
        headers: Mapping[str, str] = {}

        async def asked() -> Any:
            nonlocal headers
            answer = await self._api.conversations_info(channel=_inner(channel))
            headers = answer.headers
            return answer

        found: Any = (await repeatable(asked())).get("channel") or {}
        if found.get("is_archived"):
            raise Gone(f"The channel {_called(found)} is archived.")
        said = headers.get("X-OAuth-Scopes")
        return found, frozenset(said.replace(" ", "").split(",")) if said else None


def _notifying(group: str) -> Json:
    """Give a block that notifies a user group."""
    element = {"type": "usergroup", "usergroup_id": group}
    section = {"type": "rich_text_section", "elements": [element]}
    return {"type": "rich_text", "elements": [section]}


def _called(about: Mapping[str, Any]) -> str:
    return f"#{about['name']}" if about.get("name") else "the channel"


def _inner(tagged: str) -> str:
    """Give Slack's own id out of ``slack:T1/C2``; raises Undelivered for anything else."""
    platform, _, rest = tagged.partition(":")
    found = rest.rpartition("/")[2]
    if platform != "slack" or not found:
        raise Undelivered(f"“{tagged}” is nothing on Slack.")
    return found
