"""Commands that decide about waiting items: answer one, link it to an answer, or decline it."""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Annotated

from bot.app import CommandContext
from bot.command import Arg, Example, FormLayout
from bot.commands.answers import answers_command
from bot.commands.answers.arguments import (
    FIELDS,
    ITEM,
    LINK,
    QUESTIONS,
    REVIEW,
    ROLE,
    TEXT,
    Numbers,
    optional_change,
    parse_numbers,
    parse_review_date,
)
from bot.commands.answers.editing import add_answer
from bot.commands.answers.preview import answer_page
from bot.commands.answers.queue import show_queue
from bot.commands.answers.targets import find_target, suggest_targets, targets
from bot.community.deciding import (
    QUEUE_ACTION,
    decide,
    decided_before,
    find_items,
    refuse_form,
    still_waiting,
    tell_members,
)
from bot.community.own_answers.checks import (
    MAX_QUESTIONS_LENGTH,
    MAX_WORDINGS,
    build_answer,
    join_questions,
)
from bot.community.own_answers.page import report_change, shorten
from bot.community.undo import remember_change
from bot.community.waiting import different_texts, list_waiting_groups, reported_question
from bot.errors import Refusal
from bot.formatting import end_sentence
from bot.language.name_index import NamedValue, NameIndex, NameRegistry
from bot.reply import Action, CodeBlock, Paragraph, Reply
from bot.tips.context import ModeratorContext
from storage import CommunityAnswer, Feedback, FeedbackKind, FeedbackState

_MAX_OFFERED, _LABEL_LENGTH = 4, 60


class DeclineReason(StrEnum):
    """A usual reason to decline a question or report; the value is its id."""

    OFF_TOPIC = "off-topic"
    UNCLEAR = "unclear"
    ELSEWHERE = "elsewhere"
    CORRECT = "correct"
    OTHER = "other"


_REASONS = {
    DeclineReason.OFF_TOPIC: "That's off topic here",
    DeclineReason.UNCLEAR: "Not clear enough: ask again with more details",
    DeclineReason.ELSEWHERE: "Better to ask in a channel",
    DeclineReason.CORRECT: "The answer is right as it is",
    DeclineReason.OTHER: "Another reason",
}


def _decline_reasons(registry: NameRegistry) -> NameIndex[DeclineReason]:
    """Return a NameIndex with the usual reasons to decline."""
    del registry
    return NameIndex("reason", (NamedValue(each, _REASONS[each], each) for each in DeclineReason))


_BECAUSE = Arg("a common reason, which the author will see", _decline_reasons, label="Reason")
_REASON = Arg(
    "a reason in your own words, which the author will see",
    max_length=300,
    label="Note",
    takes_rest=True,
)
_TO = Arg("the answer that fits", targets, autocomplete=suggest_targets, label="Existing answer")


async def _waiting_items(
    context: CommandContext,
) -> tuple[ModeratorContext, tuple[Feedback, ...]]:
    """Return the items that the form is about; raise Refusal unless some of them still wait.

    If the call doesn't say which question or report it is about, the refusal offers those that
    wait, each as a button that opens the form.
    """
    moderator = await ModeratorContext.open(context)
    numbers = parse_numbers(context.call.args.get("item", ""))
    if not numbers:
        raise await _ask_which(moderator)
    items = await find_items(moderator, numbers)
    waiting = still_waiting(items)
    if not waiting:
        raise refuse_form(items[0])
    return moderator, waiting


async def _ask_which(moderator: ModeratorContext) -> Refusal:
    """Return a refusal with a button for each of the first groups that wait."""
    call, groups = moderator.context.call, await list_waiting_groups(moderator)
    offered = [
        Action(
            shorten(each.first.text, _LABEL_LENGTH),
            replace(call, args={**call.args, "item": each.numbers}),
        )
        for each in groups[:_MAX_OFFERED]
    ]
    says = "Which question or report?" if offered else "Nothing is waiting for you."
    return Refusal(says, *offered, QUEUE_ACTION)


async def _answer_values(context: CommandContext) -> Mapping[str, str]:
    """Return the values with which the form opens: the questions, or what a report suggests."""
    _, items = await _waiting_items(context)
    first = items[0]
    if first.kind is FeedbackKind.REPORT:
        values = {
            "question": reported_question(first, context.app),
            "text": first.suggestion,
            "link": first.link,
        }
        return {name: value for name, value in values.items() if value}
    return {"question": _fitting(different_texts(items))}


def _fitting(questions: tuple[str, ...]) -> str:
    """Return as many of *questions* as an answer can have, one on each line."""
    found = questions[: MAX_WORDINGS + 1]
    while len(joined := "\n".join(found)) > MAX_QUESTIONS_LENGTH:
        found = found[:-1]
    return joined


