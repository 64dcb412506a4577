"""Messages of the app: what it posts, and what it sends to response URLs."""

from collections.abc import Mapping
from typing import Any

from adapters.slack.playground.workspace import (
    RESPONSE_URL_USES,
    ApiError,
    Message,
    ResponseUrl,
    Workspace,
)
from adapters.slack.rendering.rich_text import Json

_TYPES = {"ephemeral", "in_channel"}


def post_message(
    workspace: Workspace,
    channel: str,
    body: Mapping[str, Any],
    *,
    thread: str = "",
    reader: str = "",
) -> Message:
    """Post a message of the app, which only *reader* sees unless that is empty."""
    stamp = workspace.next_stamp()
    return workspace.add_message(Message(channel, stamp, thread=thread, reader=reader), dict(body))


def use_response_url(workspace: Workspace, url: str, body: Json) -> None:
    """Carry out what the app sends to a response URL.

    Raise ApiError if Slack would refuse it: "used_url" if the URL is unknown or has expired.
    """
    found = workspace.response_urls.get(url)
    if found is None or found.expires < workspace.now() or found.uses >= RESPONSE_URL_USES:
        raise ApiError("used_url")
    respond(workspace, found, body)
    found.uses += 1


def respond(workspace: Workspace, url: ResponseUrl, body: Json) -> None:
    """Post a message, or replace or delete the message that was clicked, as *body* says."""
    if body.get("response_type", "ephemeral") not in _TYPES:
        raise ApiError("invalid_response_type")
    original = url.message
    if body.get("delete_original") and original is not None:
        channel = workspace.channels[original.channel]
        channel.messages = [each for each in channel.messages if each is not original]
        channel.pins = [each for each in channel.pins if each != original.ts]
        workspace.changed()
    elif body.get("replace_original") and original is not None:
        workspace.fill_message(original, body)
        original.is_edited = not original.reader  # Slack doesn't say so of an ephemeral message
    else:
        reader = "" if body.get("response_type") == "in_channel" else url.user
        thread = str(body.get("thread_ts") or "")
        post_message(workspace, url.channel, body, thread=thread, reader=reader)
