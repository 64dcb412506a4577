"""The occurrences: who works on which, what is posted, and a receipt for each step."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    delete,
    func,
    or_,
    select,
    update,
)

from storage.database import Database
from storage.tip_records import Occurrence, OccurrenceState, Step, StepState
from storage.tip_rows import insert_unless_there, occurrence_of
from storage.tip_tables import occurrences, receipts, schedules

_c, _r = occurrences.c, receipts.c
_BY_HAND = (OccurrenceState.PLANNED, OccurrenceState.SKIPPED)
_FREE: dict[str, Any] = {"owner": None, "leased_until": None}


class Occurrences:
    """The occurrences of all schedules. Every method raises StoreDown as the Store's do.

    What works on an occurrence holds a lease on it; whoever lost it changes nothing any more.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def one(self, schedule: str, due_at: datetime) -> Occurrence | None:
        """Give an occurrence."""
        found = await self._all(select(occurrences).where(*_here(schedule, due_at)))
        return found[0] if found else None

    async def open(self) -> tuple[Occurrence, ...]:
        """Give every occurrence that is to be worked on, the longest due first."""
        due = select(occurrences).where(_c.state == OccurrenceState.DUE)
        return await self._all(due.order_by(_c.due_at, _c.schedule))

    async def of(
        self, queue: str, *states: OccurrenceState, latest: int = 100
    ) -> tuple[Occurrence, ...]:
        """Give a queue's occurrences that are in *states*, the latest first."""
        there = _c.schedule.in_(select(schedules.c.id).where(schedules.c.queue == queue))
        wanted = select(occurrences).where(there, _c.state.in_(states))
        return await self._all(wanted.order_by(_c.due_at.desc(), _c.schedule).limit(latest))

    async def history(self, queue: str, channel: str) -> tuple[str, ...]:
        """Give the tips that a channel has had, in the order of their posts."""
        there = _c.schedule.in_(select(schedules.c.id).where(schedules.c.queue == queue))
        had = select(_c.tip).where(there, _c.channel == channel, _c.message.is_not(None))
        wanted = had.where(_c.tip.is_not(None)).order_by(_c.posted_at, _c.due_at)
        return await self._database.read(lambda on: tuple(on.execute(wanted).scalars()))

    async def claim(  # what a claim says
        self, schedule: str, due_at: datetime, owner: str, now: datetime, until: datetime
    ) -> Occurrence | None:
        """Take a lease until then; None where somebody else has one, or nothing is to be done.

        A lease that ends later than a lease can is that of a clock which was wrong.
        """
        stale = or_(
            _c.owner.is_(None),
            _c.owner == owner,
            _c.leased_until <= now,
            _c.leased_until > until + (until - now),
        )
        ready = or_(_c.retry_at.is_(None), _c.retry_at <= now)
        here = (*_here(schedule, due_at), _c.state == OccurrenceState.DUE, stale, ready)
        taken = update(occurrences).where(*here).values(owner=owner, leased_until=until)

        def work(connection: Connection) -> Occurrence | None:
            if connection.execute(taken).rowcount != 1:
                return None
            return _read(connection, select(occurrences).where(*_here(schedule, due_at)))[0]

        return await self._database.write(work)

    async def choose(self, it: Occurrence, tip: str) -> bool:
        """Write down which tip is going to be posted."""
        return await self._changed(it, tip=tip)

    async def receive(
        self, it: Occurrence, step: Step, state: StepState, at: datetime, says: str | None = None
    ) -> bool:
        """Write a receipt of a step, unless the lease is lost; each attempt is counted."""

        def work(connection: Connection) -> bool:
            return _held(connection, it) and _received(connection, it, step, state, at, says)

        return await self._database.write(work)

    async def posted(self, it: Occurrence, message: str, at: datetime) -> bool:
        """Write down the message that an occurrence became."""

        def work(connection: Connection) -> bool:
            if not _held(connection, it):
                return False
            values = {"message": message, "posted_at": at, "retry_at": None}
            connection.execute(update(occurrences).where(*_mine(it)).values(**values))
            return _received(connection, it, Step.POST, StepState.DONE, at, None)

        return await self._database.write(work)

    async def release(self, it: Occurrence, retry_at: datetime | None) -> bool:
        """Give a lease back; the occurrence is tried again from *retry_at* on."""
        return await self._changed(it, retry_at=retry_at, **_FREE)

    async def settle(self, it: Occurrence, state: OccurrenceState) -> bool:
        """End the work on an occurrence."""
        return await self._changed(it, state=state, retry_at=None, **_FREE)

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
        """Bring an occurrence that waits for somebody into *state*; forgets doubtful attempts.

        *message* is what it was posted as, where that is known.
        """
        values: dict[str, Any] = {"state": state, "since": at, "retry_at": None, **_FREE}
        if message is not None:
            values |= {"message": message, "posted_at": due_at}

        def work(connection: Connection) -> bool:
            here = (*_here(schedule, due_at), _c.state.in_(list(of)))
            changed = update(occurrences).where(*here).values(**values)
            if connection.execute(changed).rowcount != 1:
                return False
            doubtful = (_r.schedule == schedule, _r.due_at == due_at)
            if state is OccurrenceState.DUE:
                trying = _r.state == StepState.TRYING
                connection.execute(delete(receipts).where(*doubtful, trying))
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
        """Decide ahead about an occurrence: tells whether it was not too late.

        DUE means to post at once, and happens once however often it is asked for.
        """
        new: dict[str, Any] = {
            "schedule": schedule,
            "due_at": due_at,
            "channel": channel,
            "state": state,
        }
        new["since"] = due_at

        def work(connection: Connection) -> bool:
            if insert_unless_there(connection, occurrences, new | {"tip": tip}):
                return True
            here = (*_here(schedule, due_at), _c.state.in_(_BY_HAND))
            if state not in _BY_HAND:
                return False
            changed = update(occurrences).where(*here).values(state=state, tip=tip)
            return bool(connection.execute(changed).rowcount == 1)

        return await self._database.write(work)

    async def pinned_before(self, it: Occurrence) -> str | None:
        """Give the message that the schedule pinned last, before this one."""
        pinned = and_(_r.schedule == _c.schedule, _r.due_at == _c.due_at, _r.step == Step.PIN)
        wanted = (
            select(_c.message)
            .join(receipts, pinned)
            .where(_c.schedule == it.schedule, _c.channel == it.channel, _c.due_at < it.due_at)
            .where(_r.state == StepState.DONE, _c.message.is_not(None))
            .order_by(_c.due_at.desc())
            .limit(1)
        )
        return await self._database.read(lambda connection: connection.scalar(wanted))

    async def next_retry(self) -> datetime | None:
        """Give the first moment at which an occurrence is tried again."""
        moment = func.coalesce(_c.retry_at, _c.leased_until, _c.due_at)
        wanted = select(func.min(moment)).where(_c.state == OccurrenceState.DUE)
        return await self._database.read(lambda connection: connection.scalar(wanted))

    async def _all(self, wanted: Select[Any]) -> tuple[Occurrence, ...]:
        return await self._database.read(lambda connection: _read(connection, wanted))

    async def _changed(self, it: Occurrence, **values: Any) -> bool:
        def work(connection: Connection) -> bool:
            changed = update(occurrences).where(*_mine(it)).values(**values)
            return bool(connection.execute(changed).rowcount == 1)

        return await self._database.write(work)


