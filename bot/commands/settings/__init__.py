"""The commands for the settings of a community."""

from functools import partial

from bot.call import Call
from bot.command import CommandGroup, Permission, command

SETTINGS = CommandGroup("settings", "Choose how the bot works here.", Permission.MODERATORS)
settings_command = partial(command, group=SETTINGS)
PANEL = Call("settings-panel")
