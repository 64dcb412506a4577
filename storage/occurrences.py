"""The occurrences: who works on which, what is posted, and a receipt for each step."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from storage.database import Database, Session
from storage.values import Row, Word, columns, records


class OccurrenceState(Word):
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


class Step(Word):
    """The steps of a post, in their order."""

    POST = "post"
    UNPIN = "unpin"  # the one that was pinned before
    PIN = "pin"
    THREAD = "thread"
    UNKNOWN = "unknown"


class StepState(Word):
    """What came of a step."""

    TRYING = "trying"  # it may have happened
    WAITING = "waiting"  # it did not happen, and is tried again
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"  # it may have happened


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came of a step, and when; of one that may have happened, since when."""

    step: Step
    state: StepState
    tries: int
    says: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class _Occurrence:
    """An occurrence as its table holds it."""

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


@dataclass(frozen=True, slots=True)
class Occurrence(_Occurrence):
    """One time at which a schedule posts; *tip* is the id of what it posts.

    *since* is from when on it has been tried, or would have been.
    """

    receipts: Mapping[Step, Receipt] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Receipt:
    """A receipt as it stands in a row beside its occurrence, which has a state of its own."""

    step: Step | None
    step_state: StepState
    tries: int
    says: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class _Row:
    """An occurrence, and one of its receipts if it has any."""

    occurrence: _Occurrence
    receipt: _Receipt


