"""One queue for two communities: a server and a workspace, joined by a code."""

from datetime import timedelta
from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example, Permission, command
from bot.errors import Refusal
from bot.reply import Action, Actions, Bold, Bullets, Code, Heading, Paragraph, Reply
from bot.tips.bench import LISTED, Bench
from bot.tips.schedule_input import yes_or_no

_HOUR = timedelta(hours=1)


@command(
    Example("tips link", shows=("tips join",)),
    permission=Permission.MODERATORS,
)
async def tips_link(context: CommandContext) -> Reply:
    """Make a code by which another community shares this queue, such as your Slack workspace.

    It works once, within an hour. Queue, approvals and audit are shared then; each channel keeps
    what it has had.
    """
    bench = await Bench.of(context)
    queues, until = bench.desk.store.queues, context.now + _HOUR
    code = await queues.join_code(bench.community, context.caller.id, context.now, until)
    await bench.note("made a link code", bench.community)
    says = ("The code is ", Bold(code), ". Within an hour, type in the other community: ")
    return Reply((Paragraph((*says, Code(f"tips join {code}"))), Actions((LISTED,))))


@command(
    Example("tips join ABCDEFGHJK", shows=("shares the queue",)), permission=Permission.MODERATORS
)
async def tips_join(
    context: CommandContext,
    code: Annotated[str, Arg("the code that `tips link` gave", max_length=20)],
) -> Reply:
    """Share the queue of the community in which the code was made.

    Tips that both have stay once; this community's come after those of the other.
    """
    bench = await Bench.of(context)
    other = await bench.desk.store.queues.join(code.strip().upper(), bench.community, context.now)
    if other is None:
        raise Refusal("That code is not good: it was used, an hour has passed, or it is your own.")
    joined = await Bench.of(context)
    await joined.note("joined", f"{bench.community} to {other}")
    says = Paragraph(f"This community now shares the queue of {other}.")
    part = Action("undo: part again", Call("tips-unlink"))
    return Reply((says, Actions((part, LISTED))))


@command(
    Example("tips unlink", shows=("shared",)),
    permission=Permission.MODERATORS,
)
async def tips_unlink(
    context: CommandContext,
    sure: Annotated[bool, Arg("yes: part, with a copy for each side", yes_or_no)] = False,
) -> Reply:
    """Stop sharing the queue; each side keeps a copy of all that is in it."""
    bench = await Bench.of(context)
    others = await bench.desk.store.queues.communities_of(bench.queue)
    names = tuple(each for each in others if each != bench.community)
    if not names:
        return Reply((Paragraph("This queue is not shared with anybody."), Actions((LISTED,))))
    if not sure:
        yes = Action("yes, part", Call("tips-unlink", {"sure": "yes"}))
        title = Heading("This queue is shared with")
        return Reply((title, Bullets(names), Actions((yes, LISTED))))
    await bench.desk.store.queues.leave(bench.community)
    await (await Bench.of(context)).note("parted", bench.community)
    return Reply((Paragraph("Parted: each side has its own copy now."), Actions((LISTED,))))
