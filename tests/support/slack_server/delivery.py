"""Deliveries to the app: wait for the acknowledgement and retry as Slack does."""

import asyncio
from typing import Any, Protocol

from slack_server.played_interaction import Ack, PlayedInteraction
from slack_server.world import ApiError, Json, Missed, NotDelivered, World


class Transport(Protocol):
    """Socket Mode or HTTP."""

    async def deliver(self, kind: str, body: Json, retry: Json) -> Any:
        """Send *body*; return the payload of its acknowledgement, or raise NotDelivered."""


class Dispatcher:
    """Delivers each interaction in a task of its own."""

    def __init__(self, world: World, transport: Transport) -> None:
        self._world = world
        self.transport = transport
        self.twice = 0
        self._tasks: set[asyncio.Task[None]] = set()

    def send(self, interaction: PlayedInteraction) -> PlayedInteraction:
        """Start to deliver *interaction*; if `twice` > 0, deliver it again once acknowledged."""
        self._start(self._deliver(interaction))
        return interaction

    async def again(
        self, interaction: PlayedInteraction, reason: str, attempt: int = 1
    ) -> Ack | None:
        """Deliver an interaction once more; return its acknowledgement, or None without one."""
        outcome = await self._attempt(interaction, attempt, reason)
        return outcome if isinstance(outcome, Ack) else None

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, interaction: PlayedInteraction) -> None:
        try:
            await self._until_acknowledged(interaction)
        finally:
            interaction.end()
            self._world.news.notify()

    async def _until_acknowledged(self, interaction: PlayedInteraction) -> None:
        """Deliver an interaction; retry events only, because Slack retries nothing else."""
        retries = self._world.timing.retries if interaction.kind == "events_api" else ()
        outcome = await self._attempt(interaction, 0, "")
        for attempt, wait in enumerate(retries, 1):
            if isinstance(outcome, Ack) or outcome == "no_retry":
                break
            await asyncio.sleep(wait)
            outcome = await self._attempt(interaction, attempt, outcome)
        if isinstance(outcome, Ack) and self.twice:
            self.twice -= 1
            await self._attempt(interaction, 1, "http_timeout")

    async def _attempt(
        self, interaction: PlayedInteraction, attempt: int, reason: str
    ) -> Ack | str:
        """Deliver once; return the acknowledgement, or Slack's retry reason if there is none."""
        kind, body = interaction.kind, interaction.payload
        retry = {"retry_attempt": attempt, "retry_reason": reason} if attempt else {}
        try:
            async with asyncio.timeout(self._world.timing.ack):
                payload = await self.transport.deliver(kind, body, retry)
        except TimeoutError:
            return self._missed(interaction, attempt, "http_timeout")
        except NotDelivered as error:
            return self._missed(interaction, attempt, str(error))
        except ConnectionError:
            return self._missed(interaction, attempt, "connection_failed")
        return self._acknowledged(interaction, Ack(payload, attempt))

    def _missed(self, interaction: PlayedInteraction, attempt: int, reason: str) -> str:
        interaction.reasons.append(reason)
        missed = Missed(interaction.kind, reason, attempt, interaction.payload)
        self._world.missed.append(missed)
        self._world.news.notify()
        return reason

    def _acknowledged(self, interaction: PlayedInteraction, ack: Ack) -> Ack:
        self._world.counts["ack"] += 1
        try:
            interaction.acknowledge(ack)
        except ApiError as refusal:
            self._world.refuse("ack", refusal.error, refusal.messages)
        self._world.news.notify()
        return ack
