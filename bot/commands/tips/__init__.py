"""The commands for weekly tips."""

from functools import partial

from bot.command import Permission, command

moderator_command = partial(command, permission=Permission.MODERATORS)
