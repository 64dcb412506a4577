"""Which instance runs which Discord shard: leases that use the database's clock.

An instance's own clock may be wrong, and it would then take shards that others still run.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.database import Database, Session


@dataclass(frozen=True, slots=True)
class Holding:
    """The shards that an instance may run until its lease ends."""

    count: int  # shards in total
    mine: frozenset[int]
    surplus: int  # how many shards to hand over to other instances
    wait: float | None  # seconds until another instance's lease ends; None without one


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
class _Clock:
    now: datetime


class Shards:
    """The shards of all instances. Each write locks the tables."""

    def __init__(self, database: Database) -> None:
        self._database, self._sql = database, database.queries("shards")

    async def hold(self, name: str, recommended: int, lease: timedelta) -> Holding:
        """Renew the leases of instance *name*, and claim free shards up to its equal share.

        *recommended* is Discord's shard count. It is applied only while no instance holds a lease.
        """

        async def work(session: Session) -> Holding:
            now = await self._alone(session)
            names = await self._present(session, name, now, now + lease)
            shards = await session.all(self._sql.every, _Shard)
            ends = {each.number: end for each in shards if (end := each.lease_end(now))}
            if not ends and len(shards) != recommended:
                shards = await self._renumbered(session, recommended)
            owners = {each.number: str(each.owner) for each in shards if each.number in ends}
            share = _share(name, names, Counter(owners.values()), len(shards))
            mine = {number for number, owner in owners.items() if owner == name}
            free = [each.number for each in shards if each.number not in ends]
            mine |= set(free[: max(0, share - len(mine))])
            claimed = {"numbers": frozenset(mine), "until": now + lease}
            await session.run(self._sql.claim, name=name, **claimed)
            others = [end for number, end in ends.items() if number not in mine]
            wait = (min(others) - now).total_seconds() if others else None
            return Holding(len(shards), frozenset(mine), max(0, len(mine) - share), wait)

        return await self._database.write(work)

    async def release(self, name: str, numbers: Iterable[int]) -> None:
        """Release shards that *name* has stopped running."""
        released = frozenset(numbers)

        async def work(session: Session) -> None:
            await self._alone(session)
            await session.run(self._sql.release, name=name, numbers=released)

        await self._database.write(work)

    async def leave(self, name: str) -> None:
        """Release all shards of *name*, and remove it from the instances."""

        async def work(session: Session) -> None:
            now = await self._alone(session)
            await session.run(self._sql.leave, name=name, now=now)
            await session.run(self._sql.release_every, name=name)

        await self._database.write(work)

    async def turn(
        self, name: str, number: int, together: int, pause: timedelta
    ) -> timedelta | None:
        """Return how long to wait before starting a shard's session; zero reserves the start.

        Shards whose numbers are equal modulo *together* start at least *pause* apart, across all
        instances. Returns None if *name* doesn't hold the shard.
        """

        async def work(session: Session) -> timedelta | None:
            now = await self._alone(session)
            shards = await session.all(self._sql.every, _Shard)
            if (number, name) not in [(s.number, s.owner) for s in shards if s.lease_end(now)]:
                return None
            alike = [each for each in shards if each.number % together == number % together]
            due = max((each.started_at + pause for each in alike if each.started_at), default=now)
            if due > now:
                return due - now
            await session.run(self._sql.begin, number=number, now=now)
            return timedelta()

        return await self._database.write(work)

    async def _alone(self, session: Session) -> datetime:
        """Lock the tables until the transaction ends; return the database's time."""
        [clock] = await session.all(self._sql.alone, _Clock)
        return clock.now

    async def _present(
        self, session: Session, name: str, now: datetime, until: datetime
    ) -> Sequence[str]:
        """Register the instance *name*; return the names of all instances."""
        await session.run(self._sql.leave, name=name, now=now)
        await session.run(self._sql.arrive, name=name, until=until)
        return await session.column(self._sql.instances)

    async def _renumbered(self, session: Session, count: int) -> tuple[_Shard, ...]:
        await session.run(self._sql.remove_every)
        await session.run(self._sql.add, numbers=frozenset(range(count)))
        return await session.all(self._sql.every, _Shard)


def _share(name: str, names: Iterable[str], held: Mapping[str, int], count: int) -> int:
    """Return how many shards *name* should run.

    The instances that hold most get the remainder, so the fewest shards move.
    """
    order = sorted(names, key=lambda each: (-held[each], each))
    share, over = divmod(count, len(order))
    return share + (order.index(name) < over)
