"""Commands to share one queue between communities, such as a server and a workspace."""

import asyncio
import time
from datetime import timedelta
from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example, FormLayout
from bot.commands.tips import tips_command
from bot.errors import Refusal
from bot.platform import DeliveryError
from bot.reply import Action, ActionStyle, Bold, Bullets, CommandLine, Paragraph, Reply
from bot.tips.cards import refresh_cards
from bot.tips.context import QUEUE_ACTION, ModeratorContext
from bot.tips.notices import confirmation
from bot.tips.schedule_input import yes_or_no

_CODE_LIFETIME = timedelta(hours=1)
_LOOKUP_TIMEOUT = 1.0  # seconds for a community's name, because a moderator waits
_CACHE_SECONDS = 600.0
_KINDS = {"discord": "a Discord server", "slack": "a Slack workspace"}
_CODE = Arg("the code from the other community", max_length=20, label="Code")
_OPTIONAL_CODE = Arg("the code from the other community", max_length=20, takes_rest=True)
_CREATE = Action("Create a code", Call("tips-share-code"))
_ENTER = Action("Enter a code", Call("tips-share-join"))
_STOP = Action("Stop sharing", Call("tips-stop-sharing"), ActionStyle.DANGER)
_JOIN_FORM = FormLayout("Share a queue", "Share the queue", ("code",))


@tips_command(
    Example("tips share", shows=("Create a code",)),
    Example("tips share ABCDEFGHJK", shows=("shares its queue with",)),
)
async def tips_share(
    context: CommandContext, code: Annotated[str | None, _OPTIONAL_CODE] = None
) -> Reply:
    """Share one queue with another community, such as your Slack workspace.

    One community creates a code and the other enters it. Both then share tips, decisions and the
    audit log, and each keeps its own schedules.
    """
    moderator = await ModeratorContext.open(context)
    if code is not None:
        return await _join(moderator, code)
    others = await _other_communities(moderator)
    if not others:
        text = "Create a code here and enter it in the other community, or the other way around."
        answer = "This queue isn't shared with another community."
        return Reply(answer, (Paragraph(text),), buttons=(_CREATE, _ENTER, QUEUE_ACTION))
    return Reply("This queue is shared with:", (Bullets(others),), buttons=(_CREATE, _ENTER, _STOP))


@tips_command(hidden=True, form=_JOIN_FORM)
async def tips_share_join(context: CommandContext, code: Annotated[str, _CODE]) -> Reply:
    """Share the queue of the community that created the code."""
    return await _join(await ModeratorContext.open(context), code)


@tips_command(hidden=True)
async def tips_share_code(context: CommandContext) -> Reply:
    """Create a code with which one other community can share this queue, within an hour."""
    moderator = await ModeratorContext.open(context)
    queues, until = moderator.store.queues, context.now + _CODE_LIFETIME
    code = await queues.create_join_code(moderator.community, context.caller.id, context.now, until)
    await moderator.record_audit("created a sharing code", moderator.community)
    hint = ("Within the next hour, type this there: ", CommandLine(f"tips share {code}"))
    nodes = (
        Paragraph(hint),
        Paragraph("It works once. Both then share tips, answers and decisions."),
    )
    return Reply(("Your code is ", Bold(code), "."), nodes, buttons=(QUEUE_ACTION,))


async def _join(moderator: ModeratorContext, code: str) -> Reply:
    """Merge the community's queue into that of the community which created *code*."""
    context = moderator.context
    waiting = await moderator.store.cards.list_undecided(moderator.queue)
    other = await moderator.store.queues.join(
        code.strip().upper(), moderator.community, context.now
    )
    if other is None:
        raise Refusal(
            "That code doesn't work: it's already been used, is over an hour old, or is your own. "
            "Nothing was changed; ask for a new one.",
            _ENTER,
        )
    moderator = await ModeratorContext.open(context)  # for the shared queue
    await moderator.record_audit("joined", f"{moderator.community} to {other}")
    await refresh_cards(moderator.tips, waiting)  # because tips have new numbers
    text = "Tips that were in both queues appear only once. Yours come after theirs."
    return Reply(
        f"This community now shares its queue with {await _name(moderator, other)}.",
        (Paragraph(text),),
        buttons=(QUEUE_ACTION, _STOP),
    )


@tips_command(hidden=True)
async def tips_stop_sharing(
    context: CommandContext,
    sure: Annotated[bool, Arg("yes: stop, with a copy for each side", yes_or_no)] = False,
) -> Reply:
    """Stop sharing the queue; each side keeps a copy of everything in it."""
    moderator = await ModeratorContext.open(context)
    others = await _other_communities(moderator)
    if not others:
        return confirmation("This queue isn't shared with another community.", QUEUE_ACTION)
    if not sure:
        call = Call("tips-stop-sharing", {"sure": "yes"})
        confirm = Action("Stop sharing", call, ActionStyle.DANGER)
        keep = Action("Keep sharing", Call("tips-share"))
        answer = f"Stop sharing the queue with {', '.join(others)}?"
        nodes = (
            Paragraph(
                "Each side keeps a copy of all tips and answers. Later changes stay separate."
            ),
        )
        return Reply(answer, nodes, buttons=(confirm, keep))
    waiting = await moderator.store.cards.list_undecided(moderator.queue)
    await moderator.store.queues.leave(moderator.community)
    moderator = await ModeratorContext.open(context)  # for its own queue
    await moderator.record_audit("stopped sharing", moderator.community)
    mine = [each for each in waiting if each.community == moderator.community]
    await refresh_cards(moderator.tips, mine)  # because the copies have numbers of their own
    return confirmation("You no longer share the queue. Each side has its own copy.", QUEUE_ACTION)


async def _other_communities(moderator: ModeratorContext) -> tuple[str, ...]:
    """Return the names of the other communities that share the queue."""
    found = await moderator.store.queues.list_communities(moderator.queue)
    others = (each for each in found if each != moderator.community)
    return tuple(await asyncio.gather(*(_name(moderator, each) for each in others)))


async def _name(moderator: ModeratorContext, community: str) -> str:
    """Return a community's name, or words such as "a Slack workspace" if it can't be found soon."""
    cache, kind = moderator.context.app.channel_names, community.partition(":")[0]
    cached = cache.get(community)
    if cached is not None and cached[0] > time.monotonic():
        return cached[1]
    name, platform = "", moderator.tips.platform(community)
    try:
        async with asyncio.timeout(_LOOKUP_TIMEOUT):
            name = await platform.community_name(community) if platform else ""
    except (Refusal, TimeoutError, DeliveryError):
        name = ""
    if not name:
        return _KINDS.get(kind, "another community")
    cache.put(community, (time.monotonic() + _CACHE_SECONDS, name))
    return name
