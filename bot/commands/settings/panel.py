"""The command `settings panel`: the settings of a community, with buttons to change them."""

from bot.app import CommandContext
from bot.call import Call
from bot.command import Example
from bot.commands.settings import settings_command
from bot.reply import Action, Reply


@settings_command(Example("settings panel", shows=("Quiz roles",)), aliases=("settings",))
async def settings_panel(context: CommandContext) -> Reply:
    """See how the bot works in this community."""
    del context
    return Reply(
        "Settings of this community:",
        buttons=(
            Action("Notifications", Call("settings-notifications")),
            Action("Quiz roles", Call("settings-badges")),
            Action("Audit log", Call("settings-audit")),
            Action("Check the bot", Call("settings-doctor")),
        ),
        return_to=Call("settings-panel"),
    )
