"""The commands for the settings of a community."""

from functools import partial

from bot.call import Call
from bot.command import CommandGroup, Permission, command

SETTINGS = CommandGroup("settings", "Choose how the bot works here.", Permission.MODERATORS)
settings_command = partial(command, group=SETTINGS)
PANEL = Call("settings-panel")
ADDED_MODERATOR, REMOVED_MODERATOR = "added a moderator:", "removed a moderator:"
PEOPLE_ACTIONS = {
    ADDED_MODERATOR: ADDED_MODERATOR,
    REMOVED_MODERATOR: REMOVED_MODERATOR,
    "blocked suggestions": "blocked suggestions from",
    "unblocked suggestions": "unblocked suggestions from",
}
"""Wording of the audit log's actions whose details are the id of a member, role or user group."""
