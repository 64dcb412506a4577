"""One queue for two communities: a server and a workspace, joined by a code."""

from datetime import timedelta
from typing import Annotated

from bot.app import Ask
from bot.call import Call
from bot.command import Arg, Audience, Example, command
from bot.errors import Refusal
from bot.reply import Bullets, Choice, Choices, Code, Heading, Paragraph, Reply, Strong
from bot.tips.bench import LISTED, Bench
from bot.tips.schedule_input import yes_or_no

_HOUR = timedelta(hours=1)


@command(
    Example("tips link", shows=("tips join",)),
    audience=Audience.MODERATORS,
)
async def tips_link(ask: Ask) -> Reply:
    """Make a code by which another community shares this queue, such as your Slack workspace.

    It works once, within an hour. Queue, approvals and audit are shared then; each channel keeps
    what it has had.
    """
    bench = await Bench.of(ask)
    queues, until = bench.desk.store.queues, ask.now + _HOUR
    code = await queues.join_code(bench.community, ask.who.id, ask.now, until)
    await bench.note("made a link code", bench.community)
    says = ("The code is ", Strong(code), ". Within an hour, type in the other community: ")
    return Reply((Paragraph((*says, Code(f"tips join {code}"))), Choices((LISTED,))))


@command(Example("tips join ABCDEFGHJK", shows=("shares the queue",)), audience=Audience.MODERATORS)
async def tips_join(
    ask: Ask, code: Annotated[str, Arg("the code that `tips link` gave", longest=20)]
) -> Reply:
    """Share the queue of the community in which the code was made.

    Tips that both have stay once; this community's come after those of the other.
    """
    bench = await Bench.of(ask)
    other = await bench.desk.store.queues.join(code.strip().upper(), bench.community, ask.now)
    if other is None:
        raise Refusal("That code is not good: it was used, an hour has passed, or it is your own.")
    joined = await Bench.of(ask)
    await joined.note("joined", f"{bench.community} to {other}")
    says = Paragraph(f"This community now shares the queue of {other}.")
    part = Choice("undo: part again", Call("tips-unlink"))
    return Reply((says, Choices((part, LISTED))))


@command(
    Example("tips unlink", shows=("shared",)),
    audience=Audience.MODERATORS,
)
async def tips_unlink(
    ask: Ask,
    sure: Annotated[bool, Arg("yes: part, with a copy for each side", yes_or_no)] = False,
) -> Reply:
    """Stop sharing the queue; each side keeps a copy of all that is in it."""
    bench = await Bench.of(ask)
    others = await bench.desk.store.queues.communities_of(bench.queue)
    names = tuple(each for each in others if each != bench.community)
    if not names:
        return Reply((Paragraph("This queue is not shared with anybody."), Choices((LISTED,))))
    if not sure:
        yes = Choice("yes, part", Call("tips-unlink", {"sure": "yes"}))
        title = Heading("This queue is shared with")
        return Reply((title, Bullets(names), Choices((yes, LISTED))))
    await bench.desk.store.queues.leave(bench.community)
    await (await Bench.of(ask)).note("parted", bench.community)
    return Reply((Paragraph("Parted: each side has its own copy now."), Choices((LISTED,))))
