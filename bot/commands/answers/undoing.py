"""The command behind the button "Undo", which undoes a moderator's change."""

from dataclasses import replace
from typing import Annotated

from bot.app import CommandContext
from bot.command import Arg
from bot.commands.answers import answers_command
from bot.commands.answers.editing import describe, edit_action
from bot.commands.answers.preview import answer_page
from bot.commands.answers.queue import show_queue
from bot.community.deciding import LIST_ACTION, QUEUE_ACTION
from bot.community.own_answers.checks import find_same_question
from bot.community.own_answers.page import name_answer, report_change
from bot.community.undo import Change, StatementChange, publish, take_change
from bot.errors import Refusal
from bot.reply import Paragraph, Reply
from bot.tips.context import ModeratorContext
from storage import NewAnswer

_CHANGED_SINCE = "Someone has since changed or removed that answer, so nothing was undone."


@answers_command(hidden=True)
async def answers_undo(
    context: CommandContext, change: Annotated[str, Arg("which change", max_length=16)]
) -> Reply:
    """Undo one of the last changes."""
    moderator = await ModeratorContext.open(context)
    found = await take_change(moderator, change)
    if found is None:
        raise Refusal("That was already undone, or it's too old to undo.", LIST_ACTION)
    reply = await _undo_answer(moderator, found)
    done = [await _show_or_hide(moderator, found.statement)] if found.statement else []
    done += [await _reopen(moderator, found)] if found.items else []
    publish(moderator)
    if reply is None:
        return await show_queue(moderator, 1, " ".join(("Undone.", *done)))
    says = tuple(Paragraph(each) for each in done)
    others = tuple(each for each in reply.buttons if each != QUEUE_ACTION)
    more = tuple(each for each in reply.more if each != QUEUE_ACTION)
    return replace(reply, nodes=(*says, *reply.nodes), buttons=(*others, QUEUE_ACTION), more=more)


async def _undo_answer(moderator: ModeratorContext, change: Change) -> Reply | None:
    """Undo what was done to an answer, and return its page; None if nothing was done."""
    if change.number is None:
        return await _restore(moderator, change.before) if change.before else None
    return await (
        _remove(moderator, change) if change.before is None else _revert(moderator, change)
    )


async def _show_or_hide(moderator: ModeratorContext, change: StatementChange) -> str:
    """Show a statement that was hidden, or hide one that was shown again; return what was done."""
    hidden, context = moderator.store.hidden, moderator.context
    about = f"{change.entry}: {change.text}"
    if not change.is_hidden:
        place = (moderator.queue, change.entry, change.text, change.reason)
        if await hidden.hide(*place, by=context.caller.id, at=context.now):
            await moderator.record_audit("hid", f"{about} (because: {change.reason})")
        return "The statement is hidden again."
    known = await hidden.list_for_queue(moderator.queue)
    for each in known:
        if (each.entry, each.text) == (change.entry, change.text):
            await hidden.show(moderator.queue, each.id)
            await moderator.record_audit("showed again", about)
    return "The statement is shown again."


async def _reopen(moderator: ModeratorContext, change: Change) -> str:
    """Reopen what was decided; return what was done."""
    for number in change.items:
        opened = await moderator.store.feedback.reopen(moderator.queue, number, change.state)
        if opened is not None:
            await moderator.record_audit("reopened", f"{opened.kind} {number}")
    return "It's waiting again." if len(change.items) == 1 else "They're waiting again."


async def _restore(moderator: ModeratorContext, before: NewAnswer) -> Reply:
    """Add a removed answer again."""
    context = moderator.context
    answers = moderator.store.answers
    same = find_same_question(await answers.list_for_queue(moderator.queue), before)
    if same is not None:
        message = f"There's now another answer to {name_answer(same)}, so nothing was undone."
        raise Refusal(message, edit_action(same), LIST_ACTION)
    restored = await answers.add(moderator.queue, before, context.caller.id, context.now)
    if restored is None:
        raise Refusal(
            "That answer can't be restored because the list is full. Remove another answer first.",
            LIST_ACTION,
        )
    await moderator.record_audit("restored", f"answer {restored.number}")
    return answer_page(moderator, restored, report_change("Restored", restored.question))


async def _revert(moderator: ModeratorContext, change: Change) -> Reply:
    """Restore the text that an edited answer had before."""
    context, answers = moderator.context, moderator.store.answers
    number, before = change.number or 0, change.before
    now = await answers.get(moderator.queue, number)
    reverted = before and await answers.edit(
        moderator.queue,
        number,
        before,
        context.caller.id,
        context.now,
        unchanged_since=change.at,
    )
    if not reverted or now is None:
        raise Refusal(_CHANGED_SINCE, LIST_ACTION)
    await moderator.record_audit("edited", f"answer {number}, before: {describe(now)}")
    done = f"Undone. {name_answer(reverted)} is as it was before."
    return answer_page(moderator, reverted, done)


async def _remove(moderator: ModeratorContext, change: Change) -> Reply:
    """Remove an answer that was added."""
    number = change.number or 0
    now = await moderator.store.answers.get(moderator.queue, number)
    if now is None or now.updated_at != change.at:
        raise Refusal(_CHANGED_SINCE, LIST_ACTION)
    removed = await moderator.store.answers.remove(moderator.queue, number)
    if removed is None:
        raise Refusal(_CHANGED_SINCE, LIST_ACTION)
    await moderator.record_audit("removed", f"answer {number}, which said: {describe(removed)}")
    return Reply(f"Undone. {name_answer(removed)} is removed.", buttons=(LIST_ACTION,))
