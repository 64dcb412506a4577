"""The commands for schedules, which post weekly tips to channels."""

from functools import partial

from bot.command import CommandGroup, Permission, command

SCHEDULE = CommandGroup("schedule", "Decide where and when tips are posted.", Permission.MODERATORS)
schedule_command = partial(command, group=SCHEDULE)
