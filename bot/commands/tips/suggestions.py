"""The command `suggest`, with which members suggest tips."""

from collections.abc import Mapping
from typing import Annotated

from bot.app import CommandContext
from bot.command import Arg, Example, FormLayout, Visibility, command
from bot.errors import Refusal
from bot.reply import Reply
from bot.tips.cards import post_cards
from bot.tips.context import ModeratorContext
from bot.tips.validation import (
    MAX_TEXT_LENGTH,
    build_tip,
    normalize_text,
    numbers_by_text,
)
from storage import Tip, TipState

_MAX_WAITING = 5  # suggestions of one member that wait for a decision
_TEXT = Arg("the text of the tip", max_length=MAX_TEXT_LENGTH, label="Your tip")
_LINK = Arg("a link to read more, starting with https://", max_length=300, label="Link")
_BLOCKED = (
    "The moderators aren't taking suggestions from you right now. Everything else works as "
    "before. If you think that's a mistake, ask one of them."
)


async def _check_open(context: CommandContext) -> Mapping[str, str]:
    """Return no values for the form, or raise Refusal if the member can't suggest a tip now."""
    await _open_queue(context)
    return {}


_FORM = FormLayout("Suggest a tip", "Send to the moderators", ("text", "link"), _check_open)


async def _open_queue(context: CommandContext) -> tuple[ModeratorContext, tuple[Tip, ...]]:
    """Return the context and the tips of the member's community.

    Raise Refusal if the member is blocked, or if enough of their suggestions wait.
    """
    moderator, member = await ModeratorContext.open(context), context.caller.id
    if await moderator.store.blocks.is_blocked(moderator.queue, member):
        raise Refusal(_BLOCKED)
    found = await moderator.store.tips.list_for_queue(moderator.queue)
    mine = [tip for tip in found if tip.suggested_by == member]
    if sum(tip.state is TipState.SUGGESTED for tip in mine) >= _MAX_WAITING:
        raise Refusal(
            f"{_MAX_WAITING} of your tips are waiting for a decision. You can suggest more after "
            "that."
        )
    return moderator, found


@command(
    Example("suggest Read the posting twice: the title lies.", shows=("moderators",)),
    visibility=Visibility.PRIVATE,
    aliases=("suggest-tip",),
    form=_FORM,
)
async def suggest(
    context: CommandContext,
    text: Annotated[str, _TEXT],
    link: Annotated[str | None, _LINK] = None,
) -> Reply:
    """Suggest a tip to the moderators.

    They see your name with it, and you're told privately what they decide. Your suggestion is
    stored; `privacy` shows and deletes it.
    """
    moderator, found = await _open_queue(context)
    new = build_tip(context.content, text, link=link)
    if normalize_text(text) in numbers_by_text(found):
        message = "The moderators already know that tip. Thank you for thinking of it."
        raise Refusal(message, argument="text")
    by = (context.caller.id, moderator.community)
    added = await moderator.store.tips.add(moderator.queue, [new], context.now, by)
    if not added:
        raise Refusal(
            "The queue was just merged with another community's, so your tip wasn't saved. Send "
            "it again."
        )
    [tip] = added
    await moderator.record_audit("suggested", f"tip {tip.number}")
    await post_cards(moderator.tips, tip)
    return Reply(
        "Thank you. The moderators will look at your tip, and I'll tell you privately what they "
        "decide."
    )
