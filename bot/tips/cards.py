"""Moderation cards: messages to moderators about a tip, edited for everyone when it changes."""

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from typing import Any, TypeVar

import structlog

from bot.call import Call
from bot.command import truncate
from bot.errors import Refusal
from bot.platform import DeliveryError, NotFound, Retryable
from bot.reply import Action, ActionStyle, Bullets, Inline, Link, Mention, Node, Paragraph, Reply
from bot.tips.citations import find_changes
from bot.tips.context import TipContext, without_buttons
from content import Content
from storage import Card, SchemaTooNew, StoreUnavailable, Tip, TipState

T = TypeVar("T")
log = structlog.get_logger("crossroads.tips")

WAITING_STATES = (TipState.SUGGESTED, TipState.HELD)
DELETED = Reply("The member who suggested this tip deleted it.")
"""The card of a suggestion whose author had their data erased."""
_MOMENT = 1.0  # seconds that a moderator waits for work that can also end after the answer
_TIMEOUT, _PAUSE = 30.0, 1.0  # seconds for all attempts to edit a card, and between two
_MAX_ROUNDS = 5  # edits of the same card, if the tip keeps changing meanwhile
_MAX_CHANGES, _VALUE_LENGTH = 5, 80  # shown of a held tip, so that a card is one message
_PLATFORM_NAMES = {"discord": "Discord", "slack": "Slack"}
_running: set[asyncio.Task[Any]] = set()  # a task that nothing refers to may vanish


async def run_briefly(work: Coroutine[Any, Any, T], otherwise: T) -> T:
    """Return the result of *work*; if it takes longer than a moment, return *otherwise*.

    In that case *work* continues. If it raises an exception, log that and return *otherwise*.
    """
    task = asyncio.create_task(_guard(work, otherwise))
    _running.add(task)
    task.add_done_callback(_running.discard)
    done, _ = await asyncio.wait({task}, timeout=_MOMENT)
    return task.result() if done else otherwise


async def _guard(work: Coroutine[Any, Any, T], otherwise: T) -> T:
    try:
        return await work
    except (StoreUnavailable, SchemaTooNew) as error:
        log.warning("after a decision", detail=error.message)
    except Exception:  # the decision itself is stored
        log.exception("bug after a decision")
    return otherwise


def name_person(person: str | None, community: str, role: str) -> Inline:
    """Return a mention of a person, for readers in *community*.

    If they can't know the person, who is on another platform or in another workspace, return words
    such as "a moderator on Slack". *role* is the word for the person.
    """
    platform = (person or "").partition(":")[0]
    if person is None:
        return f"a {role}"
    if platform != community.partition(":")[0]:
        return f"a {role} on {_PLATFORM_NAMES.get(platform, platform)}"
    if platform == "slack" and person.rpartition("/")[0] != community:
        return f"a {role} of another workspace"
    return Mention(person)


def card_title(tip: Tip, community: str, position: int) -> tuple[Inline, ...]:
    """Return the first sentence of a card: what the tip waits for, or who decided what."""
    by = name_person(tip.decided_by, community, "moderator")
    match tip.state:
        case TipState.SUGGESTED:
            return ("Suggestion from ", name_person(tip.suggested_by, community, "member"))
        case TipState.HELD:
            return ("On hold: a fact that this tip cites has changed.",)
        case TipState.QUEUED:
            where = f"umber {position} in the queue."
            return ("Approved by ", by, f", n{where}") if tip.decided_by else (f"N{where}",)
        case TipState.DENIED:
            return ("Denied by ", by, f": {tip.reason}" if tip.reason else ".")
        case TipState.REMOVED:
            return ("Removed from the queue by ", by, ".")
        case TipState.UNKNOWN:
            return ("This tip can't be read because another version of the bot wrote it.",)


def tip_nodes(tip: Tip, content: Content, community: str) -> Iterator[Node]:
    """Yield all that a moderator needs to decide about *tip*: text, link, author and changes."""
    yield Paragraph(tip.text)
    if tip.link:
        yield Paragraph((Link(tip.link, tip.link),))
    if tip.state is TipState.HELD:
        yield from _changes(tip, content)
    if tip.suggested_by and tip.state is not TipState.SUGGESTED:  # else the title names them
        yield Paragraph(("Suggested by ", name_person(tip.suggested_by, community, "member")))


