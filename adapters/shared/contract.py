"""What every adapter must do with a Reply, and what it has to say about it."""

from dataclasses import dataclass
from typing import Generic, TypeVar

M = TypeVar("M")


@dataclass(frozen=True, slots=True, order=True)
class Degradation:
    """Meaning that a platform shows in a poorer form: which node, and as what instead."""

    node: str
    shown_as: str

    def __str__(self) -> str:
        """Write it as it heads a golden file."""
        return f"{self.node} as {self.shown_as}"


@dataclass(frozen=True, slots=True)
class Rendered(Generic[M]):
    """A platform's messages for one Reply, and every loss on the way. Nothing is ever cut."""

    messages: tuple[M, ...]
    degradations: tuple[Degradation, ...] = ()


class ConfigurationError(Exception):
    """An admin has to mend something before this platform can be served: what, in plain words."""
