"""The commands for a community's own answers."""

from functools import partial

from bot.command import CommandGroup, Permission, command

ANSWERS = CommandGroup("answers", "Answer members' questions.", Permission.MODERATORS)
answers_command = partial(command, group=ANSWERS)