def _changes(tip: Tip, content: Content) -> Iterator[Node]:
    found = find_changes(tip, content)
    lines = (
        f"{each.cite}, {each.field}: {truncate(each.old, _VALUE_LENGTH)} → "
        f"{truncate(each.new, _VALUE_LENGTH)}"
        for each in found[:_MAX_CHANGES]
    )
    if found:
        yield Bullets(tuple(lines))
    if len(found) > _MAX_CHANGES:
        yield Paragraph(f"And {len(found) - _MAX_CHANGES} more.")


def decisions(tip: Tip, **args: str) -> tuple[Action, ...]:
    """Return the buttons that decide about a waiting tip; *args* are added to their calls."""
    number = {"tip": str(tip.number)}
    return (
        Action("Approve", Call("tips-approve", {**number, **args}), ActionStyle.PRIMARY),
        Action("Edit", Call("tips-edit", number)),
        Action("Deny", Call("tips-deny", {**number, **args})),
    )


def block_action(tip: Tip) -> tuple[Action, ...]:
    """Return a button that asks whether to block the author's suggestions, if there is one."""
    if tip.suggested_by is None:
        return ()
    call = Call("tips-block", {"people": tip.suggested_by})
    return (Action("Block suggestions from this member", call, ActionStyle.DANGER),)


def undo_actions(tip: Tip) -> tuple[Action, ...]:
    """Return the button that undoes a decision about *tip*, if that is possible."""
    if tip.state not in {TipState.DENIED, TipState.REMOVED}:
        return ()
    return (Action("Restore", Call("tips-restore", {"tip": str(tip.number)})),)


def render_card(tip: Tip, content: Content, community: str, position: int = 0) -> Reply:
    """Return the card that shows the present state of *tip* to the moderators of *community*.

    *position* is the tip's place in the queue, if it is queued.
    """
    title, nodes = card_title(tip, community, position), tuple(tip_nodes(tip, content, community))
    if tip.state not in WAITING_STATES:
        return Reply(title, nodes, buttons=undo_actions(tip))
    preview = Action("Preview", Call("tips-preview", {"tip": str(tip.number)}))
    review = Action("Review everything that's waiting", Call("tips-review"))
    return Reply(title, nodes, buttons=decisions(tip), more=(preview, review, *block_action(tip)))


async def post_cards(context: TipContext, tip: Tip) -> None:
    """Post a card about a waiting tip to the moderators of every community that shares it."""
    await context.post_cards(tip, lambda community: render_card(tip, context.content, community))


async def update_cards(context: TipContext, tip: str) -> None:
    """Edit all cards about the tip with the id *tip*, so that they show its present state.

    Wait for that only a moment. Cards that can't be edited are left as they are.
    """
    await run_briefly(_edit_cards(context, tip), None)


async def refresh_cards(context: TipContext, cards: Sequence[Card]) -> None:
    """Edit *cards* after their tips have moved to another queue or lost their author.

    Wait for that only a moment. A card whose tip was deleted says so.
    """
    await run_briefly(_refresh_cards(context, cards), None)


async def _refresh_cards(context: TipContext, cards: Sequence[Card]) -> None:
    for card in cards:
        tip = await context.store.cards.find_tip(card)
        if tip is None:
            await _edit_card(context, card, DELETED)
        else:
            await _edit_cards(context, tip)


async def _edit_cards(context: TipContext, tip_id: str) -> None:
    """Edit all cards about a tip; again if another moderator changes the tip meanwhile."""
    shown: Tip | None = None
    for _ in range(_MAX_ROUNDS):
        tip = await context.store.tips.get_by_id(tip_id)
        if tip is None or tip == shown:
            return
        cards = await context.store.cards.list_for_tip(tip_id)
        is_queued = tip.state is TipState.QUEUED
        position = await context.store.tips.position(tip) if cards and is_queued else 0
        replies = (render_card(tip, context.content, c.community, position) for c in cards)
        pairs = zip(cards, replies, strict=True)
        await asyncio.gather(*(_edit_card(context, card, reply) for card, reply in pairs))
        shown = tip


async def _edit_card(context: TipContext, card: Card, reply: Reply) -> None:
    """Edit a card; forget it if its message is gone. Other failures are only logged."""
    platform = context.platform(card.channel)
    if platform is None:
        return
    if card.is_direct and not platform.moderates_in_direct_messages:
        reply = without_buttons(reply)
    try:
        async with asyncio.timeout(_TIMEOUT):
            while True:
                try:
                    await platform.edit_post(card.channel, card.message, reply)
                except Retryable as error:
                    await asyncio.sleep(error.retry_after or _PAUSE)
                else:
                    return
    except NotFound:
        await context.store.cards.remove(card)
    except (DeliveryError, Refusal, TimeoutError) as error:
        log.warning("card not edited", channel=card.channel, detail=str(error))
