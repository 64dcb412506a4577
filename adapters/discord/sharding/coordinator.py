"""Shards that instances on one database share among themselves, each served by one at a time.

Each shard has a client of its own, so that one can come or go without a word to the others: inside
a running client discord.py can't give a shard up for good. All of them answer through one client
that is logged in and never listens.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial

import structlog

from adapters.discord.client import Client, wait_for_budget
from adapters.discord.lifecycle import listened, lived, logged_in
from adapters.discord.watch import TAG
from bot.app import App
from bot.formatting import pluralize
from bot.ops.health import Finding, broken, ok
from bot.shares import ShardLease

log = structlog.get_logger("crossroads.discord")


class Part(Client):
    """A client that listens to one shard, and hands what it hears to the whole."""

    def __init__(self, app: App, whole: Client, shard: int, claims: "Claims") -> None:
        mine = range(shard, shard + 1), claims.share.holding.count
        super().__init__(app, mine, shard_connect_timeout=None)  # a turn may be long in coming
        self._interactions, self._under_way = whole._interactions, whole._under_way  # noqa: SLF001
        self._shard, self._claims = shard, claims

    async def setup_hook(self) -> None:
        """Do nothing: the whole has declared the commands."""

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait for the turn among all instances; discord.py knows this client's alone."""
        del shard_id
        if not initial:
            await wait_for_budget(self)
        await self._claims.turn(self._shard)


@dataclass(slots=True)
class Serving:
    """A shard that is being served."""

    stop: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None
    client: Part | None = None


class Claims:
    """Serves what this instance has claimed, and gives up what it has lost or shall share."""

    def __init__(self, app: App, whole: Client, token: str) -> None:
        self._app, self._whole, self._token = app, whole, token
        self.share = ShardLease(app)
        self._together = 1
        self._parts: dict[int, Serving] = {}
        app.health.readiness_checks[TAG] = self.health

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until *stop* is set; raises ConfigurationError where only an admin can help."""
        await logged_in(self._whole, self._token)
        recommended, _, limits = await self._whole.http.get_bot_gateway()
        self._together = limits["max_concurrency"]
        ending = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                wait = await self._look(recommended)
                tasks = {each.task for each in self._parts.values() if each.task}
                done, _ = await asyncio.wait(
                    {ending, *tasks}, timeout=wait, return_when=asyncio.FIRST_COMPLETED
                )
                for task in done & tasks:
                    task.result()
        finally:
            ending.cancel()
            await self._end(self._parts.copy())
            await self.share.release_all()

    async def turn(self, shard: int) -> None:
        """Wait for the turn to begin a session."""
        await self.share.wait_for_turn(shard, self._together)

    async def health(self) -> Finding:
        """Say whether interactions can come in."""
        held = self.share.holding
        if not held.mine and (self.share.last_error or not held.count):
            says = self.share.last_error or "no shard has been claimed yet"
            return broken(says, "It claims shards as soon as the database is there.")
        silent = [shard for shard in held.mine if not self._is_heard(shard)]
        if silent:
            shards = pluralize(len(held.mine), "shard")
            says = f"not connected: {len(silent)} of {shards} without events"
            return broken(says, "It reconnects by itself; if it lasts, read the log.")
        return ok(
            f"connected, {len(held.mine)} of {pluralize(held.count, 'shard')}, the others elsewhere"
        )

    async def _look(self, recommended: int) -> float:
        """Claim, then serve what is ours and nothing else; gives the seconds until the next."""
        before = self.share.holding.count
        held = await self.share.renew(recommended)
        lost = self._parts.keys() - held.mine
        await self._end(self._parts.copy() if held.count != before else lost)
        for shard in sorted(held.mine - self._parts.keys()):
            self._begin(shard)
        if held.surplus:
            quiet_first = sorted(self._parts, key=lambda each: (self._is_heard(each), -each))
            given = quiet_first[: held.surplus]
            await self._end(given)
            await self.share.release(given)
        self._app.metrics.set_claimed_shards(TAG, len(self._parts), held.count)
        return held.wait or 0.0

    def _begin(self, shard: int) -> None:
        log.info("shard claimed", shard=shard, of=self.share.holding.count)
        serving = self._parts[shard] = Serving()

        def made() -> Part:
            serving.client = Part(self._app, self._whole, shard, self)
            return serving.client

        use = partial(listened, token=self._token, stop=serving.stop)
        serving.task = asyncio.create_task(lived(made, use, serving.stop))

    async def _end(self, shards: Iterable[int]) -> None:
        """Stop serving; answers under way are given first."""
        ended = {shard: self._parts.pop(shard) for shard in list(shards)}
        for serving in ended.values():
            serving.stop.set()
        tasks = [each.task for each in ended.values() if each.task]
        await asyncio.gather(*tasks, return_exceptions=True)
        for shard in ended:
            log.info("shard given up", shard=shard)
            self._app.metrics.remove_shard(TAG, shard)

    def _is_heard(self, shard: int) -> bool:
        serving = self._parts.get(shard)
        return serving is not None and serving.client is not None and serving.client.hears(shard)
