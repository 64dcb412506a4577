"""Storage of people's attempts at quizzes, with their answers."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from storage.engine.database import Repository, Session
from storage.queries import Query
from storage.values import Row, group_rows, read_all, row_reader, to_columns


@dataclass(frozen=True, slots=True)
class QuizVersion:
    """A quiz as it was at the time of an attempt, stored so that old results can be explained.

    *definition* is the quiz as JSON, and *version* its hash.
    """

    version: str
    quiz: str
    definition: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A person's answer to a quiz item (a question); *option* is None if the item was skipped."""

    item: str
    option: str | None
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    """A person's attempt at a quiz; it is a result once *finished_at* is set.

    *owner* is the person, *position* the index of the current item, *doubled* the item that counts
    double, and *ordered_answers* the answers in the order in which they were given.
    """

    id: str
    owner: str
    community: str | None
    quiz: str
    version: str
    position: int
    doubled: str | None
    started_at: datetime
    touched_at: datetime
    finished_at: datetime | None
    ordered_answers: tuple[Answer, ...] = field(default=(), metadata={"column": None})

    @property
    def answers(self) -> Mapping[str, str | None]:
        """A dict from each answered item to the chosen option, or None if the item was skipped."""
        return {each.item: each.option for each in self.ordered_answers}


@dataclass(frozen=True, slots=True)
class Advance:
    """An answer to the current item of an attempt, with all data to store it and move on."""

    attempt: str
    owner: str
    version: str
    position: int
    item: str  # the item at that position
    option: str | None  # None: skipped
    next_item: str


