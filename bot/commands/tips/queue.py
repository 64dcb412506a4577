"""The queue of weekly tips: see it, add to it, edit, reorder, remove."""

from collections.abc import Iterable, Iterator
from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example, Permission, command, truncate
from bot.errors import Refusal
from bot.formatting import pluralize
from bot.language.argument_types import roles
from bot.language.name_index import Name
from bot.reply import Action, Actions, Column, Heading, Node, Paragraph, Reply, Table
from bot.tips.bench import LISTED, SCHEDULES, Bench
from bot.tips.completion import called, in_order, places
from bot.tips.completion import tips as offered
from bot.tips.message import LONGEST
from bot.tips.schedule_input import numbers, states
from bot.tips.validation import ALIVE, OFF, folded_text, known_texts, new_tip
from content import Role
from storage import Tip, TipState

_PAGE = 10
_SHOWN = 70  # characters of a tip in the list
_NUMBER = "the tip's number"
_TIP = Arg(_NUMBER, numbers, autocomplete=offered(*ALIVE))
_MOVED = Arg(_NUMBER, numbers, autocomplete=offered(TipState.QUEUED))
_PLACE = Arg("its new place in the queue; 1 comes next", numbers, autocomplete=places)
_TEXT = Arg("what the tip says", max_length=LONGEST)
_ROLE = Arg("which role it is for", roles)
_TOPIC = Arg("what it is about, in a word or two", max_length=40)
_LINK = Arg("an address that it leads to", max_length=300)
_CITES = Arg("what it rests on, such as market/bls-developers-growth", max_length=300)


async def _pages(context: CommandContext, typed: str) -> Iterable[Name[int]]:
    """Return the pages of the queue, each labeled with its first tip."""
    del typed
    state = context.call.args.get("state")
    found = await in_order(context, *([each for each in TipState if each == state] or ALIVE))
    return [called(tip, str(at)) for at, tip in enumerate(found[::_PAGE], 1)]


@command(
    Example("tips", shows=("queue",)),
    aliases=("tips-list", "tips-queue"),
    permission=Permission.MODERATORS,
)
async def tips(
    context: CommandContext,
    state: Annotated[TipState | None, Arg("only tips in this state", states)] = None,
    page: Annotated[int | None, Arg("which page of the list", numbers, autocomplete=_pages)] = None,
) -> Reply:
    """See the queue of weekly tips.

    Suggestions come first, then what is held for review, then what is queued, in the order in
    which it is posted. Type `tips add`, `tips schedule`, `tips calendar` and so on for the rest;
    `help tips` names them all.
    """
    bench = await Bench.of(context)
    wanted = (state,) if state else ALIVE
    found = await bench.desk.store.tips.of(bench.queue, *wanted)
    found = tuple(sorted(found, key=lambda tip: wanted.index(tip.state)))
    pages = max(1, -(-len(found) // _PAGE))
    at = min(page or 1, pages)
    nodes: list[Node] = [Heading(f"The queue: {pluralize(len(found), 'tip')}")]
    nodes += [_listing(found[(at - 1) * _PAGE : at * _PAGE])] if found else [Paragraph(_NOTHING)]
    return Reply((*nodes, Actions(tuple(_onward(state, at, pages, found)))))


_NOTHING = "There is nothing here yet. Add a tip, or the starter pack: a year of weeks."


def _listing(found: tuple[Tip, ...]) -> Table:
    firm = (Column("tip", nowrap=True), Column("state", nowrap=True))
    rows = ((f"{tip.number}", tip.state, _about(tip), truncate(tip.text, _SHOWN)) for tip in found)
    return Table((*firm, Column("about"), Column("says")), tuple(rows))


def _about(tip: Tip) -> str:
    return tip.role or tip.topic or "–"


def _onward(
    state: TipState | None, page: int, pages: int, found: tuple[Tip, ...]
) -> Iterator[Action]:
    given = {"state": str(state)} if state else {}
    for label, to in (("previous page", page - 1), ("next page", page + 1)):
        if 1 <= to <= pages:
            yield Action(label, Call("tips", {**given, "page": str(to)}))
    if not found:
        yield Action("add the starter pack", Call("tips-starter"))
    yield Action("the calendar", Call("tips-calendar"))
    yield SCHEDULES
    yield Action("what was posted", Call("tips-posts"))
    yield Action("who did what", Call("tips-audit"))


@command(
    Example("tips add Ask what happens after launch: it shows which role it is.", shows=("Tip 1",)),
    permission=Permission.MODERATORS,
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
    bench = await Bench.of(context)
    about = role.id if role else None
    new = new_tip(context.content, text, link=link, role=about, topic=topic, cites=cites)
    twin = known_texts(await bench.desk.store.tips.of(bench.queue)).get(folded_text(text))
    if twin is not None:
        raise Refusal(f"That is tip {twin} already.", LISTED)
    [tip] = await bench.desk.store.tips.add(bench.queue, [new], context.now)
    await bench.note("added", f"tip {tip.number}")
    return _done(f"Tip {tip.number} is in the queue.", tip)


@command(
    Example("tips edit 1 Ask what happens after launch.", shows=("Tip 1",)),
    permission=Permission.MODERATORS,
)
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
    bench = await Bench.of(context)
    was = await bench.tip(tip)
    kept = {
        "role": role.id if role else was.role,
        "topic": _changed(topic, was.topic),
        "link": _changed(link, was.link),
        "cites": _changed(cites, " ".join(was.cites)) or "",
    }
    new = new_tip(context.content, text, **kept)
    now = await bench.desk.store.tips.edit(bench.queue, tip, new)
    await bench.note("edited", f"tip {tip}")
    return _done(f"Tip {tip} is changed.", now or was)


def _changed(given: str | None, was: str | None) -> str | None:
    if given is None:
        return was
    return None if given.casefold() in OFF else given


@command(
    Example("tips move 2 1", shows=("Tip 2 is now number 1",)),
    permission=Permission.MODERATORS,
)
async def tips_move(
    context: CommandContext,
    tip: Annotated[int, _MOVED],
    place: Annotated[int, _PLACE],
) -> Reply:
    """Move a tip to another place in the queue."""
    bench = await Bench.of(context)
    if not await bench.desk.store.tips.move(bench.queue, tip, place):
        state = (await bench.tip(tip)).state
        raise Refusal(f"Tip {tip} is {state}: only what is queued can be moved.", LISTED)
    await bench.note("moved", f"tip {tip} to place {place}")
    return _done(f"Tip {tip} is now number {place} in the order of the queue.")


@command(
    Example("tips remove 1", shows=("Tip 1 is removed",)),
    permission=Permission.MODERATORS,
)
async def tips_remove(context: CommandContext, tip: Annotated[int, _TIP]) -> Reply:
    """Take a tip out of the queue; it can be brought back."""
    bench = await Bench.of(context)
    of = [each for each in TipState if each is not TipState.REMOVED]
    gone = await bench.desk.store.tips.decide(bench.queue, tip, TipState.REMOVED, of=of)
    if gone is None:
        state = (await bench.tip(tip)).state
        raise Refusal(f"Tip {tip} is {state} already.", LISTED)
    await bench.note("removed", f"tip {tip}")
    back = Action("bring it back", Call("tips-approve", {"tip": str(tip)}))
    says = Paragraph(f"Tip {tip} is removed from the queue.")
    return Reply((says, Actions((back, LISTED))))


def _done(says: str, tip: Tip | None = None) -> Reply:
    look = [Action("see it", Call("tips-preview", {"tip": str(tip.number)}))] if tip else []
    return Reply((Paragraph(says), Actions((*look, LISTED))))
