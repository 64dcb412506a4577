"""The members and channels of the playground's workspace."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from adapters.slack.playground.workspace import BOT, Channel, Group, User, Workspace

FIRST_CHANNEL: Final = "CGENERAL"
_MEMBER, _MODERATOR = "UMEMBER", "UMODERATOR"
USER_IDS: Final = {"member": _MEMBER, "moderator": _MODERATOR}  # by the page's names
_EVERYBODY = frozenset({_MEMBER, _MODERATOR, BOT})
_PUBLIC_CHANNELS = {FIRST_CHANNEL: "general", "CCAREER": "career-chat", "CTIPS": "tips"}


def create_workspace(clock: Callable[[], datetime], changed: Callable[[], None]) -> Workspace:
    """Return a workspace with a member, a moderator and some channels that the app is in."""
    workspace = Workspace(clock, changed)
    for channel, name in _PUBLIC_CHANNELS.items():
        workspace.channels[channel] = Channel(channel, name, _EVERYBODY)
    staff = frozenset({_MODERATOR, BOT})
    workspace.channels["GMODNOTES"] = Channel("GMODNOTES", "mod-notes", staff, is_private=True)
    workspace.add_member(User(_MEMBER, "Mia Member"))
    workspace.add_member(User(_MODERATOR, "Max Moderator", is_admin=True))
    workspace.groups["SSTUDY"] = Group("study-group", frozenset({_MEMBER}))
    return workspace
