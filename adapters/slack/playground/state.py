"""The state of the workspace as a member sees it, for the page of the playground."""

import base64
import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from adapters.shared.tables import shorten
from adapters.slack.playground.workspace import (
    BOT,
    HOME,
    TEAM,
    TEAM_NAME,
    Channel,
    Message,
    View,
    Workspace,
)
from adapters.slack.rendering.rich_text import Json

THREAD = "/"  # between a channel and a message's timestamp in a thread's id
_THREAD_NAME = 40  # characters
_LABELED = re.compile(r"<[^|>]+\|([^>]*)>")  # a channel, a user group or a link
_USER = re.compile(r"<@([A-Z0-9]+)>")


@dataclass(frozen=True, slots=True)
class MemberView:
    """The workspace as *user* sees it.

    *read* has the timestamps up to which they have read, by the page's channels.
    """

    workspace: Workspace
    user: str
    read: Mapping[str, str]

    def state(self) -> Json:
        """Return all that the member sees, without the commands."""
        workspace, stack = self.workspace, self.workspace.views[self.user]
        modal, home = stack[-1] if stack else None, workspace.homes.get(self.user)
        people, groups = workspace.users.values(), workspace.groups.items()
        return {
            "platform": "slack",
            "server": {"id": TEAM, "name": TEAM_NAME},
            "me": self.user,
            "users": [{"id": each.id, "name": each.name, "bot": each.id == BOT} for each in people],
            "roles": [{"id": each, "name": group.handle} for each, group in groups],
            "channels": list(self._channels()),
            "home": home.as_json() if home else None,
            "modal": modal.as_json() if modal else None,
            "files": self._files(each for each in (modal, home) if each),
        }

    def _channels(self) -> Iterator[Json]:
        yield {"id": HOME, "name": "Home", "kind": "home", "unread": False, "messages": []}
        for channel in self.workspace.channels.values():
            if self.user in channel.members:
                yield from self._channel(channel)

    def _channel(self, channel: Channel) -> Iterator[Json]:
        """Yield a channel and its threads, which are channels to the page."""
        seen = list(visible_messages(channel, self.user))
        roots = {each.thread for each in seen if each.thread}
        about: Json = {"name": channel.name, "kind": "dm" if channel.person else "channel"}
        about |= {"private": channel.is_private}
        shown = [each for each in seen if not each.thread]
        unread = self._is_unread(channel.id, shown)
        messages = [self._message(channel, each, roots) for each in shown]
        yield {"id": channel.id, **about, "unread": unread, "messages": messages}
        for root in sorted(roots):
            page_id = f"{channel.id}{THREAD}{root}"
            shown = [each for each in seen if root in {each.ts, each.thread}]
            takes_part = any(each.user == self.user for each in shown)
            unread = takes_part and self._is_unread(page_id, shown)
            about = {"name": self._thread_name(shown[0]), "kind": "thread", "parent": channel.id}
            messages = [self._message(channel, each, roots) for each in shown]
            yield {"id": page_id, **about, "unread": unread, "messages": messages}

    def _is_unread(self, page_id: str, messages: Iterable[Message]) -> bool:
        read = self.read.get(page_id, "")
        return any(each.ts > read and each.user != self.user for each in messages)

    def _thread_name(self, first: Message) -> str:
        """Return the beginning of a thread's first message."""
        users = self.workspace.users
        text = _USER.sub(lambda found: f"@{users[found[1]].name}", first.text)
        text = html.unescape(_LABELED.sub(r"\1", text)).removeprefix(f"@{users[BOT].name}")
        return shorten(" ".join(text.split()) or "Thread", _THREAD_NAME)

    def _message(self, channel: Channel, message: Message, roots: set[str]) -> Json:
        author = self.workspace.users[message.user]
        return {
            "id": message.ts,
            "author": {"id": author.id, "name": author.name, "bot": author.id == BOT},
            "at": datetime.fromtimestamp(float(message.ts), UTC).isoformat(),
            "text": message.text,
            "payload": message.as_json() if message.user == BOT else None,
            "ephemeral": bool(message.reader),
            "pinned": message.ts in channel.pins,
            "edited": message.is_edited,
            "reply_to": None,
            "thread": f"{channel.id}{THREAD}{message.ts}" if message.ts in roots else None,
            "files": self._files([message]),
        }

    def _files(self, surfaces: Iterable[Message | View]) -> list[Json]:
        """Return the pictures in messages or views."""
        blocks: Iterator[Mapping[str, Any]] = (block for each in surfaces for block in each.blocks)
        ids = dict.fromkeys(each["slack_file"]["id"] for each in blocks if "slack_file" in each)
        found = [self.workspace.files[each] for each in ids]
        return [
            {"id": each.id, "name": each.name, "url": _data_url(each.content)} for each in found
        ]


def visible_messages(channel: Channel, user: str) -> Iterator[Message]:
    """Yield the messages that *user* sees in a channel and its threads, oldest first."""
    for each in channel.messages:
        if each.reader in {"", user} and not each.is_unseen:
            yield each


def _data_url(png: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"
