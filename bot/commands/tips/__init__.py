"""The commands for the queue of weekly tips."""

from functools import partial

from bot.command import CommandGroup, Permission, command

TIPS = CommandGroup("tips", "Manage the queue of weekly tips.", Permission.MODERATORS)
tips_command = partial(command, group=TIPS)
