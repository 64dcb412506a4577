"""The types that every adapter's renderer returns."""

from dataclasses import dataclass
from typing import Generic, TypeVar

M = TypeVar("M")


@dataclass(frozen=True, slots=True, order=True)
class Degradation:
    """A node that a platform can't show as it is, and what is shown instead."""

    node: str
    shown_as: str

    def __str__(self) -> str:
        """Return the line that stands at the head of a golden file."""
        return f"{self.node} as {self.shown_as}"


@dataclass(frozen=True, slots=True)
class Rendered(Generic[M]):
    """A reply as a platform's messages, with every degradation. No text is ever left out."""

    messages: tuple[M, ...]
    degradations: tuple[Degradation, ...] = ()


class ConfigurationError(Exception):
    """A platform can't be served until an admin fixes what the message says."""
