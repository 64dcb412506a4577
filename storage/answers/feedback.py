"""Storage of what members sent to the moderators: unanswered questions and reports."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.engine.database import Session
from storage.queues import QueueRecords
from storage.values import StoredEnum


class FeedbackKind(StoredEnum):
    """The kind of a member's feedback."""

    QUESTION = "question"  # a question without an answer
    REPORT = "report"  # an answer is wrong, or lacks something
    UNKNOWN = "unknown"


class FeedbackState(StoredEnum):
    """The state of feedback; a moderator decides about WAITING feedback."""

    WAITING = "waiting"
    ANSWERED = "answered"  # by a community answer
    LINKED = "linked"  # to an answer that existed
    HIDDEN = "hidden"  # the reported statement is no longer shown
    DECLINED = "declined"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Feedback:
    """A question or report in a queue. Moderators name it by its *number*, never used again.

    *about* is the line of the answer that is reported, such as ``salary ml senior``. *member* is
    None if the member didn't want to be named, or has had their data erased. *answer* is the number
    of the community answer that a moderator wrote or chose.
    """

    id: str
    queue: str
    number: int
    kind: FeedbackKind
    text: str  # the question, or what is wrong
    suggestion: str | None  # what would be right
    link: str | None
    about: str | None
    fingerprint: str | None  # of the question, to find others like it
    member: str | None
    community: str | None  # from which it was sent
    at: datetime
    state: FeedbackState
    reason: str | None
    answer: int | None
    decided_by: str | None
    decided_at: datetime | None


class FeedbackBox(QueueRecords):
    """The feedback of all queues; *number* is its number in its queue."""

    MAX_WAITING = 500

    async def add(  # noqa: PLR0913
        self,
        queue: str,
        kind: FeedbackKind,
        text: str,
        at: datetime,
        *,
        suggestion: str | None = None,
        link: str | None = None,
        about: str | None = None,
        fingerprint: str | None = None,
        member: str | None = None,
        community: str | None = None,
        member_limit: int | None = None,
        once: bool = False,
    ) -> Feedback | None:
        """Add feedback to a queue, and return it as stored.

        Return None if MAX_WAITING are waiting already, if *member_limit* of *member* are waiting,
        or if the queue doesn't exist anymore. With *once*, also return None if the queue has a
        question with this *fingerprint*.
        """
        row: dict[str, Any] = {"id": secrets.token_urlsafe(9), "queue": queue}
        row |= {"kind": kind, "text": text}
        row |= {"suggestion": suggestion, "link": link, "about": about, "at": at}
        row |= {"fingerprint": fingerprint, "member": member, "community": community}

        async def work(session: Session) -> Feedback | None:
            await session.execute(self._sql.lock, queue=queue)
            if await session.fetch_value(self._sql.count_waiting, queue=queue) >= self.MAX_WAITING:
                return None
            about = {"queue": queue, "fingerprint": fingerprint}
            if once and await session.fetch_value(self._sql.find_question, **about):
                return None
            if member_limit is not None:
                by = {"queue": queue, "member": member}
                if await session.fetch_value(self._sql.count_waiting_by, **by) >= member_limit:
                    return None
            number = await session.fetch_value(self._sql.next_number, queue=queue)
            if number is None:
                return None
            return await session.fetch_one(self._sql.add, Feedback, **row, number=number)

        return await self._transaction(work)

    async def list_for_queue(self, queue: str, *states: FeedbackState) -> tuple[Feedback, ...]:
        """Return a queue's feedback in one of *states*, oldest first; without *states*, all."""
        if states:
            wanted = {"queue": queue, "states": frozenset(states)}
            return await self._fetch_numbered(self._sql.list_page_in_states, Feedback, **wanted)
        return await self._fetch_numbered(self._sql.list_page, Feedback, queue=queue)

    async def get(self, queue: str, number: int) -> Feedback | None:
        """Return a queue's feedback by its number, or None if there is none."""
        return await self._reads.fetch_one(self._sql.get, Feedback, queue=queue, number=number)

    async def list_by_member(self, member: str) -> tuple[Feedback, ...]:
        """Return all feedback that *member* sent with their name, oldest first."""
        return await self._reads.fetch_all(self._sql.list_by_member, Feedback, member=member)

    async def count_waiting(self, queue: str) -> int:
        """Return how many questions and reports in a queue wait for a moderator."""
        count: int = await self._reads.fetch_value(self._sql.count_waiting, queue=queue)
        return count

    async def count_waiting_by(self, queue: str, member: str) -> int:
        """Return how many of the waiting questions and reports in a queue are from *member*."""
        by = {"queue": queue, "member": member}
        count: int = await self._reads.fetch_value(self._sql.count_waiting_by, **by)
        return count

    async def decide(  # noqa: PLR0913
        self,
        queue: str,
        number: int,
        state: FeedbackState,
        *,
        decided_by: str,
        at: datetime,
        reason: str | None = None,
        answer: int | None = None,
    ) -> Feedback | None:
        """Set the *state* of waiting feedback, and return it.

        Return None if it isn't waiting anymore: another moderator was faster, or the member has
        withdrawn it.
        """
        decision: dict[str, Any] = {"state": state, "reason": reason, "answer": answer}
        decision |= {"decided_by": decided_by, "decided_at": at}
        return await self._writes.fetch_one(
            self._sql.decide, Feedback, queue=queue, number=number, **decision
        )

    async def reopen(self, queue: str, number: int, state: FeedbackState) -> Feedback | None:
        """Undo the decision *state*, so that the feedback waits again, and return it.

        Return None if its state is another one now, or it doesn't exist anymore.
        """
        place = {"queue": queue, "number": number}
        return await self._writes.fetch_one(self._sql.reopen, Feedback, **place, state=state)

    async def has_question(self, queue: str, fingerprint: str) -> bool:
        """Return True if a question with this fingerprint was ever sent and is still stored."""
        about = {"queue": queue, "fingerprint": fingerprint}
        return bool(await self._reads.fetch_value(self._sql.find_question, **about))

    async def withdraw(self, feedback: str, member: str) -> Feedback | None:
        """Delete what waits under the id *feedback*, and return it; None if nothing does.

        It must be from *member* or have no name. Then only its author knows the id.
        """
        own = {"id": feedback, "member": member}
        return await self._writes.fetch_one(self._sql.withdraw, Feedback, **own)

    async def merge(self, session: Session, ours: str, theirs: str) -> None:
        """Move the feedback of the queue *ours* to *theirs*, with numbers after those there.

        The numbers of community answers change in the same way (see Answers.merge).
        """
        await session.execute(self._sql.move, ours=ours, theirs=theirs)

    async def copy(self, session: Session, shared: str, queue: str, community: str) -> None:
        """Move the feedback from *community* to its new queue *queue*, with the same numbers."""
        moved = {"shared": shared, "queue": queue, "community": community}
        await session.execute(self._sql.move_from_community, **moved)

    async def delete(self, session: Session, queue: str) -> None:
        """Delete all feedback of a queue."""
        await session.execute(self._sql.delete, queue=queue)

    async def erase(self, session: Session, owner: str) -> int:
        """Delete the waiting and declined feedback of the person *owner*; return its number.

        Feedback that led to a change stays without the person's id.
        """
        gone = await session.execute(self._sql.erase_undecided, owner=owner)
        await session.execute(self._sql.erase_names, owner=owner)
        await session.execute(self._sql.erase_deciders, owner=owner)
        return gone

    async def erase_community(self, session: Session, community: str) -> None:
        """Delete all feedback that was sent from a community."""
        await session.execute(self._sql.erase_community, community=community)
