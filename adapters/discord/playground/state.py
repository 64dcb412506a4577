"""The state of the playground that one of its members sees, as JSON for the page."""

import base64
from collections.abc import Iterator, Mapping

from adapters.discord.playground.world import (
    DIRECT,
    GUILD_ID,
    SERVER_NAME,
    THREAD,
    Channel,
    File,
    Json,
    Member,
    Message,
    World,
)

_PINNED = "pinned a message to this channel."
_KINDS = {DIRECT: "dm", THREAD: "thread"}


def visible_state(world: World, viewer: Member, read: Mapping[tuple[int, int], int]) -> Json:
    """Return what *viewer* sees of the server and of their direct messages.

    *read* has, by member and channel, the last message that the member has seen.
    """
    return {
        "server": {"id": str(GUILD_ID), "name": SERVER_NAME},
        "me": str(viewer.id),
        "channels": [
            _channel(world, each, viewer, read.get((viewer.id, each.id), 0))
            for each in world.visible_channels(viewer)
        ],
        "users": [_person(each) for each in (world.bot, *world.members.values())],
        "roles": [{"id": str(each.id), "name": each.name} for each in world.roles],
    }


def _channel(world: World, channel: Channel, viewer: Member, last_read: int) -> Json:
    begun = [world.starter(channel)] if channel.type == THREAD else []
    shown = [*filter(None, begun), *channel.messages]
    seen = [each for each in shown if each.reader in {None, viewer}]
    takes_part = channel.type != THREAD or any(each.author is viewer for each in seen)
    news = (each for each in seen if each.id > last_read and each.author is not viewer)
    return {
        "id": str(channel.id),
        "name": channel.name,
        "kind": _KINDS.get(channel.type, "channel"),
        "parent": str(channel.parent) if channel.parent else None,
        "private": channel.is_private,
        "unread": takes_part and any(news),
        "messages": [_message(each) | {"thread": _thread(world, each, channel)} for each in seen],
    }


def _message(message: Message) -> Json:
    """Return a message; a message of the bot includes its payload as Discord has it."""
    payload = {
        "flags": message.flags,
        "components": message.components,
        "attachments": [each.json() for each in message.files],
    }
    is_own, used = message.author.is_bot and not message.is_pin_notice, None
    if message.command and message.origin:
        used = {"name": message.origin["user"]["global_name"], "command": message.command}
    return {
        "id": str(message.id),
        "author": _person(message.author),
        "at": message.at.isoformat(),
        "text": None if is_own else _PINNED if message.is_pin_notice else message.content,
        "system": message.is_pin_notice,
        "payload": payload if is_own else None,
        "ephemeral": message.reader is not None,
        "pinned": message.pinned,
        "edited": message.edited,
        "reply_to": str(message.reply_to) if message.reply_to else None,
        "used": used,
        "files": [*_files(message.files)],
    }


def _thread(world: World, message: Message, shown_in: Channel) -> str | None:
    """Return the id of the thread that a message in a channel leads to."""
    has_thread = message.id in world.channels and message.id != shown_in.id
    return str(message.id) if has_thread else None


def _files(files: tuple[File, ...]) -> Iterator[Json]:
    for file in files:
        url = f"data:{file.kind};base64,{base64.b64encode(file.data).decode()}"
        yield {"id": str(file.id), "name": file.name, "url": url, "alt": file.alt_text}


def _person(member: Member) -> Json:
    return {"id": str(member.id), "name": member.name, "bot": member.is_bot}
