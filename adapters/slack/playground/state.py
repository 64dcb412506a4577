"""The state of the workspace as a member sees it, for the page of the playground."""

import base64
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from adapters.slack.playground.workspace import (
    BOT,
    HOME,
    Channel,
    Message,
    View,
    Workspace,
)
from adapters.slack.rendering.rich_text import Json

THREAD = "/"  # between a channel and a message's timestamp in a thread's id

Read = Mapping[str, str]  # the timestamp up to which a member has read, by the page's channel


def workspace_state(workspace: Workspace, user: str, read: Read) -> Json:
    """Return all that *user* sees, without the commands."""
    stack, home = workspace.views[user], workspace.homes.get(user)
    modal = stack[-1] if stack else None
    views = [each for each in (modal, home) if each]
    people = workspace.users.values()
    return {
        "platform": "slack",
        "me": user,
        "users": [{"id": each.id, "name": each.name, "bot": each.id == BOT} for each in people],
        "roles": [{"id": each, "name": group.handle} for each, group in workspace.groups.items()],
        "channels": list(_channels(workspace, user, read)),
        "home": home.as_json() if home else None,
        "modal": modal.as_json() if modal else None,
        "files": _files(workspace, views),
    }


def _channels(workspace: Workspace, user: str, read: Read) -> Iterator[Json]:
    yield {"id": HOME, "name": "Home", "kind": "home", "unread": False, "messages": []}
    for channel in workspace.channels.values():
        if user not in channel.members:
            continue
        seen = list(visible_messages(channel, user))
        roots = {each.thread for each in seen if each.thread}
        kind = "dm" if channel.person else "channel"
        top = [each for each in seen if not each.thread]
        yield _channel(workspace, channel, channel.id, channel.name, kind, top, roots, read)
        for root in sorted(roots):
            thread = [each for each in seen if root in {each.ts, each.thread}]
            named = f"Thread in {channel.name if channel.person else f'#{channel.name}'}"
            page_id = f"{channel.id}{THREAD}{root}"
            yield _channel(workspace, channel, page_id, named, "thread", thread, roots, read)


def _channel(  # noqa: PLR0913, PLR0917  # one caller
    workspace: Workspace,
    channel: Channel,
    page_id: str,
    name: str,
    kind: str,
    messages: list[Message],
    roots: set[str],
    read: Read,
) -> Json:
    unread = any(each.ts > read.get(page_id, "") and each.user == BOT for each in messages)
    shown = [_message(workspace, channel, each, has_thread=each.ts in roots) for each in messages]
    return {"id": page_id, "name": name, "kind": kind, "unread": unread, "messages": shown}


def visible_messages(channel: Channel, user: str) -> Iterator[Message]:
    """Yield the messages that *user* sees in a channel and its threads, oldest first."""
    for each in channel.messages:
        if each.reader in {"", user} and not each.is_unseen:
            yield each


def _message(workspace: Workspace, channel: Channel, message: Message, *, has_thread: bool) -> Json:
    author = workspace.users[message.user]
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
        "thread": f"{channel.id}{THREAD}{message.ts}" if has_thread else None,
        "files": _files(workspace, [message]),
    }


def _files(workspace: Workspace, surfaces: Iterable[Message | View]) -> list[Json]:
    """Return the pictures in messages or views."""
    blocks: Iterator[Mapping[str, Any]] = (block for each in surfaces for block in each.blocks)
    ids = dict.fromkeys(each["slack_file"]["id"] for each in blocks if "slack_file" in each)
    return [
        {"id": each, "name": workspace.files[each].name, "url": _data_url(workspace, each)}
        for each in ids
    ]


def _data_url(workspace: Workspace, file_id: str) -> str:
    content = base64.b64encode(workspace.files[file_id].content).decode()
    return f"data:image/png;base64,{content}"
