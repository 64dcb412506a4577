"""What the store gives and takes of weekly tips: plain data, never rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Self


class _Word(StrEnum):
    """A word as it is kept. One that this version doesn't know reads as UNKNOWN."""

    @classmethod
    def _missing_(cls, value: object) -> Self:
        del value
        return cls("unknown")


class TipState(_Word):
    """Where a tip stands."""

    QUEUED = "queued"
    SUGGESTED = "suggested"
    HELD = "held"  # something that it cites has changed: a moderator has to look at it
    DENIED = "denied"
    REMOVED = "removed"
    UNKNOWN = "unknown"


class ScheduleState(_Word):
    """Where a schedule stands."""

    ACTIVE = "active"
    PAUSED = "paused"
    STOPPED = "stopped"  # by us: its channel is gone
    REMOVED = "removed"
    UNKNOWN = "unknown"


class Missed(_Word):
    """What becomes of a post whose time passed while nobody could post it."""

    CATCH_UP = "catch-up"
    SKIP = "skip"
    ASK = "ask"
    UNKNOWN = "unknown"


class OccurrenceState(_Word):
    """Where an occurrence stands. Only DUE is worked on; PLANNED and ASKING wait for somebody."""

    PLANNED = "planned"  # in the future, with a tip chosen by hand
    DUE = "due"
    DONE = "done"  # every step is settled
    SKIPPED = "skipped"  # by a moderator
    MISSED = "missed"
    EMPTY = "empty"  # there was no tip to post
    ASKING = "asking"  # a moderator has to say whether to post it late
    UNCERTAIN = "uncertain"  # it may have been posted: a moderator has to look
    GONE = "gone"  # its channel does not exist any more
    UNKNOWN = "unknown"


class Step(_Word):
    """The steps of a post, in their order."""

    POST = "post"
    UNPIN = "unpin"  # the one that was pinned before
    PIN = "pin"
    THREAD = "thread"
    UNKNOWN = "unknown"


class StepState(_Word):
    """What came of a step."""

    TRYING = "trying"  # it may have happened
    WAITING = "waiting"  # it did not happen, and is tried again
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"  # it may have happened


@dataclass(frozen=True, slots=True)
class NewTip:
    """What a tip says, before it has a number."""

    text: str
    link: str | None = None
    role: str | None = None
    topic: str | None = None
    cites: tuple[str, ...] = ()
    seen: str | None = None  # what the cited entries said at the approval
    origin: str | None = None  # the entry of the content that it comes from


@dataclass(frozen=True, slots=True)
class Tip:
    """A tip of a queue; *number* is its name among moderators, and never given twice."""

    id: str
    queue: str
    number: int
    state: TipState
    place: int
    text: str
    link: str | None
    role: str | None
    topic: str | None
    cites: tuple[str, ...]
    seen: str | None
    origin: str | None
    suggested_by: str | None
    suggested_in: str | None
    reason: str | None
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """When and how a channel gets its tips."""

    community: str
    channel: str
    weekday: int  # Monday is 0
    minute: int  # of the day, in the zone
    zone: str  # its IANA name
    first: date  # a day of the first week, from which *weeks* are counted
    weeks: int = 1
    shuffled: bool = False
    again: bool = False  # start over when the channel has had them all
    thread: bool = False
    pin: bool = False
    mention: str | None = None
    missed: Missed = Missed.CATCH_UP
    hours: int = 24  # for which a missed post is caught up with


@dataclass(frozen=True, slots=True)
class Schedule:
    """A plan that is kept, with its number among moderators."""

    id: str
    queue: str
    number: int
    plan: Plan
    state: ScheduleState
    why: str | None
    next_due: datetime
    made_by: str | None
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came of a step, and when; of one that may have happened, since when."""

    step: Step
    state: StepState
    tries: int
    says: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time at which a schedule posts; *tip* is the id of what it posts.

    *since* is from when on it has been tried, or would have been.
    """

    schedule: str
    due_at: datetime
    channel: str
    state: OccurrenceState
    since: datetime
    tip: str | None = None
    message: str | None = None
    posted_at: datetime | None = None
    owner: str | None = None
    leased_until: datetime | None = None
    retry_at: datetime | None = None
    receipts: Mapping[Step, Receipt] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Deed:
    """A line of the audit. No *who*: the bot itself, or somebody whose data was erased."""

    at: datetime
    who: str | None
    deed: str
    about: str


@dataclass(frozen=True, slots=True)
class Personal:
    """What is kept of one person beside quizzes."""

    suggestions: tuple[Tip, ...]
    schedules: tuple[Schedule, ...]
    deeds: tuple[Deed, ...]
