"""Which instance runs which Discord shard: leases that use the database's clock.

An instance's own clock may be wrong, and it would then take shards that others still run.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.database import Database, Session


@dataclass(frozen=True, slots=True)
class ShardAllocation:
    """The shards that an instance may run until its lease ends."""

    shard_count: int  # shards in total
    shards: frozenset[int]
    surplus: int  # how many shards to hand over to other instances
    retry_after: float | None  # seconds until another instance's lease ends; None without one


@dataclass(frozen=True, slots=True)
class _Shard:
    number: int
    owner: str | None
    leased_until: datetime | None
    started_at: datetime | None  # when its last session started

    def lease_end(self, now: datetime) -> datetime | None:
        """Return when its lease ends, or None if it has none or it has expired."""
        until = self.leased_until if self.owner is not None else None
        return until if until is not None and until > now else None


@dataclass(frozen=True, slots=True)
class _ClockRow:
    now: datetime


class Shards:
    """The shards of all instances. Each write locks the tables."""

    def __init__(self, database: Database) -> None:
        self._database, self._sql = database, database.load_queries("shards")

    async def renew(self, name: str, recommended: int, lease: timedelta) -> ShardAllocation:
        """Renew the leases of instance *name*, and claim free shards up to its equal share.

        *recommended* is Discord's shard count. It is applied only while no instance holds a lease.
        """

        async def work(session: Session) -> ShardAllocation:
            now = await self._lock(session)
            names = await self._register(session, name, now, now + lease)
            shards = await session.fetch_all(self._sql.list_all, _Shard)
            ends = {each.number: end for each in shards if (end := each.lease_end(now))}
            if not ends and len(shards) != recommended:
                shards = await self._recreate(session, recommended)
            owners = {each.number: str(each.owner) for each in shards if each.number in ends}
            share = _fair_share(name, names, Counter(owners.values()), len(shards))
            mine = {number for number, owner in owners.items() if owner == name}
            free = [each.number for each in shards if each.number not in ends]
            mine |= set(free[: max(0, share - len(mine))])
            claimed = {"numbers": frozenset(mine), "until": now + lease}
            await session.execute(self._sql.claim, name=name, **claimed)
            others = [end for number, end in ends.items() if number not in mine]
            wait = (min(others) - now).total_seconds() if others else None
            return ShardAllocation(len(shards), frozenset(mine), max(0, len(mine) - share), wait)

        return await self._database.transaction(work)

    async def release(self, name: str, numbers: Iterable[int]) -> None:
        """Release shards that *name* has stopped running."""
        released = frozenset(numbers)

        async def work(session: Session) -> None:
            await self._lock(session)
            await session.execute(self._sql.release, name=name, numbers=released)

        await self._database.transaction(work)

    async def unregister(self, name: str) -> None:
        """Release all shards of *name*, and remove it from the instances."""

        async def work(session: Session) -> None:
            now = await self._lock(session)
            await session.execute(self._sql.delete_instance, name=name, now=now)
            await session.execute(self._sql.release_all, name=name)

        await self._database.transaction(work)

    async def reserve_start(
        self, name: str, number: int, concurrency: int, pause: timedelta
    ) -> timedelta | None:
        """Return how long to wait before starting a shard's session; zero reserves the start.

        Shards whose numbers are equal modulo *concurrency* start at least *pause* apart, across all
        instances. Returns None if *name* doesn't hold the shard.
        """

        async def work(session: Session) -> timedelta | None:
            now = await self._lock(session)
            shards = await session.fetch_all(self._sql.list_all, _Shard)
            if (number, name) not in [(s.number, s.owner) for s in shards if s.lease_end(now)]:
                return None
            alike = [each for each in shards if each.number % concurrency == number % concurrency]
            due = max((each.started_at + pause for each in alike if each.started_at), default=now)
            if due > now:
                return due - now
            await session.execute(self._sql.set_started, number=number, now=now)
            return timedelta()

        return await self._database.transaction(work)

    async def _lock(self, session: Session) -> datetime:
        """Lock the tables until the transaction ends; return the database's time."""
        [clock] = await session.fetch_all(self._sql.lock, _ClockRow)
        return clock.now

    async def _register(
        self, session: Session, name: str, now: datetime, until: datetime
    ) -> Sequence[str]:
        """Register the instance *name*; return the names of all instances."""
        await session.execute(self._sql.delete_instance, name=name, now=now)
        await session.execute(self._sql.add_instance, name=name, until=until)
        return await session.fetch_column(self._sql.list_instances)

    async def _recreate(self, session: Session, count: int) -> tuple[_Shard, ...]:
        await session.execute(self._sql.delete_all)
        await session.execute(self._sql.add, numbers=frozenset(range(count)))
        return await session.fetch_all(self._sql.list_all, _Shard)


def _fair_share(name: str, names: Iterable[str], held: Mapping[str, int], count: int) -> int:
    """Return how many shards *name* should run.

    The instances that hold most get the remainder, so the fewest shards move.
    """
    order = sorted(names, key=lambda each: (-held[each], each))
    share, over = divmod(count, len(order))
    return share + (order.index(name) < over)
