"""Commands to decide about tips that wait: review, approve, deny, restore."""

import asyncio
from collections.abc import Coroutine, Sequence
from enum import StrEnum
from typing import Annotated, Any

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example, FormLayout, truncate
from bot.commands.tips import tips_command
from bot.commands.tips.preview import tip_page
from bot.errors import Refusal
from bot.formatting import end_sentence, pluralize
from bot.language.name_index import NamedValue, NameIndex, NameRegistry
from bot.platform import DeliveryError
from bot.reply import (
    Action,
    Actions,
    Channel,
    Inline,
    Outcome,
    Paragraph,
    Prose,
    Reply,
    Time,
)
from bot.tips.cards import (
    WAITING_STATES,
    block_action,
    card_title,
    decisions,
    name_person,
    run_briefly,
    tip_nodes,
    undo_actions,
    update_cards,
)
from bot.tips.citations import snapshot_entries
from bot.tips.completion import suggest_tips
from bot.tips.context import QUEUE_ACTION, ModeratorContext, TipContext
from bot.tips.message import name_tip
from bot.tips.notices import confirmation
from bot.tips.panel import is_posting, panel_reply
from bot.tips.schedule_input import numbers, yes_or_no
from bot.tips.selection import UpcomingPost, upcoming_posts
from storage import Tip, TipState

_RESTORABLE = (TipState.DENIED, TipState.REMOVED)
_REVIEW = Action("Review suggestions", Call("tips-review"))
_MAX_WEEKS = 12  # due times of a schedule in which an approved tip is looked for
_QUOTE_LENGTH = 200  # characters of a suggestion in the message to its author


class DenyReason(StrEnum):
    """A usual reason to deny a suggestion; the value is its id."""

    DUPLICATE = "duplicate"
    OFF_TOPIC = "off-topic"
    ADVERTISING = "advertising"
    UNCLEAR = "unclear"
    SOURCE = "source"
    OTHER = "other"


_REASONS: dict[DenyReason, tuple[str, tuple[str, ...]]] = {
    DenyReason.DUPLICATE: ("Already in the queue", ("known",)),
    DenyReason.OFF_TOPIC: ("Off topic", ()),
    DenyReason.ADVERTISING: ("Advertising", ("ad", "ads", "spam")),
    DenyReason.UNCLEAR: ("Not clear enough", ("not clear",)),
    DenyReason.SOURCE: ("Needs a source", ("no source",)),
    DenyReason.OTHER: ("Other", ()),
}
"""The label and other names of each reason."""


def _deny_reasons(registry: NameRegistry) -> NameIndex[DenyReason]:
    """Return a NameIndex with the usual reasons to deny a suggestion."""
    del registry
    items = _REASONS.items()
    return NameIndex(
        "reason", (NamedValue(each, label, each, also) for each, (label, also) in items)
    )


_TO_APPROVE = Arg("which tip", numbers, autocomplete=suggest_tips(*WAITING_STATES))
_TO_DENY = Arg("which tip", numbers, autocomplete=suggest_tips(*WAITING_STATES))
_TO_RESTORE = Arg("which tip", numbers, autocomplete=suggest_tips(*_RESTORABLE))
_BECAUSE = Arg("a common reason, which the author will see", _deny_reasons, label="Reason")
_REASON = Arg(
    "a reason in your own words, which the author will see",
    max_length=300,
    label="Note",
    takes_rest=True,
)
_NEXT = Arg("yes: then show the next one in line", yes_or_no)
_AFTER = Arg(
    "the number of the tip that was shown before",
    numbers,
    autocomplete=suggest_tips(*WAITING_STATES),
)
_DENY_FORM = FormLayout("Deny this suggestion", "Deny", ("because", "reason"))


