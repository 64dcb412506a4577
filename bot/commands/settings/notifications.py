"""The setting for the channel in which moderators get notices."""

from typing import Annotated

from bot.app import CommandContext
from bot.command import Arg, Example, PickerType
from bot.commands.settings import settings_command
from bot.errors import Outage, Refusal
from bot.language.argument_types import NONE_WORDS
from bot.platform import DeliveryError, needs_intervention
from bot.reply import (
    Channel,
    Prose,
    Reply,
)
from bot.tips.context import MODERATOR_CHANNEL, QUEUE_ACTION, ModeratorContext, idempotency_key
from bot.tips.notices import confirmation
from bot.tips.schedule_input import channels_or_none
from bot.tips.validation import find_channel, require_postable

_CHANNEL = Arg(
    "the moderators' channel; none: a direct message", channels_or_none, picker=PickerType.CHANNEL
)


@settings_command(Example("settings notifications none", shows=("direct message",)))
async def settings_notifications(
    context: CommandContext, channel: Annotated[str | None, _CHANNEL] = None
) -> Reply:
    """Choose where moderators are told of suggestions and of trouble.

    Without a channel, the person who made a schedule gets a direct message about its problems.
    """
    moderator = await ModeratorContext.open(context)
    preferences = moderator.store.preferences
    if channel is not None:
        chosen = None
        if channel not in NONE_WORDS:
            chosen = (await find_channel(moderator, channel)).id
            await require_postable(moderator, chosen)
            await _post_test_message(moderator, chosen)
        await preferences.set(moderator.community, MODERATOR_CHANNEL, chosen)
        await moderator.record_audit("chose where to be told", chosen or channel)
    current = (await preferences.get_all(moderator.community)).get(MODERATOR_CHANNEL)
    where: Prose = ("in a direct message to who made the schedule",)
    if current:
        where = ("in ", Channel(current))
    return confirmation(("Moderators are told ", *where, "."), QUEUE_ACTION)


async def _post_test_message(moderator: ModeratorContext, channel: str) -> None:
    """Post a message to the channel that was chosen, so that a missing permission shows now.

    Raise Refusal if the bot can't post there, and Outage if the platform is busy or down.
    """
    platform = moderator.tips.platform(channel)
    if platform is None:
        return
    message = Reply("Moderators are told of weekly tips here from now on.")
    key = idempotency_key("told", channel, moderator.context.now.isoformat())
    try:
        await platform.post(channel, message, key)
    except DeliveryError as error:
        failure = Refusal if needs_intervention(error) else Outage
        raise failure(f"I couldn't post there, so nothing was changed. {error.message}") from error
