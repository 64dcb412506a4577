"""Storage of schedules, which say when a channel gets tips."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from storage.engine.database import Repository, Session
from storage.values import StoredEnum, to_columns


class ScheduleState(StoredEnum):
    """The state of a schedule; only an ACTIVE one posts tips."""

    ACTIVE = "active"
    PAUSED = "paused"
    STOPPED = "stopped"  # by the bot, because its channel is gone
    REMOVED = "removed"
    UNKNOWN = "unknown"


class Missed(StoredEnum):
    """The handling of posts that were due while the bot was down: post, skip or ask moderators."""

    CATCH_UP = "catch-up"
    SKIP = "skip"
    ASK = "ask"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Plan:
    """A schedule as a moderator sets it: the channel, the weekly time, and the options of posts."""

    community: str
    channel: str
    weekday: int  # Monday is 0
    minute: int  # of the day, in the schedule's time zone
    zone: str  # IANA name of the time zone
    first: date  # a day in the first week; *weeks* count from there
    weeks: int = 1
    shuffled: bool = False
    repeats: bool = field(
        default=False, metadata={"column": "again"}
    )  # start over when the channel has had all tips
    thread: bool = False
    pin: bool = False
    mention: str | None = None
    missed: Missed = Missed.CATCH_UP
    hours: int = 24  # how late a missed post may be sent


@dataclass(frozen=True, slots=True)
class Schedule:
    """A stored schedule of a queue; moderators name it by its *number*."""

    id: str
    queue: str
    number: int
    plan: Plan
    state: ScheduleState
    reason: str | None = field(metadata={"column": "why"})
    next_due: datetime
    made_by: str | None
    made_at: datetime


class Schedules(Repository):
    """The schedules of all tip queues."""

    async def add(
        self, queue: str, plan: Plan, made_by: str, made_at: datetime, next_due: datetime
    ) -> Schedule | None:
        """Store a new schedule with *plan* and return it.

        *made_by* is the moderator's id, and *next_due* the time of the first post. Return None if
        the queue doesn't exist anymore, or if it has a schedule for the same channel and time.
        """
        new: dict[str, Any] = {"id": secrets.token_urlsafe(9), "queue": queue, **to_columns(plan)}
        new |= {"state": ScheduleState.ACTIVE, "next_due": next_due}
        new |= {"made_by": made_by, "made_at": made_at}

        async def work(session: Session) -> Schedule | None:
            number: int | None = await session.fetch_value(self._sql.next_number, queue=queue)
            same = {name: new[name] for name in ("queue", "channel", "weekday", "minute", "zone")}
            if number is None or await session.fetch_value(self._sql.count_same, **same):
                return None
            return await session.fetch_one(self._sql.add, Schedule, **new, number=number)

        return await self._transaction(work)

    async def list_for_queue(self, queue: str) -> tuple[Schedule, ...]:
        """Return all schedules of a queue except removed ones."""
        return await self._reads.fetch_all(self._sql.list_for_queue, Schedule, queue=queue)

    async def get(self, queue: str, number: int) -> Schedule | None:
        """Return a queue's schedule by its number, or None if there is none or it was removed."""
        wanted = {"queue": queue, "number": number}
        return await self._reads.fetch_one(self._sql.get, Schedule, **wanted)

    async def get_by_id(self, schedule: str) -> Schedule | None:
        """Return a schedule by its id, even if it was removed; None if there is none."""
        return await self._reads.fetch_one(self._sql.get_by_id, Schedule, id=schedule)

    async def list_active(self) -> tuple[Schedule, ...]:
        """Return all active schedules of all queues, the next due first."""
        return await self._reads.fetch_all(self._sql.list_active, Schedule)

    async def list_by_owner(self, owner: str) -> tuple[Schedule, ...]:
        """Return all schedules that the person *owner* created, oldest first."""
        return await self._reads.fetch_all(self._sql.list_by_owner, Schedule, owner=owner)

    async def update(
        self,
        schedule: str,
        *,
        plan: Plan | None = None,
        state: ScheduleState | None = None,
        reason: str | None = None,
        next_due: datetime | None = None,
    ) -> Schedule | None:
        """Change the parts of a schedule that are given, and return the schedule.

        Return None if the schedule doesn't exist. *reason* is stored together with *state*. Other
        parts aren't written, because another version of the bot may have changed them.
        """

        async def work(session: Session) -> Schedule | None:
            if plan is not None:
                await session.execute(self._sql.set_plan, id=schedule, **to_columns(plan))
            if state is not None:
                await session.execute(self._sql.set_state, id=schedule, state=state, why=reason)
            if next_due is not None:
                await session.execute(self._sql.set_next_due, id=schedule, next_due=next_due)
            return await session.fetch_one(self._sql.get_by_id, Schedule, id=schedule)

        return await self._transaction(work)

    async def advance(
        self, schedule: Schedule, occurrences: Sequence[tuple[datetime, str]], next_due: datetime
    ) -> bool:
        """Store a schedule's new *occurrences* (due times and states) and its next due time.

        Return False, and change nothing, if another process has already done so. An occurrence that
        is already stored keeps its state unless that is PLANNED.
        """
        step = {"id": schedule.id, "due": schedule.next_due, "next_due": next_due}
        place = {"schedule": schedule.id, "channel": schedule.plan.channel}

        async def work(session: Session) -> bool:
            if await session.execute(self._sql.advance, **step) != 1:
                return False
            for due_at, state in occurrences:
                await session.execute(self._sql.add_occurrence, **place, due_at=due_at, state=state)
            return True

        return await self._transaction(work)

    async def erase(self, session: Session, owner: str) -> int:
        """Remove the id of the person *owner* from all schedules that this person created.

        Return the number of schedules.
        """
        return await session.execute(self._sql.erase, owner=owner)
