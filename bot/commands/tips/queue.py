"""Commands for the queue of weekly tips: list, add, edit, move and remove tips."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example, truncate
from bot.commands.tips import tips_command
from bot.errors import Refusal
from bot.formatting import pluralize
from bot.language.argument_types import NONE_WORDS, roles
from bot.language.name_index import NamedValue
from bot.reply import Action, Column, Node, Paragraph, Reply, Table
from bot.tips.cards import update_cards
from bot.tips.completion import label_tip, sorted_tips, suggest_positions, suggest_tips
from bot.tips.context import QUEUE_ACTION, SCHEDULES_ACTION, ModeratorContext
from bot.tips.notices import confirmation
from bot.tips.schedule_input import numbers, tip_states
from bot.tips.validation import (
    ACTIVE_STATES,
    MAX_TEXT_LENGTH,
    build_tip,
    normalize_text,
    numbers_by_text,
)
from content import Role
from storage import Tip, TipState

_PAGE_SIZE = 10
_TEXT_LENGTH = 70  # characters of a tip in the list
_EMPTY_HINT = "There is nothing here yet. Add a tip, or the starter pack: a year of weeks."
_NUMBER = "the tip's number"
_TIP = Arg(_NUMBER, numbers, autocomplete=suggest_tips(*ACTIVE_STATES))
_QUEUED_TIP = Arg(_NUMBER, numbers, autocomplete=suggest_tips(TipState.QUEUED))
_POSITION = Arg("its new place in the queue; 1 comes next", numbers, autocomplete=suggest_positions)
_TEXT = Arg("what the tip says", max_length=MAX_TEXT_LENGTH)
_ROLE = Arg("which role it is for", roles)
_TOPIC = Arg("what it is about, in a word or two", max_length=40)
_LINK = Arg("an address that it leads to", max_length=300)
_CITES = Arg("what it rests on, such as market/bls-developers-growth", max_length=300)


async def _suggest_pages(context: CommandContext, typed: str) -> Iterable[NamedValue[int]]:
    """Return a suggestion for each page of the queue, labeled with the page's first tip."""
    del typed
    state = context.call.args.get("state")
    wanted = [each for each in TipState if each == state] or ACTIVE_STATES
    found = await sorted_tips(context, *wanted)
    return [label_tip(tip, page) for page, tip in enumerate(found[::_PAGE_SIZE], 1)]


