"""The command `answers queue`: members' unanswered questions and reports, with buttons."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example
from bot.commands.answers import answers_command
from bot.commands.answers.listing import ADD_ACTION
from bot.community.deciding import LIST_ACTION
from bot.community.own_answers.page import shorten
from bot.community.waiting import WaitingGroup, list_waiting_groups, quote, reported_answer
from bot.formatting import pluralize
from bot.language.name_index import NamedValue
from bot.reply import (
    Action,
    Actions,
    Bold,
    CommandLine,
    Emphasis,
    Inline,
    Link,
    Node,
    Paragraph,
    Prose,
    Reply,
    Time,
)
from bot.tips.cards import name_person
from bot.tips.context import ModeratorContext
from bot.tips.schedule_input import numbers
from storage import CommunityAnswer, FeedbackKind

_PAGE_SIZE = 3
_MAX_WORDINGS, _WORDING_LENGTH = 2, 60  # shown of a group


async def _suggest_pages(context: CommandContext, typed: str) -> Iterable[NamedValue[int]]:
    """Return a suggestion for each page of the queue, labeled with the page's first question."""
    del typed
    groups = await list_waiting_groups(await ModeratorContext.open(context))
    firsts = enumerate(groups[::_PAGE_SIZE], 1)
    return [
        NamedValue(str(page), f"{page} · {shorten(group.first.text)}", page)
        for page, group in firsts
    ]


@answers_command(
    Example("answers queue", shows=("wait", "Answer")),
    aliases=("answers",),
)
async def answers_queue(
    context: CommandContext,
    page: Annotated[
        int | None, Arg("which page of the list", numbers, autocomplete=_suggest_pages)
    ] = None,
) -> Reply:
    """See members' unanswered questions and reports, and answer them.

    Similar questions are grouped, and the most frequent ones come first.
    """
    return await show_queue(await ModeratorContext.open(context), page or 1)


async def show_queue(
    moderator: ModeratorContext, page: int = 1, done: Prose = "", *actions: Action
) -> Reply:
    """Return a page of waiting items; after a decision, it begins with what was *done*.

    *actions* are buttons about what was done, such as "Undo".
    """
    groups = await list_waiting_groups(moderator)
    if not groups:
        says = "Nothing is waiting for you. Members' unanswered questions and reports appear here."
        nodes: tuple[Node, ...] = (Paragraph(says),) if done else ()
        return Reply(done or says, nodes, buttons=(*actions, LIST_ACTION, ADD_ACTION))
    pages = -(-len(groups) // _PAGE_SIZE)
    at = min(page, pages)
    shown = groups[(at - 1) * _PAGE_SIZE : at * _PAGE_SIZE]
    title = _describe_all(groups) + (f" Page {at} of {pages}." if pages > 1 else "")
    answers = await moderator.store.answers.list_for_queue(moderator.queue)
    nodes = tuple(node for each in shown for node in _group_nodes(moderator, each, answers))
    turns = (("Previous page", at - 1), ("Next page", at + 1))
    turning = tuple(
        Action(label, Call("answers-queue", {"page": str(to)}))
        for label, to in turns
        if 1 <= to <= pages
    )
    return Reply(
        done or title,
        (Paragraph(title), *nodes) if done else nodes,
        buttons=(*actions, *turning, LIST_ACTION),
        more=(ADD_ACTION, Action("Show hidden statements", Call("answers-hidden"))),
        return_to=Call("answers-queue", {"page": str(at)}),
    )


def _describe_all(groups: Sequence[WaitingGroup]) -> str:
    reports = sum(each.first.kind is FeedbackKind.REPORT for each in groups)
    questions = len(groups) - reports
    counts = [pluralize(questions, "question")] if questions else []
    counts += [pluralize(reports, "report")] if reports else []
    return f"{' and '.join(counts)} {'is' if len(groups) == 1 else 'are'} waiting for you."


def _group_nodes(
    moderator: ModeratorContext, group: WaitingGroup, answers: Sequence[CommunityAnswer]
) -> Iterator[Node]:
    """Yield the text of a group, and the buttons that decide about it."""
    if group.first.kind is FeedbackKind.REPORT:
        yield Paragraph(tuple(_report(moderator, group)))
        reported = reported_answer(group.first, moderator.context.app, answers)
        yield Actions(tuple(_report_actions(group, reported)))
        return
    yield Paragraph(tuple(_question(moderator, group)))
    item = {"item": group.numbers}
    yield Actions(
        (
            Action("Answer", Call("answers-answer", item)),
            Action("Link to an existing answer", Call("answers-link", item)),
            Action("Not for us", Call("answers-decline", item)),
        )
    )


def _question(moderator: ModeratorContext, group: WaitingGroup) -> Iterator[Inline]:
    yield Bold(quote(group.first))
    times = "" if group.asked == 1 else f"asked {group.asked} times this month"
    named = next((each.member for each in group.items if each.member), None)
    if times:
        yield Emphasis(f" {times}")
    elif named:
        yield " from "
        yield name_person(named, moderator.community, "member")
    others = group.texts[1 : _MAX_WORDINGS + 1]
    if others:
        yield Emphasis(f" · also: {', '.join(f'“{shorten(o, _WORDING_LENGTH)}”' for o in others)}")


def _report(moderator: ModeratorContext, group: WaitingGroup) -> Iterator[Inline]:
    item = group.first
    if item.about:
        yield "About "
        yield CommandLine(item.about)
        yield ": "
    yield Bold(f"“{' '.join(item.text.split())}”")  # whole, since no form shows it
    if item.suggestion:
        yield f" Suggested correction: {item.suggestion}"
    if item.link:
        yield " "
        yield Link(item.link, item.link)
    if item.member:
        yield " from "
        yield name_person(item.member, moderator.community, "member")
    yield Emphasis(" · ")
    yield Time(item.at)


def _report_actions(group: WaitingGroup, reported: CommunityAnswer | None) -> Iterator[Action]:
    item = {"item": group.numbers}
    if reported is not None:
        edit = {"answer": str(reported.number), "item": group.numbers}
        yield Action("Edit the answer", Call("answers-edit", edit))
    else:
        yield Action("Answer", Call("answers-answer", item))
        yield Action("Hide a statement", Call("answers-hide", item))
    yield Action("Not for us", Call("answers-decline", item))
