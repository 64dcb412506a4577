"""Commands to add, edit and remove a community's answers."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example, FormLayout
from bot.commands.answers import answers_command
from bot.commands.answers.arguments import (
    ANSWER,
    FIELDS,
    ITEM,
    LINK,
    QUESTIONS,
    REVIEW,
    ROLE,
    TEXT,
    Numbers,
    optional_change,
    parse_review_date,
)
from bot.commands.answers.listing import find_answer, list_answers
from bot.commands.answers.preview import answer_page
from bot.community.deciding import (
    LIST_ACTION,
    decide,
    find_items,
    still_waiting,
    tell_members,
)
from bot.community.own_answers.checks import (
    build_answer,
    find_same_question,
    join_questions,
)
from bot.community.own_answers.page import answer_parts, name_answer, report_change
from bot.community.undo import remember_change
from bot.errors import Refusal
from bot.formatting import pluralize
from bot.reply import Action, ActionStyle, Bold, CodeBlock, Outcome, Paragraph, Reply
from bot.tips.cards import name_person
from bot.tips.context import ModeratorContext
from bot.tips.schedule_input import yes_or_no
from storage import CommunityAnswer, FeedbackState, NewAnswer

_EDITED_QUESTIONS = replace(QUESTIONS, is_clearable=False)
_EDITED_TEXT = replace(TEXT, is_clearable=False)
_SEEN = Arg("the version that the form opened with", max_length=20)
_SURE = Arg("yes: remove it", yes_or_no)
_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


@answers_command(
    Example(
        'answers add "Is there a dress code?" text:"No. Wear what you like."',
        shows=("Added: “Is there a dress code?”", "Community answer, by the moderators"),
    ),
    form=FormLayout("Add an answer", "Save", FIELDS),
)
async def answers_add(  # every field of an answer
    context: CommandContext,
    question: Annotated[str, QUESTIONS],
    text: Annotated[str, TEXT],
    link: Annotated[str | None, LINK] = None,
    role: Annotated[str | None, ROLE] = None,
    review: Annotated[str | None, REVIEW] = None,
) -> Reply:
    """Add your own answer, which members find from now on.

    The search finds it like the answers from the sources. If both answer the same question, yours
    comes first. It's marked as written by the moderators.
    """
    moderator = await ModeratorContext.open(context)
    new = build_answer(
        context.content,
        question,
        text,
        link=optional_change(link, None),
        role=optional_change(role, None),
        review_on=parse_review_date(review, context),
    )
    added = await add_answer(moderator, new)
    undo = await remember_change(moderator, now=added)
    return answer_page(moderator, added, report_change("Added", added.question), undo)


async def add_answer(moderator: ModeratorContext, new: NewAnswer) -> CommunityAnswer:
    """Store a new answer and return it; raise Refusal if there is one to its question, or 500."""
    answers = moderator.store.answers
    same = find_same_question(await answers.list_for_queue(moderator.queue), new)
    if same is not None:
        message = f"There's already an answer to {name_answer(same)}, so nothing was added."
        raise Refusal(message, edit_action(same), LIST_ACTION, argument="question")
    caller, now = moderator.context.caller, moderator.context.now
    added = await answers.add(moderator.queue, new, caller.id, now)
    if added is None:
        most = pluralize(answers.MAX_PER_QUEUE, "answer")
        message = (
            f"This community already has {most}, which is the limit. Remove one, then add yours."
        )
        raise Refusal(message, LIST_ACTION)
    await moderator.record_audit("added", f"answer {added.number}")
    return added


def edit_action(answer: CommunityAnswer, label: str = "Edit that answer") -> Action:
    """Return a button that opens the form to edit *answer*."""
    return Action(label, Call("answers-edit", {"answer": str(answer.number)}))


async def _current_values(context: CommandContext) -> Mapping[str, str]:
    """Return the values of the answer to edit; raise Refusal if the call doesn't name one."""
    number = context.call.args.get("answer", "").removeprefix("#")
    if not number.isdecimal():
        raise Refusal("Which answer? Open it in the list, then edit it.", LIST_ACTION)
    found = await find_answer(await ModeratorContext.open(context), int(number))
    values = {
        "question": join_questions(found.question, found.wordings),
        "text": found.text,
        "link": found.link,
        "role": found.role,
        "review": found.review_on.isoformat() if found.review_on else None,
        "seen": _version(found),
    }
    return {name: value for name, value in values.items() if value}


