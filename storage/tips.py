"""The tips of the queues, and in which order they are posted."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.database import Database, Session
from storage.values import Word, columns

_LAST = 1_000_000  # place in a queue; the column has room for it


class TipState(Word):
    """Where a tip stands."""

    QUEUED = "queued"
    SUGGESTED = "suggested"
    HELD = "held"  # something that it cites has changed: a moderator has to look at it
    DENIED = "denied"
    REMOVED = "removed"
    UNKNOWN = "unknown"


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


class Tips:
    """The tips of all queues."""

    def __init__(self, database: Database) -> None:
        self._database, self._sql = database, database.queries("tips")

    async def add(
        self,
        queue: str,
        new: Sequence[NewTip],
        at: datetime,
        by: tuple[str, str] | None = None,
    ) -> tuple[Tip, ...]:
        """Add tips to the end of a queue; *by* a member of a community they are suggestions.

        Returns none of them if there is no such queue any more.
        """
        suggested_by, suggested_in = by or (None, None)
        common: dict[str, Any] = {"suggested_by": suggested_by, "suggested_in": suggested_in}
        common |= {"state": TipState.SUGGESTED if by else TipState.QUEUED, "added_at": at}
        rows = [{"id": secrets.token_urlsafe(9), **columns(tip), **common} for tip in new]

        async def work(session: Session) -> tuple[Tip, ...]:
            many = {"queue": queue, "many": len(rows)}
            number: int | None = await session.value(self._sql.next_numbers, **many)
            if number is None:
                return ()
            before = number - len(rows)
            place: int = await session.value(self._sql.last_place, queue=queue)
            for nth, row in enumerate(rows, 1):
                there = {"queue": queue, "number": before + nth, "place": place + nth}
                await session.run(self._sql.add, **row, **there)
            return await session.all(self._sql.added, Tip, queue=queue, after=before)

        return await self._database.write(work)

    async def of(self, queue: str, *states: TipState) -> tuple[Tip, ...]:
        """Return the tips of a queue that are in *states*, in its order; without any, all."""
        reads = self._database.reads
        if states:
            wanted = {"queue": queue, "states": frozenset(states)}
            return await reads.all(self._sql.in_states, Tip, **wanted)
        return await reads.all(self._sql.of, Tip, queue=queue)

    async def one(self, queue: str, number: int) -> Tip | None:
        """Return the tip that has a number."""
        return await self._database.reads.one(self._sql.one, Tip, queue=queue, number=number)

    async def by_id(self, tip: str) -> Tip | None:
        """Return a tip by its id."""
        return await self._database.reads.one(self._sql.by_id, Tip, id=tip)

    async def every(self, owner: str) -> tuple[Tip, ...]:
        """Return all tips that somebody suggested, the first of them first."""
        return await self._database.reads.all(self._sql.every, Tip, owner=owner)

    async def edit(self, queue: str, number: int, new: NewTip) -> Tip | None:
        """Change what a tip says, but not where it comes from; return it as it is then."""
        said = {name: value for name, value in columns(new).items() if name != "origin"}
        return await self._database.writes.one(
            self._sql.edit, Tip, queue=queue, number=number, **said
        )

    async def decide(  # noqa: PLR0913  # what one decision says
        self,
        queue: str,
        number: int,
        state: TipState,
        *,
        of: Iterable[TipState],
        reason: str | None = None,
        seen: str | None = None,
    ) -> Tip | None:
        """Bring a tip into *state* if it is in one of the states *of*; None if it is not.

        *seen* is what its cited entries say now; None leaves what is kept.
        """
        decision = {"state": state, "states": frozenset(of), "reason": reason, "seen": seen}
        return await self._database.writes.one(
            self._sql.decide, Tip, queue=queue, number=number, **decision
        )

    async def move(self, queue: str, number: int, to: int) -> bool:
        """Make a queued tip the *to*-th of the queue, counted from 1, or the last.

        Returns whether there is such a tip.
        """
        place = min(max(to - 1, 0), _LAST)

        async def work(session: Session) -> bool:
            await session.run(self._sql.lock, queue=queue)
            return await session.run(self._sql.move, queue=queue, number=number, place=place) > 0

        return await self._database.write(work)

    async def erase(self, session: Session, owner: str) -> int:
        """Delete somebody's undecided suggestions; return how many there were.

        Those that moderators have taken over are the community's, and stay without a name.
        """
        gone = await session.run(self._sql.erase_undecided, owner=owner)
        await session.run(self._sql.erase_names, owner=owner)
        return gone
