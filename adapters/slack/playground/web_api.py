"""Slack's Web API on the in-memory workspace: the methods that the adapter calls."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from adapters.slack.playground.responses import post_message
from adapters.slack.playground.views import open_view, publish_home, push_view, update_view
from adapters.slack.playground.workspace import (
    APP,
    BOT,
    BOT_ID,
    TEAM,
    TEAM_NAME,
    ApiError,
    Channel,
    Message,
    Workspace,
)
from adapters.slack.rendering.rich_text import Json

Arguments = Mapping[str, Any]
Method = Callable[[Workspace, Arguments], Json]

_TIME_ZONE, _LOCALE = "Europe/Berlin", "en-US"


def call_method(workspace: Workspace, method: str, args: Arguments) -> Json:
    """Carry out a method of the Web API and return its response; raise ApiError if it fails."""
    if method not in _METHODS:
        raise ApiError("unknown_method", method)
    return {"ok": True, **_METHODS[method](workspace, args)}


def _auth_test(workspace: Workspace, args: Arguments) -> Json:
    del workspace, args
    return {"team": TEAM_NAME, "team_id": TEAM, "user_id": BOT, "bot_id": BOT_ID}


def _users_info(workspace: Workspace, args: Arguments) -> Json:
    user = workspace.users.get(str(args.get("user")))
    if user is None:
        raise ApiError("user_not_found")
    about = {"id": user.id, "team_id": TEAM, "deleted": False, "is_bot": user.id == BOT}
    rights = {"is_admin": user.is_admin, "is_owner": False, "tz": _TIME_ZONE, "locale": _LOCALE}
    profile = {"display_name": user.name, "real_name": user.name}
    return {"user": {**about, **rights, "real_name": user.name, "profile": profile}}


def _usergroups_list(workspace: Workspace, args: Arguments) -> Json:
    del args
    groups = workspace.groups.items()
    return {"usergroups": [{"id": each, "handle": group.handle} for each, group in groups]}


def _usergroups_users_list(workspace: Workspace, args: Arguments) -> Json:
    group = workspace.groups.get(str(args.get("usergroup")))
    if group is None:
        raise ApiError("no_such_subteam")
    return {"users": sorted(group.members)}


def _conversations_info(workspace: Workspace, args: Arguments) -> Json:
    return {"channel": _channel_json(_known_channel(workspace, args))}


def _users_conversations(workspace: Workspace, args: Arguments) -> Json:
    del args
    found = (each for each in workspace.channels.values() if not each.person)
    return {"channels": [_channel_json(each) for each in found]}


def _channel_json(channel: Channel) -> Json:
    kind = {"is_im": bool(channel.person), "is_private": channel.is_private}
    kind |= {"is_channel": not (channel.person or channel.is_private), "is_archived": False}
    name = {} if channel.person else {"name": channel.name}
    return {"id": channel.id, **name, **kind, "is_member": BOT in channel.members}


def _post_message(workspace: Workspace, args: Arguments) -> Json:
    channel = _known_channel(workspace, args)
    thread = str(args.get("thread_ts") or "")
    message = post_message(workspace, channel.id, args, thread=thread)
    return {"channel": channel.id, "ts": message.ts, "message": message.as_json()}


def _post_ephemeral(workspace: Workspace, args: Arguments) -> Json:
    channel, reader = _known_channel(workspace, args), str(args.get("user"))
    if reader not in channel.members:
        raise ApiError("user_not_in_channel")
    thread = str(args.get("thread_ts") or "")
    message = post_message(workspace, channel.id, args, thread=thread, reader=reader)
    return {"message_ts": message.ts}


def _update(workspace: Workspace, args: Arguments) -> Json:
    message = _known_message(workspace, args, "ts")
    if message.user != BOT:
        raise ApiError("cant_update_message")
    workspace.fill_message(message, {"text": message.text, "blocks": message.blocks, **args})
    message.is_edited = True
    return {"channel": message.channel, "ts": message.ts, "message": message.as_json()}


def _permalink(workspace: Workspace, args: Arguments) -> Json:
    message = _known_message(workspace, args, "message_ts")
    path = f"{message.channel}/p{message.ts.replace('.', '')}"
    return {
        "channel": message.channel,
        "permalink": f"https://playground.slack.com/archives/{path}",
    }


def _add_pin(workspace: Workspace, args: Arguments) -> Json:
    message = _known_message(workspace, args, "timestamp")
    pins = workspace.channels[message.channel].pins
    if message.ts in pins:
        raise ApiError("already_pinned")
    pins.append(message.ts)
    workspace.changed()
    return {}


def _remove_pin(workspace: Workspace, args: Arguments) -> Json:
    message = _known_message(workspace, args, "timestamp")
    pins = workspace.channels[message.channel].pins
    if message.ts not in pins:
        raise ApiError("no_pin")
    pins.remove(message.ts)
    workspace.changed()
    return {}


def _files_info(workspace: Workspace, args: Arguments) -> Json:
    file = workspace.files.get(str(args.get("file")))
    if file is None:
        raise ApiError("file_not_found")
    url = file_url(file.id)
    return {
        "file": {"id": file.id, "name": file.name, "size": len(file.content), "url_private": url}
    }


def file_url(file_id: str) -> str:
    """Return the URL of an uploaded file, which ends with its id."""
    return f"https://files.slack.com/files-pri/{TEAM}/{APP}/{file_id}"


def _known_channel(workspace: Workspace, args: Arguments) -> Channel:
    """Return the channel in *args*, where a member's id means their direct messages.

    Raise ApiError if there is none, or if the app may not post there.
    """
    name = str(args.get("channel"))
    direct = (each for each in workspace.channels.values() if name in {each.id, each.person})
    channel = next(direct, None)
    if channel is None:
        raise ApiError("channel_not_found")
    if BOT not in channel.members:
        raise ApiError("not_in_channel")
    return channel


def _known_message(workspace: Workspace, args: Arguments, name: str) -> Message:
    """Return the message that everybody can see, whose timestamp is the argument *name*."""
    message = workspace.find_message(_known_channel(workspace, args), str(args.get(name)))
    if message is None or message.reader:
        raise ApiError("message_not_found")
    return message


_METHODS: Final[Mapping[str, Method]] = {
    "auth.test": _auth_test,
    "chat.getPermalink": _permalink,
    "chat.postEphemeral": _post_ephemeral,
    "chat.postMessage": _post_message,
    "chat.update": _update,
    "conversations.info": _conversations_info,
    "files.info": _files_info,
    "pins.add": _add_pin,
    "pins.remove": _remove_pin,
    "usergroups.list": _usergroups_list,
    "usergroups.users.list": _usergroups_users_list,
    "users.conversations": _users_conversations,
    "users.info": _users_info,
    "views.open": open_view,
    "views.publish": publish_home,
    "views.push": push_view,
    "views.update": update_view,
}
