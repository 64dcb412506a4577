"""Division of the shards among all instances on one database, so that one instance serves each.

Each shard has its own client, because discord.py can't stop a single shard of a running client. A
main client logs in and registers the commands, but never connects to the gateway. The clients of
the shards use its request handler.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial

import structlog

from adapters.discord.client import Client, disconnected
from adapters.discord.commands import PLATFORM
from adapters.discord.internals import fetch_gateway
from adapters.discord.lifecycle import log_in, run_client, run_with_reconnects
from adapters.discord.sharding.lease import ShardLease
from bot.app import App
from bot.formatting import pluralize
from bot.ops.health import Finding, broken, ok

log = structlog.get_logger("crossroads.discord")


class ShardClient(Client):
    """A client for one shard, which answers with the main client's request handler."""

    def __init__(
        self, app: App, main_client: Client, shard: int, coordinator: "ShardCoordinator"
    ) -> None:
        shards = range(shard, shard + 1), coordinator.lease.holding.count
        super().__init__(
            app,
            shards,
            reads_messages=main_client.reads_messages,
            shard_connect_timeout=None,  # its turn may come much later
        )
        self._main_client, self._shard, self._coordinator = main_client, shard, coordinator

    async def setup_hook(self) -> None:
        """Use the main client's request handler; the main client has registered the commands."""
        if self._main_client.handler is not None:
            self.answer_with(self._main_client.handler, self._main_client.messages)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait until this shard may start a session.

        Discord limits the starts of all instances together, but discord.py only counts its own.
        """
        del shard_id
        if not initial:
            await self.wait_for_identify_budget()
        await self._coordinator.wait_for_turn(self._shard)


@dataclass(slots=True)
class RunningShard:
    """A shard that this instance serves; *stop* is set to end it."""

    stop: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None
    client: ShardClient | None = None


class ShardCoordinator:
    """Serves the shards that this instance has leased.

    The coordinator stops a shard when the lease on it is lost, or when another instance should take
    it over.
    """

    def __init__(self, app: App, main_client: Client, token: str) -> None:
        self._app, self._main_client, self._token = app, main_client, token
        self.lease = ShardLease(app)
        self._max_concurrency = 1
        self._running: dict[int, RunningShard] = {}
        app.health.readiness_checks[PLATFORM] = self.health

    async def run(self, stop: asyncio.Event) -> None:
        """Serve the leased shards until *stop* is set, then release them.

        Raise ConfigurationError if Discord refuses the token or the settings.
        """
        await log_in(self._main_client, self._token)
        gateway = await fetch_gateway(self._main_client)
        self._max_concurrency = gateway["session_start_limit"]["max_concurrency"]
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                wait = await self._rebalance(gateway["shards"])
                tasks = {each.task for each in self._running.values() if each.task}
                done, _ = await asyncio.wait(
                    {stopping, *tasks}, timeout=wait, return_when=asyncio.FIRST_COMPLETED
                )
                for task in done & tasks:
                    task.result()
        finally:
            stopping.cancel()
            await self._stop_shards(self._running.copy())
            await self.lease.release_all()

    async def wait_for_turn(self, shard: int) -> None:
        """Wait until *shard* may start a session; Discord limits how many start at a time."""
        await self.lease.wait_for_turn(shard, self._max_concurrency)

    async def health(self) -> Finding:
        """Return the finding of the health check: healthy unless a leased shard isn't connected."""
        held = self.lease.holding
        if not held.mine and (self.lease.last_error or not held.count):
            message = self.lease.last_error or "no shard has been claimed yet"
            return broken(message, "The bot claims shards as soon as it can reach the database.")
        silent = sum(not self._is_connected(shard) for shard in held.mine)
        if silent:
            return disconnected(silent, pluralize(len(held.mine), "shard"))
        shards = pluralize(held.count, "shard")
        return ok(f"connected: {len(held.mine)} of {shards}; other instances serve the rest")

    async def _rebalance(self, recommended: int) -> float:
        """Renew the lease, then start and stop shards so that exactly the leased ones run.

        *recommended* is the number of shards that Discord recommends. Return the seconds to wait
        until the next call.
        """
        before = self.lease.holding.count
        held = await self.lease.renew(recommended)
        lost = self._running.keys() - held.mine
        await self._stop_shards(self._running.copy() if held.count != before else lost)
        for shard in sorted(held.mine - self._running.keys()):
            self._start_shard(shard)
        if held.surplus:
            silent_first = sorted(self._running, key=lambda each: (self._is_connected(each), -each))
            surplus = silent_first[: held.surplus]
            await self._stop_shards(surplus)
            await self.lease.release(surplus)
        self._app.metrics.set_claimed_shards(PLATFORM, len(self._running), held.count)
        return held.wait or 0.0

    def _start_shard(self, shard: int) -> None:
        log.info("shard claimed", shard=shard, of=self.lease.holding.count)
        running = self._running[shard] = RunningShard()

        def create_client() -> ShardClient:
            running.client = ShardClient(self._app, self._main_client, shard, self)
            return running.client

        run = partial(run_client, token=self._token, stop=running.stop)
        running.task = asyncio.create_task(run_with_reconnects(create_client, run, running.stop))

    async def _stop_shards(self, shards: Iterable[int]) -> None:
        """Stop serving *shards*, and wait until their answers in progress have been sent."""
        stopped = {shard: self._running.pop(shard) for shard in list(shards)}
        for running in stopped.values():
            running.stop.set()
        tasks = [each.task for each in stopped.values() if each.task]
        await asyncio.gather(*tasks, return_exceptions=True)
        for shard in stopped:
            log.info("shard released", shard=shard)
            self._app.metrics.remove_shard(PLATFORM, shard)

    def _is_connected(self, shard: int) -> bool:
        running = self._running.get(shard)
        client = running.client if running else None
        return client is not None and client.is_connected(shard)
