"""Parsing of Slack's payloads: the member, the request, and the target of the reply."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from adapters.slack.api_client import SlackApi
from adapters.slack.rendering.forms import CHANNEL_CALLBACK, parse_submission
from adapters.slack.rendering.menu_values import decode_choice
from adapters.slack.rendering.views import NO_MESSAGE, ClickedMessage
from adapters.slack.reply_targets import (
    FormSubmission,
    HomeButton,
    MessageButton,
    MessageToBot,
    ModalButton,
    ReplyTarget,
    SlashCommand,
)
from bot.presentation import Click, ClickKind

Payload = Mapping[str, Any]

DM_PREFIX = "D"  # the ids of direct messages begin with it
_LINK = re.compile(r"<((?:https?|mailto):[^>|]*)(?:\|[^>]*)?>")
_MENTION = re.compile(r"<(?:[@#]|!subteam\^)([A-Z0-9]+)(?:\|[^>]*)?>")
_SPECIAL_MENTION = re.compile(r"<![^>]*>")  # @channel, @here, a date
# Subtypes of messages that members write; all others report events such as a new topic.
_MEMBER_SUBTYPES = frozenset({"", "file_share", "thread_broadcast", "me_message"})
_MARKS_OF_APPS = ("bot_id", "app_id", "bot_profile")  # fields of messages that apps post
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}


@dataclass(frozen=True, slots=True)
class Request:
    """A member's request: a typed line, a click on a button, or a submitted form."""

    target: ReplyTarget
    community: str  # the id of the workspace, "slack:T1"
    line: str | None = None
    click: Click | None = None  # without *line*, None means an unknown button
    from_form: bool = False
    files: Mapping[str, str] = field(default_factory=dict)  # ids of files in a form, by argument
    container_id: str = ""  # of the message or view with the button
    place: str = ""  # the id of the chat, channel or thread; "" in a modal or on the Home tab
    channel: str = ""  # the id of the channel in which a public reply appears: "slack:T1/C1"
    thread: str = ""  # of a mention in a channel: the id of the thread in which it is answered

    @property
    def caller_id(self) -> str:
        """The member's id with platform and workspace, such as "slack:T1/U2"."""
        return f"{self.community}/{self.target.user_id}"


def parse_request(payload: Payload, api: SlackApi, bot_user_id: str) -> Request | None:
    """Return the member's request in *payload*, or None if it is another event.

    *api* will send the reply. *bot_user_id* is the bot's own id: its messages are ignored, and
    mentions of it are removed from texts.
    """
    if "command" in payload:
        return _parse_slash_command(payload, api)
    match payload.get("type"):
        case "block_actions":
            return _parse_block_action(payload, api)
        case "view_submission":
            return _parse_view_submission(payload, api)
        case "event_callback":
            return _parse_message(payload, api, bot_user_id)
    return None


def delivery_id(payload: Payload) -> str:
    """Return the payload's id, which stays the same if Slack sends the payload again.

    Return "" if the payload has no id.
    """
    return str(payload.get("event_id") or payload.get("trigger_id") or "")


def is_view_submission(payload: Payload) -> bool:
    """Return True if *payload* is a form that a member submitted."""
    return payload.get("type") == "view_submission"


def community_of(payload: Payload) -> str:
    """Return the workspace's id, such as "slack:T1", or the organization's if there is none."""
    team = payload.get("team") or {}
    organization = payload.get("enterprise") or {}
    user = payload.get("user") or {}
    found = payload.get("team_id") or team.get("id") or user.get("team_id")
    return f"slack:{found or payload.get('enterprise_id') or organization.get('id') or ''}"


def unescape_text(text: str, community: str) -> str:
    """Return *text* as the member typed it, with mentions as ids and links as URLs.

    With the *community* "slack:T1", an id is "slack:T1/U2".
    """
    typed = _MENTION.sub(rf'"{community}/\1"', _LINK.sub(r"\1", text))
    typed = _SPECIAL_MENTION.sub(" ", typed)
    return re.sub("&(?:lt|gt|amp);", lambda found: _ENTITIES[found[0]], typed).strip()


def command_line(payload: Payload) -> str:
    """Return a slash command with its text, such as "/salary ml" or "/crossroads salary ml"."""
    text = unescape_text(str(payload.get("text") or ""), community_of(payload))
    return f"{payload['command']} {text}"


def place_of(payload: Payload) -> str:
    """Return the id of the channel or thread in which a member typed or clicked: "slack:T1/C1".

    A chat with the bot is one place, with all its threads. Return "" if there is no channel.
    """
    event, container = payload.get("event") or {}, payload.get("container") or {}
    channel = payload.get("channel_id") or event.get("channel") or container.get("channel_id")
    thread = event.get("thread_ts") or container.get("thread_ts")
    return _join_place(community_of(payload), str(channel or ""), str(thread or ""))


def _join_place(community: str, channel: str, thread: str) -> str:
    if not channel:
        return ""
    in_thread = thread and not channel.startswith(DM_PREFIX)
    return f"{community}/{channel}/{thread}" if in_thread else f"{community}/{channel}"


