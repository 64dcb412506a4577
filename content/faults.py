"""What is wrong with a content file, in words that its author can act on."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing to mend: where it is, what is wrong and what would be right."""

    file: Path
    line: int
    field: str
    problem: str
    mend: str

    def __str__(self) -> str:
        """Write it in the form that editors turn into a link."""
        field = f"{self.field}: " if self.field else ""
        return f"{self.file}:{self.line}: {field}{self.problem} ({self.mend})"


class ContentError(Exception):
    """Content that can't be used. ``faults`` holds every fault of every file, in order."""

    def __init__(self, faults: list[Fault]) -> None:
        """Sort the faults by file and line."""
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(map(str, self.faults)))
