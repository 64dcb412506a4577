"""Discord: slash commands, buttons, selects and forms, all of them Calls."""

from adapters.discord.checks import checks
from adapters.discord.client import serve
from adapters.discord.guide import guide
from adapters.discord.platform import reached
from adapters.discord.preview import PERMISSIONS, application_of, invitation, payloads

__all__ = [
    "PERMISSIONS", "application_of", "checks", "guide", "invitation", "payloads", "reached",
    "serve",
]  # fmt: skip
