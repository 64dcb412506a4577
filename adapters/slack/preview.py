"""What an admin or a developer looks at without Slack: the payloads of an answer."""

from typing import Any

from adapters.slack.rendering.render import render
from bot.app import App
from bot.command import Visibility
from bot.errors import Refusal
from bot.reply import Outcome, Reply


def payloads(app: App, line: str, reply: Reply) -> list[dict[str, Any]]:
    """Give the bodies of the messages that answer *line* on Slack, one for each page."""
    try:
        call = app.parse(line)
    except Refusal:
        return [each.payload() for each in render(reply).messages]
    audience = app.commands[call.command].visibility
    share = audience is Visibility.SHAREABLE and reply.outcome is Outcome.DONE
    private = audience is not Visibility.PUBLIC
    return [each.payload(private=private) for each in render(reply, call, share=share).messages]
