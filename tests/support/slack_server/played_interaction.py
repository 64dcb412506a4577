"""A member's action or an event, and the app's reactions to it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from slack_server.world import Json, Message, ResponseUrl, View, World


@dataclass(frozen=True)
class Ack:
    """The app's acknowledgement: *payload* is JSON, text, or None if it was empty."""

    payload: Any
    attempt: int

    @property
    def text(self) -> str:
        """Return the text of a message in the acknowledgement."""
        return str(self.payload.get("text", "") if isinstance(self.payload, dict) else self.payload)


@dataclass
class PlayedInteraction:
    """A slash command, click, submission or event that a test has sent and waits for.

    *acks* has an entry for every acknowledged delivery, *reasons* one for every other delivery.
    """

    world: World
    kind: str
    payload: Json
    channel: str = ""
    user: str = ""
    url: ResponseUrl | None = None
    apply: Callable[[Any], None] = lambda _: None
    acks: list[Ack] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    _before: int = 0
    _acked: asyncio.Event = field(default_factory=asyncio.Event)
    _over: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._before = len(self.world.posted[self.channel]) if self.channel else 0

    def acknowledge(self, ack: Ack) -> None:
        """Record an acknowledgement and carry it out; raise ApiError if Slack would refuse it."""
        self.acks.append(ack)
        try:
            self.apply(ack.payload)
        finally:
            self._acked.set()

    def end(self) -> None:
        """Record that nothing more will be delivered."""
        self._acked.set()
        self._over.set()

    @property
    def trigger_id(self) -> str:
        return str(self.payload.get("trigger_id", ""))

    async def ack(self, seconds: float = 10) -> Ack:
        """Wait for the first acknowledgement.

        Raises:
            AssertionError: there was none; the text is Slack's retry reason

        """
        await self._wait(self._acked, seconds)
        assert self.acks, f"{self.kind} not acknowledged: {', '.join(self.reasons)}"
        return self.acks[0]

    async def answered(self, seconds: float = 10) -> Ack:
        """Wait until this is acknowledged and the app has answered all that it acknowledged."""
        ack = await self.ack(seconds)
        await wait_until_answered(self.world, seconds)
        return ack

    async def settled(self, seconds: float = 10) -> "PlayedInteraction":
        """Wait until it is acknowledged, or was retried for the last time."""
        await self._wait(self._over, seconds)
        return self

    async def _wait(self, event: asyncio.Event, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            raise AssertionError(f"{self.kind} hangs: {seconds} s") from None

    @property
    def messages(self) -> list[Message]:
        """Return the messages shown by the acknowledgement or the response URL, in order."""
        return [each for each in self.url.shown if not each.deleted] if self.url else []

    async def message(self, number: int = 1, seconds: float = 10) -> Message:
        """Wait for the *number*-th of `messages` and return it."""
        what = f"message {number} in answer to {self.kind}"
        await self.world.news.wait_until(lambda: len(self.messages) >= number, what, seconds)
        return self.messages[number - 1]

    @property
    def posts(self) -> list[Message]:
        """Return the messages that the app has posted to the same channel since, for anybody."""
        since = self.world.posted[self.channel][self._before :]
        seen = [each for each in since if not each.deleted and not each.unseen]
        return [each for each in seen if not each.origin and each.via]

    async def post(self, number: int = 1, seconds: float = 10) -> Message:
        """Wait for the *number*-th of `posts` and return it."""
        what = f"post {number} in {self.channel}"
        await self.world.news.wait_until(lambda: len(self.posts) >= number, what, seconds)
        return self.posts[number - 1]

    def opened(self) -> View | None:
        """Return the view that the app opened, pushed or updated in response, or None."""
        return self.world.opened.get(self.trigger_id) if self.trigger_id else None

    async def view(self, seconds: float = 10) -> View:
        """Wait for `opened` and return it."""
        await self.world.news.wait_until(self.opened, f"view after {self.kind}", seconds)
        view = self.opened()
        assert view is not None
        return view


async def wait_until_answered(world: World, seconds: float = 10) -> None:
    """Wait until the app has answered everything that it acknowledged."""
    async with asyncio.timeout(seconds):
        while world.pending():  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.005)
