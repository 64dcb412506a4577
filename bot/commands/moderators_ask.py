"""Commands behind buttons that send a question to the moderators, and withdraw what was sent."""

from collections.abc import Mapping
from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, FormLayout, Visibility, command
from bot.community.feedback import (
    NewFeedback,
    name_choices,
    open_inbox,
    send_to_moderators,
    withdraw,
)
from bot.errors import Refusal
from bot.language.likeness import fingerprint
from bot.language.name_index import normalize
from bot.reply import Action, Reply
from storage import FeedbackKind

_QUESTION = Arg("your question, which is stored for the moderators to read", label="Your question")
_NAME = Arg(
    "with your name, I can tell you privately what they decide",
    name_choices,
    label="Your name",
    is_clearable=False,
)
_DRAFT = Arg("the name of a question that was too long for a button", max_length=8)
_ID = Arg("what to withdraw", max_length=20)
_FORGOTTEN = "I only keep a question for ten minutes, and yours has expired. Please write it again."


async def _current_values(context: CommandContext) -> Mapping[str, str]:
    """Return the question of the button that was clicked, if it is still known.

    Raise Refusal if the member can't send anything now.
    """
    await open_inbox(context)
    draft = _find_draft(context)
    return {"name": "yes", **({"question": draft} if draft else {})}


async def _explanations(context: CommandContext) -> Mapping[str, str]:
    """Return a hint that the question of the button is forgotten, if it is."""
    is_forgotten = "draft" in context.call.args and _find_draft(context) is None
    return {"question": _FORGOTTEN} if is_forgotten else {}


def _find_draft(context: CommandContext) -> str | None:
    return context.app.inbox.find_draft(context.caller.id, context.call.args.get("draft", ""))


@command(
    visibility=Visibility.PRIVATE,
    hidden=True,
    form=FormLayout(
        "Ask the moderators", "Send", ("question", "name"), _current_values, hints=_explanations
    ),
)
async def moderators_ask(
    context: CommandContext,
    question: Annotated[str, _QUESTION],
    name: Annotated[bool, _NAME] = True,
    draft: Annotated[str | None, _DRAFT] = None,
) -> Reply:
    """Send the moderators a question that has no answer yet.

    It's stored until they decide, with your name or without. If it has your name, `privacy` shows
    and deletes it.
    """
    del draft  # only says with which question the form opens
    if not normalize(question):
        raise Refusal(
            "That has no letters or digits. Please write a question.", argument="question"
        )
    mark = fingerprint(question, context.content) or None
    new = NewFeedback(FeedbackKind.QUESTION, question, fingerprint=mark)
    return await send_to_moderators(context, new, named=name)


@command(visibility=Visibility.PRIVATE, hidden=True)
async def withdraw_feedback(context: CommandContext, id_: Annotated[str, _ID]) -> Reply:
    """Withdraw a question or report that waits for the moderators."""
    gone = await withdraw(context, id_)
    if gone is None:
        stored = Action("Your stored data", Call("privacy"))
        raise Refusal("That's no longer waiting, so there's nothing to withdraw.", stored)
    return Reply("Withdrawn and deleted. The moderators can no longer see it.")
