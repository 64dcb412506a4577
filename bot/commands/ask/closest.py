"""The beginnings of answers, for a question that none surely fits, and for two questions."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.call import Call
from bot.commands.ask.found import Found
from bot.commands.ask.question_list import ALL_QUESTIONS, question_action, whole_answer_action
from bot.community.own_answers.page import answer_parts
from bot.errors import Refusal
from bot.formatting import end_sentence, has_money
from bot.language import small_talk
from bot.language.asides import (
    describe_ignored,
    find_cautions,
    handle_missing_places,
    is_mentioned,
)
from bot.language.retrieval.search import Certainty
from bot.reply import (
    Action,
    Actions,
    Bold,
    Bullets,
    Emphasis,
    Fields,
    Inline,
    Item,
    Node,
    Paragraph,
    Prose,
    Reply,
)
from content import FaqEntry
from storage import CommunityAnswer

_MAX_CHARACTERS = 720  # of two beginnings, so that they fit on a phone with a caution
_MAX_ITEMS = 2  # of a list in an answer that isn't sure
_ENTRY_LEAD = "I don't have that exact question. Closest:"
_GUESS_LEAD = "My best guess:"
_TWO_LEAD = "These come closest:"
_DOUBTFUL_LEAD = "I may not have exactly that. These come closest:"
_BOTH_LEAD = "You asked two things:"
_FIRST_LEAD = "You asked two things. First:"


@dataclass(frozen=True, slots=True)
class _Beginning:
    """The beginning of an answer: its *text* and the *nodes* below that."""

    heading: str
    text: Prose
    whole: Action  # shows the whole answer
    nodes: tuple[Node, ...] = ()
    call: Call | None = None  # that it answers, if it is a command's
    why: Call | None = None  # explains it

    @property
    def size(self) -> int:
        """The number of characters that it has beside another one."""
        parts = (
            each if isinstance(each, str) else getattr(each, "text", "")
            for each in _inlines(self.text)
        )
        return len(self.listed_heading) + sum(map(len, parts))

    @property
    def listed_heading(self) -> str:
        """Its heading beside another one: a command's reply says itself what it's about."""
        return "" if self.call else end_sentence(self.heading)

    def listed(self) -> tuple[Node, ...]:
        """Return it as an entry of a list, with a button for the whole answer."""
        heading = (Bold(self.listed_heading), " ") if self.listed_heading else ()
        return (Item((*heading, *_inlines(self.text)), self.whole), *self.nodes)


async def show_two(found: Found) -> Reply | None:
    """Return the reply with the beginnings of the first two answers *found*.

    Return None if they don't fit on a screen, or a command refuses. The reply says what neither
    answers.
    """
    try:
        first, second = [await _begin(found, each) for each in found.answers[:2]]
    except Refusal:
        return None
    fits = first.size + second.size <= _MAX_CHARACTERS
    return _show_two(found, first, second) if fits else None


async def show_closest(found: Found) -> Reply:
    """Return the reply with the beginning of the first answer *found*, and buttons for the others.

    The reply says what it ignores.
    """
    best = found.answers[0]
    if isinstance(best, Call) and best.command == small_talk.COMMAND:
        return await _talk(found, best)
    if isinstance(best, Call) and not _can_hold(found, best):
        return _offer_private(found, best)
    try:
        first = await _begin(found, best)
    except Refusal as refusal:
        others = found.actions(1)
        raise Refusal(refusal.message, *refusal.actions, *others) from refusal
    return _show_one(found, first)


async def _talk(found: Found, call: Call) -> Reply:
    context, others = found.context, tuple(found.actions(1))
    reply = await context.app.run(call, context.caller)
    return replace(reply, nodes=(*reply.nodes, Actions(others))) if others else reply


def _offer_private(found: Found, call: Call) -> Reply:
    """Return the reply with a button for *call*, whose reply only the member may see."""
    action = found.context.app.action_for(call)
    offered = Actions((action, *found.actions(1)))
    return _reply(found, (f"{_GUESS_LEAD} ", Emphasis(action.label)), (offered,))


def _show_one(found: Found, first: _Beginning) -> Reply:
    lead = _GUESS_LEAD if isinstance(found.answers[0], Call) else _ENTRY_LEAD
    if found.certainty is Certainty.ANSWER:
        lead = _FIRST_LEAD
    nodes = (Paragraph(first.text), *first.nodes, *_offer(found.actions(1)))
    shown = _reply(found, (f"{lead} ", Emphasis(first.heading)), nodes, first, first.whole)
    cautions = filter(None, (describe_ignored(found.ignored), _caution(found, first)))
    text = " ".join(dict.fromkeys(cautions))
    return shown.with_caution(text) if text else shown


def _show_two(found: Found, first: _Beginning, second: _Beginning) -> Reply:
    cautions = [_caution(found, first, second), _caution(found, second, first)]
    if not (first.call or second.call):
        cautions.append(describe_ignored(found.ignored))
    told = (Paragraph(f"⚠ {each}") for each in dict.fromkeys(cautions) if each)
    nodes = (*first.listed(), *second.listed(), *told, *_offer(found.actions(2)))
    lead = _DOUBTFUL_LEAD if found.is_doubtful else _TWO_LEAD
    if found.certainty is Certainty.ANSWER:
        lead = _BOTH_LEAD
    return _reply(found, lead, nodes, first)


def _caution(found: Found, shown: _Beginning, other: _Beginning | None = None) -> str:
    """Return what the command of *shown* ignores and *other*, beside it, doesn't mention."""
    if shown.call is None:
        return ""
    texts = [shown.text, *((other.listed_heading, other.text) if other else ())]
    said = " ".join(map(str, texts))
    ignored = tuple(each for each in shown.call.ignored if not is_mentioned(each, said))
    app = found.context.app
    command = app.commands[shown.call.command]
    call = replace(shown.call, ignored=ignored)
    return " ".join(find_cautions(command, call, app.name_registry))


