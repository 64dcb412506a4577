"""Storage of the leases that say which instance of the bot runs which Discord shard.

The leases use the database's clock, because an instance whose own clock is wrong would claim shards
that other instances still run.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.engine.database import Repository, Session


@dataclass(frozen=True, slots=True)
class ShardAllocation:
    """The result of renewing a lease: the shards that an instance may run until the lease ends."""

    shard_count: int  # shards in total
    shards: frozenset[int]
    surplus: int  # how many shards to hand over to other instances
    retry_after: float | None  # seconds until another instance's lease ends; None if none has one


@dataclass(frozen=True, slots=True)
class _Shard:
    number: int
    owner: str | None
    leased_until: datetime | None
    started_at: datetime | None  # when its last session started

    def lease_end(self, now: datetime) -> datetime | None:
        """Return the end of the shard's lease, or None if it isn't leased at the time *now*."""
        until = self.leased_until if self.owner is not None else None
        return until if until is not None and until > now else None


@dataclass(frozen=True, slots=True)
class _ClockRow:
    now: datetime


class Shards(Repository):
    """The shards of all instances of the bot. *instance* is an instance's name.

    Each method locks the tables until its transaction ends.
    """

    async def renew(self, instance: str, recommended: int, lease: timedelta) -> ShardAllocation:
        """Renew an instance's leases, and lease free shards to it up to its equal share.

        *lease* is the duration of the leases. *recommended* is Discord's number of shards, which
        replaces the stored number only while no instance has a lease.
        """

        async def work(session: Session) -> ShardAllocation:
            now = await self._lock(session)
            names = await self._register(session, instance, now, now + lease)
            shards = await session.fetch_all(self._sql.list_all, _Shard)
            ends = {each.number: end for each in shards if (end := each.lease_end(now))}
            if not ends and len(shards) != recommended:
                shards = await self._recreate(session, recommended)
            owners = {each.number: str(each.owner) for each in shards if each.number in ends}
            share = _fair_share(instance, names, Counter(owners.values()), len(shards))
            mine = {number for number, owner in owners.items() if owner == instance}
            free = [each.number for each in shards if each.number not in ends]
            mine |= set(free[: max(0, share - len(mine))])
            claimed = {"numbers": frozenset(mine), "until": now + lease}
            await session.execute(self._sql.claim, name=instance, **claimed)
            others = [end for number, end in ends.items() if number not in mine]
            wait = (min(others) - now).total_seconds() if others else None
            return ShardAllocation(len(shards), frozenset(mine), max(0, len(mine) - share), wait)

        return await self._transaction(work)

    async def release(self, instance: str, numbers: Iterable[int]) -> None:
        """End an instance's leases on the shards *numbers*, which it has stopped running."""
        released = frozenset(numbers)

        async def work(session: Session) -> None:
            await self._lock(session)
            await session.execute(self._sql.release, name=instance, numbers=released)

        await self._transaction(work)

    async def unregister(self, instance: str) -> None:
        """End all leases of an instance, and remove it from the list of instances."""

        async def work(session: Session) -> None:
            now = await self._lock(session)
            await session.execute(self._sql.delete_instance, name=instance, now=now)
            await session.execute(self._sql.release_all, name=instance)

        await self._transaction(work)

    async def reserve_start(
        self, instance: str, number: int, concurrency: int, pause: timedelta
    ) -> timedelta | None:
        """Return the time to wait before shard *number* may start a session.

        If it is zero, the start is recorded, and the shard may start now. Of the shards whose
        numbers are equal modulo *concurrency*, one starts after each *pause*. Return None if
        *instance* has no lease on the shard.
        """

        async def work(session: Session) -> timedelta | None:
            now = await self._lock(session)
            shards = await session.fetch_all(self._sql.list_all, _Shard)
            if (number, instance) not in [(s.number, s.owner) for s in shards if s.lease_end(now)]:
                return None
            alike = [each for each in shards if each.number % concurrency == number % concurrency]
            due = max((each.started_at + pause for each in alike if each.started_at), default=now)
            if due > now:
                return due - now
            await session.execute(self._sql.set_started, number=number, now=now)
            return timedelta()

        return await self._transaction(work)

    async def _lock(self, session: Session) -> datetime:
        """Lock the tables until the transaction ends, and return the database's current time."""
        [clock] = await session.fetch_all(self._sql.lock, _ClockRow)
        return clock.now

    async def _register(
        self, session: Session, instance: str, now: datetime, until: datetime
    ) -> Sequence[str]:
        """Store that *instance* runs until the time *until*; return the names of all instances."""
        await session.execute(self._sql.delete_instance, name=instance, now=now)
        await session.execute(self._sql.add_instance, name=instance, until=until)
        return await session.fetch_column(self._sql.list_instances)

    async def _recreate(self, session: Session, count: int) -> tuple[_Shard, ...]:
        await session.execute(self._sql.delete_all)
        await session.execute(self._sql.add, numbers=frozenset(range(count)))
        return await session.fetch_all(self._sql.list_all, _Shard)


def _fair_share(instance: str, names: Iterable[str], held: Mapping[str, int], count: int) -> int:
    """Return how many of *count* shards *instance* should run.

    *names* are all instances, and *held* has the number of shards that each runs now. Shards that
    remain after an equal division go to the instances that run most, so that few shards change
    their instance.
    """
    order = sorted(names, key=lambda each: (-held[each], each))
    share, over = divmod(count, len(order))
    return share + (order.index(instance) < over)
