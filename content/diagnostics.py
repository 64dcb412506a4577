"""Errors and warnings about content files."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Severity(StrEnum):
    """The severity of a diagnostic: an error keeps the bot from starting, a warning doesn't."""

    ERROR = "error"
    WARNING = "warning"


FieldPath = tuple[str | int, ...]
"""The keys and list indexes that lead to a value within an entry."""


@dataclass(frozen=True, slots=True)
class EntryDiagnostic:
    """An error or warning about a content entry, before the entry's file and line are known."""

    path: FieldPath
    problem: str
    remedy: str
    severity: Severity


@dataclass(frozen=True, slots=True, order=True)
class Diagnostic:
    """An error or warning about a content file: its place, the problem, and how to fix it."""

    file: Path
    line: int
    field: str
    problem: str
    remedy: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        """Return the diagnostic as one line.

        It starts with ``file:line``, so that editors can turn it into a link.
        """
        field = f"{self.field}: " if self.field else ""
        where = f"{self.file}:{self.line}: {self.severity}: "
        return f"{where}{field}{self.problem} ({self.remedy})"


class ContentError(Exception):
    """The content has errors; `diagnostics` lists them, sorted by file and line."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(sorted(diagnostics))
        super().__init__("\n".join(map(str, self.diagnostics)))
