"""The tips of each queue, in posting order."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from storage.database import Database, Session
from storage.values import StoredEnum, to_columns

_MAX_PLACE = 1_000_000  # larger than any place in a queue, and fits the column


class TipState(StoredEnum):
    """The state of a tip."""

    QUEUED = "queued"
    SUGGESTED = "suggested"
    HELD = "held"  # a cited entry has changed: a moderator has to check it
    DENIED = "denied"
    REMOVED = "removed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class NewTip:
    """The content of a tip, before it has a number."""

    text: str
    link: str | None = None
    role: str | None = None
    topic: str | None = None
    cites: tuple[str, ...] = ()
    cited_content: str | None = field(
        default=None, metadata={"column": "seen"}
    )  # the content of cited entries when it was approved
    origin: str | None = None  # the content entry that it comes from


@dataclass(frozen=True, slots=True)
class Tip:
    """A tip in a queue; *number* identifies it for moderators and is never reused."""

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
    cited_content: str | None = field(metadata={"column": "seen"})
    origin: str | None
    suggested_by: str | None
    suggested_in: str | None
    reason: str | None
    added_at: datetime


class Tips:
    """The tips of all queues."""

    def __init__(self, database: Database) -> None:
        self._database, self._sql = database, database.load_queries("tips")

    async def add(
        self,
        queue: str,
        new: Sequence[NewTip],
        at: datetime,
        by: tuple[str, str] | None = None,
    ) -> tuple[Tip, ...]:
        """Add tips to the end of a queue; with *by* (a person, a community) as suggestions.

        Returns no tips if the queue is gone.
        """
        suggested_by, suggested_in = by or (None, None)
        common: dict[str, Any] = {"suggested_by": suggested_by, "suggested_in": suggested_in}
        common |= {"state": TipState.SUGGESTED if by else TipState.QUEUED, "added_at": at}
        rows = [{"id": secrets.token_urlsafe(9), **to_columns(tip), **common} for tip in new]

        async def work(session: Session) -> tuple[Tip, ...]:
            many = {"queue": queue, "many": len(rows)}
            number: int | None = await session.fetch_value(self._sql.next_numbers, **many)
            if number is None:
                return ()
            before = number - len(rows)
            place: int = await session.fetch_value(self._sql.last_place, queue=queue)
            for nth, row in enumerate(rows, 1):
                there = {"queue": queue, "number": before + nth, "place": place + nth}
                await session.execute(self._sql.add, **row, **there)
            return await session.fetch_all(self._sql.list_added, Tip, queue=queue, after=before)

        return await self._database.transaction(work)

    async def list_for_queue(self, queue: str, *states: TipState) -> tuple[Tip, ...]:
        """Return a queue's tips in *states* (default: all), in order."""
        reads = self._database.reads
        if states:
            wanted = {"queue": queue, "states": frozenset(states)}
            return await reads.fetch_all(self._sql.list_in_states, Tip, **wanted)
        return await reads.fetch_all(self._sql.list_for_queue, Tip, queue=queue)

    async def get(self, queue: str, number: int) -> Tip | None:
        """Return a tip by its number."""
        return await self._database.reads.fetch_one(self._sql.get, Tip, queue=queue, number=number)

    async def get_by_id(self, tip: str) -> Tip | None:
        """Return a tip by its id."""
        return await self._database.reads.fetch_one(self._sql.get_by_id, Tip, id=tip)

    async def list_by_owner(self, owner: str) -> tuple[Tip, ...]:
        """Return all tips that a person suggested, oldest first."""
        return await self._database.reads.fetch_all(self._sql.list_by_owner, Tip, owner=owner)

    async def edit(self, queue: str, number: int, new: NewTip) -> Tip | None:
        """Replace a tip's content, except its origin; return the tip."""
        said = {name: value for name, value in to_columns(new).items() if name != "origin"}
        return await self._database.writes.fetch_one(
            self._sql.edit, Tip, queue=queue, number=number, **said
        )

    async def decide(  # noqa: PLR0913
        self,
        queue: str,
        number: int,
        state: TipState,
        *,
        current_states: Iterable[TipState],
        reason: str | None = None,
        cited_content: str | None = None,
    ) -> Tip | None:
        """Set a tip's *state* if it is in one of *current_states*; None if it isn't.

        *cited_content* is the current content of the entries that it cites; None keeps the stored
        one.
        """
        decision = {
            "state": state,
            "states": frozenset(current_states),
            "reason": reason,
            "seen": cited_content,
        }
        return await self._database.writes.fetch_one(
            self._sql.decide, Tip, queue=queue, number=number, **decision
        )

    async def move(self, queue: str, number: int, to: int) -> bool:
        """Make a queued tip the *to*-th of the queue, counted from 1, or the last.

        Returns False if there is no such tip.
        """
        place = min(max(to - 1, 0), _MAX_PLACE)

        async def work(session: Session) -> bool:
            await session.execute(self._sql.lock, queue=queue)
            return (
                await session.execute(self._sql.move, queue=queue, number=number, place=place) > 0
            )

        return await self._database.transaction(work)

    async def erase(self, session: Session, owner: str) -> int:
        """Delete a person's undecided suggestions; return their number.

        Approved ones belong to the community and stay, without the person's id.
        """
        gone = await session.execute(self._sql.erase_undecided, owner=owner)
        await session.execute(self._sql.erase_names, owner=owner)
        return gone
