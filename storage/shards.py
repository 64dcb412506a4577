"""Which instance serves which shard: claims under a lease, by the database's own clock.

An instance's clock may be wrong, and then it would take what another one still serves.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, or_, select, update

from storage.database import Database
from storage.shard_records import Holding
from storage.shard_tables import instances, shards

_LOCK = 0x536861726473  # any number will do, if every instance takes the same


class Shards:
    """The shards of all instances. Every method raises StoreDown as the Store's do."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def hold(self, name: str, recommended: int, lease: timedelta) -> Holding:
        """Renew what *name* holds, and claim what is free of its share.

        Each instance has an equal share. *recommended* is how many shards there shall be; while
        anybody serves one, their number stays as it is.
        """

        def work(on: Connection) -> Holding:
            now = _alone(on)
            names = _present(on, name, now, now + lease)
            rows = _rows(on)
            held = {row.number: row.owner for row in rows if _is_live(row, now)}
            if not held and len(rows) != recommended:
                rows = _renumbered(on, recommended)
            share = _share(name, names, Counter(held.values()), len(rows))
            mine = {number for number, owner in held.items() if owner == name}
            free = [row.number for row in rows if row.number not in held]
            mine |= set(free[: max(0, share - len(mine))])
            taken = update(shards).where(shards.c.number.in_(mine))
            on.execute(taken.values(owner=name, leased_until=now + lease))
            ends = [r.leased_until for r in rows if r.number in held and r.number not in mine]
            wait = (min(ends) - now).total_seconds() if ends else None
            return Holding(len(rows), frozenset(mine), max(0, len(mine) - share), wait)

        return await self._database.write(work)

    async def release(self, name: str, numbers: Iterable[int]) -> None:
        """Let others have shards that *name* serves no more."""
        its = shards.c.number.in_(list(numbers))
        await self._database.write(lambda on: _freed(on, shards.c.owner == name, its))

    async def leave(self, name: str) -> None:
        """Let others have all that *name* served."""

        def work(on: Connection) -> None:
            on.execute(delete(instances).where(instances.c.name == name))
            _freed(on, shards.c.owner == name)

        await self._database.write(work)

    async def turn(
        self, name: str, number: int, together: int, pause: timedelta
    ) -> timedelta | None:
        """Ask for the turn to begin a session of a shard: nothing to wait for means that it is now.

        Of shards whose numbers are alike by *together*, one begins in each *pause*, whichever
        instance serves it. Gives None where *name* does not hold the shard.
        """

        def work(on: Connection) -> timedelta | None:
            now = _alone(on)
            rows = _rows(on)
            if not any(_is_live(r, now) and (r.number, r.owner) == (number, name) for r in rows):
                return None
            alike = [row for row in rows if row.number % together == number % together]
            due = max((row.started_at + pause for row in alike if row.started_at), default=now)
            if due > now:
                return due - now
            on.execute(update(shards).where(shards.c.number == number).values(started_at=now))
            return timedelta()

        return await self._database.write(work)


def _alone(on: Connection) -> datetime:
    """Have the tables to ourselves until the transaction ends; gives the time."""
    if on.dialect.name != "postgresql":  # SQLite's writer is alone, and on the same machine
        return datetime.now(UTC)
    on.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    now: datetime = on.execute(select(func.clock_timestamp())).scalar_one()
    return now.astimezone(UTC)


def _present(on: Connection, name: str, now: datetime, until: datetime) -> list[str]:
    """Note that *name* is there, and give all who are."""
    past = or_(instances.c.leased_until <= now, instances.c.name == name)
    on.execute(delete(instances).where(past))
    on.execute(insert(instances).values(name=name, leased_until=until))
    return list(on.execute(select(instances.c.name)).scalars())


def _share(name: str, names: Iterable[str], held: Mapping[str, int], count: int) -> int:
    """Give how many are *name*'s. Those who hold most have what is left over: the fewest move."""
    order = sorted(names, key=lambda each: (-held[each], each))
    share, over = divmod(count, len(order))
    return share + (order.index(name) < over)


def _renumbered(on: Connection, count: int) -> list[Row[Any]]:
    on.execute(delete(shards))
    on.execute(insert(shards), [{"number": number} for number in range(count)])
    return _rows(on)


def _rows(on: Connection) -> list[Row[Any]]:
    return list(on.execute(select(shards).order_by(shards.c.number)))


def _is_live(row: Row[Any], now: datetime) -> bool:
    return row.owner is not None and row.leased_until > now


def _freed(on: Connection, *here: ColumnElement[bool]) -> None:
    on.execute(update(shards).where(*here).values(owner=None, leased_until=None))
