"""Rules for showing a reply on any platform: to whom, in which message, with which buttons."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import ceil
from typing import TypeVar

from bot.call import Call
from bot.command import Command, Visibility
from bot.reply import Action, ActionStyle, Outcome, Reply

Page = TypeVar("Page")

MAX_BUTTONS = 5  # in the row below a reply
MAX_MENU_LINES = 25
REMOVE = "remove-answer"  # the command that deletes a public reply


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
    origin: Call | None = None  # shows the first answer again, to which Back returns


@dataclass(frozen=True, slots=True)
class Control:
    """A button or a line of the menu below a reply: its label, its look and the click it makes."""

    label: str
    click: Click
    style: ActionStyle = ActionStyle.NORMAL
    short: Click | None = None  # that it makes if the platform's buttons are too short for *click*


@dataclass(frozen=True, slots=True)
class Controls:
    """The controls below one page of a reply: one row of buttons and the "More…" menu."""

    row: tuple[Control, ...] = ()
    menu: tuple[Control, ...] = ()


UNKNOWN_CLICK = Reply(
    "I don't recognize this button or form, or it's too old. Nothing was changed.",
    buttons=(Action("What you can ask", Call("help")),),
    outcome=Outcome.REFUSED,
)
"""The reply to a click that isn't valid or can't be decoded."""

ALREADY_SHARED = Reply("You already shared this.", outcome=Outcome.REFUSED)
"""The reply to a second click that would post the same reply from the same message again."""


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
    """The way to show the reply to one click: to whom, in which message and which page.

    The default is for replies that no call is behind, such as a scheduled post.
    """

    is_public: bool = False  # shown to everybody in the channel, not only to the caller
    is_shared: bool = False  # posted in the channel by somebody who had it privately
    shared_by: str | None = None  # the id of that member, if the platform knows it
    author: str = ""  # the id of the member who asked for a public reply, and may remove it
    shares_again: bool = False  # sharing failed, so a button that repeats it shares, too
    is_shareable: bool = False  # has a button that posts it in the channel
    updates_message: bool = False  # replaces the message that was clicked, if that is private
    page: int = 1
    call: Call | None = None  # what the reply answers; a click on another page runs it again
    origin: Call | None = None  # shows the first answer again, to which Back returns
    is_repeatable: bool = False  # running the call again changes nothing, so Back may return to it

    @classmethod
    def of(cls, click: Click, command: Command | None) -> "Presentation":
        """Return the presentation of the reply to *click* if its call succeeds.

        *command* is the command of the call, None if unknown.
        """
        if command is None:
            return cls(updates_message=True, page=click.page, call=click.call, origin=click.origin)
        shared = click.kind is ClickKind.SHARE
        public = shared or command.visibility is Visibility.PUBLIC
        return cls(
            is_public=public,
            is_shared=shared,
            is_shareable=command.is_shareable and not public,
            updates_message=not public,
            page=click.page,
            call=click.call,
            origin=None if public else click.origin,
            is_repeatable=command.is_shareable,
        )

    def after(self, reply: Reply) -> "Presentation":
        """Return the presentation for *reply*.

        An error is private and can't be shared. Back doesn't return to it.
        """
        if reply.outcome is Outcome.DONE:
            return self
        return replace(
            self,
            is_public=False,
            is_shared=False,
            shared_by=None,
            author="",
            shares_again=self.is_shared,
            is_shareable=False,
            is_repeatable=False,
        )

    def select(self, pages: Sequence[Page]) -> Page:
        """Return the page that the click asks for, or the last one if there are fewer by now."""
        return pages[min(self.page, len(pages)) - 1]

    def cache_key(self, reply: Reply) -> tuple[object, ...]:
        """Return what the pages of *reply* depend on in addition to it, as a key for a cache.

        The call behind a template differs between members, but its one page doesn't show it.
        """
        flags = (
            self.is_public,
            self.is_shared,
            self.is_shareable,
            self.is_repeatable,
            self.shares_again,
        )
        is_in_buttons = reply.template is None or any(flags)
        call = self.call if is_in_buttons else None
        lines = (each.to_line() if each else "" for each in (call, self.origin))
        return (*lines, *flags, self.shared_by, self.author)

    def click(self, action: Action, reply: Reply) -> Click:
        """Return the click that *action*, one of the buttons of *reply*, makes.

        On a private message it remembers the first answer, so that Back can return there.
        """
        if self.is_public:
            return Click(action.call)
        if self.shares_again and action.call == self.call:
            return Click(action.call, ClickKind.SHARE)
        own = self.call if self.is_repeatable else None
        origin = reply.return_to or self.origin or own
        return Click(action.call, origin=None if origin == action.call else origin)

    def control(self, action: Action, reply: Reply) -> Control:
        """Return the button for *action*, one of the actions of *reply*."""
        short = self.click(replace(action, call=action.short), reply) if action.short else None
        return Control(action.label, self.click(action, reply), action.style, short)

    def controls(self, reply: Reply, page: int = 1, pages: int = 1) -> Controls:
        """Return the buttons and the menu below *page* of the *pages* of *reply*.

        Buttons that don't fit in the row are in the menu. In place of its own, a shared reply has a
        button which shows the answer privately to the person who clicks it. A public reply has one
        that removes it.
        """
        remove = self._remove_button()
        if self.is_shared and self.call:
            return Controls((Control("Get this privately", Click(self.call)), *remove))
        is_there = reply.is_returned and self.origin == reply.return_to
        back = None if is_there else self.origin
        before = [Control("Back", Click(back))] if back else []
        before += self._page_buttons(page, pages)
        after = list(remove)
        if self.is_shareable and self.call:
            after.append(Control("Share", Click(self.call, ClickKind.SHARE)))
        own = self._controls(reply.buttons, reply, back)
        room = max(0, MAX_BUTTONS - len(before) - len(after))
        menu = (*own[room:], *self._controls(reply.more, reply, back))
        jumps = self._page_menu(page, pages, MAX_MENU_LINES - len(menu))
        return Controls((*before, *own[:room], *after), (*menu, *jumps))

    def _remove_button(self) -> tuple[Control, ...]:
        if not (self.is_public and self.author):
            return ()
        call = Call(REMOVE, {"by": self.author})
        return (Control("Remove", Click(call), ActionStyle.DANGER),)

    def _controls(
        self, actions: Sequence[Action], reply: Reply, back: Call | None
    ) -> tuple[Control, ...]:
        """Return the controls for *actions*, without those that lead to *back*, as Back does."""
        return tuple(
            self.control(each, reply) for each in actions if back is None or each.call != back
        )

    def _page_buttons(self, page: int, pages: int) -> tuple[Control, ...]:
        turns = (("Previous page", page - 1), ("Next page", page + 1))
        return tuple(self._turn(label, to) for label, to in turns if self.call and 1 <= to <= pages)

    def _page_menu(self, page: int, pages: int, room: int) -> tuple[Control, ...]:
        """Return a line for each page that the buttons don't lead to.

        If there is no *room* for so many, return evenly spaced ones.
        """
        others = [to for to in range(1, pages + 1) if self.call and abs(to - page) > 1]
        if room < 1:
            return ()
        step = ceil(len(others) / room) or 1
        return tuple(self._turn(f"Go to page {to}", to) for to in others[::step])

    def _turn(self, label: str, page: int) -> Control:
        call = self.call or Call("help")
        return Control(label, Click(call, ClickKind.PAGE, page, self.origin))
