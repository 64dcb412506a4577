"""Types shared by all adapters: rendered replies, and the error for an invalid configuration."""

from dataclasses import dataclass
from typing import Generic, TypeVar

M = TypeVar("M")


@dataclass(frozen=True, slots=True, order=True)
class Degradation:
    """A part of a reply (*node*) that a platform can't show, and the form it has instead.

    For example, Discord has no tables, so a wide table is shown as a list of facts.
    """

    node: str
    shown_as: str

    def __str__(self) -> str:
        """Return a line such as "table as facts", which begins a test's file of expected output."""
        return f"{self.node} as {self.shown_as}"


@dataclass(frozen=True, slots=True)
class Rendered(Generic[M]):
    """A reply as a platform's messages, and the parts of it that are shown in another form.

    The messages contain the whole text of the reply.
    """

    messages: tuple[M, ...]
    degradations: tuple[Degradation, ...] = ()


class ConfigurationError(Exception):
    """The bot can't run on a platform until an admin corrects the settings.

    The message describes the problem.
    """