@tips_command(Example("tips review", shows=("Suggestion from", "Approve")))
async def tips_review(
    context: CommandContext, after: Annotated[int | None, _AFTER] = None
) -> Reply:
    """Decide about suggestions and tips on hold, one after another."""
    moderator = await ModeratorContext.open(context)
    waiting = await _list_waiting(moderator)
    if not waiting:
        return await panel_reply(moderator, "Nothing is waiting for you.")
    return _review_page(moderator, waiting, after or 0)


async def _list_waiting(moderator: ModeratorContext) -> Sequence[Tip]:
    found = await moderator.store.tips.list_for_queue(moderator.queue, *WAITING_STATES)
    return sorted(found, key=lambda tip: tip.number)


def _review_page(
    moderator: ModeratorContext,
    waiting: Sequence[Tip],
    after: int,
    done: tuple[Inline, ...] = (),
    more: tuple[Action, ...] = (),
) -> Reply:
    """Return the first of the *waiting* tips whose number is above *after*, or the first of all.

    *done* says what was decided about the tip before it, and *more* acts on that tip.
    """
    tip = next((each for each in waiting if each.number > after), waiting[0])
    title = card_title(tip, moderator.community, 0)
    nodes = list(tip_nodes(tip, moderator.context.content, moderator.community))
    others = len(waiting) - 1
    if others:
        verb = "waits" if others == 1 else "wait"
        nodes.append(Paragraph(f"{pluralize(others, 'more tip')} {verb}."))
    following = Action("Next", Call("tips-review", {"after": str(tip.number)}))
    return Reply(
        (*done, " Next: ", *title) if done else title,
        tuple(nodes),
        buttons=(*decisions(tip, next="yes"), *((following,) if others else ())),
        more=(*more, *block_action(tip)),
    )


@tips_command(Example("tips approve 3", shows=("Approved. It's number",)))
async def tips_approve(
    context: CommandContext,
    tip: Annotated[int, _TO_APPROVE],
    next_: Annotated[bool, _NEXT] = False,
) -> Reply:
    """Approve a tip for the queue: a suggestion, or one that is on hold.

    By approving a tip on hold, you confirm that it fits what its sources say now.
    """
    moderator = await ModeratorContext.open(context)
    before = await moderator.find_tip(tip)
    approved = await moderator.store.tips.decide(
        moderator.queue,
        tip,
        TipState.QUEUED,
        current_states=WAITING_STATES,
        decided_by=context.caller.id,
        cited_content=snapshot_entries(context.content, before.cites),
    )
    if approved is None:
        return await _refuse(moderator, tip)
    await moderator.record_audit("approved", f"tip {tip}")
    position = await moderator.store.tips.position(approved)
    work: list[Coroutine[Any, Any, object]] = [update_cards(moderator.tips, approved.id)]
    if before.state is TipState.SUGGESTED and before.suggested_by:
        telling = _tell_approved(moderator.tips, approved, position)
        work.append(run_briefly(telling, otherwise=True))
    await asyncio.gather(*work)
    done = f"Approved. It's number {position} in the queue."
    preview = Action("Preview", Call("tips-preview", {"tip": str(tip)}))
    return await _after_decision(moderator, approved, (done,), (preview,), shows_next=next_)


async def _after_decision(
    moderator: ModeratorContext,
    tip: Tip,
    done: tuple[Inline, ...],
    actions: tuple[Action, ...],
    *,
    shows_next: bool,
) -> Reply:
    """Return the reply to a decision about *tip*: *done* and *actions*, or the next waiting tip.

    After the last one, it is the panel.
    """
    waiting = await _list_waiting(moderator)
    if shows_next and waiting:
        return _review_page(moderator, waiting, tip.number, done, undo_actions(tip))
    if shows_next:
        return await panel_reply(moderator, (*done, " Nothing else is waiting for you."), *actions)
    return confirmation(done, *actions, _REVIEW if waiting else QUEUE_ACTION)


