"""The adapter for Discord: slash commands, buttons, selects, modals, messages and mentions.

A name below loads discord.py when it is first used, because previews of answers don't need it.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adapters.discord.doctor_checks import checks
    from adapters.discord.permissions import INVITE_PERMISSIONS, invite_url
    from adapters.discord.platform import open_platform
    from adapters.discord.rendering.render import payloads
    from adapters.discord.serving import serve
    from adapters.discord.setup_guide import application_id, guide

__all__ = [
    "INVITE_PERMISSIONS", "application_id", "checks", "guide", "invite_url", "open_platform",
    "payloads", "serve",
]  # fmt: skip

_MODULES = {
    "INVITE_PERMISSIONS": "permissions",
    "application_id": "setup_guide",
    "checks": "doctor_checks",
    "guide": "setup_guide",
    "invite_url": "permissions",
    "open_platform": "platform",
    "payloads": "rendering.render",
    "serve": "serving",
}


def __getattr__(name: str) -> object:
    """Return one of the names above from the module that defines it."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
