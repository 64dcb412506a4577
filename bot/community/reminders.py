"""Notices to moderators: an answer's review is due, or a hidden statement has changed."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import structlog

from bot.call import Call
from bot.command import truncate
from bot.community.deciding import LIST_ACTION
from bot.community.own_answers.page import answer_parts, linked_question, name_answer
from bot.community.statements import ShippedStatement, find_statement, statements_of
from bot.platform import DeliveryError
from bot.reply import Action, Bullets, Emphasis, Node, Paragraph, Prose, Reply
from bot.tips.context import TipContext
from content import Content
from storage import CommunityAnswer, HiddenStatement

log = structlog.get_logger("crossroads.answers")

_INTERVAL = timedelta(hours=1)  # between two checks
_PANEL = "answers list"
_MAX_STATEMENTS, _TEXT_LENGTH = 4, 200  # shown of an entry that has changed


class Reminders:
    """Sends one notice of each review that is due, and of each hidden statement that changed.

    Several processes on one database share the work.
    """

    def __init__(self) -> None:
        self._last_check: datetime | None = None

    async def send(self, context: TipContext) -> None:
        """Send the notices that nobody has had yet, if the last check was an hour ago."""
        now, last = context.clock(), self._last_check
        if last is not None and last <= now < last + _INTERVAL:
            return
        self._last_check = now
        for answer in await context.store.answers.list_due(now.date()):
            await _remind_of_review(context, answer)
        for hidden in await context.store.hidden.list_all():
            is_there = find_statement(context.content, hidden.entry, hidden.text) is not None
            if not is_there and not hidden.change_told:
                await _remind_of_change(context, hidden)


async def _remind_of_review(context: TipContext, answer: CommunityAnswer) -> None:
    if not await context.store.answers.mark_told(answer.id):
        return
    author = answer.edited_by or answer.created_by
    subject = f"review {answer.id} {answer.review_on}"
    if not await _notify(
        context, answer.queue, review_due(answer, context.content), subject, author
    ):
        await context.store.answers.mark_told(answer.id, told=False)


async def _remind_of_change(context: TipContext, hidden: HiddenStatement) -> None:
    if not await context.store.hidden.mark_told(hidden.id):
        return
    notice, subject = statement_changed(hidden, context.content), f"hidden {hidden.id}"
    if not await _notify(context, hidden.queue, notice, subject, hidden.hidden_by):
        await context.store.hidden.mark_told(hidden.id, told=False)


async def _notify(
    context: TipContext, queue: str, notice: Reply, subject: str, author: str | None
) -> bool:
    """Send *notice* to the moderators of *queue*, or else to the *author*.

    Return False if nobody could be told, so that it is tried again.
    """
    telling = context.notify_communities(queue, lambda _: notice, subject, _PANEL)
    if [community async for community, _ in telling]:
        return True
    for community in await context.store.queues.list_communities(queue):
        try:
            if await context.notify_moderators(community, notice, subject, author, _PANEL):
                return True
        except DeliveryError as error:
            log.warning("moderators not notified", community=community, detail=error.message)
    return False


def review_due(answer: CommunityAnswer, content: Content) -> Reply:
    """Build the notice that the moderators wanted to check *answer* by now."""
    linked = linked_question(answer, content)
    first: Prose = ("Links to the answer to: ", Emphasis(linked))
    nodes: tuple[Node, ...] = ()
    if not linked:
        first, nodes = answer_parts(answer)
    number = {"answer": str(answer.number)}
    return Reply(
        f"Is this community answer still right? You wanted to check {name_answer(answer)} by now.",
        (Paragraph(first), *nodes),
        buttons=(
            Action("Edit", Call("answers-edit", number)),
            Action("Still right", Call("answers-reviewed", number)),
            LIST_ACTION,
        ),
    )


def statement_changed(hidden: HiddenStatement, content: Content) -> Reply:
    """Build the notice that a hidden statement has changed in the content, or is gone."""
    found = statements_of(content, hidden.entry)
    nodes = tuple(_statement_nodes(hidden, found))
    buttons = [Action("Show hidden statements", Call("answers-hidden"))]
    if found:
        again = Call("answers-hide", {"entry": hidden.entry})
        buttons.insert(0, Action("Hide the new statement", again))
    says = "A statement that you hid is no longer in the sources."
    if found:
        says = "A statement that you hid has changed in the sources. Members now see the new text."
    return Reply(says, nodes, buttons=tuple(buttons))


def _statement_nodes(
    hidden: HiddenStatement, found: tuple[ShippedStatement, ...]
) -> Iterator[Node]:
    yield Paragraph(f"Hidden: “{truncate(hidden.text, _TEXT_LENGTH)}” ({hidden.reason})")
    if found:
        yield Paragraph(f"The text in {hidden.entry} now:")
        shown = found[:_MAX_STATEMENTS]
        yield Bullets(tuple(truncate(each.label, _TEXT_LENGTH) for each in shown))
