"""Previews of a reply: its payloads, for ``crossroads ask --as slack``, and its text."""

from collections.abc import Iterator
from typing import Any

from adapters.slack.rendering.mrkdwn import mark
from adapters.slack.rendering.render import render
from adapters.slack.rendering.rich_text import Json
from bot.app import App
from bot.errors import Refusal
from bot.presentation import Click, Presentation
from bot.reply import Reply


def preview_payloads(app: App, line: str, reply: Reply) -> list[dict[str, Any]]:
    """Return *reply*, the answer to *line*, as JSON message bodies, one for each page."""
    try:
        call = app.parse(line)
    except Refusal:
        return [each.payload() for each in render(reply).messages]
    shown = Presentation.of(Click(call), app.commands[call.command]).after(reply)
    return [each.payload(private=not shown.is_public) for each in render(reply, shown).messages]


def preview_text(reply: Reply) -> str:
    """Return the text of *reply* in Slack's markup, without tables, images and buttons.

    Only its styles are marked, because Slack reads no markup in the rest.
    """
    blocks = (each for message in render(reply).messages for each in message.blocks)
    return "\n\n".join(text for block in blocks for text in _block_texts(block))


def _block_texts(block: Json) -> Iterator[str]:
    if block["type"] == "section" and "text" in block:
        yield block["text"]["text"]
    for part in block["elements"] if block["type"] == "rich_text" else ():
        for lines in part["elements"] if part["type"] == "rich_text_list" else (part,):
            yield "".join(map(mark, lines["elements"]))
