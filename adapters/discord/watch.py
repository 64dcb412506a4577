"""What can be seen of the connection to Discord: shards, starts left, requests."""

import discord

from adapters.shared.http_session import count_requests
from bot.app import App
from bot.formatting import pluralize
from bot.ops.health import Finding, broken, ok

TAG = "discord"
Shards = tuple[range, int]  # those of this instance, and the number of all


class Watched(discord.AutoShardedClient):
    """A client that knows which of its shards can get events, and tells whoever watches."""

    def __init__(
        self,
        app: App,
        shards: Shards | None,
        *,
        intents: discord.Intents,
        **options: object,
    ) -> None:
        if shards is not None:
            options |= {"shard_ids": list(shards[0]), "shard_count": shards[1]}
        super().__init__(intents=intents, http_trace=count_requests(app, TAG), **options)  # type: ignore[arg-type]  # discord.py types its options one by one
        self._metrics, self._up = app.metrics, dict[int, bool]()

    async def on_shard_ready(self, shard: int) -> None:
        """Note that a shard's session has begun."""
        self._note(shard, now=True)

    async def on_shard_resumed(self, shard: int) -> None:
        """Note that a shard's session goes on."""
        self._note(shard, now=True)

    async def on_shard_disconnect(self, shard: int) -> None:
        """Note that a shard hears nothing."""
        self._note(shard, now=False)

    async def health(self) -> Finding:
        """Say whether interactions can come in."""
        expected = range(self.shard_count or 1) if self.shard_ids is None else self.shard_ids
        silent = [each for each in expected if not self._up.get(each)]
        if self.is_closed() or silent:
            shards = pluralize(len(expected), "shard")
            says = f"not connected: {len(silent)} of {shards} without events"
            return broken(says, "It reconnects by itself; if it lasts, read the log.")
        return ok(f"connected, {len(expected)} of {pluralize(len(expected), 'shard')}")

    def hears(self, shard: int) -> bool:
        """Tell whether a shard gets events."""
        return self._up.get(shard, False) and not self.is_closed()

    def serves(self, community: str) -> bool:
        """Tell whether a server is of this instance's shards.

        The rule: https://discord.com/developers/docs/events/gateway#sharding-sharding-formula.
        """
        number = community.rpartition(":")[2]
        if self.shard_ids is None or not number.isdigit():
            return True
        return (int(number) >> 22) % (self.shard_count or 1) in self.shard_ids

    def starts_left(self, remaining: int) -> None:
        """Note how many IDENTIFYs Discord still allows today."""
        self._metrics.set_identifies_remaining(TAG, remaining)

    def _note(self, shard: int, *, now: bool) -> None:
        self._up[shard] = now
        self._metrics.set_connected(TAG, shard, now=now)
