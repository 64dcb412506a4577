"""The payloads that Slack sends to an app.

Source: docs.slack.dev, reference/interaction-payloads, interactivity/implementing-slash-commands
and reference/events.
"""

import re
from typing import Any

from adapters.slack.playground.workspace import (
    APP,
    BOT,
    TEAM,
    Channel,
    Message,
    View,
    Workspace,
)
from adapters.slack.rendering.rich_text import Json

_DOMAIN = "playground"


def slash_command(
    workspace: Workspace, user: str, channel: Channel, command: str, text: str
) -> Json:
    """Return the payload of a slash command; *text* follows the command."""
    return {
        "command": command, "text": escape_typed(workspace, text), "api_app_id": APP,
        "user_id": user, "user_name": user.lower(), "team_id": TEAM, "team_domain": _DOMAIN,
        "channel_id": channel.id, "channel_name": _channel_name(channel),
        "response_url": workspace.new_response_url(user, channel.id),
        "trigger_id": workspace.new_trigger(user), "is_enterprise_install": "false",
    }  # fmt: skip


def block_actions(
    workspace: Workspace, surface: Message | View, user: str, action: Json, state: Json
) -> Json:
    """Return the payload of a click or a choice in a message or a view."""
    acted = {**action, "action_ts": workspace.next_stamp()}
    payload = {"type": "block_actions", **_head(user), "actions": [acted]}
    if isinstance(surface, View):
        view = surface.id if surface.body["type"] == "modal" else ""
        trigger = workspace.new_trigger(user, view)
        return {**payload, **_in_view(surface), "trigger_id": trigger}
    url = workspace.new_response_url(user, surface.channel, surface)
    place = _in_message(workspace, surface)
    return {
        **payload, **place, "state": {"values": state}, "response_url": url,
        "trigger_id": workspace.new_trigger(user),
    }  # fmt: skip


def block_suggestion(
    workspace: Workspace, surface: Message | View, user: str, element: Json, typed: str
) -> Json:
    """Return the payload that asks for the options that match the text *typed* in a menu."""
    place = _in_view(surface) if isinstance(surface, View) else _in_message(workspace, surface)
    asked = {"action_id": element["action_id"], "block_id": element["block_id"], "value": typed}
    return {"type": "block_suggestion", **_head(user), **place, **asked}


def view_submission(workspace: Workspace, view: View, channels: list[Json]) -> Json:
    """Return the payload of a submitted modal.

    *channels* are the chosen channels that get a response URL, with block and action id.
    """
    urls = [
        {**each, "response_url": workspace.new_response_url(view.user, each["channel_id"])}
        for each in channels
    ]
    trigger = workspace.new_trigger(view.user, view.id)
    return {
        "type": "view_submission", **_head(view.user), "view": view.as_json(),
        "trigger_id": trigger, "response_urls": urls,
    }  # fmt: skip


def mention(message: Message) -> Json:
    """Return the event of a message in a channel that mentions the app."""
    return {"type": "app_mention", **_said(message)}


def direct_message(message: Message) -> Json:
    """Return the event of a direct message to the app."""
    return {"type": "message", "channel_type": "im", **_said(message)}


def home_opened(workspace: Workspace, user: str, direct: Channel) -> Json:
    """Return the event that *user* has opened the app's Home tab."""
    home = workspace.homes.get(user)
    shown = {"view": home.as_json()} if home else {}
    return {"type": "app_home_opened", "user": user, "channel": direct.id, "tab": "home", **shown}


def event_callback(workspace: Workspace, event: Json) -> Json:
    """Return *event* in the envelope of the Events API."""
    to = {"enterprise_id": None, "team_id": TEAM, "user_id": BOT, "is_bot": True}
    return {
        "type": "event_callback", "team_id": TEAM, "api_app_id": APP,
        "event_id": workspace.next_id("Ev"), "event_time": int(workspace.now()),
        "authorizations": [{**to, "is_enterprise_install": False}],
        "event": {"event_ts": workspace.next_stamp(), **event}, "is_ext_shared_channel": False,
    }  # fmt: skip


def escape_typed(workspace: Workspace, text: str) -> str:
    """Return typed text as Slack sends it: escaped, with the ids of named channels and members."""
    names = {f"#{each.name}": f"<#{each.id}|{each.name}>" for each in _named(workspace)}
    names |= {f"@{each.name}": f"<@{each.id}>" for each in workspace.users.values()}
    names |= {
        f"@{group.handle}": f"<!subteam^{each}|@{group.handle}>"
        for each, group in workspace.groups.items()
    }
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    longest_first = sorted(map(re.escape, names), key=len, reverse=True)
    typed = re.compile(rf"(?<!\w)(?:{'|'.join(longest_first)})(?!\w)")
    return typed.sub(lambda found: names[found[0]], escaped)


def _named(workspace: Workspace) -> list[Channel]:
    return [each for each in workspace.channels.values() if not each.person]


def _channel_name(channel: Channel) -> str:
    return "directmessage" if channel.person else channel.name


def _head(user: str) -> Json:
    who = {"id": user, "username": user.lower(), "name": user.lower(), "team_id": TEAM}
    installed = {"enterprise": None, "is_enterprise_install": False, "api_app_id": APP}
    return {"user": who, "team": {"id": TEAM, "domain": _DOMAIN}, **installed}


def _in_message(workspace: Workspace, message: Message) -> Json:
    """Return the fields about a message; Slack doesn't send an ephemeral message's content."""
    channel = workspace.channels[message.channel]
    thread = {"thread_ts": message.thread} if message.thread else {}
    container: dict[str, Any] = {
        "type": "message", "message_ts": message.ts, "channel_id": channel.id,
        "is_ephemeral": bool(message.reader), **thread,
    }  # fmt: skip
    content = {} if message.reader else {"message": message.as_json()}
    named = {"id": channel.id, "name": _channel_name(channel)}
    return {"container": container, "channel": named, **content}


def _in_view(view: View) -> Json:
    return {"container": {"type": "view", "view_id": view.id}, "view": view.as_json()}


def _said(message: Message) -> Json:
    thread = {"thread_ts": message.thread} if message.thread else {}
    return {
        "user": message.user, "text": message.text, "ts": message.ts, "event_ts": message.ts,
        "channel": message.channel, "team": TEAM, **thread,
    }  # fmt: skip