def _reply(
    found: Found,
    answer: Prose,
    nodes: tuple[Node, ...],
    first: _Beginning | None = None,
    *buttons: Action,
) -> Reply:
    is_sure = found.certainty is Certainty.ANSWER
    row, menu = ((), ()) if is_sure else found.ask_moderators()
    why = first.why if first else None
    return Reply(answer, nodes, buttons=(*buttons, ALL_QUESTIONS, *row), more=menu, why=why)


def _offer(actions: list[Action]) -> Iterator[Node]:
    if actions:
        yield Actions(tuple(actions))


async def _begin(found: Found, answer: CommunityAnswer | FaqEntry | Call) -> _Beginning:
    """Return the beginning of *answer*; raise Refusal if a command refuses its arguments."""
    if isinstance(answer, CommunityAnswer):
        text, nodes = answer_parts(answer)
        whole = question_action(answer.question)
        return _Beginning(answer.question, text or "", _read_more(whole), nodes, why=whole.call)
    if isinstance(answer, FaqEntry):
        parts = found.parts(answer)
        first, *others = found.lines(answer, parts)
        is_fact = bool(parts) and parts[0] in answer.facts  # else it would answer nothing alone
        text = first if is_fact or not others else (f"{first} ", *_inlines(others[0]))
        whole = whole_answer_action(answer)
        return _Beginning(answer.question, text, _read_more(whole), why=whole.call)
    return await _begin_command(found, answer)


async def _begin_command(found: Found, call: Call) -> _Beginning:
    app = found.context.app
    reply, action = await app.run(call, found.context.caller), app.action_for(call)
    command = app.commands[call.command]
    answered, _ = handle_missing_places(command, call, app.name_registry)
    nodes = tuple(_first_items(reply))
    return _Beginning(action.label, reply.answer, _read_more(action), nodes, answered, reply.why)


def _read_more(action: Action) -> Action:
    return replace(action, label="Read more")


def _inlines(prose: Prose) -> tuple[Inline, ...]:
    return (prose,) if isinstance(prose, str) else prose


def _first_items(reply: Reply) -> Iterator[Node]:
    """Yield the beginning of the list below the answer of *reply*, if it needs that.

    Bullets do, and so do fields below an answer without a figure.
    """
    first = next((each for each in reply.nodes if not isinstance(each, Paragraph)), None)
    if isinstance(first, Bullets):
        yield Bullets(first.items[:_MAX_ITEMS])
    elif isinstance(first, Fields) and not has_money(str(reply.answer)):
        yield Fields(first.items[:_MAX_ITEMS])


def _can_hold(found: Found, call: Call) -> bool:
    """Return True if an answer here may hold the reply to *call*, because it can be shared."""
    return found.context.app.commands[call.command].is_shareable
