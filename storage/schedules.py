"""The schedules: when which channel gets its tips."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from storage.database import Database, Session
from storage.values import Word, columns


class ScheduleState(Word):
    """Where a schedule stands."""

    ACTIVE = "active"
    PAUSED = "paused"
    STOPPED = "stopped"  # by the bot: its channel is gone
    REMOVED = "removed"
    UNKNOWN = "unknown"


class Missed(Word):
    """What happens to a post whose time passed while nobody could post it."""

    CATCH_UP = "catch-up"
    SKIP = "skip"
    ASK = "ask"
    UNKNOWN = "unknown"


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


class Schedules:
    """The schedules of all queues."""

    def __init__(self, database: Database) -> None:
        self._database, self._sql = database, database.queries("schedules")

    async def add(
        self, queue: str, plan: Plan, by: str, at: datetime, next_due: datetime
    ) -> Schedule | None:
        """Make a schedule; None if there is no such queue any more."""
        new: dict[str, Any] = {"id": secrets.token_urlsafe(9), "queue": queue, **columns(plan)}
        new |= {"state": ScheduleState.ACTIVE, "next_due": next_due, "made_by": by, "made_at": at}

        async def work(session: Session) -> Schedule | None:
            number: int | None = await session.value(self._sql.next_number, queue=queue)
            if number is None:
                return None
            return await session.one(self._sql.add, Schedule, **new, number=number)

        return await self._database.write(work)

    async def of(self, queue: str) -> tuple[Schedule, ...]:
        """Return the schedules of a queue, without those that were removed."""
        return await self._database.reads.all(self._sql.of, Schedule, queue=queue)

    async def one(self, queue: str, number: int) -> Schedule | None:
        """Return the schedule that has a number, unless it was removed."""
        wanted = {"queue": queue, "number": number}
        return await self._database.reads.one(self._sql.one, Schedule, **wanted)

    async def by_id(self, schedule: str) -> Schedule | None:
        """Return a schedule by its id, also one that was removed."""
        return await self._database.reads.one(self._sql.by_id, Schedule, id=schedule)

    async def active(self) -> tuple[Schedule, ...]:
        """Return every schedule that posts, the first due first."""
        return await self._database.reads.all(self._sql.active, Schedule)

    async def every(self, owner: str) -> tuple[Schedule, ...]:
        """Return all schedules that somebody made, the first of them first."""
        return await self._database.reads.all(self._sql.every, Schedule, owner=owner)

    async def change(
        self,
        schedule: str,
        *,
        plan: Plan | None = None,
        state: ScheduleState | None = None,
        why: str | None = None,
        next_due: datetime | None = None,
    ) -> Schedule | None:
        """Change what is given, *why* together with the state; return the schedule as it is then.

        What isn't given is not written either: it may be what this version can't read.
        """

        async def work(session: Session) -> Schedule | None:
            if plan is not None:
                await session.run(self._sql.set_plan, id=schedule, **columns(plan))
            if state is not None:
                await session.run(self._sql.set_state, id=schedule, state=state, why=why)
            if next_due is not None:
                await session.run(self._sql.set_next_due, id=schedule, next_due=next_due)
            return await session.one(self._sql.by_id, Schedule, id=schedule)

        return await self._database.write(work)

    async def advance(
        self, schedule: Schedule, came: Sequence[tuple[datetime, str]], next_due: datetime
    ) -> bool:
        """Write down the occurrences that have come, each in its state; go on to the next.

        Does nothing if somebody else was first. An occurrence that is there already stays what
        it is, except a planned one, which takes the state.
        """
        step = {"id": schedule.id, "due": schedule.next_due, "next_due": next_due}
        place = {"schedule": schedule.id, "channel": schedule.plan.channel}

        async def work(session: Session) -> bool:
            if await session.run(self._sql.advance, **step) != 1:
                return False
            for due_at, state in came:
                await session.run(self._sql.come, **place, due_at=due_at, state=state)
            return True

        return await self._database.write(work)

    async def erase(self, session: Session, owner: str) -> int:
        """Forget who made a schedule; return how many somebody made."""
        return await session.run(self._sql.erase, owner=owner)
