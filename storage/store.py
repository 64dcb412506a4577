"""The one name that others use: every method is one transaction, whole or not at all."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from storage.facets import Facets
from storage.records import Advance, Edition, Take, Totals

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from storage.database import Database
    from storage.takes import Takes

T = TypeVar("T")


class Store(Facets):
    """Quiz results, and by facets what communities keep: preferences, weekly tips.

    A take is seen by its owner alone; to anybody else there is none.

    Every method raises StoreDown if the database can't be used. What a method has returned is on
    disk, and a method that is cancelled has either happened or not.
    """

    @classmethod
    async def open(cls, url: str, *, wait: float = 5.0) -> Self:
        """Open ``sqlite:///path`` or ``postgresql://…``, bringing its tables up to date.

        *wait* is how many seconds a lock that somebody else holds is waited for. Raises StoreDown,
        StoreTooNew, and ValueError for an address that is neither.
        """
        return cls(await asyncio.to_thread(_connected, url, wait))

    def observe(self, commit: Callable[[float], None]) -> None:
        """Have *commit* told of each write: the seconds until it was on disk."""
        self._database.observe = commit

    async def probe(self) -> None:
        """Write what changes nothing to the disk; raises StoreDown where that can't be done."""
        await self._database.write(_probe)

    async def close(self) -> None:
        """Let what is under way end, and disconnect."""
        await self._database.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def _read(self, work: "Callable[[Takes], T]") -> T:
        return await self._database.read(_on_takes(work))

    async def _write(self, work: "Callable[[Takes], T]") -> T:
        return await self._database.write(_on_takes(work))

    async def keep_edition(self, edition: Edition) -> None:
        """Keep a quiz's definition; does nothing if that version is kept already."""
        await self._write(lambda takes: takes.keep_edition(edition))

    async def edition(self, version: str) -> Edition | None:
        """Give the quiz as it was."""
        return await self._read(lambda takes: takes.edition(version))

    async def open_take(
        self, owner: str, community: str | None, quiz: str, version: str, at: datetime
    ) -> Take:
        """Give the owner's unfinished take of *quiz*, of whatever version, or begin one."""
        return await self._write(lambda takes: takes.open(owner, community, quiz, version, at))

    async def take(self, take_id: str, owner: str) -> Take | None:
        """Give a take to its owner."""
        return await self._read(lambda takes: takes.one(take_id, owner))

    async def open_takes(self, owner: str) -> tuple[Take, ...]:
        """Give what an owner has begun, the latest touched first."""
        return await self._read(lambda takes: takes.unfinished(owner))

    async def finished_takes(self, owner: str, quiz: str | None = None) -> tuple[Take, ...]:
        """Give an owner's results, newest first."""
        return await self._read(lambda takes: takes.finished(owner, quiz))

    async def answer(  # noqa: PLR0913, PLR0917 - what one click says
        self,
        take_id: str,
        owner: str,
        item: str,
        option: str | None,
        at_position: int,
        next_position: int,
        at: datetime,
    ) -> Take | None:
        """Answer an item and go on, if the take is unfinished and still at *at_position*.

        Gives the take as it is afterwards, so a stale or repeated click shows by its position.
        """
        if next_position == at_position:
            raise ValueError("an answer that stays in place could be given twice")

        def work(takes: "Takes") -> Take | None:
            if takes.step(take_id, owner, at_position, next_position, at):
                takes.answer(take_id, item, option, at)
            return takes.one(take_id, owner)

        return await self._write(work)

    async def advance(self, on: Advance, at: datetime) -> bool:
        """Answer an item and go on to the next, without reading the take; say whether that was so.

        Nothing is changed where the take is gone, finished, elsewhere or of another edition than
        *on* says, nor where the next item counts double, which its question has to say.
        """

        def work(takes: "Takes") -> bool:
            advanced = takes.step_on(on, at)
            if advanced:
                takes.answer(on.take, on.item, on.option, at)
            return advanced

        return await self._write(work)

    async def move(
        self, take_id: str, owner: str, at_position: int, position: int, at: datetime
    ) -> Take | None:
        """Go back or ahead, if the take is unfinished and still at *at_position*."""

        def work(takes: "Takes") -> Take | None:
            takes.step(take_id, owner, at_position, position, at)
            return takes.one(take_id, owner)

        return await self._write(work)

    async def double(self, take_id: str, owner: str, item: str | None, at: datetime) -> Take | None:
        """Let the one item count double (None: no item), if the take is unfinished."""

        def work(takes: "Takes") -> Take | None:
            takes.double(take_id, owner, item, at)
            return takes.one(take_id, owner)

        return await self._write(work)

    async def finish(self, take_id: str, owner: str, at: datetime) -> Take | None:
        """Finish a take; one that is finished keeps its time."""

        def work(takes: "Takes") -> Take | None:
            takes.finish(take_id, owner, at)
            return takes.one(take_id, owner)

        return await self._write(work)

    async def abandon(self, take_id: str, owner: str) -> bool:
        """Delete an unfinished take; say whether there was one."""
        return await self._write(lambda takes: takes.abandon(take_id, owner))

    async def export(self, owner: str) -> tuple[Take, ...]:
        """Give all that is kept of an owner, the latest begun first."""
        return await self._read(lambda takes: takes.every(owner))

    async def erase(self, owner: str) -> int:
        """Delete all that is kept of an owner; give the number of takes."""
        return await self._write(lambda takes: takes.erase(owner))

    async def erase_community(self, community: str) -> int:
        """Forget a community: its takes stay their owners', and belong to no community."""

        def work(takes: "Takes") -> int:
            takes.forget_community(community)
            return takes.part(community)

        return await self._write(work)

    async def leave(self, owner: str, community: str) -> int:
        """Part one owner's takes from a community."""
        return await self._write(lambda takes: takes.part(community, owner))

    async def prune(self, before: datetime) -> int:
        """Delete unfinished takes that were last touched before then."""
        return await self._write(lambda takes: takes.prune(before))

    async def latest_of(
        self, community: str, quiz: str, version: str | None = None
    ) -> tuple[tuple[Take, Take | None], ...]:
        """Give each owner's newest result in a community, and the one before it."""
        return await self._read(lambda takes: takes.latest(community, quiz, version))

    async def totals(self, community: str, name: str) -> Totals | None:
        """Give the figures about a community that were last kept under a name."""
        return await self._read(lambda takes: takes.totals(community, name))

    async def communities(self) -> frozenset[str]:
        """Name every community that something kept belongs to."""
        return await self._read(lambda takes: takes.communities())

    async def keep_totals(self, kept: Totals, *, instead_of: Totals | None) -> Totals:
        """Keep figures if those under the same name are still *instead_of*; give what is kept."""

        def work(takes: "Takes") -> Totals:
            now = takes.totals(kept.community, kept.name)
            if now != instead_of and now is not None:
                return now
            takes.keep_totals(kept)
            return kept

        return await self._write(work)


# SQLAlchemy takes half a second to import: only who opens a store shall wait for it.
# ruff: noqa: PLC0415


def _on_takes(work: "Callable[[Takes], T]") -> "Callable[[Connection], T]":
    from storage.takes import Takes

    return lambda connection: work(Takes(connection))


def _probe(connection: "Connection") -> None:
    """Make a commit that has to reach the disk: a read-only or full one refuses it."""
    sqlite = connection.dialect.name == "sqlite"
    connection.exec_driver_sql("PRAGMA user_version = 0" if sqlite else "SELECT txid_current()")


def _connected(url: str, wait: float) -> "Database":
    from storage.database import Database

    return Database.open(url, wait)
