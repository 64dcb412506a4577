"""The command that shows the old and new names of moderators' commands."""

from dataclasses import replace

from bot.app import CommandContext
from bot.commands.settings import PANEL, settings_command
from bot.community.renaming import describe_renaming
from bot.reply import Reply


@settings_command(hidden=True)
async def settings_new_names(context: CommandContext) -> Reply:
    """See the old and new names of moderators' commands."""
    community = context.caller.community or context.caller.id
    return replace(describe_renaming(context.app.commands, community), return_to=PANEL)
