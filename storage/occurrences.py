"""Storage of scheduled posts: their state, their lease, and the result of each step of posting."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from storage.engine.database import Repository, Session
from storage.values import Row, StoredEnum, group_rows, read_all, row_reader


class OccurrenceState(StoredEnum):
    """The state of an occurrence, which is one post of a schedule. Only DUE ones are posted."""

    PLANNED = "planned"  # in the future, with a tip chosen by hand
    DUE = "due"
    DONE = "done"  # all steps are done
    SKIPPED = "skipped"  # by a moderator
    MISSED = "missed"
    EMPTY = "empty"  # there was no tip to post
    ASKING = "asking"  # a moderator has to decide whether to post it late
    UNCERTAIN = "uncertain"  # it may have been posted, so a moderator has to check
    GONE = "gone"  # its channel no longer exists
    UNKNOWN = "unknown"


class Step(StoredEnum):
    """A step of posting a tip. The steps are done in the order of this enum's members."""

    POST = "post"
    UNPIN = "unpin"  # the previously pinned message
    PIN = "pin"
    THREAD = "thread"
    UNKNOWN = "unknown"


class StepState(StoredEnum):
    """The state of a step of posting."""

    TRYING = "trying"  # in progress, or the process died and the step may be done
    WAITING = "waiting"  # it failed and will be retried
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"  # the step may be done


@dataclass(frozen=True, slots=True)
class Receipt:
    """The record of a step of posting: its state, and the number of attempts (*tries*).

    *at* is the time of the result or, while the state is TRYING, of the first attempt.
    """

    step: Step
    state: StepState = field(metadata={"column": "step_state"})
    tries: int
    error: str | None = field(metadata={"column": "says"})
    at: datetime


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One post of a schedule, with a receipt for each step that was tried.

    *tip* is the tip's id, and *message* the id of the posted message. *since* is the due time, or
    the time of a moderator's last decision about the post. *owner* is the instance that holds the
    lease.
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
    receipts: Mapping[Step, Receipt] = field(default_factory=dict, metadata={"column": None})


