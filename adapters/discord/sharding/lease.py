"""The lease on the shards that this instance serves, stored in the database of all instances.

An instance that can't renew its lease stops serving before the lease ends. So two instances never
answer the same interaction, but a shard may be unserved for some seconds.
"""

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from bot.app import App
from bot.errors import Outage

log = structlog.get_logger("crossroads.shards")

LEASE_SECONDS = 30.0  # after that, other instances may serve the shards of one that has died
SESSION_START_INTERVAL = 5.5  # seconds between session starts; Discord requires five
_RENEWALS = 6  # per lease
_SAFE_FRACTION = 2  # serving stops after half of a lease that couldn't be renewed
_ERRORS = (Outage, TimeoutError)


@dataclass(frozen=True, slots=True)
class Holding:
    """The shards that this instance has leased and may serve, returned by `ShardLease.renew`."""

    count: int = 0  # shards in total
    mine: frozenset[int] = frozenset()
    surplus: int = 0  # how many to hand over to other instances
    wait: float | None = None  # seconds until the next renewal


class ShardLease:
    """Leases shards for this instance, and coordinates when their sessions start."""

    def __init__(self, app: App) -> None:
        self._app, self._lease, self._pause = app, LEASE_SECONDS, SESSION_START_INTERVAL
        self._safe_until = 0.0  # on the monotonic clock
        self.last_error = ""
        """Why the last renewal failed, in plain words; empty if it succeeded."""
        self.holding = Holding()

    async def renew(self, recommended: int) -> Holding:
        """Renew the lease, claim free shards, and return the shards that may be served now.

        *recommended* is the number of shards that Discord recommends. If the database can't be
        used, nothing is raised, and the shards of the last renewal are returned until half of the
        lease is over.
        """
        started, interval = time.monotonic(), self._lease / _RENEWALS
        within = interval
        if self.holding.mine:
            within = max(0.01, min(interval, self._safe_until - started))
        lease = timedelta(seconds=self._lease)
        try:
            async with asyncio.timeout(within), self._app.storage() as store:
                held = await store.shards.renew(self._app.instance, recommended, lease)
        except _ERRORS as error:
            return self._keep_while_safe(error)
        self.last_error, self._safe_until = "", started + self._lease / _SAFE_FRACTION
        wait = min(interval, held.retry_after or interval)
        self.holding = Holding(held.shard_count, held.shards, held.surplus, wait)
        return self.holding

    def _keep_while_safe(self, error: Exception) -> Holding:
        self.last_error = getattr(error, "message", "") or "The database took too long to respond."
        log.warning("shard lease not renewed", reason=self.last_error)
        left, interval = self._safe_until - time.monotonic(), self._lease / _RENEWALS
        mine = self.holding.mine if left > 0 else frozenset[int]()
        wait = min(interval, left) if mine else interval
        self.holding = replace(self.holding, mine=mine, surplus=0, wait=wait)
        return self.holding

    async def release(self, numbers: Iterable[int]) -> None:
        """End the lease of shards *numbers* at once.

        If the database can't be used, the lease ends when its time is over.
        """
        try:
            async with self._app.storage() as store:
                await store.shards.release(self._app.instance, numbers)
        except _ERRORS as error:
            log.warning("shard lease not released", reason=getattr(error, "message", ""))

    async def release_all(self) -> None:
        """End the lease of all shards at once.

        If the database can't be used, the lease ends when its time is over.
        """
        try:
            async with self._app.storage() as store:
                await store.shards.unregister(self._app.instance)
        except _ERRORS as error:
            log.warning("shard lease not released", reason=getattr(error, "message", ""))

    async def wait_for_turn(self, number: int, concurrency: int) -> None:
        """Wait until shard *number* may start a session.

        Discord allows *concurrency* sessions to start at the same time, counted over all instances.
        """
        pause = timedelta(seconds=self._pause)
        while True:
            try:
                async with self._app.storage() as store:
                    wait = await store.shards.reserve_start(
                        self._app.instance, number, concurrency, pause
                    )
            except _ERRORS:
                wait = None
            if wait == timedelta():
                return
            # None: another instance has the shard, or the database is down. Then the coordinator
            # ends this task.
            await asyncio.sleep(self._pause if wait is None else wait.total_seconds())
