"""Commands to share one queue between communities, such as a server and a workspace."""

from datetime import timedelta
from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example
from bot.commands.tips import tips_command
from bot.errors import Refusal
from bot.reply import Action, ActionStyle, Bold, Bullets, Code, Reply
from bot.tips.context import QUEUE_ACTION, ModeratorContext
from bot.tips.notices import confirmation
from bot.tips.schedule_input import yes_or_no

_CODE_LIFETIME = timedelta(hours=1)


@tips_command(Example("tips share-code", shows=("tips share",)))
async def tips_share_code(context: CommandContext) -> Reply:
    """Make a code by which another community shares this queue, such as your Slack workspace.

    It works once, within an hour. Queue, approvals and audit are shared then; each channel keeps
    what it has had.
    """
    moderator = await ModeratorContext.open(context)
    queues, until = moderator.store.queues, context.now + _CODE_LIFETIME
    code = await queues.create_join_code(moderator.community, context.caller.id, context.now, until)
    await moderator.record_audit("made a link code", moderator.community)
    text = ("The code is ", Bold(code), ". Within an hour, type in the other community: ")
    return confirmation((*text, Code(f"tips share {code}")), QUEUE_ACTION)


@tips_command(Example("tips share ABCDEFGHJK", shows=("shares the queue",)))
async def tips_share(
    context: CommandContext,
    code: Annotated[str, Arg("the code that `tips share-code` gave", max_length=20)],
) -> Reply:
    """Share the queue of the community in which the code was made.

    Tips that both have stay once; this community's come after those of the other.
    """
    moderator = await ModeratorContext.open(context)
    other = await moderator.store.queues.join(
        code.strip().upper(), moderator.community, context.now
    )
    if other is None:
        raise Refusal("That code is not good: it was used, an hour has passed, or it is your own.")
    moderator = await ModeratorContext.open(context)  # for the shared queue
    await moderator.record_audit("joined", f"{moderator.community} to {other}")
    undo = Action("Stop sharing", Call("tips-stop-sharing"))
    return confirmation(f"This community now shares the queue of {other}.", undo, QUEUE_ACTION)


@tips_command(Example("tips stop-sharing", shows=("shared",)))
async def tips_stop_sharing(
    context: CommandContext,
    sure: Annotated[bool, Arg("yes: part, with a copy for each side", yes_or_no)] = False,
) -> Reply:
    """Stop sharing the queue; each side keeps a copy of all that is in it."""
    moderator = await ModeratorContext.open(context)
    communities = await moderator.store.queues.list_communities(moderator.queue)
    others = tuple(each for each in communities if each != moderator.community)
    if not others:
        return confirmation("This queue is not shared with anybody.", QUEUE_ACTION)
    if not sure:
        confirm = Action(
            "Stop sharing", Call("tips-stop-sharing", {"sure": "yes"}), ActionStyle.DANGER
        )
        return Reply(
            "This queue is shared with",
            (Bullets(others),),
            buttons=(confirm, QUEUE_ACTION),
        )
    await moderator.store.queues.leave(moderator.community)
    moderator = await ModeratorContext.open(context)  # for its own queue
    await moderator.record_audit("parted", moderator.community)
    return confirmation("Parted: each side has its own copy now.", QUEUE_ACTION)
