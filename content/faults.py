"""What is wrong with a content file, in words that its author can act on."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Severity(StrEnum):
    """An error stops the start; a warning is for the author to judge."""

    ERROR = "error"
    WARNING = "warning"


Place = tuple[str | int, ...]
"""The steps to a value within an entry."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """A fault of an entry, without its file."""

    place: Place
    problem: str
    remedy: str
    severity: Severity


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing to mend: where it is, what is wrong and what would be right."""

    file: Path
    line: int
    field: str
    problem: str
    remedy: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        """Write it in the form that editors turn into a link."""
        field = f"{self.field}: " if self.field else ""
        where = f"{self.file}:{self.line}: {self.severity}: "
        return f"{where}{field}{self.problem} ({self.remedy})"


class ContentError(Exception):
    """Content that can't be used. ``faults`` holds every fault of every file, in order."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        """Sort the faults by file and line."""
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(map(str, self.faults)))
