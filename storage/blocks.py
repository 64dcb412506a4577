"""Storage of blocks: the members who may not suggest tips to a queue."""

from dataclasses import dataclass
from datetime import datetime

from storage.engine.database import Repository, Session


@dataclass(frozen=True, slots=True)
class Block:
    """A block on the suggestions of *member*.

    *blocked_by* is the moderator's id, or None if that person has had their data erased.
    """

    queue: str
    member: str
    blocked_by: str | None
    at: datetime


class Blocks(Repository):
    """The blocks of all queues. Only a moderator lifts one; a member can't erase it."""

    async def add(self, queue: str, member: str, blocked_by: str, at: datetime) -> bool:
        """Block a member's suggestions; return False if they were blocked before."""
        row = {"queue": queue, "member": member, "blocked_by": blocked_by, "at": at}
        return await self._writes.execute(self._sql.add, **row) == 1

    async def remove(self, queue: str, member: str) -> bool:
        """Lift a member's block; return False if there was none."""
        return await self._writes.execute(self._sql.remove, queue=queue, member=member) == 1

    async def is_blocked(self, queue: str, member: str) -> bool:
        """Return True if *member* may not suggest tips to a queue."""
        return bool(await self._reads.fetch_value(self._sql.find, queue=queue, member=member))

    async def list_for_queue(self, queue: str) -> tuple[Block, ...]:
        """Return a queue's blocks, oldest first."""
        return await self._reads.fetch_all(self._sql.list_for_queue, Block, queue=queue)

    async def list_by_member(self, member: str) -> tuple[Block, ...]:
        """Return the blocks on a member's suggestions in all queues, oldest first."""
        return await self._reads.fetch_all(self._sql.list_by_member, Block, member=member)

    async def erase(self, session: Session, owner: str) -> int:
        """Remove the id of the person *owner* from the blocks that this person made.

        Return the number of changed blocks. Blocks on the person's own suggestions stay.
        """
        return await session.execute(self._sql.erase, owner=owner)
