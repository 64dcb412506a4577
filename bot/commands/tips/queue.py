"""Commands for the queue of weekly tips: list, add, edit, move and remove tips."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example, FormLayout
from bot.commands.tips import tips_command
from bot.commands.tips.preview import tip_page
from bot.errors import Refusal
from bot.formatting import end_sentence, pluralize
from bot.language.argument_types import NONE_WORDS, roles
from bot.language.name_index import NamedValue
from bot.reply import Action, ActionStyle, CodeBlock, Emphasis, Item, Outcome, Prose, Reply
from bot.tips.cards import update_cards
from bot.tips.completion import label_tip, sorted_tips, suggest_positions, suggest_tips
from bot.tips.context import PANEL_ACTION, QUEUE_ACTION, ModeratorContext
from bot.tips.message import name_tip, shorten_tip
from bot.tips.panel import panel_reply
from bot.tips.schedule_input import numbers, roles_or_none, tip_states
from bot.tips.validation import (
    ACTIVE_STATES,
    MAX_TEXT_LENGTH,
    build_tip,
    normalize_text,
    numbers_by_text,
)
from content import Role
from storage import Tip, TipState

_PAGE_SIZE = 6
_TEXT_LENGTH = 55  # characters of a tip in the list
_ADD = Action("Add tip", Call("tips-add"))
_WHICH = "which tip"
_TIP = Arg(_WHICH, numbers, autocomplete=suggest_tips(*ACTIVE_STATES), label="Tip")
_QUEUED_TIP = Arg(_WHICH, numbers, autocomplete=suggest_tips(TipState.QUEUED), label="Tip")
_PLACE = Arg(
    "its new place in the queue; number 1 is posted next", numbers, autocomplete=suggest_positions
)
_TEXT = Arg("the text of the tip", max_length=MAX_TEXT_LENGTH, label="Tip")
_EDITED_TEXT = replace(_TEXT, is_clearable=False)
_ROLE = Arg("which role it is for", roles, label="Role")
_ROLE_OR_NONE = Arg("which role it is for, or none", roles_or_none, label="Role")
_TOPIC = Arg("what it is about, in a word or two", max_length=40, label="Topic")
_LINK = Arg("a link to read more", max_length=300, label="Link")
_CITES = Arg(
    "the content entries it's based on, such as market/bls-developers-growth", max_length=300
)
_FIELDS = ("text", "link", "role", "topic")


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
    """See all tips; open one to edit, move or remove it.

    Suggestions come first, then tips on hold, then the queue in posting order.
    """
    return await _list_tips(context, state, page or 1)


async def _list_tips(
    context: CommandContext, state: TipState | None, page: int, question: str = ""
) -> Reply:
    """Return a page of the list of tips; it answers with *question* if that isn't empty."""
    found = await sorted_tips(context, *((state,) if state else ACTIVE_STATES))
    if not found:
        return _empty_list(state)
    pages = -(-len(found) // _PAGE_SIZE)
    at = min(page, pages)
    shown = found[(at - 1) * _PAGE_SIZE : at * _PAGE_SIZE]
    count = pluralize(len(found), "tip")
    title = f"{count} {state}" if state else f"{count} in the list"
    title += f", page {at} of {pages}." if pages > 1 else "."
    first = [_ADD, *_page_actions(state, at, pages)]
    return Reply(
        question or title,
        tuple(map(_list_item, shown)),
        buttons=(*first, PANEL_ACTION),
        more=tuple(_list_menu(state)),
        return_to=Call("tips-queue", {**({"state": str(state)} if state else {}), "page": str(at)}),
    )


def _empty_list(state: TipState | None) -> Reply:
    if state is not None:
        return Reply(f"No tip is {state}.", buttons=(QUEUE_ACTION, PANEL_ACTION))
    starter = Action("Add the starter pack", Call("tips-starter"), ActionStyle.PRIMARY)
    text = "The queue is empty. Add a tip, or the starter pack with 52 sourced tips."
    return Reply(text, buttons=(starter, _ADD, Action("Import tips", Call("tips-import"))))


def _list_item(tip: Tip) -> Item:
    labels = [] if tip.state is TipState.QUEUED else [str(tip.state)]
    about = " · ".join([*labels, *([tip.topic] if tip.topic else [])])
    text = shorten_tip(tip, _TEXT_LENGTH)
    prose: Prose = (f"{text} ", Emphasis(f"({about})")) if about else text
    return Item(prose, Action("Open", Call("tips-preview", {"tip": str(tip.number)})))


def _page_actions(state: TipState | None, page: int, pages: int) -> Iterator[Action]:
    args = {"state": str(state)} if state else {}
    for label, number in (("Previous page", page - 1), ("Next page", page + 1)):
        if 1 <= number <= pages:
            yield Action(label, Call("tips-queue", {**args, "page": str(number)}))


def _list_menu(state: TipState | None) -> Iterator[Action]:
    if state is not None:
        yield QUEUE_ACTION
    if state is not TipState.REMOVED:
        yield Action("Show removed tips", Call("tips-queue", {"state": "removed"}))
    yield Action("Import tips", Call("tips-import"))
    yield Action("Export tips", Call("tips-export"))
    yield Action("Add the starter pack", Call("tips-starter"))
    yield Action("Share this queue", Call("tips-share-code"))


@tips_command(
    Example(
        "tips add Ask what happens after launch: it shows which role it is.",
        shows=("Added: “Ask what happens after launch",),
    ),
    form=FormLayout("Add a tip", "Add", _FIELDS),
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

    It's posted after the tips that are in the queue now. If you name content entries with `cites`
    and one of them changes, the tip waits for your approval.
    """
    moderator = await ModeratorContext.open(context)
    role_id = role.id if role else None
    new = build_tip(context.content, text, link=link, role=role_id, topic=topic, cites=cites)
    known = await moderator.store.tips.list_for_queue(moderator.queue)
    duplicate = numbers_by_text(known).get(normalize_text(text))
    if duplicate is not None:
        message = "That tip is already in the queue. Nothing was added."
        raise Refusal(message, _open(duplicate), argument="text")
    added = await moderator.store.tips.add(moderator.queue, [new], context.now)
    if not added:
        raise Refusal(
            "Your queue was just merged with another community's, so the tip wasn't added. Add "
            "it again.",
            _ADD,
        )
    tip = added[0]
    await moderator.record_audit("added", f"tip {tip.number}")
    place = sum(each.state is TipState.QUEUED for each in known) + 1
    done = end_sentence(f"Added: {name_tip(tip)}") + f" It's number {place} in the queue."
    return await panel_reply(moderator, done, _open(tip.number, "See the tip"))


def _open(number: int, label: str = "Open the tip") -> Action:
    return Action(label, Call("tips-preview", {"tip": str(number)}))


async def _current_values(context: CommandContext) -> Mapping[str, str]:
    """Return the values of the tip to edit; raise Refusal if the call doesn't name one."""
    number = context.call.args.get("tip", "").removeprefix("#")
    if not number.isdecimal():
        raise Refusal("Which tip? Open it in the list, then edit it.", QUEUE_ACTION)
    tip = await (await ModeratorContext.open(context)).find_tip(int(number))
    if tip.state in _GONE:
        raise Refusal(f"That tip was {tip.state}. Restore it before you edit it.", _restore(tip))
    values = {"text": tip.text, "link": tip.link, "role": tip.role, "topic": tip.topic}
    return {name: value for name, value in values.items() if value}


_GONE = frozenset({TipState.REMOVED, TipState.DENIED})


def _restore(tip: Tip) -> Action:
    return Action("Restore", Call("tips-restore", {"tip": str(tip.number)}))


@tips_command(
    Example("tips edit 1 Ask what happens after launch.", shows=("Changed: “Ask what happens",)),
    form=FormLayout("Edit the tip", "Save", _FIELDS, _current_values, ("cites",)),
)
async def tips_edit(
    context: CommandContext,
    tip: Annotated[int | None, _TIP] = None,
    text: Annotated[str | None, _EDITED_TEXT] = None,
    role: Annotated[str | None, _ROLE_OR_NONE] = None,
    topic: Annotated[str | None, _TOPIC] = None,
    link: Annotated[str | None, _LINK] = None,
    cites: Annotated[str | None, _CITES] = None,
) -> Reply:
    """Change a tip.

    Options that you leave out stay as they are; `none` deletes a role, a topic, a link or cites.
    """
    if tip is None:
        return await _list_tips(context, None, 1, "Which tip do you want to edit?")
    moderator = await ModeratorContext.open(context)
    before = await moderator.find_tip(tip)
    if not any((text, role, topic, link, cites)):
        return await tip_page(moderator, before)
    fields = {
        "role": _updated_value(role, before.role),
        "topic": _updated_value(topic, before.topic),
        "link": _updated_value(link, before.link),
        "cites": _updated_value(cites, " ".join(before.cites)),
    }
    new = build_tip(context.content, text or before.text, **fields)
    edited = await moderator.store.tips.edit(moderator.queue, tip, new)
    if edited is None:
        return _not_saved(await moderator.find_tip(tip), new.text)
    await moderator.record_audit("edited", f"tip {tip}")
    await update_cards(moderator.tips, before.id)
    return await tip_page(moderator, edited, end_sentence(f"Changed: {name_tip(edited)}"))


def _not_saved(tip: Tip, text: str) -> Reply:
    """Return the reply to an edit of a tip that is gone; it shows the new text again."""
    says = f"That tip was {tip.state} in the meantime, so nothing was saved. Restore it first."
    buttons = (_restore(tip), PANEL_ACTION)
    return Reply(says, (CodeBlock(text),), buttons=buttons, outcome=Outcome.REFUSED)


def _updated_value(given: str | None, before: str | None) -> str | None:
    if given is None:
        return before
    return None if given.casefold() in NONE_WORDS else given


@tips_command(Example("tips move 2 1", shows=("is now number 1",)))
async def tips_move(
    context: CommandContext,
    tip: Annotated[int | None, _QUEUED_TIP] = None,
    place: Annotated[int | None, _PLACE] = None,
) -> Reply:
    """Move a tip to another place in the queue."""
    if tip is None:
        return await _list_tips(context, TipState.QUEUED, 1, "Which tip do you want to move?")
    moderator = await ModeratorContext.open(context)
    found = await moderator.find_tip(tip)
    if place is None:
        return await tip_page(moderator, found)
    if not await moderator.store.tips.move(moderator.queue, tip, place):
        state = (await moderator.find_tip(tip)).state
        raise Refusal(f"That tip is {state}. You can only move tips that are queued.", _open(tip))
    await moderator.record_audit("moved", f"tip {tip} to place {place}")
    queued = await moderator.store.tips.list_for_queue(moderator.queue, TipState.QUEUED)
    at = next((nth for nth, each in enumerate(queued, 1) if each.id == found.id), place)
    return await tip_page(moderator, found, f"{name_tip(found)} is now number {at} in the queue.")


@tips_command(Example("tips remove 1", shows=("Removed: “",)))
async def tips_remove(context: CommandContext, tip: Annotated[int | None, _TIP] = None) -> Reply:
    """Remove a tip from the queue; you can restore it."""
    if tip is None:
        return await _list_tips(context, None, 1, "Which tip do you want to remove?")
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
        found = await moderator.find_tip(tip)
        raise Refusal(f"That tip is already {found.state}.", _restore(found), QUEUE_ACTION)
    await moderator.record_audit("removed", f"tip {tip}")
    await update_cards(moderator.tips, removed.id)
    return await panel_reply(
        moderator, end_sentence(f"Removed: {name_tip(removed)}"), _restore(removed)
    )