async def _refuse(moderator: ModeratorContext, number: int) -> Reply:
    """Return a refusal that says who has decided about a tip before, and update its cards."""
    tip = await moderator.find_tip(number)
    await update_cards(moderator.tips, tip.id)
    remove = Action("Remove it", Call("tips-remove", {"tip": str(number)}))
    undo = (remove,) if tip.state is TipState.QUEUED else undo_actions(tip)
    buttons = (*undo, _REVIEW if await _list_waiting(moderator) else QUEUE_ACTION)
    return Reply(await _decided(moderator, tip), buttons=buttons, outcome=Outcome.REFUSED)


async def _decided(moderator: ModeratorContext, tip: Tip) -> Prose:
    """Return a sentence that says what was decided about *tip*, and by whom."""
    is_mine = tip.decided_by == moderator.context.caller.id
    who = name_person(tip.decided_by, moderator.community, "moderator")
    by: tuple[Inline, ...] = ("You have",) if is_mine else (who, " has")
    match tip.state:
        case TipState.QUEUED:
            position = await moderator.store.tips.position(tip)
            if tip.decided_by is None:
                return f"{name_tip(tip)} is already number {position} in the queue."
            return (*by, f" already approved this tip. It's number {position} in the queue.")
        case TipState.DENIED:
            return (*by, f" already denied this tip: {tip.reason or 'no reason given'}")
        case TipState.REMOVED:
            return (*by, " already removed this tip from the queue.")
        case _:
            return f"{name_tip(tip)} is waiting for a decision."


@tips_command(
    Example("tips deny 3 We posted it last month", shows=("Denied: We posted it last month",)),
    Example("tips deny 3 because:advertising", shows=("Denied: Advertising",)),
    form=_DENY_FORM,
)
async def tips_deny(
    context: CommandContext,
    tip: Annotated[int, _TO_DENY],
    because: Annotated[DenyReason | None, _BECAUSE] = None,
    reason: Annotated[str | None, _REASON] = None,
    next_: Annotated[bool, _NEXT] = False,
) -> Reply:
    """Deny a suggested tip; the bot privately tells its author why."""
    moderator = await ModeratorContext.open(context)
    before = await moderator.find_tip(tip)
    if before.state not in WAITING_STATES:
        return await _refuse(moderator, tip)
    why = _format_reason(context.app.name_registry, because, reason)
    if why is None and because is DenyReason.OTHER:
        raise Refusal("Write the reason, or choose another one.", argument="reason")
    if why is None:
        return _ask_reason(context, before)
    denied = await moderator.store.tips.decide(
        moderator.queue,
        tip,
        TipState.DENIED,
        current_states=WAITING_STATES,
        reason=why,
        decided_by=context.caller.id,
    )
    if denied is None:
        return await _refuse(moderator, tip)
    await moderator.record_audit("denied", f"tip {tip}")
    telling = run_briefly(_tell_denied(moderator.tips, denied), otherwise=True)
    _, told = await asyncio.gather(update_cards(moderator.tips, denied.id), telling)
    more = "" if told else " I couldn't notify the author."
    done = (f"Denied: {_sentence(why)}{more}",)
    return await _after_decision(moderator, denied, done, undo_actions(denied), shows_next=next_)


def _format_reason(
    registry: NameRegistry, because: DenyReason | None, text: str | None
) -> str | None:
    """Return the reason in words; None if neither a usual one nor a text of one's own is given.

    A text that is only the name of a usual reason means that reason.
    """
    named = registry.index_for(_deny_reasons).lookup(text) if text and not because else None
    if named is not None:
        because, text = named.value, None
    label = _REASONS[because][0] if because and because is not DenyReason.OTHER else None
    return ". ".join(filter(None, (label, text))) or None


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _ask_reason(context: CommandContext, tip: Tip) -> Reply:
    """Return a reply that asks for the reason, which neither the form nor the call has."""
    args = {key: value for key, value in context.call.args.items() if key != "because"}
    options = tuple(
        Action(label, Call("tips-deny", {**args, "because": each}))
        for each, (label, _) in _REASONS.items()
        if each is not DenyReason.OTHER
    )
    quoted = Paragraph(f"“{truncate(tip.text, _QUOTE_LENGTH)}”")
    return Reply(
        "Why are you denying this tip? Its author will see the reason.",
        (quoted, Actions(options)),
        buttons=(Action("Write a reason", Call("tips-deny", args)),),
    )


