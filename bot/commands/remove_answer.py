"""The command behind the button that removes a public answer."""

from typing import Annotated

from bot.app import CommandContext
from bot.command import Arg, Visibility, command
from bot.errors import Outage, Refusal
from bot.platform import DeliveryError, NotFound, needs_intervention
from bot.reply import Reply

_BY = Arg("who asked for the answer", max_length=60)


@command(hidden=True, visibility=Visibility.PRIVATE, differs_for_moderators=True)
async def remove_answer(context: CommandContext, by: Annotated[str, _BY]) -> Reply:
    """Remove one of the bot's answers from the channel.

    Moderators and the member who asked for the answer can do that.
    """
    caller, message = context.caller, context.caller.message
    if message is None:
        raise Refusal("To remove an answer from a channel, click Remove below it.")
    if caller.id != by and not caller.moderator:
        raise Refusal(
            "Only a moderator or the person who asked for this answer can remove it, so it's "
            "still there."
        )
    try:
        await message.delete()
    except NotFound:  # somebody else was faster
        return Reply("That answer is already gone.")
    except DeliveryError as error:
        failure = Refusal if needs_intervention(error) else Outage
        raise failure(f"I couldn't remove this, so it's still there. {error.message}") from error
    return Reply("Removed.")
