"""Storage of the answers that the moderators of a community wrote."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from storage.engine.database import Session
from storage.queues import QueueRecords
from storage.values import to_columns

_TICK = timedelta(microseconds=1)  # the precision of stored times


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """An answer to store. *wordings* are other wordings of the question, each on one line.

    *entry* is the id of the shipped FAQ entry that answers the question; *text* is empty then.
    """

    question: str
    wordings: tuple[str, ...] = field(default=(), metadata={"separator": "\n"})
    text: str = ""
    link: str | None = None
    role: str | None = None
    review_on: date | None = None
    entry: str | None = None


@dataclass(frozen=True, slots=True)
class CommunityAnswer:
    """A stored answer of a queue.

    Moderators name an answer by its *number*, which is never used again. *created_by* and
    *edited_by* are None if that person has had their data erased, or nobody has edited the answer.
    """

    id: str
    queue: str
    number: int
    question: str
    wordings: tuple[str, ...] = field(metadata={"separator": "\n"})
    text: str
    link: str | None
    role: str | None
    review_on: date | None
    entry: str | None
    created_by: str | None
    created_at: datetime
    edited_by: str | None
    updated_at: datetime
    review_told: bool = False

    @property
    def content(self) -> NewAnswer:
        """Return what the moderators wrote, for example to edit or restore it."""
        return NewAnswer(
            self.question,
            self.wordings,
            self.text,
            self.link,
            self.role,
            self.review_on,
            self.entry,
        )


class Answers(QueueRecords):
    """The community answers of all queues; *number* is an answer's number in its queue.

    Every change of a queue's answers increases the queue's revision (see Queues.revision).
    """

    MAX_PER_QUEUE = 500

    async def add(
        self, queue: str, new: NewAnswer, by: str, at: datetime
    ) -> CommunityAnswer | None:
        """Add an answer to a queue, and return it as stored.

        *by* is the moderator's id. Return None if the queue has MAX_PER_QUEUE answers already, or
        doesn't exist anymore.
        """
        return next(iter(await self.add_all(queue, [new], by, at)), None)

    async def add_all(
        self, queue: str, new: Sequence[NewAnswer], by: str, at: datetime
    ) -> tuple[CommunityAnswer, ...]:
        """Add all answers or, if the queue would have more than MAX_PER_QUEUE, none.

        Return them as stored. *by* is the moderator's id.
        """
        common = {"queue": queue, "created_by": by, "at": at}
        rows = [
            {**to_columns(_on_one_line(each)), **common, "id": secrets.token_urlsafe(9)}
            for each in new
        ]

        async def work(session: Session) -> tuple[CommunityAnswer, ...]:
            await session.execute(self._sql.lock, queue=queue)
            held = await session.fetch_value(self._sql.count, queue=queue)
            if not rows or held + len(rows) > self.MAX_PER_QUEUE:
                return ()
            many = {"queue": queue, "many": len(rows)}
            last: int | None = await session.fetch_value(self._sql.next_numbers, **many)
            if last is None:
                return ()
            before = last - len(rows)
            for number, row in enumerate(rows, before + 1):
                await session.execute(self._sql.add, **row, number=number)
            added = {"queue": queue, "after": before}
            return await session.fetch_all(self._sql.list_added, CommunityAnswer, **added)

        return await self._transaction(work)

    async def edit(  # noqa: PLR0913
        self,
        queue: str,
        number: int,
        new: NewAnswer,
        by: str,
        at: datetime,
        *,
        unchanged_since: datetime | None = None,
    ) -> CommunityAnswer | None:
        """Replace an answer's content, and return the new answer.

        Return None if the answer doesn't exist anymore. With *unchanged_since*, which is the
        answer's time of update that the moderator *by* has seen, return None, too, if another
        moderator has changed the answer since then.
        """

        def change(old: CommunityAnswer) -> NewAnswer | None:
            return new if unchanged_since in {None, old.updated_at} else None

        return await self._change(queue, number, change, by, at)

    async def add_wording(
        self, queue: str, number: int, wording: str, by: str, at: datetime
    ) -> CommunityAnswer | None:
        """Add another wording of an answer's question, and return the answer.

        Return None if the answer doesn't exist anymore. A wording that it has already isn't added.
        """

        def change(old: CommunityAnswer) -> NewAnswer:
            line = " ".join(wording.split())
            known = {each.casefold() for each in ("", old.question, *old.wordings)}
            more = () if line.casefold() in known else (line,)
            return replace(old.content, wordings=(*old.wordings, *more))

        return await self._change(queue, number, change, by, at)

    async def remove(self, queue: str, number: int) -> CommunityAnswer | None:
        """Delete an answer, and return it, or None if there is none."""

        async def work(session: Session) -> CommunityAnswer | None:
            await session.execute(self._sql.lock, queue=queue)
            gone = await session.fetch_one(
                self._sql.remove, CommunityAnswer, queue=queue, number=number
            )
            if gone:
                await session.execute(self._sql.increase_revision, queue=queue)
            return gone

        return await self._transaction(work)

    async def get(self, queue: str, number: int) -> CommunityAnswer | None:
        """Return a queue's answer by its number, or None if there is none."""
        place = {"queue": queue, "number": number}
        return await self._reads.fetch_one(self._sql.get, CommunityAnswer, **place)

    async def list_for_queue(self, queue: str) -> tuple[CommunityAnswer, ...]:
        """Return a queue's answers, oldest first."""
        return await self._fetch_numbered(self._sql.list_page, CommunityAnswer, queue=queue)

    async def list_by_owner(self, owner: str) -> tuple[CommunityAnswer, ...]:
        """Return the answers that the person *owner* wrote or edited last, oldest first."""
        return await self._reads.fetch_all(self._sql.list_by_owner, CommunityAnswer, owner=owner)

    async def list_due(self, today: date) -> tuple[CommunityAnswer, ...]:
        """Return the answers of all queues whose review is due and not told (see mark_told)."""
        return await self._reads.fetch_all(self._sql.list_due, CommunityAnswer, today=today)

    async def mark_told(self, answer: str, *, told: bool = True) -> bool:
        """Record that the moderators are told of the due review of the answer with id *answer*.

        Return False if they were told before. Of several processes, only one gets True. With
        *told* False, forget it, so that they are told again.
        """
        return await self._writes.execute(self._sql.mark_told, id=answer, told=told) == 1

    async def merge(self, session: Session, ours: str, theirs: str) -> None:
        """Move the answers of the queue *ours* to *theirs*, without duplicates.

        They get numbers after those of *theirs*.
        """
        await session.execute(self._sql.delete_duplicates, ours=ours, theirs=theirs)
        await session.execute(self._sql.move, ours=ours, theirs=theirs)

    async def copy(self, session: Session, shared: str, queue: str, community: str) -> None:
        """Copy the answers of the queue *shared* to the new queue *queue*, with their numbers."""
        del community
        await session.execute(self._sql.copy, shared=shared, queue=queue)

    async def delete(self, session: Session, queue: str) -> None:
        """Delete all answers of a queue."""
        await session.execute(self._sql.delete, queue=queue)

    async def erase(self, session: Session, owner: str) -> int:
        """Remove the id of the person *owner* from all answers; return how many they wrote.

        The answers belong to the community and stay.
        """
        await session.execute(self._sql.erase_editors, owner=owner)
        return await session.execute(self._sql.erase_authors, owner=owner)

    async def _change(
        self,
        queue: str,
        number: int,
        change: Callable[[CommunityAnswer], NewAnswer | None],
        by: str,
        at: datetime,
    ) -> CommunityAnswer | None:
        """Replace an answer's content by that which *change* returns; return the new answer.

        Return None if there is no such answer, or *change* returns None. An edited answer always
        gets a later time of update, even if the clocks of two instances differ.
        """

        async def work(session: Session) -> CommunityAnswer | None:
            place = {"queue": queue, "number": number}
            await session.execute(self._sql.lock, queue=queue)
            old = await session.fetch_one(self._sql.get, CommunityAnswer, **place)
            changed = change(old) if old else None
            if old is None or changed is None:
                return None
            new = _on_one_line(changed)
            if new == old.content:
                return old
            row = {**to_columns(new), "edited_by": by}
            row["updated_at"] = max(at, old.updated_at + _TICK)
            row["review_told"] = old.review_told and new.review_on == old.review_on
            await session.execute(self._sql.increase_revision, queue=queue)
            return await session.fetch_one(self._sql.edit, CommunityAnswer, **place, **row)

        return await self._transaction(work)


def _on_one_line(new: NewAnswer) -> NewAnswer:
    """Return *new* with each wording on one line, since a line break separates them."""
    lines = (" ".join(wording.split()) for wording in new.wordings)
    return replace(new, wordings=tuple(filter(None, lines)))
