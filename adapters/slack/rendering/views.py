"""Modals and the Home tab as Block Kit views."""

from dataclasses import dataclass

from adapters.slack.rendering.render import Message
from adapters.slack.rendering.rich_text import Json, plain_text_object

TITLE = "Crossroads"


def modal(message: Message) -> Json:
    """Return the Block Kit view of a modal that shows *message*."""
    view = {
        "type": "modal",
        "title": plain_text_object(TITLE),
        "close": plain_text_object("Close"),
    }
    return {**view, "blocks": list(message.blocks)}


def home_tab(message: Message) -> Json:
    """Return the Block Kit view of a Home tab that shows *message*."""
    return {"type": "home", "blocks": list(message.blocks)}


@dataclass(frozen=True, slots=True)
class ClickedMessage:
    """The message with the button that was clicked; without an id, there is none."""

    id: str = ""  # the channel and the timestamp
    is_private: bool = False  # only the member sees it, so the reply takes its place
    is_direct: bool = False  # in the bot's direct messages, and not ephemeral
    thread: str = ""


NO_MESSAGE = ClickedMessage()