def _version(answer: CommunityAnswer) -> str:
    """Return the time of an answer's last change in microseconds, which identifies its version."""
    return str((answer.updated_at - _EPOCH) // _MICROSECOND)


def _moment(version: str | None, otherwise: datetime) -> datetime:
    """Return the time that a version stands for, or *otherwise* if there is none."""
    if version is None:
        return otherwise
    try:
        return _EPOCH + int(version) * _MICROSECOND
    except (ValueError, OverflowError) as error:
        raise Refusal("I can't read that form. Open it again.", LIST_ACTION) from error


@answers_command(
    Example('answers edit 1 text:"On the roof."', shows=("Changed: “", "On the roof.")),
    form=FormLayout("Edit the answer", "Save", FIELDS, _current_values, carries=("seen",)),
)
async def answers_edit(  # every field of an answer
    context: CommandContext,
    answer: Annotated[int | None, ANSWER] = None,
    question: Annotated[str | None, _EDITED_QUESTIONS] = None,
    text: Annotated[str | None, _EDITED_TEXT] = None,
    link: Annotated[str | None, LINK] = None,
    role: Annotated[str | None, ROLE] = None,
    review: Annotated[str | None, REVIEW] = None,
    seen: Annotated[str | None, _SEEN] = None,
    item: Annotated[Numbers | None, ITEM] = None,
) -> Reply:
    """Change an answer; the audit log keeps the old text.

    Options that you leave out stay as they are; `none` deletes a link, a role or a review date.
    """
    if answer is None:
        return await list_answers(context, 1, "Which answer do you want to edit?")
    moderator = await ModeratorContext.open(context)
    before = await find_answer(moderator, answer)
    if not any((question, text, link, role, review)):
        return answer_page(moderator, before)
    date = before.review_on if review is None else parse_review_date(review, context)
    new = build_answer(
        context.content,
        question or join_questions(before.question, before.wordings),
        text or before.text,
        link=optional_change(link, before.link),
        role=optional_change(role, before.role),
        review_on=date,
        entry=None if text else before.entry,
    )
    edited = await _store_edit(moderator, before, new, _moment(seen, before.updated_at))
    if edited is None:
        return await _not_saved(moderator, before, new)
    items = still_waiting(await find_items(moderator, item)) if item else ()
    decided = await decide(moderator, items, FeedbackState.ANSWERED, answer=edited)
    undo = await remember_change(moderator, now=edited, before=before, items=decided)
    untold = await tell_members(moderator, decided, edited)
    return answer_page(moderator, edited, report_change("Changed", edited.question) + untold, undo)


async def _store_edit(
    moderator: ModeratorContext, before: CommunityAnswer, new: NewAnswer, seen: datetime
) -> CommunityAnswer | None:
    """Store an edit of *before*, and return the answer.

    Return None if somebody has changed or removed it since it was *seen*.
    """
    answers, context = moderator.store.answers, moderator.context
    others = [
        each for each in await answers.list_for_queue(moderator.queue) if each.id != before.id
    ]
    same = find_same_question(others, new)
    if same is not None:
        message = f"There's already another answer to {name_answer(same)}, so nothing was changed."
        raise Refusal(message, edit_action(same), argument="question")
    edited = await answers.edit(
        moderator.queue, before.number, new, context.caller.id, context.now, unchanged_since=seen
    )
    if edited is not None:
        details = f"answer {edited.number}, before: {describe(before)}"
        await moderator.record_audit("edited", details)
    return edited


async def _not_saved(moderator: ModeratorContext, before: CommunityAnswer, new: NewAnswer) -> Reply:
    """Return the reply to an edit that came too late; it shows the new text for copying."""
    now = await moderator.store.answers.get(moderator.queue, before.number)
    mine = (Paragraph("Your text, to copy:"), CodeBlock(new.text or new.question))
    if now is None:
        says = "That answer was removed in the meantime, so nothing was saved."
        return Reply(says, mine, buttons=(LIST_ACTION,), outcome=Outcome.REFUSED)
    who = name_person(now.edited_by or now.created_by, moderator.community, "moderator")
    first, nodes = answer_parts(now)
    shown = (Paragraph((Bold(now.question),)), Paragraph(first or now.question), *nodes)
    return Reply(
        (who, " changed this answer before you did, so your version isn't saved. It now says:"),
        (*shown, *mine),
        buttons=(edit_action(now, "Edit it again"), LIST_ACTION),
        outcome=Outcome.REFUSED,
    )


def describe(answer: CommunityAnswer) -> str:
    """Return what an answer says, on one line, for the audit log."""
    questions = " | ".join((answer.question, *answer.wordings))
    said = " ".join(answer.text.split()) or f"(leads to {answer.entry})"
    return " ".join(filter(None, (f"{questions} → {said}", answer.link)))


@answers_command(Example("answers remove 1", shows=("Remove “", "Remove it")))
async def answers_remove(
    context: CommandContext,
    answer: Annotated[int | None, ANSWER] = None,
    sure: Annotated[bool, _SURE] = False,
) -> Reply:
    """Remove an answer, after you confirm; you can undo it."""
    if answer is None:
        return await list_answers(context, 1, "Which answer do you want to remove?")
    moderator = await ModeratorContext.open(context)
    found = await find_answer(moderator, answer)
    if not sure:
        call = Call("answers-remove", {"answer": str(answer), "sure": "yes"})
        keep = Action("Keep it", Call("answers-preview", {"answer": str(answer)}))
        question = f"Remove {name_answer(found)}? Members won't find it after that."
        return Reply(question, buttons=(Action("Remove it", call, ActionStyle.DANGER), keep))
    removed = await moderator.store.answers.remove(moderator.queue, answer)
    if removed is None:
        raise Refusal("That answer doesn't exist, or it was removed.", LIST_ACTION)
    await moderator.record_audit("removed", f"answer {answer}, which said: {describe(removed)}")
    undo = await remember_change(moderator, before=removed)
    return Reply(report_change("Removed", removed.question), buttons=(undo, LIST_ACTION))


@answers_command(hidden=True)
async def answers_reviewed(context: CommandContext, answer: Annotated[int, ANSWER]) -> Reply:
    """Confirm that an answer is still right; you choose the next review with Edit."""
    moderator = await ModeratorContext.open(context)
    before = await find_answer(moderator, answer)
    new = replace(before.content, review_on=None)
    edited = await moderator.store.answers.edit(
        moderator.queue,
        answer,
        new,
        context.caller.id,
        context.now,
        unchanged_since=before.updated_at,
    )
    if edited is None:
        return await _not_saved(moderator, before, new)
    await moderator.record_audit("reviewed", f"answer {answer}")
    undo = await remember_change(moderator, now=edited, before=before)
    done = f"{report_change('Checked', edited.question)} It no longer has a review date."
    return answer_page(moderator, edited, done, undo)
