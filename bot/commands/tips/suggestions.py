"""Tips that members suggest, and what moderators make of them."""

from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example, Permission, Visibility, command, truncate
from bot.errors import Refusal
from bot.platform import DeliveryError
from bot.reply import Action, Actions, Heading, Mention, Paragraph, Reply
from bot.tips.bench import LISTED, Bench
from bot.tips.citations import seen
from bot.tips.completion import tips
from bot.tips.guard import tell_all
from bot.tips.message import LONGEST
from bot.tips.schedule_input import numbers
from bot.tips.validation import folded_text, known_texts, new_tip
from storage import Tip, TipState

_MOST = 5  # suggestions of one member that wait for a decision
_REASON = Arg("why not; the member is told", max_length=300)
_WAITING = (TipState.SUGGESTED, TipState.HELD)
_OPEN = (*_WAITING, TipState.DENIED, TipState.REMOVED)
_TO_APPROVE = Arg("the tip's number", numbers, autocomplete=tips(*_OPEN))
_TO_DENY = Arg("the tip's number", numbers, autocomplete=tips(*_WAITING))


@command(
    Example("tip-suggest Read the posting twice: the title lies.", shows=("moderators",)),
    visibility=Visibility.PRIVATE,
    aliases=("suggest-tip", "suggest"),
)
async def tip_suggest(
    context: CommandContext,
    text: Annotated[str, Arg("what the tip says", max_length=LONGEST)],
    link: Annotated[str | None, Arg("an address that it leads to", max_length=300)] = None,
) -> Reply:
    """Suggest a weekly tip to the moderators.

    They see it with your name and decide. If they deny it, you are told why, privately. What you
    suggested is stored until then; `privacy` shows and deletes it.
    """
    bench = await Bench.of(context)
    found = await bench.desk.store.tips.of(bench.queue)
    new = new_tip(context.content, text, link=link)
    if folded_text(text) in known_texts(found):
        raise Refusal("That tip is known already. Thank you all the same.")
    mine = [tip for tip in found if tip.suggested_by == context.caller.id]
    if sum(tip.state is TipState.SUGGESTED for tip in mine) >= _MOST:
        raise Refusal(f"{_MOST} of your tips wait for a decision. Suggest more after that.")
    by = (context.caller.id, bench.community)
    [tip] = await bench.desk.store.tips.add(bench.queue, [new], context.now, by)
    await bench.note("suggested", f"tip {tip.number}")
    await tell_all(bench.desk, tip, _asked(tip))
    return Reply((Paragraph("Thank you: the moderators will see your tip and decide."),))


def _asked(tip: Tip) -> Reply:
    number = {"tip": str(tip.number)}
    who = (Mention(tip.suggested_by or ""), " suggests this tip:")
    options = (
        Action("approve", Call("tips-approve", number)),
        Action("deny", Call("tips-deny", number)),
        Action("see it as posted", Call("tips-preview", number)),
    )
    title = Heading(f"Weekly tips: suggestion {tip.number}")
    link = (Paragraph(tip.link),) if tip.link else ()
    return Reply((title, Paragraph(who), Paragraph(tip.text), *link, Actions(options)))


@command(
    Example("tips approve 3", shows=("Tip 3 is in the queue",)),
    permission=Permission.MODERATORS,
)
async def tips_approve(context: CommandContext, tip: Annotated[int, _TO_APPROVE]) -> Reply:
    """Take a tip into the queue: a suggestion, or one that is held, denied or removed.

    Of what it cites, what is said now counts as read.
    """
    bench = await Bench.of(context)
    was = await bench.tip(tip)
    now_seen = seen(context.content, was.cites)
    done = await bench.desk.store.tips.decide(
        bench.queue, tip, TipState.QUEUED, of=_OPEN, seen=now_seen
    )
    if done is None:
        raise Refusal(f"Tip {tip} is in the queue already.", LISTED)
    await bench.note("approved", f"tip {tip}")
    if was.state is TipState.SUGGESTED:
        await _told(bench, was, f"Your tip is in the queue: “{truncate(was.text, 80)}”")
    look = Action("see it", Call("tips-preview", {"tip": str(tip)}))
    return Reply((Paragraph(f"Tip {tip} is in the queue."), Actions((look, LISTED))))


@command(
    Example("tips deny 3 We had it last month", shows=("Tip 3 is denied",)),
    permission=Permission.MODERATORS,
)
async def tips_deny(
    context: CommandContext, tip: Annotated[int, _TO_DENY], reason: Annotated[str, _REASON]
) -> Reply:
    """Deny a suggested tip; the member is told why, privately."""
    bench = await Bench.of(context)
    was = await bench.tip(tip)
    done = await bench.desk.store.tips.decide(
        bench.queue, tip, TipState.DENIED, of=list(_WAITING), reason=reason
    )
    if done is None:
        raise Refusal(f"Tip {tip} is {was.state}: only a suggestion can be denied.", LISTED)
    await bench.note("denied", f"tip {tip}")
    says = f"Your tip was not taken: “{truncate(was.text, 80)}” The moderators say: {reason}"
    told = await _told(bench, was, says)
    more = "" if told else " The member could not be told."
    return Reply((Paragraph(f"Tip {tip} is denied.{more}"), Actions((LISTED,))))


async def _told(bench: Bench, tip: Tip, says: str) -> bool:
    """Tell who suggested a tip, privately."""
    platform = bench.desk.platform(tip.suggested_by or "")
    if platform is None or tip.suggested_by is None:
        return False
    try:
        await platform.send_direct_message(tip.suggested_by, Reply((Paragraph(says),)))
    except DeliveryError:
        return False
    return True
