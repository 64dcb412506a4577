"""The rules for showing replies, the same on every platform: to whom, where and which page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from bot.call import Call
from bot.command import Command, Visibility
from bot.reply import Action, Actions, Outcome, Paragraph, Reply

Page = TypeVar("Page")


class ClickKind(StrEnum):
    """The action that a click does with its call."""

    RUN = "r"
    PAGE = "p"
    SHARE = "s"
    FORM = "m"


@dataclass(frozen=True, slots=True)
class Click:
    """A click on a button or a menu; a typed command is a click that runs its Call."""

    call: Call
    kind: ClickKind = ClickKind.RUN
    page: int = 1


UNKNOWN_CLICK = Reply(
    (
        Paragraph("This button or form is not one of ours, or it is too old. Nothing was changed."),
        Actions((Action("what you can ask", Call("help")),)),
    ),
    Outcome.REFUSED,
)
"""The reply to a click that nothing can be done with."""


def is_valid(click: Click | None, command: Command | None) -> bool:
    """Return whether a click may be carried out: only a shareable reply can be shared."""
    if click is None:
        return False
    return click.kind is not ClickKind.SHARE or (command is not None and command.is_shareable)


@dataclass(frozen=True, slots=True)
class Presentation:
    """The rules applied to the reply to one click."""

    is_public: bool = False  # to everybody in the channel, not only to the caller
    is_shareable: bool = False  # with a button that posts it in the channel
    updates_message: bool = False  # in place of the message that was clicked
    page: int = 1

    @classmethod
    def of(cls, click: Click, command: Command | None) -> "Presentation":
        """Return how the reply is shown if the call succeeds; *command* is None if unknown."""
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
        """Return how *reply* is shown: an error is only for the caller and can't be shared."""
        if reply.outcome is Outcome.DONE:
            return self
        return replace(self, is_public=False, is_shareable=False)

    def select(self, pages: Sequence[Page]) -> Page:
        """Return the page that was asked for, or the last if there are fewer now."""
        return pages[min(self.page, len(pages)) - 1]