@tips_command(
    Example("tips queue", shows=("queue",)),
    aliases=("tips-list",),
)
async def tips_queue(
    context: CommandContext,
    state: Annotated[TipState | None, Arg("only tips in this state", tip_states)] = None,
    page: Annotated[
        int | None, Arg("which page of the list", numbers, autocomplete=_suggest_pages)
    ] = None,
) -> Reply:
    """See the queue of weekly tips.

    Suggestions come first, then what is held for review, then what is queued, in the order in
    which it is posted. Type `tips add`, `schedule new`, `schedule calendar` and so on for the rest;
    `help tips` names them all.
    """
    found = await sorted_tips(context, *((state,) if state else ACTIVE_STATES))
    pages = max(1, -(-len(found) // _PAGE_SIZE))
    at = min(page or 1, pages)
    nodes: list[Node] = []
    shown = found[(at - 1) * _PAGE_SIZE : at * _PAGE_SIZE]
    nodes.append(_tip_table(shown) if shown else Paragraph(_EMPTY_HINT))
    return Reply(
        f"The queue: {pluralize(len(found), 'tip')}",
        tuple(nodes),
        buttons=tuple(_queue_actions(state, at, pages, is_empty=not found)),
        return_to=context.call,
    )


def _tip_table(found: Sequence[Tip]) -> Table:
    narrow = (Column("tip", nowrap=True), Column("state", nowrap=True))
    rows = tuple(
        (
            f"{tip.number}",
            tip.state,
            tip.role or tip.topic or "–",
            truncate(tip.text, _TEXT_LENGTH),
        )
        for tip in found
    )
    return Table((*narrow, Column("about"), Column("says")), rows)


def _queue_actions(
    state: TipState | None, page: int, pages: int, *, is_empty: bool
) -> Iterator[Action]:
    args = {"state": str(state)} if state else {}
    for label, number in (("Previous page", page - 1), ("Next page", page + 1)):
        if 1 <= number <= pages:
            yield Action(label, Call("tips-queue", {**args, "page": str(number)}))
    if is_empty:
        yield Action("Add the starter pack", Call("tips-starter"))
    yield Action("Calendar", Call("schedule-calendar"))
    yield SCHEDULES_ACTION
    yield Action("Posts", Call("schedule-history"))
    yield Action("Who did what", Call("settings-audit"))


@tips_command(
    Example("tips add Ask what happens after launch: it shows which role it is.", shows=("Tip 1",))
)
async def tips_add(
    context: CommandContext,
    text: Annotated[str, _TEXT],
    role: Annotated[Role | None, _ROLE] = None,
    topic: Annotated[str | None, _TOPIC] = None,
    link: Annotated[str | None, _LINK] = None,
    cites: Annotated[str | None, _CITES] = None,
) -> Reply:
    """Add a tip to the queue.

    It is posted when those before it were. With `cites` it is held for review as soon as one of
    these entries of the content changes.
    """
    moderator = await ModeratorContext.open(context)
    role_id = role.id if role else None
    new = build_tip(context.content, text, link=link, role=role_id, topic=topic, cites=cites)
    numbers_by = numbers_by_text(await moderator.store.tips.list_for_queue(moderator.queue))
    duplicate = numbers_by.get(normalize_text(text))
    if duplicate is not None:
        raise Refusal(f"That is tip {duplicate} already.", QUEUE_ACTION)
    [tip] = await moderator.store.tips.add(moderator.queue, [new], context.now)
    await moderator.record_audit("added", f"tip {tip.number}")
    return _confirm_with_preview(f"Tip {tip.number} is in the queue.", tip)


@tips_command(Example("tips edit 1 Ask what happens after launch.", shows=("Tip 1",)))
async def tips_edit(
    context: CommandContext,
    tip: Annotated[int, _TIP],
    text: Annotated[str, _TEXT],
    role: Annotated[Role | None, _ROLE] = None,
    topic: Annotated[str | None, _TOPIC] = None,
    link: Annotated[str | None, _LINK] = None,
    cites: Annotated[str | None, _CITES] = None,
) -> Reply:
    """Change what a tip says.

    What is not given stays as it is; `none` takes a topic, a link or what it cites away.
    """
    moderator = await ModeratorContext.open(context)
    before = await moderator.find_tip(tip)
    fields = {
        "role": role.id if role else before.role,
        "topic": _updated_value(topic, before.topic),
        "link": _updated_value(link, before.link),
        "cites": _updated_value(cites, " ".join(before.cites)),
    }
    new = build_tip(context.content, text, **fields)
    edited = await moderator.store.tips.edit(moderator.queue, tip, new)
    await moderator.record_audit("edited", f"tip {tip}")
    await update_cards(moderator.tips, before.id)
    return _confirm_with_preview(f"Tip {tip} is changed.", edited or before)


def _updated_value(given: str | None, before: str | None) -> str | None:
    if given is None:
        return before
    return None if given.casefold() in NONE_WORDS else given


@tips_command(Example("tips move 2 1", shows=("Tip 2 is now number 1",)))
async def tips_move(
    context: CommandContext, tip: Annotated[int, _QUEUED_TIP], place: Annotated[int, _POSITION]
) -> Reply:
    """Move a tip to another place in the queue."""
    moderator = await ModeratorContext.open(context)
    if not await moderator.store.tips.move(moderator.queue, tip, place):
        state = (await moderator.find_tip(tip)).state
        raise Refusal(f"Tip {tip} is {state}: only what is queued can be moved.", QUEUE_ACTION)
    await moderator.record_audit("moved", f"tip {tip} to place {place}")
    return confirmation(f"Tip {tip} is now number {place} in the order of the queue.", QUEUE_ACTION)


@tips_command(Example("tips remove 1", shows=("Tip 1 is removed",)))
async def tips_remove(context: CommandContext, tip: Annotated[int, _TIP]) -> Reply:
    """Take a tip out of the queue; it can be brought back."""
    moderator = await ModeratorContext.open(context)
    states = [each for each in TipState if each is not TipState.REMOVED]
    removed = await moderator.store.tips.decide(
        moderator.queue,
        tip,
        TipState.REMOVED,
        current_states=states,
        decided_by=context.caller.id,
    )
    if removed is None:
        state = (await moderator.find_tip(tip)).state
        raise Refusal(f"Tip {tip} is {state} already.", QUEUE_ACTION)
    await moderator.record_audit("removed", f"tip {tip}")
    await update_cards(moderator.tips, removed.id)
    back = Action("Restore", Call("tips-approve", {"tip": str(tip)}))
    return confirmation(f"Tip {tip} is removed from the queue.", back, QUEUE_ACTION)


def _confirm_with_preview(text: str, tip: Tip) -> Reply:
    preview = Call("tips-preview", {"tip": str(tip.number)})
    return confirmation(text, Action("Preview", preview), QUEUE_ACTION)
