"""Decisions about members' questions and reports: stored, logged, and told to the members."""

import asyncio
from collections.abc import Sequence

from bot.call import Call
from bot.community.feedback import settle_notice, tell_outcome
from bot.community.own_answers.page import answer_parts, linked_question, name_answer
from bot.community.waiting import quote
from bot.errors import Refusal
from bot.reply import Action, Emphasis, Node, Outcome, Paragraph, Prose, Reply
from bot.tips.cards import name_person, run_briefly
from bot.tips.context import ModeratorContext
from storage import CommunityAnswer, Feedback, FeedbackState

QUEUE_ACTION = Action("Show what's waiting", Call("answers-queue"))
LIST_ACTION = Action("Show all answers", Call("answers-list"))
_DECISIONS = {
    FeedbackState.ANSWERED: "answered",
    FeedbackState.LINKED: "linked",
    FeedbackState.HIDDEN: "hid a statement for",
    FeedbackState.DECLINED: "declined",
}
"""Maps each state to its words in the audit log."""
_STATES = {
    FeedbackState.ANSWERED: "answered",
    FeedbackState.LINKED: "linked",
    FeedbackState.HIDDEN: "hidden",
    FeedbackState.DECLINED: "declined",
}


async def find_items(moderator: ModeratorContext, numbers: Sequence[int]) -> tuple[Feedback, ...]:
    """Return the questions and reports with these numbers; raise Refusal if there are none."""
    found = [await moderator.store.feedback.get(moderator.queue, each) for each in numbers]
    items = tuple(each for each in found if each is not None)
    if not items:
        message = "That question is gone because its author withdrew it."
        raise Refusal(message, QUEUE_ACTION)
    return items


def still_waiting(items: Sequence[Feedback]) -> tuple[Feedback, ...]:
    """Return those of *items* that nobody has decided about."""
    return tuple(each for each in items if each.state is FeedbackState.WAITING)


async def decide(
    moderator: ModeratorContext,
    items: Sequence[Feedback],
    state: FeedbackState,
    *,
    answer: CommunityAnswer | None = None,
    reason: str | None = None,
) -> tuple[Feedback, ...]:
    """Store a decision about *items*, and return those that nobody had decided about before.

    *answer* is the one that was written or chosen.
    """
    context, decided = moderator.context, list[Feedback]()
    for each in items:
        stored = await moderator.store.feedback.decide(
            moderator.queue,
            each.number,
            state,
            decided_by=context.caller.id,
            at=context.now,
            reason=reason,
            answer=answer.number if answer else None,
        )
        if stored is not None:
            await moderator.record_audit(_DECISIONS[state], f"{each.kind} {each.number}")
            decided.append(stored)
    if decided:
        await settle_notice(moderator.tips, moderator.queue)
    return tuple(decided)


async def tell_members(
    moderator: ModeratorContext, decided: Sequence[Feedback], answer: CommunityAnswer | None = None
) -> str:
    """Send the outcome to the authors of *decided*; return a sentence if one couldn't be told.

    Wait for that only a moment.
    """
    telling = (
        run_briefly(tell_outcome(moderator.context, each, answer), otherwise=True)
        for each in decided
    )
    told = await asyncio.gather(*telling)
    if all(told):
        return ""
    whom = "the person who sent it" if len(told) == 1 else "everyone who sent it"
    return f" I couldn't notify {whom}."


async def decided_before(
    moderator: ModeratorContext, items: Sequence[Feedback], *nodes: Node
) -> Reply:
    """Return the refusal of a decision about *items* that others have already decided about.

    It says who was faster, and shows their answer. *nodes* show what isn't saved.
    """
    item = (await find_items(moderator, [items[0].number]))[0]
    answer = None
    if item.answer is not None:
        answer = await moderator.store.answers.get(moderator.queue, item.answer)
    says = _describe_decision(moderator, item)
    shown: tuple[Node, ...] = ()
    buttons: tuple[Action, ...] = (QUEUE_ACTION,)
    if answer is not None:
        linked = linked_question(answer, moderator.context.content)
        first, others = (
            (("Links to the answer to: ", Emphasis(linked)), ()) if linked else answer_parts(answer)
        )
        shown = (Paragraph(first), *others)
        edit = Call("answers-edit", {"answer": str(answer.number)})
        buttons = (Action(f"Edit {name_answer(answer)}", edit), QUEUE_ACTION)
    return Reply(says, (*shown, *nodes), buttons=buttons, outcome=Outcome.REFUSED)


def refuse_form(item: Feedback) -> Refusal:
    """Return the refusal of a form to decide about *item*, which somebody has decided about."""
    actions = [QUEUE_ACTION]
    if item.answer is not None:
        see = Call("answers-preview", {"answer": str(item.answer)})
        actions.insert(0, Action("See the answer", see))
    why = f": {item.reason}" if item.reason else "."
    return Refusal(
        f"A moderator has already {_STATES.get(item.state, 'decided')} that{why}", *actions
    )


def _describe_decision(moderator: ModeratorContext, item: Feedback) -> Prose:
    """Return who decided what about *item*."""
    is_mine = item.decided_by == moderator.context.caller.id
    who = "You have" if is_mine else name_person(item.decided_by, moderator.community, "moderator")
    has = "" if is_mine else " has"
    match item.state:
        case FeedbackState.ANSWERED:
            return (who, f"{has} already answered {quote(item)}:")
        case FeedbackState.LINKED:
            return (who, f"{has} already linked {quote(item)} to an answer:")
        case FeedbackState.HIDDEN:
            return (who, f"{has} already hidden the statement that was reported.")
        case FeedbackState.DECLINED:
            why = f": {item.reason}" if item.reason else "."
            return (who, f"{has} already declined {quote(item)}{why}")
        case _:
            return f"{quote(item)} is waiting for a decision."
