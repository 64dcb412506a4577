"""Exceptions that aren't bugs: Refusal, which the caller can fix, and Outage, a temporary one."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot.reply import Action, Node
from storage import SchemaTooNew, StoreUnavailable


class Refusal(Exception):
    """The call can't be carried out as it is, and the caller can fix it."""

    def __init__(
        self, message: str, *actions: Action, argument: str = "", more: tuple[Action, ...] = ()
    ) -> None:
        """*message* says what is wrong and what to do next; *actions* are offered as buttons.

        The menu below them offers *more*. If the value of one argument is wrong, it is *argument*.
        A form then shows the message at its field.
        """
        super().__init__(message)
        self.message, self.actions, self.argument = message, actions, argument
        self.more = more


class NotAnswerable(Refusal):
    """A typed line neither names a command nor is a question that anything answers."""


class Outage(Exception):
    """Something that the bot depends on, such as the database, is down for now."""

    def __init__(self, message: str, *nodes: Node, detail: str = "") -> None:
        """*message* is shown to the caller, with *nodes* below it; *detail* is only logged."""
        super().__init__(message)
        self.message, self.nodes, self.detail = message, nodes, detail


@contextmanager
def storage_outages() -> Iterator[None]:
    """Raise Outage if the block raises StoreUnavailable or SchemaTooNew (errors of storage)."""
    try:
        yield
    except StoreUnavailable as error:
        raise Outage(error.message, detail=error.detail) from error
    except SchemaTooNew as error:
        raise Outage(error.message) from error
