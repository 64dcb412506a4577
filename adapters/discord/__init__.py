"""Discord: slash commands, buttons, selects and forms, all of them Calls."""

from adapters.discord.doctor_checks import checks
from adapters.discord.platform import reached
from adapters.discord.preview import PERMISSIONS, application_of, invitation, payloads
from adapters.discord.serve import serve
from adapters.discord.setup_guide import guide

__all__ = [
    "PERMISSIONS", "application_of", "checks", "guide", "invitation", "payloads", "reached",
    "serve",
]  # fmt: skip
