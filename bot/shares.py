"""The share of a gateway's shards that this instance serves, as long as its lease is renewed.

Who can't renew in time stops serving before others may begin: better silent than twice.
"""

import asyncio
import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import structlog

from bot.app import App
from bot.errors import Outage
from storage import Holding, SchemaTooNew, StoreUnavailable

log = structlog.get_logger("crossroads.shards")

LEASE_SECONDS = 30.0  # seconds after which what a lost instance served is another's
SESSION_START_INTERVAL = 5.5  # seconds between sessions that are begun; Discord wants five
_RENEWALS, _SAFE = 6, 2  # a lease is renewed so often; at that part of it serving ends
_STORAGE_ERRORS = (StoreUnavailable, SchemaTooNew, Outage, TimeoutError)


class ShardLease:
    """What the database lets this instance serve."""

    def __init__(self, app: App) -> None:
        self._app, self._lease, self._pause = app, LEASE_SECONDS, SESSION_START_INTERVAL
        self._safe_until = 0.0  # on the monotonic clock
        self.last_error = ""
        """Why the lease could not be renewed at the last attempt, in plain words."""
        self.holding = Holding(count=0, mine=frozenset(), surplus=0, wait=None)
        """What may be served; *wait* is when to renew, in seconds."""

    async def renew(self, recommended: int) -> Holding:
        """Renew or claim; without the database what is held stays so for half a lease.

        *recommended* is how many shards the platform wants. Raises nothing for a database that is
        down.
        """
        began = time.monotonic()
        within = self._lease / _RENEWALS
        if self.holding.mine:
            within = max(0.01, min(within, self._safe_until - began))
        try:
            async with asyncio.timeout(within):
                store = await self._app.store()
                lease = timedelta(seconds=self._lease)
                held = await store.shards.hold(self._app.instance, recommended, lease)
        except _STORAGE_ERRORS as error:
            return self._not_renewed(error)
        self.last_error, self._safe_until = "", began + self._lease / _SAFE
        often = self._lease / _RENEWALS
        self.holding = replace(held, wait=min(often, held.wait or often))
        return self.holding

    def _not_renewed(self, error: Exception) -> Holding:
        self.last_error = getattr(error, "message", "") or "The database takes too long."
        log.warning("shards not renewed", says=self.last_error)
        left = self._safe_until - time.monotonic()
        mine = self.holding.mine if left > 0 else frozenset[int]()
        often = self._lease / _RENEWALS
        self.holding = replace(
            self.holding, mine=mine, surplus=0, wait=min(often, left) if mine else often
        )
        return self.holding

    async def release(self, numbers: Iterable[int]) -> None:
        """Let others have shards that are served here no more; late is as good, by the lease."""
        try:
            await (await self._app.store()).shards.release(self._app.instance, numbers)
        except _STORAGE_ERRORS as error:
            log.warning("shards not released", says=getattr(error, "message", ""))

    async def release_all(self) -> None:
        """Let others have all of them."""
        try:
            await (await self._app.store()).shards.leave(self._app.instance)
        except _STORAGE_ERRORS as error:
            log.warning("shards not released", says=getattr(error, "message", ""))

    async def wait_for_turn(self, number: int, concurrency: int) -> None:
        """Wait for the turn to begin a session; *together* may begin at once, in all instances."""
        pause = timedelta(seconds=self._pause)
        while True:
            try:
                shards = (await self._app.store()).shards
                wait = await shards.turn(self._app.instance, number, concurrency, pause)
            except _STORAGE_ERRORS:
                wait = None
            if wait == timedelta():
                return
            # Not ours any more, or nobody can say: whoever claims ends this wait if it has to end.
            await asyncio.sleep(self._pause if wait is None else wait.total_seconds())