def _channel_of(place: str) -> str:
    """Return the id of a thread's channel: "slack:T1/C1" for "slack:T1/C1/12.3"."""
    return "/".join(place.split("/")[:2])


def caller_id_of(payload: Payload) -> str:
    """Return the id of the member who typed a slash command, such as "slack:T1/U2"."""
    return f"{community_of(payload)}/{payload['user_id']}"


def _parse_slash_command(payload: Payload, api: SlackApi) -> Request:
    target = SlashCommand(
        api, payload["user_id"], payload.get("trigger_id", ""), payload.get("response_url", "")
    )
    community = community_of(payload)
    place = place_of(payload)
    return Request(
        target, community, line=command_line(payload), place=place, channel=_channel_of(place)
    )


def _parse_block_action(payload: Payload, api: SlackApi) -> Request:
    user_id, trigger_id = payload["user"]["id"], payload.get("trigger_id", "")
    container, view = payload.get("container") or {}, payload.get("view") or {}
    action = (payload.get("actions") or [{}])[0]
    target: ReplyTarget
    if view.get("type") == "home":
        target = HomeButton(api, user_id, trigger_id)
    elif view:
        target = ModalButton(api, user_id, trigger_id, view=view)
    else:
        message = _clicked_message(container)
        target = MessageButton(
            api,
            user_id,
            trigger_id,
            payload.get("response_url") or "",
            message=message,
            direct=message.is_direct,
            is_genuine=_has_control(payload.get("message") or {}, action),
        )
    click = _parse_click(action)
    container_id = str(container.get("message_ts") or container.get("view_id") or "")
    community, place = community_of(payload), "" if view else place_of(payload)
    return Request(
        target,
        community,
        click=click,
        container_id=container_id,
        place=place,
        channel=_channel_of(place),
    )


def _has_control(message: Payload, action: Payload) -> bool:
    """Return True if the public *message* has the button that was clicked, so it isn't forged."""
    wanted = (action.get("action_id"), action.get("value"))
    elements = (each for block in message.get("blocks") or () for each in block.get("elements", ()))
    return any((each.get("action_id"), each.get("value")) == wanted for each in elements)


def _clicked_message(container: Payload) -> ClickedMessage:
    channel, ephemeral = str(container.get("channel_id")), bool(container.get("is_ephemeral"))
    direct = channel.startswith(DM_PREFIX) and not ephemeral
    return ClickedMessage(
        id=f"{channel}/{container.get('message_ts')}",
        is_private=ephemeral or direct,
        is_direct=direct,
        thread=str(container.get("thread_ts") or ""),
    )


def _parse_click(action: Payload) -> Click | None:
    selected = action.get("selected_option") or {}
    value = str(action.get("value") or selected.get("value") or "")
    click = decode_choice(str(action.get("action_id")), value)
    return click if click and click.kind is not ClickKind.FORM else None


def _parse_view_submission(payload: Payload, api: SlackApi) -> Request:
    view, community = payload["view"], community_of(payload)
    form = parse_submission(view, community)
    url, message = (form.url, form.message) if form else ("", NO_MESSAGE)
    channel = message.id.partition("/")[0]
    if view.get("callback_id") == CHANNEL_CALLBACK:
        chosen = (payload.get("response_urls") or [{}])[0]
        url, channel = str(chosen.get("response_url") or ""), str(chosen.get("channel_id") or "")
    target = FormSubmission(
        api,
        payload["user"]["id"],
        payload.get("trigger_id", ""),
        url,
        view=view,
        message=message,
        direct=message.is_direct,
    )
    click = form.click if form else None
    place = _join_place(community, message.id.partition("/")[0], message.thread)
    return Request(
        target,
        community,
        click=click,
        from_form=True,
        files=form.files if form else {},
        container_id=view["id"],
        place=place,
        channel=_join_place(community, channel, ""),
    )


def _parse_message(payload: Payload, api: SlackApi, bot_user_id: str) -> Request | None:
    """Return the request in a member's mention of the bot or direct message.

    Return None if *payload* is another event.
    """
    event = payload.get("event") or {}
    user_id = str(event.get("user") or "")
    direct = event.get("type") == "message" and event.get("channel_type") == "im"
    from_bot = not user_id or user_id == bot_user_id or any(map(event.get, _MARKS_OF_APPS))
    from_member = str(event.get("subtype") or "") in _MEMBER_SUBTYPES
    if from_bot or not from_member or not (direct or event.get("type") == "app_mention"):
        return None
    target = MessageToBot(
        api,
        user_id,
        channel=str(event.get("channel") or ""),
        direct=direct,
        thread=str(event.get("thread_ts") or ""),
        timestamp=str(event.get("ts") or ""),
    )
    community, place = community_of(payload), place_of(payload)
    text = re.sub(rf"<@{re.escape(bot_user_id)}(\|[^>]*)?>", " ", str(event.get("text") or ""))
    line = f"/crossroads {unescape_text(text, community)}"
    thread = "" if direct else _join_place(community, target.channel, target.thread_to_answer_in)
    return Request(
        target, community, line=line, place=place, channel=_channel_of(place), thread=thread
    )