@tips_command(hidden=True)
async def tips_restore(context: CommandContext, tip: Annotated[int, _TO_RESTORE]) -> Reply:
    """Put a removed tip back into the queue, or a denied one back on the list of suggestions."""
    moderator = await ModeratorContext.open(context)
    before = await moderator.find_tip(tip)
    state = _restored_state(before)
    restored = await moderator.store.tips.decide(
        moderator.queue,
        tip,
        state,
        current_states=[before.state] if before.state in _RESTORABLE else [],
        # The card of a tip in the queue names this person as the one who approved it.
        decided_by=None if state is TipState.QUEUED else context.caller.id,
    )
    if restored is None:
        return await _refuse(moderator, tip)
    await moderator.record_audit("restored", f"tip {tip}")
    await update_cards(moderator.tips, restored.id)
    if restored.state is TipState.QUEUED:
        return await tip_page(moderator, restored, end_sentence(f"Restored: {name_tip(restored)}"))
    return _review_page(moderator, [restored], 0, ("Restored: it's waiting for a decision again.",))


def _restored_state(tip: Tip) -> TipState:
    if tip.state is not TipState.DENIED:
        return TipState.QUEUED
    # Only a suggestion has an author; other tips were denied while they were on hold.
    return TipState.SUGGESTED if tip.suggested_by else TipState.HELD


async def _tell_approved(context: TipContext, tip: Tip, position: int) -> bool:
    """Send the author a message that *tip* is approved, with its time if that is known."""
    post = await _find_post(context, tip)
    planned: Prose = f"It's number {position} in the queue."
    if post is not None:
        channel = post.schedule.plan.channel
        planned = ("It's planned for ", Time(post.due_at), " in ", Channel(channel), ".")
    quoted = Paragraph(f"“{truncate(tip.text, _QUOTE_LENGTH)}”")
    answer = "Your tip was approved. Thank you for it."
    return await _tell_author(context, tip, Reply(answer, (quoted, Paragraph(planned))))


async def _find_post(context: TipContext, tip: Tip) -> UpcomingPost | None:
    """Return the first planned post of *tip* in its author's community, or None."""
    schedules = await context.store.schedules.list_for_queue(tip.queue)
    posts = [
        post
        for each in schedules
        if is_posting(each) and each.plan.community == tip.suggested_in
        for post in await upcoming_posts(context, each, _MAX_WEEKS)
        if post.tip is not None and post.tip.id == tip.id
    ]
    return min(posts, key=lambda post: post.due_at, default=None)


async def _tell_denied(context: TipContext, tip: Tip) -> bool:
    """Send the author a kind message with the reason why *tip* was denied."""
    nodes = (
        Paragraph(f"“{truncate(tip.text, _QUOTE_LENGTH)}”"),
        Paragraph(f"Their reason: {_sentence(tip.reason or '')}"),
        Paragraph("You're welcome to suggest another one."),
    )
    answer = "Thank you for your tip. The moderators didn't pick it this time."
    return await _tell_author(context, tip, Reply(answer, nodes))


async def _tell_author(context: TipContext, tip: Tip, reply: Reply) -> bool:
    """Send *reply* to the member who suggested *tip*; return False if they can't be told."""
    platform = context.platform(tip.suggested_by or "")
    if tip.suggested_by is None:
        return True  # nobody to tell
    if platform is None:
        return False
    try:
        await platform.send_direct_message(tip.suggested_by, reply)
    except (DeliveryError, Refusal):
        return False
    return True
