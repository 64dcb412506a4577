"""The command `tips panel`: the state of weekly tips, with buttons for all that can be done."""

from bot.app import CommandContext
from bot.command import Example
from bot.commands.tips import tips_command
from bot.reply import Reply
from bot.tips.context import ModeratorContext
from bot.tips.panel import panel_reply


@tips_command(Example("tips panel", shows=("The next tip comes", "Add tip")), aliases=("tips",))
async def tips_panel(context: CommandContext) -> Reply:
    """See which tip is posted next and what's waiting for you."""
    return await panel_reply(await ModeratorContext.open(context))
