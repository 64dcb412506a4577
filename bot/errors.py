"""Errors that aren't bugs: a Refusal, which the caller can fix, and an Outage, which passes."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot.reply import Action, Node
from storage import SchemaTooNew, StoreUnavailable


class Refusal(Exception):
    """The call can't be carried out as it stands, and the caller can fix it."""

    def __init__(self, message: str, *actions: Action) -> None:
        """*message* says what is wrong and what to do next; *actions* are calls that would work."""
        super().__init__(message)
        self.message, self.actions = message, actions


class Outage(Exception):
    """Something that the bot depends on is down."""

    def __init__(self, message: str, *nodes: Node, detail: str = "") -> None:
        """*message* is for the caller, with *nodes* below it; *detail* is for the log."""
        super().__init__(message)
        self.message, self.nodes, self.detail = message, nodes, detail


@contextmanager
def storage_outages() -> Iterator[None]:
    """Raise Outage for a database that can't be used."""
    try:
        yield
    except StoreUnavailable as error:
        raise Outage(error.message, detail=error.detail) from error
    except SchemaTooNew as error:
        raise Outage(error.message) from error
