"""Storage of the tips of each queue, in posting order."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from storage.engine.database import Repository, Session
from storage.values import StoredEnum, to_columns

_MAX_PLACE = 1_000_000  # larger than any place in a queue, and fits the column


class TipState(StoredEnum):
    """The state of a tip; only a QUEUED one is posted."""

    QUEUED = "queued"
    SUGGESTED = "suggested"
    HELD = "held"  # a cited content entry has changed, so a moderator has to check the tip
    DENIED = "denied"
    REMOVED = "removed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class NewTip:
    """A tip to store. *cites* has the content entries that the tip cites, as ``kind/id``."""

    text: str
    link: str | None = None
    role: str | None = None
    topic: str | None = None
    cites: tuple[str, ...] = ()
    cited_content: str | None = field(
        default=None, metadata={"column": "seen"}
    )  # a hash of the cited entries when the tip was approved
    origin: str | None = None  # the content entry that it comes from


@dataclass(frozen=True, slots=True)
class Tip:
    """A stored tip of a queue. *place* is the tip's position in the posting order.

    Moderators name a tip by its *number*, which is never used again.
    """

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
    decided_by: str | None = None  # the moderator who approved, denied or removed it last


class Tips(Repository):
    """The tips of all queues; *number* is a tip's number in its queue."""

    async def add(
        self,
        queue: str,
        new: Sequence[NewTip],
        at: datetime,
        suggester: tuple[str, str] | None = None,
    ) -> tuple[Tip, ...]:
        """Add the tips *new* to the end of a queue, and return them as stored.

        With *suggester*, which is the id of a person and of their community, the tips are
        suggestions. Tips whose origin is in the queue already are left out, so that two moderators
        who add the same pack at once add it once. Return an empty tuple if the queue doesn't exist
        anymore.
        """
        suggested_by, suggested_in = suggester or (None, None)
        common: dict[str, Any] = {"suggested_by": suggested_by, "suggested_in": suggested_in}
        common |= {"state": TipState.SUGGESTED if suggester else TipState.QUEUED, "added_at": at}

        async def work(session: Session) -> tuple[Tip, ...]:
            await session.execute(self._sql.lock, queue=queue)
            known = set(await session.fetch_column(self._sql.origins, queue=queue))
            wanted = [tip for tip in new if tip.origin is None or tip.origin not in known]
            rows = [{"id": secrets.token_urlsafe(9), **to_columns(tip), **common} for tip in wanted]
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

        return await self._transaction(work)

    async def list_for_queue(self, queue: str, *states: TipState) -> tuple[Tip, ...]:
        """Return a queue's tips in posting order.

        Only tips in one of *states* are returned; without *states*, tips in all states.
        """
        reads = self._reads
        if states:
            wanted = {"queue": queue, "states": frozenset(states)}
            return await reads.fetch_all(self._sql.list_in_states, Tip, **wanted)
        return await reads.fetch_all(self._sql.list_for_queue, Tip, queue=queue)

    async def get(self, queue: str, number: int) -> Tip | None:
        """Return a queue's tip by its number, or None if there is none."""
        return await self._reads.fetch_one(self._sql.get, Tip, queue=queue, number=number)

    async def get_by_id(self, tip: str) -> Tip | None:
        """Return a tip by its id, or None if there is none."""
        return await self._reads.fetch_one(self._sql.get_by_id, Tip, id=tip)

    async def list_by_owner(self, owner: str) -> tuple[Tip, ...]:
        """Return all tips that the person *owner* suggested, oldest first."""
        return await self._reads.fetch_all(self._sql.list_by_owner, Tip, owner=owner)

    async def edit(self, queue: str, number: int, new: NewTip) -> Tip | None:
        """Replace a tip's content except its origin; return the new tip.

        Return None if the tip was removed or denied, or doesn't exist.
        """
        said = {name: value for name, value in to_columns(new).items() if name != "origin"}
        return await self._writes.fetch_one(self._sql.edit, Tip, queue=queue, number=number, **said)

    async def decide(  # noqa: PLR0913
        self,
        queue: str,
        number: int,
        state: TipState,
        *,
        current_states: Iterable[TipState],
        reason: str | None = None,
        decided_by: str | None = None,
        cited_content: str | None = None,
    ) -> Tip | None:
        """Set a tip's *state*, if it is in one of *current_states*, and return the tip.

        Otherwise return None. *decided_by* is the moderator's id, None for the bot.
        *cited_content* is a hash of the entries that the tip cites; None leaves the stored hash
        unchanged.
        """
        decision = {
            "state": state,
            "states": frozenset(current_states),
            "reason": reason,
            "decided_by": decided_by,
            "seen": cited_content,
        }
        return await self._writes.fetch_one(
            self._sql.decide, Tip, queue=queue, number=number, **decision
        )

    async def position(self, tip: Tip) -> int:
        """Return a queued tip's place in the posting order of its queue, counted from 1."""
        place = {"queue": tip.queue, "place": tip.place, "number": tip.number}
        count: int = await self._reads.fetch_value(self._sql.position, **place)
        return count

    async def move(self, queue: str, number: int, position: int) -> bool:
        """Move a queued tip to *position*, counted from 1, or to the end of a shorter queue.

        Return False if there is no such tip.
        """
        place = min(max(position - 1, 0), _MAX_PLACE)

        async def work(session: Session) -> bool:
            await session.execute(self._sql.lock, queue=queue)
            return (
                await session.execute(self._sql.move, queue=queue, number=number, place=place) > 0
            )

        return await self._transaction(work)

    async def erase(self, session: Session, owner: str) -> int:
        """Delete suggestions of the person *owner* about which no moderator has decided.

        Return their number. Approved suggestions belong to the community and stay, without the
        person's id.
        """
        gone = await session.execute(self._sql.erase_undecided, owner=owner)
        await session.execute(self._sql.erase_names, owner=owner)
        await session.execute(self._sql.erase_deciders, owner=owner)
        return gone
