"""The steps that follow a post: unpin the last one, pin this one, open a thread."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.platform import DeliveryError, NotFound
from bot.tips import notices as words
from bot.tips.message import thread_name
from bot.tips.work import LONG, STEP_TIME, Work, log
from storage import OccurrenceState, Step, StepState

_TRIED = timedelta(days=1)  # from the post on; then the step is given up


@dataclass(slots=True)
class Following(Work):
    """Each step can be repeated without harm, and none waits for another."""

    async def work(self) -> None:
        """Do the steps that follow a post, whatever becomes of each."""
        steps: dict[Step, Callable[[str], Awaitable[None]]] = {}
        if self.schedule.plan.pin:
            steps |= {Step.UNPIN: self._unpin, Step.PIN: self._pin}
        if self.schedule.plan.thread:
            steps[Step.THREAD] = self._thread
        waits = []
        for step, action in steps.items():
            wait = await self._step(step, action)
            waits += [wait] if wait else []
        if waits:
            retry_at = self.desk.clock() + min(waits)
            await self.desk.store.occurrences.release(self.it, retry_at)
        else:
            await self.settle(OccurrenceState.DONE)

    async def _step(self, step: Step, action: Callable[[str], Awaitable[None]]) -> timedelta | None:
        """Do a step that can be repeated; gives how long to wait before it is tried again."""
        receipt = self.it.receipts.get(step)
        if receipt and receipt.state in {StepState.DONE, StepState.FAILED}:
            return None
        if not await self.again():
            return LONG
        try:
            async with asyncio.timeout(STEP_TIME):
                await action(self.it.message or "")
        except Exception as error:  # noqa: BLE001  # whatever it is, the other steps go on
            return await self._not_done(step, error)
        await self.receive(step, StepState.DONE)
        await self.desk.mended(self.schedule, _known_as(step))
        return None

    async def _not_done(self, step: Step, error: Exception) -> timedelta | None:
        says = error.message if isinstance(error, DeliveryError) else "something broke on our side"
        if not isinstance(error, DeliveryError | TimeoutError):
            log.error("bug", step=step, exc_info=error)
        if isinstance(error, NotFound) or self._too_late():
            await self.receive(step, StepState.FAILED, says)
            told = words.failed(self.schedule, step, says)
            await self.tell_once(_known_as(step), told)
            return None
        await self.receive(step, StepState.WAITING, says)
        await self.ask_for_help(_known_as(step), error)
        return self.pause_after(step, error)

    async def _unpin(self, message: str) -> None:
        del message  # this one stays
        before = await self.desk.store.occurrences.pinned_before(self.it)
        if before is not None:
            await self.platform.unpin(self.it.channel, before)

    async def _pin(self, message: str) -> None:
        await self.platform.pin(self.it.channel, message)

    async def _thread(self, message: str) -> None:
        tip = await self.desk.store.tips.by_id(self.it.tip) if self.it.tip else None
        name = thread_name(tip) if tip else "Tip of the week"
        await self.platform.create_thread(self.it.channel, message, name)

    def _too_late(self) -> bool:
        return self.desk.clock() - (self.it.posted_at or self.it.since) > _TRIED


def _known_as(step: Step) -> Step:
    """Give the step whose trouble the moderators are told of: what keeps one from pinning."""
    return Step.PIN if step is Step.UNPIN else step
