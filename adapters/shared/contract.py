"""Types that all adapters share: rendered replies, and the error for a wrong configuration."""

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
    """A reply rendered to a platform's messages, with a list of parts that are shown differently.

    No text is ever left out.
    """

    messages: tuple[M, ...]
    degradations: tuple[Degradation, ...] = ()


class ConfigurationError(Exception):
    """The bot can't run on a platform until an admin fixes what the message describes."""