class Occurrences(Repository):
    """The occurrences (scheduled posts) of all schedules.

    Before an instance of the bot posts an occurrence, it takes a lease on it. After the lease has
    ended, that instance's writes change nothing.
    """

    async def get(self, schedule: str, due_at: datetime) -> Occurrence | None:
        """Return a schedule's occurrence that is due at *due_at*, or None if none is stored."""
        return await self._get(self._reads, schedule, due_at)

    async def list_due(self) -> tuple[Occurrence, ...]:
        """Return all occurrences that are due, the earliest due time first."""
        return _merge_rows(await self._reads.fetch(self._sql.list_due))

    async def list_for_queue(
        self, queue: str, *states: OccurrenceState, limit: int = 100
    ) -> tuple[Occurrence, ...]:
        """Return up to *limit* occurrences of a queue's schedules, latest first.

        Only occurrences in one of *states* are returned.
        """
        wanted = {"queue": queue, "states": frozenset(states), "latest": limit}
        return _merge_rows(await self._reads.fetch(self._sql.list_for_queue, **wanted))

    async def list_posted_tips(self, queue: str, channel: str) -> tuple[str, ...]:
        """Return the ids of the tips from a queue that were posted in a channel, oldest first."""
        wanted = {"queue": queue, "channel": channel}
        return await self._reads.fetch_column(self._sql.list_posted_tips, **wanted)

    async def claim(
        self, schedule: str, due_at: datetime, owner: str, now: datetime, until: datetime
    ) -> Occurrence | None:
        """Lease an occurrence to the instance *owner* until the time *until*, and return it.

        Return None if another instance holds the lease, or if the occurrence isn't due. A lease
        that ends implausibly late, as set by a wrong clock, is ignored.
        """
        lease = {"owner": owner, "now": now, "until": until, "latest": until + (until - now)}

        async def work(session: Session) -> Occurrence | None:
            here = {"schedule": schedule, "due_at": due_at}
            if await session.execute(self._sql.claim, **here, **lease) != 1:
                return None
            return await self._get(session, schedule, due_at)

        return await self._transaction(work)

    async def set_tip(self, occurrence: Occurrence, tip: str) -> bool:
        """Store the id of the tip to post; return False if the lease is lost."""
        return await self._writes.execute(self._sql.set_tip, **_lease_key(occurrence), tip=tip) == 1

    async def record_step(
        self,
        occurrence: Occurrence,
        step: Step,
        state: StepState,
        at: datetime,
        error: str | None = None,
    ) -> bool:
        """Store the state of a step and count the attempt; return False if the lease is lost.

        *error* is the reason if the step failed.
        """
        receipt = {"step": step, "state": state, "at": at, "says": error}

        async def work(session: Session) -> bool:
            if await session.execute(self._sql.hold, **_lease_key(occurrence)) != 1:
                return False
            await session.execute(self._sql.record_step, **_key(occurrence), **receipt)
            return True

        return await self._transaction(work)

    async def record_post(self, occurrence: Occurrence, message: str, at: datetime) -> bool:
        """Store *message*, the id of the posted message; return False if the lease is lost."""
        receipt = {"step": Step.POST, "state": StepState.DONE, "at": at, "says": None}

        async def work(session: Session) -> bool:
            post = {"message": message, "posted_at": at}
            if await session.execute(self._sql.record_post, **_lease_key(occurrence), **post) != 1:
                return False
            await session.execute(self._sql.record_step, **_key(occurrence), **receipt)
            return True

        return await self._transaction(work)

    async def release(self, occurrence: Occurrence, retry_at: datetime | None) -> bool:
        """End the lease, and let the occurrence be claimed again from *retry_at* (None: at once).

        Return False if the lease is already lost.
        """
        then = {**_lease_key(occurrence), "retry_at": retry_at}
        return await self._writes.execute(self._sql.release, **then) == 1

    async def finish(self, occurrence: Occurrence, state: OccurrenceState) -> bool:
        """Set the final state of an occurrence; return False if the lease is lost."""
        return (
            await self._writes.execute(self._sql.finish, **_lease_key(occurrence), state=state) == 1
        )

    async def decide(  # noqa: PLR0913
        self,
        schedule: str,
        due_at: datetime,
        state: OccurrenceState,
        *,
        current_states: Iterable[OccurrenceState],
        at: datetime,
        message: str | None = None,
    ) -> bool:
        """Set an occurrence's *state* after a moderator's decision, if it is in *current_states*.

        *message* is the id of the posted message, if known. With the state DUE, receipts of steps
        that may already be done are deleted, so that these steps are tried again. Return False if
        the occurrence isn't in one of *current_states*.
        """
        here = {"schedule": schedule, "due_at": due_at}
        decision = {
            "state": state,
            "states": frozenset(current_states),
            "at": at,
            "message": message,
        }

        async def work(session: Session) -> bool:
            if await session.execute(self._sql.decide, **here, **decision) != 1:
                return False
            if state is OccurrenceState.DUE:
                await session.execute(self._sql.delete_uncertain_receipts, **here)
            return True

        return await self._transaction(work)

    async def plan(
        self,
        schedule: str,
        due_at: datetime,
        channel: str,
        state: OccurrenceState,
        tip: str | None = None,
    ) -> bool:
        """Store a moderator's decision about an occurrence before it is due.

        With the *state* DUE the occurrence is posted at once. *tip* is the id of the tip to post;
        with None, the bot chooses one. Return False if the occurrence is already due or posted, or
        if DUE is given for an occurrence that is already stored.
        """
        new = {"schedule": schedule, "due_at": due_at, "channel": channel}
        return await self._writes.execute(self._sql.plan, **new, state=state, tip=tip) == 1

    async def plan_now(
        self, schedule: str, asked_at: datetime, channel: str, tip: str | None
    ) -> bool:
        """Store an occurrence that is posted at once, as a moderator asked for at *asked_at*.

        *tip* is the id of the tip to post; with None, the bot chooses one. Return False if a tip of
        the schedule is due, or was posted since *asked_at*, so that two moderators who ask at once
        post one tip.
        """
        here = {"schedule": schedule, "due_at": asked_at}
        new = {**here, "channel": channel, "state": OccurrenceState.DUE, "tip": tip}

        async def work(session: Session) -> bool:
            await session.execute(self._sql.lock_schedule, schedule=schedule)
            if await session.fetch_value(self._sql.count_since, **here):
                return False
            return await session.execute(self._sql.plan, **new) == 1

        return await self._transaction(work)

    async def find_previous_pin(self, occurrence: Occurrence) -> str | None:
        """Return the id of the message that the schedule last pinned in the channel, or None."""
        here = {**_key(occurrence), "channel": occurrence.channel}
        message: str | None = await self._reads.fetch_value(self._sql.find_previous_pin, **here)
        return message

    async def _get(self, session: Session, schedule: str, due_at: datetime) -> Occurrence | None:
        here = {"schedule": schedule, "due_at": due_at}
        found = _merge_rows(await session.fetch(self._sql.get, **here))
        return found[0] if found else None


def _key(occurrence: Occurrence) -> dict[str, Any]:
    return {"schedule": occurrence.schedule, "due_at": occurrence.due_at}


def _lease_key(occurrence: Occurrence) -> dict[str, Any]:
    """Return query parameters that match the occurrence only while its owner has the lease."""
    return {**_key(occurrence), "owner": occurrence.owner}


_read_occurrence, _read_receipt = row_reader(Occurrence), row_reader(Receipt)


def _merge_rows(rows: Iterable[Row]) -> tuple[Occurrence, ...]:
    """Return the occurrences in *rows*, which have one row for each receipt.

    An occurrence with an invalid receipt is skipped, because it could be posted twice.
    """
    return read_all(_merge_receipts, group_rows(rows, "schedule", "due_at"))


def _merge_receipts(rows: Sequence[Row]) -> Occurrence:
    """Return the occurrence that *rows* describe: one row for each of its receipts."""
    receipts = (_read_receipt(row) for row in rows if row["step"] is not None)
    return replace(_read_occurrence(rows[0]), receipts={each.step: each for each in receipts})
