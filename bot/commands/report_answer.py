"""The command behind "Wrong or missing?", with which members report an answer to the moderators."""

import re
from collections.abc import Mapping
from typing import Annotated

from bot.app import CommandContext
from bot.call import Call
from bot.command import Arg, FormLayout, Visibility, command
from bot.community.feedback import NewFeedback, name_choices, open_inbox, send_to_moderators
from bot.community.inbox import MAX_LINE
from bot.errors import Refusal
from bot.reply import Action, Reply
from bot.tips.validation import normalize_line_endings
from storage import FeedbackKind

_MAX_TEXT = 600  # characters
_HTTPS = re.compile(r"https://[^\s<>]{3,290}")
_ABOUT = Arg("the answer, as a line to type", max_length=MAX_LINE)
_WRONG = Arg(
    "what is wrong or missing; it's stored for the moderators",
    max_length=_MAX_TEXT,
    label="What is wrong or missing?",
)
_RIGHT = Arg("what would be right, if you know", max_length=_MAX_TEXT, label="What would be right?")
_LINK = Arg("a link to a page that shows it, starting with https://", max_length=300, label="Link")
_NAME = Arg(
    "with your name, I can tell you privately what they decide",
    name_choices,
    label="Your name",
    is_clearable=False,
)


async def _current_values(context: CommandContext) -> Mapping[str, str]:
    """Return the values with which the form opens.

    Raise Refusal if the member can't report anything now, or not this answer.
    """
    _require_answer(context, context.call.args.get("about", ""))
    await open_inbox(context)
    return {"name": "yes"}


@command(
    visibility=Visibility.PRIVATE,
    hidden=True,
    form=FormLayout(
        "Wrong or missing?", "Send", ("wrong", "right", "link", "name"), _current_values
    ),
)
async def report_answer(  # called with keywords
    context: CommandContext,
    about: Annotated[str, _ABOUT],
    wrong: Annotated[str, _WRONG],
    right: Annotated[str | None, _RIGHT] = None,
    link: Annotated[str | None, _LINK] = None,
    name: Annotated[bool, _NAME] = True,
) -> Reply:
    """Report an answer to the moderators if it's wrong or something is missing.

    Your report is stored until they decide, with your name or without. If it has your name,
    `privacy` shows and deletes it.
    """
    _require_answer(context, about)
    if link and not _HTTPS.fullmatch(link):
        raise Refusal("That isn't a web address that starts with https://.", argument="link")
    new = NewFeedback(
        FeedbackKind.REPORT,
        normalize_line_endings(wrong),
        suggestion=normalize_line_endings(right) if right else None,
        link=link,
        about=about,
    )
    return await send_to_moderators(context, new, named=name)


def _require_answer(context: CommandContext, line: str) -> None:
    """Raise Refusal unless *line* begins with the name of a command whose answers can be shared."""
    command = context.app.find_command(line)
    if command is None or not command.is_shareable:
        message = "Open the answer first. Then choose “Wrong or missing?” in its menu."
        raise Refusal(message, Action("What you can ask", Call("help")))
