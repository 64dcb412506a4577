"""Commands for tips that members suggest: suggest, approve, deny."""

from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example, Visibility, command, truncate
from bot.commands.tips import tips_command
from bot.errors import Refusal
from bot.platform import DeliveryError
from bot.reply import Action, Mention, Paragraph, Reply
from bot.tips.citations import snapshot_entries
from bot.tips.completion import suggest_tips
from bot.tips.context import QUEUE_ACTION, ModeratorContext
from bot.tips.notices import confirmation
from bot.tips.schedule_input import numbers
from bot.tips.validation import MAX_TEXT_LENGTH, build_tip, normalize_text, numbers_by_text
from storage import Tip, TipState

_MAX_WAITING = 5  # suggestions of one member that wait for a decision
_REASON = Arg("why not; the member is told", max_length=300)
_UNDECIDED = (TipState.SUGGESTED, TipState.HELD)
_APPROVABLE = (*_UNDECIDED, TipState.DENIED, TipState.REMOVED)
_TO_APPROVE = Arg("the tip's number", numbers, autocomplete=suggest_tips(*_APPROVABLE))
_TO_DENY = Arg("the tip's number", numbers, autocomplete=suggest_tips(*_UNDECIDED))


@command(
    Example("suggest Read the posting twice: the title lies.", shows=("moderators",)),
    visibility=Visibility.PRIVATE,
    aliases=("suggest-tip",),
)
async def suggest(
    context: CommandContext,
    text: Annotated[str, Arg("what the tip says", max_length=MAX_TEXT_LENGTH)],
    link: Annotated[str | None, Arg("an address that it leads to", max_length=300)] = None,
) -> Reply:
    """Suggest a tip to the moderators.

    They see it with your name and decide. If they deny it, you are told why, privately. What you
    suggested is stored until then; `privacy` shows and deletes it.
    """
    moderator = await ModeratorContext.open(context)
    found = await moderator.store.tips.list_for_queue(moderator.queue)
    new = build_tip(context.content, text, link=link)
    if normalize_text(text) in numbers_by_text(found):
        raise Refusal("That tip is known already. Thank you all the same.")
    mine = [tip for tip in found if tip.suggested_by == context.caller.id]
    if sum(tip.state is TipState.SUGGESTED for tip in mine) >= _MAX_WAITING:
        raise Refusal(f"{_MAX_WAITING} of your tips wait for a decision. Suggest more after that.")
    by = (context.caller.id, moderator.community)
    [tip] = await moderator.store.tips.add(moderator.queue, [new], context.now, by)
    await moderator.record_audit("suggested", f"tip {tip.number}")
    await moderator.tips.notify_communities(tip, _suggestion_notice(tip))
    return Reply("Thank you: the moderators will see your tip and decide.")


def _suggestion_notice(tip: Tip) -> Reply:
    number = {"tip": str(tip.number)}
    answer = (Mention(tip.suggested_by or ""), f" suggests tip {tip.number}:")
    actions = (
        Action("Approve", Call("tips-approve", number)),
        Action("Deny", Call("tips-deny", number)),
        Action("Preview", Call("tips-preview", number)),
    )
    link = (Paragraph(tip.link),) if tip.link else ()
    return Reply(
        answer,
        (Paragraph(tip.text), *link),
        buttons=actions,
    )


@tips_command(Example("tips approve 3", shows=("Tip 3 is in the queue",)))
async def tips_approve(context: CommandContext, tip: Annotated[int, _TO_APPROVE]) -> Reply:
    """Take a tip into the queue: a suggestion, or one that is held, denied or removed.

    Of what it cites, what is said now counts as read.
    """
    moderator = await ModeratorContext.open(context)
    before = await moderator.find_tip(tip)
    snapshot = snapshot_entries(context.content, before.cites)
    approved = await moderator.store.tips.decide(
        moderator.queue, tip, TipState.QUEUED, current_states=_APPROVABLE, cited_content=snapshot
    )
    if approved is None:
        raise Refusal(f"Tip {tip} is in the queue already.", QUEUE_ACTION)
    await moderator.record_audit("approved", f"tip {tip}")
    if before.state is TipState.SUGGESTED:
        text = f"Your tip is in the queue: “{truncate(before.text, 80)}”"
        await _notify_member(moderator, before, text)
    preview = Action("Preview", Call("tips-preview", {"tip": str(tip)}))
    return confirmation(f"Tip {tip} is in the queue.", preview, QUEUE_ACTION)


@tips_command(Example("tips deny 3 We had it last month", shows=("Tip 3 is denied",)))
async def tips_deny(
    context: CommandContext, tip: Annotated[int, _TO_DENY], reason: Annotated[str, _REASON]
) -> Reply:
    """Deny a suggested tip; the member is told why, privately."""
    moderator = await ModeratorContext.open(context)
    before = await moderator.find_tip(tip)
    denied = await moderator.store.tips.decide(
        moderator.queue, tip, TipState.DENIED, current_states=list(_UNDECIDED), reason=reason
    )
    if denied is None:
        raise Refusal(
            f"Tip {tip} is {before.state}: only a suggestion can be denied.", QUEUE_ACTION
        )
    await moderator.record_audit("denied", f"tip {tip}")
    text = f"Your tip was not taken: “{truncate(before.text, 80)}” The moderators say: {reason}"
    notified = await _notify_member(moderator, before, text)
    more = "" if notified else " The member could not be told."
    return confirmation(f"Tip {tip} is denied.{more}", QUEUE_ACTION)


async def _notify_member(moderator: ModeratorContext, tip: Tip, text: str) -> bool:
    """Send a direct message to the member who suggested *tip*; return False if that fails."""
    platform = moderator.tips.platform(tip.suggested_by or "")
    if platform is None or tip.suggested_by is None:
        return False
    try:
        await platform.send_direct_message(tip.suggested_by, Reply(text))
    except DeliveryError:
        return False
    return True
