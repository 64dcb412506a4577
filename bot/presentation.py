"""Rules for showing a reply on any platform: to whom, in which message and which page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from bot.call import Call
from bot.command import Command, Visibility
from bot.reply import Action, Actions, Outcome, Paragraph, Reply

Page = TypeVar("Page")


class ClickKind(StrEnum):
    """The effect of a click: run the call, show a page, share the reply or submit a form."""

    RUN = "r"
    PAGE = "p"
    SHARE = "s"
    FORM = "m"


@dataclass(frozen=True, slots=True)
class Click:
    """A click on a button or in a menu: the call behind it, and the effect of the click.

    A typed command is treated as a click of kind RUN.
    """

    call: Call
    kind: ClickKind = ClickKind.RUN
    page: int = 1  # of the reply, to show


UNKNOWN_CLICK = Reply(
    (
        Paragraph("This button or form is not one of ours, or it is too old. Nothing was changed."),
        Actions((Action("what you can ask", Call("help")),)),
    ),
    Outcome.REFUSED,
)
"""The reply to a click that isn't valid or can't be decoded."""


def is_valid(click: Click | None, command: Command | None) -> bool:
    """Return True if *click* may be carried out.

    Return False if it couldn't be decoded (None), or if it shares a reply that isn't shareable.
    *command* is the command of its call, None if unknown.
    """
    if click is None:
        return False
    return click.kind is not ClickKind.SHARE or (command is not None and command.is_shareable)


@dataclass(frozen=True, slots=True)
class Presentation:
    """The way to show the reply to one click: to whom, in which message and which page."""

    is_public: bool = False  # shown to everybody in the channel, not only to the caller
    is_shareable: bool = False  # has a button that posts it in the channel
    updates_message: bool = False  # replaces the message that was clicked
    page: int = 1

    @classmethod
    def of(cls, click: Click, command: Command | None) -> "Presentation":
        """Return the presentation of the reply to *click* if its call succeeds.

        *command* is the command of the call, None if unknown.
        """
        turns_page = click.kind is ClickKind.PAGE
        if command is None:
            return cls(updates_message=turns_page, page=click.page)
        public = click.kind is ClickKind.SHARE or command.visibility is Visibility.PUBLIC
        return cls(
            is_public=public,
            is_shareable=command.is_shareable and not public,
            updates_message=turns_page or command.updates_message,
            page=click.page,
        )

    def after(self, reply: Reply) -> "Presentation":
        """Return the presentation for *reply*; an error is private and can't be shared."""
        if reply.outcome is Outcome.DONE:
            return self
        return replace(self, is_public=False, is_shareable=False)

    def select(self, pages: Sequence[Page]) -> Page:
        """Return the page that the click asks for, or the last one if there are fewer by now."""
        return pages[min(self.page, len(pages)) - 1]