class Occurrences:
    """The occurrences of all schedules.

    What works on an occurrence holds a lease on it; whoever lost it changes nothing any more.
    """

    def __init__(self, database: Database) -> None:
        self._database, self._sql = database, database.queries("occurrences")

    async def one(self, schedule: str, due_at: datetime) -> Occurrence | None:
        """Return an occurrence."""
        return await self._one(self._database.reads, schedule, due_at)

    async def open(self) -> tuple[Occurrence, ...]:
        """Return every occurrence that is to be worked on, the longest due first."""
        return _folded(await self._database.reads.fetch(self._sql.open, {}))

    async def of(
        self, queue: str, *states: OccurrenceState, latest: int = 100
    ) -> tuple[Occurrence, ...]:
        """Return a queue's occurrences that are in *states*, the latest first."""
        wanted = {"queue": queue, "states": frozenset(states), "latest": latest}
        return _folded(await self._database.reads.fetch(self._sql.of, wanted))

    async def history(self, queue: str, channel: str) -> tuple[str, ...]:
        """Return the tips that a channel has had, in the order of their posts."""
        wanted = {"queue": queue, "channel": channel}
        return await self._database.reads.column(self._sql.history, **wanted)

    async def claim(  # what a claim says
        self, schedule: str, due_at: datetime, owner: str, now: datetime, until: datetime
    ) -> Occurrence | None:
        """Take a lease until then; None if somebody else has one, or nothing is to be done.

        A lease that ends later than a lease can is one of a clock that was wrong.
        """
        lease = {"owner": owner, "now": now, "until": until, "latest": until + (until - now)}

        async def work(session: Session) -> Occurrence | None:
            here = {"schedule": schedule, "due_at": due_at}
            if await session.run(self._sql.claim, **here, **lease) != 1:
                return None
            return await self._one(session, schedule, due_at)

        return await self._database.write(work)

    async def choose(self, it: Occurrence, tip: str) -> bool:
        """Write down which tip is going to be posted; return whether the lease is still held."""
        return await self._database.writes.run(self._sql.choose, **_mine(it), tip=tip) == 1

    async def receive(
        self, it: Occurrence, step: Step, state: StepState, at: datetime, says: str | None = None
    ) -> bool:
        """Write a receipt of a step, unless the lease is lost; each attempt is counted."""
        receipt = {"step": step, "state": state, "at": at, "says": says}

        async def work(session: Session) -> bool:
            if await session.run(self._sql.hold, **_mine(it)) != 1:
                return False
            await session.run(self._sql.receive, **_here(it), **receipt)
            return True

        return await self._database.write(work)

    async def posted(self, it: Occurrence, message: str, at: datetime) -> bool:
        """Write down the message that an occurrence became, unless the lease is lost."""
        receipt = {"step": Step.POST, "state": StepState.DONE, "at": at, "says": None}

        async def work(session: Session) -> bool:
            post = {"message": message, "posted_at": at}
            if await session.run(self._sql.posted, **_mine(it), **post) != 1:
                return False
            await session.run(self._sql.receive, **_here(it), **receipt)
            return True

        return await self._database.write(work)

    async def release(self, it: Occurrence, retry_at: datetime | None) -> bool:
        """Give a lease back; the occurrence is tried again from *retry_at* on."""
        then = {**_mine(it), "retry_at": retry_at}
        return await self._database.writes.run(self._sql.release, **then) == 1

    async def settle(self, it: Occurrence, state: OccurrenceState) -> bool:
        """End the work on an occurrence."""
        return await self._database.writes.run(self._sql.settle, **_mine(it), state=state) == 1

    async def decide(  # noqa: PLR0913  # what one decision says
        self,
        schedule: str,
        due_at: datetime,
        state: OccurrenceState,
        *,
        of: Iterable[OccurrenceState],
        at: datetime,
        message: str | None = None,
    ) -> bool:
        """Bring an occurrence that waits for somebody into *state*; forget doubtful attempts.

        *message* is what it was posted as, if that is known. Returns whether it was in one of the
        states *of*.
        """
        here = {"schedule": schedule, "due_at": due_at}
        decision = {"state": state, "states": frozenset(of), "at": at, "message": message}

        async def work(session: Session) -> bool:
            if await session.run(self._sql.decide, **here, **decision) != 1:
                return False
            if state is OccurrenceState.DUE:
                await session.run(self._sql.forget_doubts, **here)
            return True

        return await self._database.write(work)

    async def plan(  # what a plan for one time says
        self,
        schedule: str,
        due_at: datetime,
        channel: str,
        state: OccurrenceState,
        tip: str | None = None,
    ) -> bool:
        """Decide ahead about an occurrence; return whether it was not too late.

        DUE means to post at once, and happens once however often it is asked for.
        """
        new = {"schedule": schedule, "due_at": due_at, "channel": channel}
        return await self._database.writes.run(self._sql.plan, **new, state=state, tip=tip) == 1

    async def pinned_before(self, it: Occurrence) -> str | None:
        """Return the message that the schedule pinned last, before this one."""
        here = {**_here(it), "channel": it.channel}
        message: str | None = await self._database.reads.value(self._sql.pinned_before, **here)
        return message

    async def _one(self, session: Session, schedule: str, due_at: datetime) -> Occurrence | None:
        here = {"schedule": schedule, "due_at": due_at}
        found = _folded(await session.fetch(self._sql.one, here))
        return found[0] if found else None


def _here(it: Occurrence) -> dict[str, Any]:
    return {"schedule": it.schedule, "due_at": it.due_at}


def _mine(it: Occurrence) -> dict[str, Any]:
    """Return what names an occurrence while its lease is held."""
    return {**_here(it), "owner": it.owner}


def _folded(rows: Iterable[Row]) -> tuple[Occurrence, ...]:
    """Fold rows of an occurrence and a receipt each into occurrences.

    One with a receipt that can't be read is left out whole: without it, it could be posted twice.
    """
    found: dict[tuple[Any, Any], list[_Row]] = {}
    unreadable = set()
    for row, record in records(_Row, rows):
        key = row["schedule"], row["due_at"]
        if record is None:
            unreadable.add(key)
        else:
            found.setdefault(key, []).append(record)
    return tuple(_whole(its) for key, its in found.items() if key not in unreadable)


def _whole(rows: Sequence[_Row]) -> Occurrence:
    """Return the occurrence that all the rows are about."""
    receipts = {
        it.step: Receipt(it.step, it.step_state, it.tries, it.says, it.at)
        for it in (row.receipt for row in rows)
        if it.step is not None
    }
    return Occurrence(**columns(rows[0].occurrence), receipts=receipts)
