"""The setting for the channel in which moderators get notices."""

from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example, FormLayout, PickerType
from bot.commands.settings import PANEL, settings_command
from bot.commands.settings.panel import show_panel
from bot.community.moderators import MODERATOR_CHANNEL
from bot.errors import Outage, Refusal
from bot.language.argument_types import NONE_WORDS
from bot.platform import DeliveryError, needs_intervention
from bot.reply import Action, Channel, Paragraph, Prose, Reply
from bot.tips.context import ModeratorContext, idempotency_key
from bot.tips.schedule_input import channels_or_none
from bot.tips.validation import find_channel, require_postable

_CHANNEL = Arg(
    "a channel that moderators read, or “none” for direct messages",
    channels_or_none,
    picker=PickerType.CHANNEL,
)


@settings_command(Example("settings notifications none", shows=("direct message",)))
async def settings_notifications(
    context: CommandContext, channel: Annotated[str | None, _CHANNEL] = None
) -> Reply:
    """Choose where moderators get notices about suggestions and problems.

    Without a channel, each notice goes to the person who made the schedule, as a direct message.
    """
    moderator = await ModeratorContext.open(context)
    if channel is not None:
        return await _choose(moderator, channel)
    current = (await moderator.store.preferences.get_all(moderator.community)).get(
        MODERATOR_CHANNEL
    )
    choose = Action("Choose a channel", Call("settings-notifications-change"))
    stop = Action("Use direct messages", Call("settings-notifications", {"channel": "none"}))
    about = "Notices cover suggested tips, schedule problems and changes to the list of moderators."
    return Reply(
        _describe(current),
        (Paragraph(about),),
        buttons=(choose, *((stop,) if current else ())),
        return_to=PANEL,
    )


@settings_command(hidden=True, form=FormLayout("Choose a channel", "Save channel", ("channel",)))
async def settings_notifications_change(
    context: CommandContext, channel: Annotated[str, _CHANNEL]
) -> Reply:
    """Choose the channel in which moderators get notices."""
    return await _choose(await ModeratorContext.open(context), channel)


async def _choose(moderator: ModeratorContext, channel: str) -> Reply:
    """Store the channel, or none, and return the panel of all settings."""
    chosen = None
    if channel not in NONE_WORDS:
        chosen = (await find_channel(moderator, channel)).id
        await require_postable(moderator, chosen)
        await _post_test_message(moderator, chosen)
    await moderator.store.preferences.set(moderator.community, MODERATOR_CHANNEL, chosen)
    await moderator.record_audit("chose where moderators get notices:", chosen or "direct messages")
    return await show_panel(moderator, _describe(chosen))


def _describe(channel: str | None) -> Prose:
    if channel is None:
        return "Notices go to the person who made the schedule, as a direct message."
    return ("Moderators get notices in ", Channel(channel), ".")


async def _post_test_message(moderator: ModeratorContext, channel: str) -> None:
    """Post a message to the channel that was chosen, so that a missing permission shows now.

    Raise Refusal if the bot can't post there, and Outage if the platform is busy or down.
    """
    platform = moderator.tips.platform(channel)
    if platform is None:
        return
    message = Reply("From now on, moderators get notices from Crossroads in this channel.")
    key = idempotency_key("told", channel, moderator.context.now.isoformat())
    try:
        await platform.post(channel, message, key)
    except DeliveryError as error:
        failure = Refusal if needs_intervention(error) else Outage
        raise failure(f"I couldn't post there, so nothing was changed. {error.message}") from error
