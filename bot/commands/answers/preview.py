"""An answer's page: the answer as members see it, and buttons that change it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Example
from bot.commands.answers import answers_command
from bot.commands.answers.arguments import ANSWER
from bot.commands.answers.listing import find_answer, list_answers
from bot.community.deciding import LIST_ACTION, QUEUE_ACTION
from bot.community.own_answers.page import answer_parts, linked_question
from bot.reply import (
    Action,
    ActionStyle,
    Bold,
    CodeBlock,
    Emphasis,
    Fields,
    Heading,
    Node,
    Paragraph,
    Prose,
    Reply,
    Time,
)
from bot.tips.cards import name_person
from bot.tips.context import ModeratorContext
from storage import CommunityAnswer


@answers_command(Example("answers preview 1", shows=("Community answer, by the moderators",)))
async def answers_preview(
    context: CommandContext, answer: Annotated[int | None, ANSWER] = None
) -> Reply:
    """See an answer as members see it, and change it."""
    if answer is None:
        return await list_answers(context, 1, "Which answer do you want to see?")
    moderator = await ModeratorContext.open(context)
    found = await find_answer(moderator, answer)
    page = answer_page(moderator, found)
    return replace(page, nodes=(*page.nodes, *_elsewhere(context, found)))


def _elsewhere(context: CommandContext, answer: CommunityAnswer) -> Iterator[Node]:
    """Return the text of *answer* on each platform but the moderator's, in the platform's markup.

    An answer that leads to one of the sources has no text.
    """
    if answer.entry is not None:
        return
    here = context.caller.id.partition(":")[0]
    for platform, preview in context.app.previews.items():
        if platform != here:
            yield Heading(f"On {platform.capitalize()}:")
            yield CodeBlock(preview(Reply(*answer_parts(answer))))


def answer_page(
    moderator: ModeratorContext,
    answer: CommunityAnswer,
    done: Prose | None = None,
    *actions: Action,
) -> Reply:
    """Return an answer's page; after a change, it begins with what was *done*.

    *actions* are buttons about what was done, such as "Undo".
    """
    linked = linked_question(answer, moderator.context.content)
    first: Prose = ("Links to the answer to: ", Emphasis(linked))
    nodes: tuple[Node, ...] = ()
    if not linked:
        first, nodes = answer_parts(answer)
    question = Paragraph((Bold(answer.question),))
    shown = (question, Paragraph(first), *nodes) if done else (Paragraph(first), *nodes)
    return Reply(
        done or (Bold(answer.question),),
        (*shown, Fields(tuple(_facts(moderator, answer)))),
        buttons=(*_buttons(answer), *actions),
        more=tuple(each for each in (LIST_ACTION, QUEUE_ACTION) if each not in actions),
        return_to=Call("answers-preview", {"answer": str(answer.number)}),
        is_returned=True,
    )


def _facts(moderator: ModeratorContext, answer: CommunityAnswer) -> Iterator[tuple[str, Prose]]:
    role = moderator.context.content.roles.get(answer.role or "")
    if answer.wordings:
        yield "Other wordings", " · ".join(answer.wordings)
    if role:
        yield "Role", role.name
    if answer.review_on:
        yield "Review", f"on {answer.review_on.isoformat()}"
    who = name_person(answer.edited_by or answer.created_by, moderator.community, "moderator")
    yield "Last change", (Time(answer.updated_at), " by ", who)


def _buttons(answer: CommunityAnswer) -> tuple[Action, ...]:
    number = {"answer": str(answer.number)}
    return (
        Action("Edit", Call("answers-edit", number)),
        Action("Remove", Call("answers-remove", number), ActionStyle.DANGER),
    )