def _here(schedule: str, due_at: datetime) -> tuple[ColumnElement[bool], ...]:
    return _c.schedule == schedule, _c.due_at == due_at


def _mine(it: Occurrence) -> tuple[ColumnElement[bool], ...]:
    """Find an occurrence while its lease is held."""
    return *_here(it.schedule, it.due_at), _c.owner == it.owner, _c.state == OccurrenceState.DUE


def _held(connection: Connection, it: Occurrence) -> bool:
    held = select(_c.due_at).where(*_mine(it)).with_for_update()
    return connection.execute(held).one_or_none() is not None


def _received(  # noqa: PLR0913, PLR0917  # what a receipt says
    connection: Connection,
    it: Occurrence,
    step: Step,
    state: StepState,
    at: datetime,
    says: str | None,
) -> bool:
    place = {"schedule": it.schedule, "due_at": it.due_at, "step": step}
    values: dict[str, Any] = {"state": state, "at": at, "says": says}
    if insert_unless_there(connection, receipts, place | values | {"tries": 1}):
        return True
    here = (_r.schedule == it.schedule, _r.due_at == it.due_at, _r.step == step)
    tried = _r.tries + (1 if state in {StepState.TRYING, StepState.WAITING} else 0)
    since = case((_r.state == StepState.TRYING, _r.at), else_=at)
    values["at"] = since if state is StepState.TRYING else at
    connection.execute(update(receipts).where(*here).values(**values, tries=tried))
    return True


def _read(connection: Connection, wanted: Select[Any]) -> tuple[Occurrence, ...]:
    rows = connection.execute(wanted).all()
    keys = [(row.schedule, row.due_at) for row in rows]
    by_key: dict[tuple[str, datetime], list[Any]] = defaultdict(list)
    if keys:
        its = select(receipts).where(_r.schedule.in_({schedule for schedule, _ in keys}))
        its = its.where(_r.due_at >= min(due_at for _, due_at in keys))
        for each in connection.execute(its):
            by_key[each.schedule, each.due_at].append(each)
    return tuple(occurrence_of(row, by_key[row.schedule, row.due_at]) for row in rows)
