"""The commands for the settings of a community."""

from functools import partial

from bot.command import CommandGroup, Permission, command

SETTINGS = CommandGroup("settings", "Choose how the bot works here.", Permission.MODERATORS)
settings_command = partial(command, group=SETTINGS)
