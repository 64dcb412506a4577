"""The command `answers list`: all answers of the community, each with a button."""

from collections.abc import Iterable, Iterator
from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, Example
from bot.commands.answers import answers_command
from bot.commands.answers.arguments import label_answer
from bot.community.deciding import LIST_ACTION, QUEUE_ACTION
from bot.community.own_answers.page import linked_question, shorten
from bot.errors import Refusal
from bot.formatting import pluralize
from bot.language.name_index import NamedValue
from bot.reply import Action, ActionStyle, Emphasis, Item, Prose, Reply
from bot.tips.context import ModeratorContext
from bot.tips.schedule_input import numbers
from storage import CommunityAnswer

ADD_ACTION = Action("Add an answer", Call("answers-add"))
_PAGE_SIZE = 8
_TEXT_LENGTH = 70  # characters of a question in the list


async def _suggest_pages(context: CommandContext, typed: str) -> Iterable[NamedValue[int]]:
    """Return a suggestion for each page of the list, labeled with the page's first question."""
    del typed
    moderator = await ModeratorContext.open(context)
    found = await moderator.store.answers.list_for_queue(moderator.queue)
    firsts = enumerate(found[::_PAGE_SIZE], 1)
    return [
        NamedValue(str(page), f"{page} · {label_answer(first).label.partition(' · ')[2]}", page)
        for page, first in firsts
    ]


@answers_command(Example("answers list", shows=("answer",)))
async def answers_list(
    context: CommandContext,
    page: Annotated[
        int | None, Arg("which page of the list", numbers, autocomplete=_suggest_pages)
    ] = None,
) -> Reply:
    """See all answers that you and the other moderators wrote; open one to change it."""
    return await list_answers(context, page or 1)


async def list_answers(context: CommandContext, page: int, question: str = "") -> Reply:
    """Return a page of the list of answers; it begins with *question* if that isn't empty."""
    moderator = await ModeratorContext.open(context)
    found = await moderator.store.answers.list_for_queue(moderator.queue)
    if not found:
        text = "There are no community answers yet. Add one, or answer members' open questions."
        first = Action(ADD_ACTION.label, ADD_ACTION.call, ActionStyle.PRIMARY)
        imports = Action("Import answers", Call("answers-import"))
        return Reply(text, buttons=(first, QUEUE_ACTION, imports))
    pages = -(-len(found) // _PAGE_SIZE)
    at = min(page, pages)
    shown = found[(at - 1) * _PAGE_SIZE : at * _PAGE_SIZE]
    title = pluralize(len(found), "community answer")
    title += f", page {at} of {pages}." if pages > 1 else "."
    return Reply(
        question or title,
        tuple(_list_item(context, each) for each in shown),
        buttons=(ADD_ACTION, *_page_actions(at, pages), QUEUE_ACTION),
        more=(
            Action("Show hidden statements", Call("answers-hidden")),
            Action("Export answers", Call("answers-export")),
            Action("Import answers", Call("answers-import")),
        ),
        return_to=Call("answers-list", {"page": str(at)}),
    )


def _list_item(context: CommandContext, answer: CommunityAnswer) -> Item:
    question = shorten(answer.question, _TEXT_LENGTH)
    remarks = []
    if answer.entry is not None:
        remarks.append(f"leads to: {shorten(linked_question(answer, context.content))}")
    if answer.review_on is not None and answer.review_on <= context.now.date():
        remarks.append("check it again")
    about = f"({'; '.join(remarks)})"
    prose: Prose = (f"{question} ", Emphasis(about)) if remarks else question
    return Item(prose, Action("Open", Call("answers-preview", {"answer": str(answer.number)})))


def _page_actions(page: int, pages: int) -> Iterator[Action]:
    for label, number in (("Previous page", page - 1), ("Next page", page + 1)):
        if 1 <= number <= pages:
            yield Action(label, Call("answers-list", {"page": str(number)}))


async def find_answer(moderator: ModeratorContext, number: int) -> CommunityAnswer:
    """Return the community's answer with this number; raise Refusal if there is none."""
    found = await moderator.store.answers.get(moderator.queue, number)
    if found is None:
        raise Refusal("That answer doesn't exist, or it was removed.", LIST_ACTION)
    return found
