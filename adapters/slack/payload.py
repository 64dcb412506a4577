"""What Slack sends, read: who asks what, and where the answer goes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.shared.action_codec import Click, ClickKind, decode
from adapters.slack.api_client import Web
from adapters.slack.rendering.views import WHERE, submitted
from adapters.slack.reply_targets import AtHome, Clicked, Filled, InView, Place, Said, Typed

Body = Mapping[str, Any]

_DIRECT = "D"  # what the ids of direct messages begin with
_LINKED = re.compile(r"<((?:https?|mailto):[^>|]*)(?:\|[^>]*)?>")
_NAMED = re.compile(r"<[@#]([A-Z0-9]+)(?:\|[^>]*)?>")
_GROUP = re.compile(r"<!subteam\^([A-Z0-9]+)(?:\|[^>]*)?>")
# Kinds of messages that somebody wrote; all others report events.
_WRITTEN = frozenset({"", "file_share", "thread_broadcast", "me_message"})
_CALLED = re.compile(r"<![^>]*>")  # everybody, a group, a date
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: a line that was typed, or what a button or a form does."""

    place: Place
    community: str
    who: str
    line: str | None = None
    press: Click | None = None  # None without a line: it is not one of ours
    submitted: bool = False
    mark: str = ""  # of what was clicked: the same for every click on it


def asked(body: Body, web: Web, bot: str) -> Asked | None:
    """Read a question; None for what is none. *bot* is the bot's own id as a user."""
    if "command" in body:
        return _typed(body, web)
    kind = body.get("type")
    if kind == "block_actions":
        return _clicked(body, web)
    if is_form(body):
        return _submitted(body, web)
    return _said(body, web, bot) if kind == "event_callback" else None


def key(body: Body) -> str:
    """Give what is the same each time that Slack delivers the same thing, "" if nothing is."""
    return str(body.get("event_id") or body.get("trigger_id") or "")


def is_form(body: Body) -> bool:
    """Tell whether a form was filled in."""
    return body.get("type") == "view_submission"


def may_wait(body: Body) -> bool:
    """Tell whether the acknowledgement holds no answer: a click's, and an event's."""
    return body.get("type") in {"block_actions", "event_callback"}


def team(body: Body) -> str:
    """Name the workspace: each is a community, in an organisation too; else the organisation."""
    inner = body.get("team") or {}
    outer = body.get("enterprise") or {}
    user = body.get("user") or {}
    found = body.get("team_id") or inner.get("id") or user.get("team_id")
    return str(found or body.get("enterprise_id") or outer.get("id") or "")


def plain(text: str, community: str) -> str:
    """Give what was typed: members, channels, user groups by their ids, links by their address."""

    def named(found: re.Match[str]) -> str:
        return f'"{community}/{found[1]}"'

    typed = _GROUP.sub(named, _LINKED.sub(r"\1", text))
    typed = _NAMED.sub(named, _CALLED.sub(" ", typed))
    return re.sub("&(?:lt|gt|amp);", lambda found: _ENTITIES[found[0]], typed).strip()


def typed(body: Body) -> str:
    """Give the line of a slash command; which of its names are commands is not known here."""
    return f"{body['command']} {plain(str(body.get('text') or ''), f'slack:{team(body)}')}"


def _typed(body: Body, web: Web) -> Asked:
    place = Typed(web, body["user_id"], body.get("trigger_id", ""), body.get("response_url", ""))
    return Asked(place, *_ids(body, body["user_id"]), line=typed(body))


def _clicked(body: Body, web: Web) -> Asked:
    user, trigger, url = body["user"]["id"], body.get("trigger_id", ""), body.get("response_url")
    container, view = body.get("container") or {}, body.get("view") or {}
    mark = container.get("message_ts") or container.get("view_id") or ""
    place: Place
    if view.get("type") == "home":
        place = AtHome(web, user, trigger)
    elif view:
        place = InView(web, user, trigger, view=view)
    else:
        channel = str(container.get("channel_id") or "")
        place = Clicked(
            web,
            user,
            trigger,
            url or "",
            ephemeral=bool(container.get("is_ephemeral")),
            direct=channel.startswith(_DIRECT) and not container.get("is_ephemeral"),
            thread=str(container.get("thread_ts") or ""),
        )
    press = _press((body.get("actions") or [{}])[0])
    return Asked(place, *_ids(body, user), press=press, mark=str(mark))


def _press(action: Body) -> Click | None:
    chosen = action.get("selected_option") or {}
    press = decode(str(action.get("value") or chosen.get("value") or ""))
    return press if press and press.kind is not ClickKind.FORM else None


def _submitted(body: Body, web: Web) -> Asked:
    user, view = body["user"]["id"], body["view"]
    press, url = submitted(view, f"slack:{team(body)}") or (None, "")
    if view.get("callback_id") == WHERE:
        urls = body.get("response_urls") or [{}]
        url = str(urls[0].get("response_url") or "")
    place = Filled(web, user, body.get("trigger_id", ""), url, view=view)
    return Asked(place, *_ids(body, user), press=press, submitted=True, mark=view["id"])


def _said(body: Body, web: Web, bot: str) -> Asked | None:
    """Read a mention, or a direct message that somebody wrote."""
    event = body.get("event") or {}
    user, channel = str(event.get("user") or ""), str(event.get("channel") or "")
    direct = event.get("type") == "message" and event.get("channel_type") == "im"
    written = str(event.get("subtype") or "") in _WRITTEN
    ours = not user or user == bot or event.get("bot_id")
    if ours or not written or not (direct or event.get("type") == "app_mention"):
        return None
    thread = str(event.get("thread_ts") or "")
    place = Said(web, user, channel=channel, direct=direct, thread=thread)
    community, who = _ids(body, user)
    said = re.sub(rf"<@{re.escape(bot)}(\|[^>]*)?>", " ", str(event.get("text") or ""))
    return Asked(place, community, who, line=f"/crossroads {plain(said, community)}")


def _ids(body: Body, user: str) -> tuple[str, str]:
    workspace = team(body)
    return f"slack:{workspace}", f"slack:{workspace}/{user}"