@answers_command(
    Example(
        'answers answer 1 question:"Is there a dress code?" text:"No. Wear what you like."',
        shows=("Answered: “Is there a dress code?”", "Community answer"),
    ),
    form=FormLayout("Answer a question", "Save", FIELDS, _answer_values),
)
async def answers_answer(  # every field of an answer
    context: CommandContext,
    item: Annotated[Numbers, ITEM],
    question: Annotated[str, QUESTIONS],
    text: Annotated[str, TEXT],
    link: Annotated[str | None, LINK] = None,
    role: Annotated[str | None, ROLE] = None,
    review: Annotated[str | None, REVIEW] = None,
) -> Reply:
    """Answer a waiting question; members find your answer from now on.

    The bot tells the people who sent the question, if they gave their names.
    """
    moderator = await ModeratorContext.open(context)
    items = await find_items(moderator, item)
    mine = (Paragraph("Your text, to copy:"), CodeBlock(text))
    if not still_waiting(items):
        return await decided_before(moderator, items, *mine)
    new = build_answer(
        context.content,
        question,
        text,
        link=optional_change(link, None),
        role=optional_change(role, None),
        review_on=parse_review_date(review, context),
    )
    added = await add_answer(moderator, new)
    decided = await decide(moderator, items, FeedbackState.ANSWERED, answer=added)
    if not decided:  # another moderator was faster, by the moment that storing takes
        await moderator.store.answers.remove(moderator.queue, added.number)
        return await decided_before(moderator, items, *mine)
    undo = await remember_change(moderator, now=added, items=decided)
    untold = await tell_members(moderator, decided, added)
    done = report_change("Answered", added.question) + untold
    return answer_page(moderator, added, done, undo, QUEUE_ACTION)


async def _link_values(context: CommandContext) -> Mapping[str, str]:
    """Return no values for the form, or raise Refusal if nothing waits anymore."""
    await _waiting_items(context)
    return {}


@answers_command(
    Example("answers link 1 to:faq/phd", shows=("Linked to:", "PhD")),
    form=FormLayout("Link to an answer", "Link", ("to",), _link_values),
)
async def answers_link(
    context: CommandContext,
    item: Annotated[Numbers, ITEM],
    to: Annotated[str, _TO],
) -> Reply:
    """Link a question to an existing answer, so that the search finds it from now on."""
    moderator = await ModeratorContext.open(context)
    items = await find_items(moderator, item)
    waiting = still_waiting(items)
    if not waiting:
        return await decided_before(moderator, items)
    entry, own = await find_target(moderator, to)
    texts = different_texts(waiting)
    before, linked = own, await _add_wordings(moderator, own, texts) if own else None
    if linked is None:
        if entry is None:
            raise Refusal("You can't add any more wordings to that answer.", argument="to")
        new = build_answer(context.content, _fitting(texts), "", entry=entry.id)
        before, linked = None, await add_answer(moderator, new)
    decided = await decide(moderator, waiting, FeedbackState.LINKED, answer=linked)
    undo = await remember_change(moderator, now=linked, before=before, items=decided)
    untold = await tell_members(moderator, decided, linked)
    shown = entry.question if entry else linked.question
    done = report_change("Linked to", shown) + untold
    return answer_page(moderator, linked, done, undo, QUEUE_ACTION)


async def _add_wordings(
    moderator: ModeratorContext, answer: CommunityAnswer, texts: tuple[str, ...]
) -> CommunityAnswer | None:
    """Add wordings to an answer's question, and return the answer; None if there's no room."""
    context = moderator.context
    questions = join_questions(answer.question, (*answer.wordings, *texts))
    if questions.count("\n") > MAX_WORDINGS or len(questions) > MAX_QUESTIONS_LENGTH:
        return None
    changed: CommunityAnswer | None = answer
    for each in texts:
        changed = await moderator.store.answers.add_wording(
            moderator.queue, answer.number, each, context.caller.id, context.now
        )
    await moderator.record_audit("added a wording to", f"answer {answer.number}")
    return changed


async def _decline_values(context: CommandContext) -> Mapping[str, str]:
    """Return no values for the form, or raise Refusal if nothing waits anymore."""
    return await _link_values(context)


@answers_command(
    Example("answers decline 1 because:off-topic", shows=("Declined: That's off topic here",)),
    form=FormLayout("Not for us", "Decline", ("because", "reason"), _decline_values),
)
async def answers_decline(
    context: CommandContext,
    item: Annotated[Numbers, ITEM],
    because: Annotated[DeclineReason | None, _BECAUSE] = None,
    reason: Annotated[str | None, _REASON] = None,
) -> Reply:
    """Take a question or report off the list; the bot privately tells its author why."""
    moderator = await ModeratorContext.open(context)
    items = await find_items(moderator, item)
    label = _REASONS[because] if because and because is not DeclineReason.OTHER else None
    why = ". ".join(filter(None, (label, reason)))
    if not why:
        raise Refusal("Write the reason, or choose another one.", argument="reason")
    decided = await decide(moderator, items, FeedbackState.DECLINED, reason=why)
    if not decided:
        return await decided_before(moderator, items)
    undo = await remember_change(moderator, items=decided)
    untold = await tell_members(moderator, decided)
    return await show_queue(moderator, 1, end_sentence(f"Declined: {why}") + untold, undo)
