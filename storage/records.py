"""What the store gives and takes: plain data, never rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Edition:
    """A quiz as it was when somebody took it, so that an old result can explain itself."""

    version: str
    quiz: str
    definition: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What was chosen for an item, and when; no option means that the item was skipped."""

    item: str
    option: str | None
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class Take:
    """One person's way through a quiz; ``answers`` and ``given`` are in the order of answering.

    ``given`` says the same as ``answers``, with the times: an export of all that is kept needs it.
    """

    id: str
    owner: str
    community: str | None
    quiz: str
    version: str
    position: int
    doubled: str | None
    started_at: datetime
    touched_at: datetime
    finished_at: datetime | None
    answers: Mapping[str, str | None]
    given: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class Advance:
    """An answer, by which an unfinished take goes on from one item to the next."""

    take: str
    owner: str
    edition: str
    position: int
    item: str  # the one at that position
    option: str | None  # None: skipped
    ahead: str  # the next item


@dataclass(frozen=True, slots=True)
class Totals:
    """Figures about a community as they were last shown, and the takes that they were made of."""

    community: str
    name: str
    figures: str
    takes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Examination:
    """What a look at a database found; where *exists* is False, the rest says nothing yet."""

    kind: str  # "SQLite" or "PostgreSQL"
    version: str  # of the library, or of the server
    wanted: str  # the revision of the tables that this version of the bot works with
    path: Path | None = None  # of SQLite's file
    exists: bool = True
    revision: str | None = None  # of the tables; None where there are none
    newer: bool = False  # written by a newer version of the bot
    damage: tuple[str, ...] = ()
    writable: bool = True
