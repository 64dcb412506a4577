"""The payloads that Slack sends, the same for Socket Mode and HTTP.

Source: docs.slack.dev, reference/interaction-payloads, interactivity/implementing-slash-commands
and reference/events.
"""

from slack_server.world import APP, BOT, Json, Message, ResponseUrl, View, World

TOKEN = "verification-token"  # noqa: S105  # sent in every payload, no longer used by anybody


def slash(world: World, command: str, text: str, url: ResponseUrl, team: str) -> Json:
    """Return the form fields of a slash command."""
    user = url.user
    who = {"user_id": user, "user_name": user.lower(), "team_id": team, "team_domain": "loopback"}
    where = {"channel_id": url.channel, "channel_name": url.channel.lower(), "api_app_id": APP}
    what = {"command": command, "text": text, "response_url": address(world, url), "token": TOKEN}
    return (
        what | who | where | {"trigger_id": world.trigger(user), "is_enterprise_install": "false"}
    )


def address(world: World, url: ResponseUrl) -> str:
    return f"{world.base}/response/{url.key}"


def block_actions(
    world: World, surface: Message | View, user: str, action: Json, url: ResponseUrl | None
) -> Json:
    """Return the payload of a click or a choice in a message or a view."""
    place = _in_view(surface) if isinstance(surface, View) else _in_message(surface)
    view = surface.id if isinstance(surface, View) else ""
    answer = {} if url is None else {"response_url": address(world, url)}
    done = {
        "actions": [action | {"action_ts": world.stamp()}],
        "trigger_id": world.trigger(user, view),
    }
    return {"type": "block_actions", **_head(user, world.team), **place, **answer, **done}


def block_suggestion(
    surface: Message | View, user: str, element: Json, query: str, team: str
) -> Json:
    """Return the payload that Slack sends while somebody types into an external select."""
    place = _in_view(surface) if isinstance(surface, View) else _in_message(surface)
    asked = {"action_id": element["action_id"], "block_id": element["block_id"], "value": query}
    return {"type": "block_suggestion", **_head(user, team), **place, **asked}


def view_submission(world: World, view: View, urls: list[tuple[Json, ResponseUrl]]) -> Json:
    """Return the payload of a submitted modal; *urls* are the response URLs of chosen channels."""
    trigger = world.trigger(view.user, view.id)
    told = {
        "view": view.as_json(),
        "trigger_id": trigger,
        "response_urls": [
            {
                "block_id": element["block_id"],
                "action_id": element["action_id"],
                "channel_id": url.channel,
                "response_url": address(world, url),
            }
            for element, url in urls
        ],
    }
    return {"type": "view_submission", **_head(view.user, world.team), **told}


def view_closed(view: View, *, cleared: bool) -> Json:
    told = {"view": view.as_json(), "is_cleared": cleared}
    return {"type": "view_closed", **_head(view.user, view.team), **told}


def event(world: World, happened: Json) -> Json:
    """Return *happened* in the envelope of the Events API."""
    stamp = world.stamp()
    to = {"enterprise_id": None, "team_id": world.team, "user_id": BOT, "is_bot": True}
    named = {"event_id": f"Ev{world.number()}", "event_time": int(world.now())}
    about = {
        "token": TOKEN,
        "team_id": world.team,
        "api_app_id": APP,
        "type": "event_callback",
        **named,
    }
    about["authorizations"] = [to | {"is_enterprise_install": False}]
    return about | {"event": {"event_ts": stamp, **happened}, "is_ext_shared_channel": False}


def escaped(text: str) -> str:
    """Return typed text with ``&``, ``<`` and ``>`` escaped, as in Slack's events."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _head(user: str, team: str) -> Json:
    who = {"id": user, "username": user.lower(), "name": user.lower(), "team_id": team}
    install = {"enterprise": None, "is_enterprise_install": False}
    return (
        {"user": who, "team": {"id": team, "domain": "loopback"}, "api_app_id": APP}
        | install
        | {"token": TOKEN}
    )


def _in_message(message: Message) -> Json:
    """Return the fields about a message; Slack doesn't send an ephemeral message's content."""
    seen = {"message_ts": message.ts, "channel_id": message.channel}
    container = {"type": "message", **seen, "is_ephemeral": bool(message.shown_to)}
    container |= {"thread_ts": message.thread_ts} if message.thread_ts else {}
    channel = {"id": message.channel, "name": message.channel.lower()}
    whole = {} if message.shown_to else {"message": message.as_json()}
    state = {"values": message.values}
    return {"container": container, "channel": channel, "state": state, **whole}


def _in_view(view: View) -> Json:
    return {"container": {"type": "view", "view_id": view.id}, "view": view.as_json()}
