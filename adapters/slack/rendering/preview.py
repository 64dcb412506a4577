"""Preview of a reply's payloads, for ``crossroads ask --as slack``."""

from typing import Any

from adapters.slack.rendering.render import render
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
