"""What an admin or a developer looks at without Discord: payloads, and the invitation."""

from base64 import b64decode
from typing import Any
from urllib.parse import urlencode

from adapters.discord.rendering.render import render
from adapters.shared.contract import ConfigurationError
from bot.app import App
from bot.command import Visibility
from bot.errors import Refusal
from bot.reply import Outcome, Reply

_AUTHORIZE = "https://discord.com/oauth2/authorize"
_SCOPES = ("bot", "applications.commands")
PERMISSIONS = {  # the bit of each, and what it is for; answers to commands need none of them
    "View Channels": (1 << 10, "to find the channel that tips are posted to"),
    "Send Messages": (1 << 11, "to post tips"),
    "Send Messages in Threads": (1 << 38, "to post tips in a thread"),
    "Attach Files": (1 << 15, "to post pictures"),
    "Read Message History": (1 << 16, "to see after a crash whether a tip was posted"),
    "Create Public Threads": (1 << 35, "to open a thread under a tip, where a schedule says so"),
    "Pin Messages": (1 << 51, "to pin a tip, where a schedule says so"),
}


def payloads(app: App, line: str, reply: Reply) -> list[dict[str, Any]]:
    """Give the bodies of the messages that answer *line* on Discord, one for each page."""
    try:
        call = app.parse(line)
    except Refusal:
        return [each.payload(private=True) for each in render(reply).messages]
    audience = app.commands[call.command].visibility
    share = audience is Visibility.SHAREABLE and reply.outcome is Outcome.DONE
    private = audience is not Visibility.PUBLIC
    return [each.payload(private=private) for each in render(reply, call, share=share).messages]


def application_of(token: str) -> int:
    """Read the id of the application from a bot's token; raises ConfigurationError."""
    head = token.partition(".")[0]
    try:
        number = b64decode(head + "=" * (-len(head) % 4), altchars=b"-_", validate=True)
        return int(number)
    except ValueError as error:
        says = "Set DISCORD_TOKEN, or name the application's id: crossroads discord invite 123…"
        raise ConfigurationError(says) from error


def invitation(application: int) -> str:
    """Give the address at which an admin of a server lets the bot in."""
    asked = {
        "client_id": application,
        "scope": " ".join(_SCOPES),
        "permissions": sum(bit for bit, _ in PERMISSIONS.values()),
    }
    return f"{_AUTHORIZE}?{urlencode(asked)}"
