"""The work on one occurrence under a lease, and what every step of it needs."""

from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.platform import DeliveryError, Platform, Retryable, needs_intervention
from bot.reply import Reply
from bot.tips import notices as words
from bot.tips.context import Desk
from storage import Occurrence, OccurrenceState, Schedule, Step, StepState

log = structlog.get_logger("crossroads.tips")

LEASE = timedelta(seconds=40)  # ends while Discord still knows the key of a post
STEP_TIME = 30.0  # seconds for a step, within the lease
SOON, LONG = timedelta(seconds=5), timedelta(minutes=15)  # between attempts


@dataclass(slots=True)
class Work:
    """The work on an occurrence under a lease; whoever lost the lease changes nothing."""

    desk: Desk
    platform: Platform
    schedule: Schedule
    it: Occurrence

    async def again(self) -> bool:
        """Renew the lease, and see the occurrence as it is now."""
        now = self.desk.clock()
        key = (self.it.schedule, self.it.due_at)
        mine = await self.desk.store.occurrences.claim(*key, self.it.owner or "", now, now + LEASE)
        self.it = mine or self.it
        return mine is not None

    async def receive(self, step: Step, state: StepState, says: str | None = None) -> bool:
        """Write a receipt of a step; tells whether the lease is still ours."""
        now = self.desk.clock()
        return await self.desk.store.occurrences.receive(self.it, step, state, now, says)

    async def release(self, step: Step, state: StepState, wait: timedelta, says: str) -> None:
        """Write a receipt, and leave the rest for later."""
        await self.receive(step, state, says)
        await self.desk.store.occurrences.release(self.it, self.desk.clock() + wait)

    async def put_off(self) -> None:
        """Put everything off, without a receipt."""
        await self.desk.store.occurrences.release(self.it, self.desk.clock() + LONG)

    async def settle(self, state: OccurrenceState) -> None:
        """End the work for good."""
        if await self.desk.store.occurrences.settle(self.it, state):
            self.desk.metrics.tip(self.it.channel, state)

    async def tell_once(self, about: str, reply: Reply) -> None:
        """Tell the moderators, unless they know."""
        await self.desk.tell_once(self.schedule, about, reply)

    async def wait_after(self, step: Step, error: DeliveryError) -> None:
        """Try a step again later; tell the moderators if only they can help."""
        wait = self.pause_after(step, error)
        await self.release(step, StepState.WAITING, wait, error.message)
        await self.ask_for_help(step, error)

    async def ask_for_help(self, step: Step, error: Exception) -> None:
        """Notify the moderators, once, of a problem that only a person can fix."""
        if isinstance(error, DeliveryError) and needs_intervention(error):
            await self.tell_once(step, words.stuck(self.schedule, step, error.message))

    def pause_after(self, step: Step, error: Exception) -> timedelta:
        """Give the time until a step is tried again."""
        if needs_intervention(error):
            return LONG
        if isinstance(error, Retryable) and error.retry_after:
            return timedelta(seconds=error.retry_after)
        return self._pause(step)

    def _pause(self, step: Step) -> timedelta:
        """Give the time until the next attempt: twice as long after each, up to a limit."""
        receipt = self.it.receipts.get(step)
        tries = receipt.tries if receipt else 0
        return min(timedelta(seconds=SOON.seconds << min(tries, 10)), LONG)