class Attempts(Repository):
    """All quiz attempts. Methods with *owner* only find attempts of that person."""

    async def save_version(self, version: QuizVersion) -> None:
        """Store a version of a quiz unless it is already stored."""
        await self._writes.execute(self._sql.save_version, **to_columns(version))

    async def get_version(self, version: str) -> QuizVersion | None:
        """Return the stored quiz with the hash *version*, or None if there is none."""
        return await self._reads.fetch_one(self._sql.get_version, QuizVersion, version=version)

    async def start(
        self, owner: str, community: str | None, quiz: str, version: str, at: datetime
    ) -> Attempt:
        """Return the owner's unfinished attempt at *quiz*, or start one at *version*.

        An unfinished attempt may be at another version of the quiz.
        """
        new = {"id": secrets.token_urlsafe(9), "community": community, "version": version}

        async def work(session: Session) -> Attempt:
            await session.execute(self._sql.start, **new, owner=owner, quiz=quiz, at=at)
            found = {"owner": owner, "quiz": quiz}
            return _merge_answers(await session.fetch(self._sql.get_unfinished, **found))

        return await self._transaction(work)

    async def get(self, attempt_id: str, owner: str) -> Attempt | None:
        """Return an attempt of *owner*, or None; raise InvalidRow if a stored value is invalid."""
        return await self._get(self._reads, attempt_id, owner)

    async def list_unfinished(self, owner: str) -> tuple[Attempt, ...]:
        """Return an owner's unfinished attempts, the last used first."""
        return _merge_rows(await self._reads.fetch(self._sql.list_unfinished, owner=owner))

    async def list_finished(self, owner: str) -> tuple[Attempt, ...]:
        """Return an owner's finished attempts, the newest first."""
        return _merge_rows(await self._reads.fetch(self._sql.list_finished, owner=owner))

    async def list_by_owner(self, owner: str) -> tuple[Attempt, ...]:
        """Return all attempts of an owner, the last started first."""
        return _merge_rows(await self._reads.fetch(self._sql.list_by_owner, owner=owner))

    async def list_latest(
        self, community: str, quiz: str, version: str
    ) -> tuple[tuple[Attempt, Attempt | None], ...]:
        """Return pairs of each person's newest result in a community and the result before it.

        The second is None if the person has only one result at this *version* of *quiz*.
        """
        wanted = {"community": community, "quiz": quiz, "version": version}
        by_owner: dict[str, list[Attempt]] = {}
        for attempt in _merge_rows(await self._reads.fetch(self._sql.list_latest, **wanted)):
            by_owner.setdefault(attempt.owner, []).append(attempt)
        return tuple((first, rest[0] if rest else None) for first, *rest in by_owner.values())

    async def advance(self, step: Advance, at: datetime) -> bool:
        """Store an answer and move to the next item, without reading the attempt.

        Return False, and change nothing, if the attempt is gone, finished, at another position or
        of another version. Also return False if the next item counts double: then the caller has to
        read the attempt, in order to show that.
        """
        return await self._writes.execute(self._sql.advance, **to_columns(step), at=at) == 1

    async def answer(  # noqa: PLR0913, PLR0917
        self,
        attempt_id: str,
        owner: str,
        item: str,
        option: str | None,
        at_position: int,
        next_position: int,
        at: datetime,
    ) -> Attempt | None:
        """Store an answer and move to *next_position* if the attempt is unfinished.

        Change nothing if the attempt isn't at *at_position*, because then the click was late or
        repeated. Return the attempt as it is afterward, or None if it doesn't exist.
        """
        if next_position == at_position:
            raise ValueError("an answer that stays in place could be given twice")
        step = {"position": at_position, "next": next_position, "at": at}

        async def work(session: Session) -> Attempt | None:
            if await session.execute(self._sql.step, id=attempt_id, owner=owner, **step):
                given = {"item": item, "option": option, "at": at}
                await session.execute(self._sql.answer, attempt=attempt_id, **given)
            return await self._get(session, attempt_id, owner)

        return await self._transaction(work)

    async def move(
        self, attempt_id: str, owner: str, at_position: int, position: int, at: datetime
    ) -> Attempt | None:
        """Move an unfinished attempt from *at_position* to *position*.

        Change nothing if the attempt isn't at *at_position*. Return the attempt as it is
        afterward, or None if it doesn't exist.
        """
        step = {"position": at_position, "next": position, "at": at}
        return await self._change(self._sql.step, attempt_id, owner, **step)

    async def set_doubled_item(
        self, attempt_id: str, owner: str, item: str | None, at: datetime
    ) -> Attempt | None:
        """Set the item of an unfinished attempt that counts double (None: no item).

        Return the attempt as it is afterward, or None if it doesn't exist.
        """
        return await self._change(self._sql.set_doubled_item, attempt_id, owner, item=item, at=at)

    async def finish(self, attempt_id: str, owner: str, at: datetime) -> Attempt | None:
        """Mark an attempt as finished, unless it already is.

        Return the attempt as it is afterward, or None if it doesn't exist.
        """
        return await self._change(self._sql.finish, attempt_id, owner, at=at)

    async def answer_skipped(
        self, attempt_id: str, owner: str, item: str, option: str, at: datetime
    ) -> Attempt | None:
        """Store an answer to an item that was skipped in a finished attempt.

        Change nothing if the item has an answer. Return the attempt as it is afterward, or None if
        it doesn't exist.
        """
        given = {"item": item, "option": option, "at": at}
        return await self._change(self._sql.answer_skipped, attempt_id, owner, **given)

    async def abandon(self, attempt_id: str, owner: str) -> bool:
        """Delete an unfinished attempt; return False if there was none."""
        return await self._writes.execute(self._sql.abandon, id=attempt_id, owner=owner) == 1

    async def prune(self, before: datetime) -> int:
        """Delete all unfinished attempts not used since *before*; return their number."""
        return await self._writes.execute(self._sql.prune, before=before)

    async def detach(self, owner: str, community: str) -> int:
        """Clear the community of an owner's attempts there; return how many were changed."""
        return await self._writes.execute(self._sql.detach, owner=owner, community=community)

    async def erase(self, session: Session, owner: str) -> int:
        """Delete an owner's attempts and answers; return the number of attempts."""
        return await session.execute(self._sql.erase, owner=owner)

    async def erase_community(self, session: Session, community: str) -> None:
        """Remove a community's id from all attempts; the attempts stay, as their owners' data."""
        await session.execute(self._sql.erase_community, community=community)

    async def _change(
        self, query: Query, attempt_id: str, owner: str, **values: Any
    ) -> Attempt | None:
        async def work(session: Session) -> Attempt | None:
            await session.execute(query, id=attempt_id, owner=owner, **values)
            return await self._get(session, attempt_id, owner)

        return await self._transaction(work)

    async def _get(self, session: Session, attempt_id: str, owner: str) -> Attempt | None:
        rows = await session.fetch(self._sql.get, id=attempt_id, owner=owner)
        return _merge_answers(rows) if rows else None


_read_attempt, _read_answer = row_reader(Attempt), row_reader(Answer)


def _merge_rows(rows: Iterable[Row]) -> tuple[Attempt, ...]:
    """Return the attempts in *rows*, which have one row for each answer.

    An attempt with an invalid value is logged and skipped.
    """
    return read_all(_merge_answers, group_rows(rows, "id"))


def _merge_answers(rows: Sequence[Row]) -> Attempt:
    """Return the attempt that *rows* describe: one row for each of its answers.

    Raise InvalidRow if a value is invalid.
    """
    answers = tuple(_read_answer(row) for row in rows if row["item"] is not None)
    return replace(_read_attempt(rows[0]), ordered_answers=answers)
