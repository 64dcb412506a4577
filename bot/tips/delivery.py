"""The post itself: never twice because of us, and never silently missing."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.platform import DeliveryError, NotFound, OutcomeUnknown, PermissionDenied
from bot.reply import Reply
from bot.tips import notices as words
from bot.tips.citations import changes
from bot.tips.context import Desk, post_key
from bot.tips.following import Following
from bot.tips.message import post
from bot.tips.selection import pick, through
from bot.tips.work import LONG, SOON, STEP_TIME, Work
from storage import (
    Missed,
    OccurrenceState,
    Plan,
    Receipt,
    Schedule,
    ScheduleState,
    Step,
    StepState,
    Tip,
    TipState,
)

log = structlog.get_logger("crossroads.tips")

PUNCTUAL = timedelta(minutes=15)  # so much later a post still counts as in time


def patience(plan: Plan) -> timedelta:
    """Give how late a tip may be posted unasked."""
    return timedelta(hours=plan.hours) if plan.missed is Missed.CATCH_UP else PUNCTUAL


@dataclass(slots=True)
class Posting(Work):
    """Posts a tip, or finds out whether an attempt that nobody saw the end of has."""

    async def work(self) -> None:
        """Do what is left to do, as far as it can be done now."""
        if self.it.message is None and not await self._post():
            return
        await Following(self.desk, self.platform, self.schedule, self.it).work()

    async def _post(self) -> bool:
        """Post the tip; tells whether it is posted."""
        doubt = self._doubt()
        if doubt is not None:
            age = (self.desk.clock() - doubt.at).total_seconds()
            if not 0 <= age < self.platform.deduplicates_for:
                return await self._look(doubt.at)
        elif self.schedule.state is not ScheduleState.ACTIVE:
            await self.settle(OccurrenceState.SKIPPED)
            return False
        elif self._late():
            await self._give_up()
            return False
        tip = await self._tip()
        if tip is None:
            await self._empty()
            return False
        return await self._send(tip)

    def _doubt(self) -> Receipt | None:
        """Give the receipt of an attempt that may have posted."""
        receipt = self.it.receipts.get(Step.POST)
        doubtful = {StepState.TRYING, StepState.UNKNOWN}
        return receipt if receipt and receipt.state in doubtful else None

    def _late(self) -> bool:
        return self.desk.clock() - self.it.since > patience(self.schedule.plan)

    async def _tip(self) -> Tip | None:
        """Give the tip to post: the one that is written down, or the next."""
        store, queue = self.desk.store, self.schedule.queue
        chosen = await store.tips.by_id(self.it.tip) if self.it.tip else None
        if chosen is not None and (self._doubt() or self._good(chosen)):
            return chosen
        tips = [each for each in await store.tips.of(queue, TipState.QUEUED) if self._good(each)]
        history = await store.occurrences.history(queue, self.it.channel)
        return pick(self.schedule.plan, tips, history)

    def _good(self, tip: Tip) -> bool:
        return tip.state is TipState.QUEUED and not changes(tip, self.desk.content)

    async def _send(self, tip: Tip) -> bool:
        """Post *tip*. That it may have been is on disk before it is."""
        drawn = post(tip, self.desk.content)  # if this fails, nothing was posted
        if not await self.desk.store.occurrences.choose(self.it, tip.id):
            return False
        if not await self.receive(Step.POST, StepState.TRYING):
            return False
        try:
            message = await self._request(drawn)
        except NotFound as error:
            await self._stop(error.message)
        except (OutcomeUnknown, TimeoutError) as error:
            await self._in_doubt(SOON, str(error) or "no answer came")
        except DeliveryError as error:
            if self._doubt():  # of an earlier attempt
                await self._in_doubt(self.pause_after(Step.POST, error), error.message)
                await self.ask_for_help(Step.POST, error)
            else:
                await self.wait_after(Step.POST, error)
        except Exception:  # it may have happened: the next attempt finds out
            log.exception("bug", step=Step.POST)
            await self._in_doubt(LONG, "something broke on our side")
        else:
            return await self._posted(message, tip)
        return False

    async def _request(self, drawn: Reply) -> str:
        mention = self.schedule.plan.mention
        async with asyncio.timeout(STEP_TIME):
            return await self.platform.post(self.it.channel, drawn, self._key(), mention)

    async def _in_doubt(self, wait: timedelta, says: str) -> None:
        await self.release(Step.POST, StepState.TRYING, wait, says)

    def _key(self) -> str:
        return post_key(self.it.schedule, self.it.due_at.isoformat())

    async def _posted(self, message: str, tip: Tip | None) -> bool:
        now = self.desk.clock()
        if not await self.desk.store.occurrences.posted(self.it, message, now):
            return False  # somebody else goes on with it
        self.desk.metrics.tip(self.it.channel, "posted")
        about = f"tip {tip.number}" if tip else "tip"
        number = self.schedule.number
        await self.desk.note(self.schedule.queue, "posted", f"{about} by schedule {number}")
        for notice in ("empty", Step.POST):
            await self.desk.mended(self.schedule, notice)
        return await self.again()

    async def _look(self, since: datetime) -> bool:
        """Find out whether an attempt of which no answer came has posted."""
        try:
            async with asyncio.timeout(STEP_TIME):
                found = await self.platform.find_post(self.it.channel, self._key(), since - LONG)
        except NotFound as error:
            await self._stop(error.message)
        except PermissionDenied:
            await self._uncertain()
        except (DeliveryError, TimeoutError) as error:
            if self._late():
                await self._uncertain()
            else:
                await self._in_doubt(self.pause_after(Step.POST, error), str(error))
        else:
            if found is not None:
                return await self._posted(found, await self._tip())
            await self.receive(Step.POST, StepState.WAITING, "it was not posted")
            return await self.again() and await self._post()
        return False

    async def _uncertain(self) -> None:
        told = words.uncertain(self.schedule, self.it.due_at)
        await self.tell_once(f"uncertain {self.it.due_at}", told)
        await self.settle(OccurrenceState.UNCERTAIN)

    async def _empty(self) -> None:
        queue = self.schedule.queue
        tips = await self.desk.store.tips.of(queue, TipState.QUEUED)
        history = await self.desk.store.occurrences.history(queue, self.it.channel)
        had = bool(tips) and through(tips, history)
        await self.tell_once("empty", words.empty(self.schedule, self.it.due_at, through=had))
        await self.desk.note(queue, "no tip for", f"schedule {self.schedule.number}")
        await self.settle(OccurrenceState.EMPTY)

    async def _give_up(self) -> None:
        """Leave out what is too late, or ask."""
        due, receipt = self.it.due_at, self.it.receipts.get(Step.POST)
        asks = self.schedule.plan.missed is Missed.ASK
        why = (receipt and receipt.says) or "It could not be posted in time."
        left_out = words.missed(self.schedule, [due], why)
        told = words.asking(self.schedule, due) if asks else left_out
        await self.tell_once(f"missed {self.it.since}", told)
        await self.desk.note(self.schedule.queue, "missed", f"schedule {self.schedule.number}")
        await self.settle(OccurrenceState.ASKING if asks else OccurrenceState.MISSED)

    async def _stop(self, says: str) -> None:
        """End a schedule whose channel is gone."""
        await self.receive(Step.POST, StepState.FAILED, says)
        await self.settle(OccurrenceState.GONE)
        await stop(self.desk, self.schedule, says)


async def stop(desk: Desk, schedule: Schedule, says: str) -> None:
    """Disable a schedule whose channel is gone, and tell the moderators once."""
    await desk.store.schedules.change(schedule.id, state=ScheduleState.STOPPED, why=says)
    await desk.note(schedule.queue, "stopped", f"schedule {schedule.number}")
    await desk.tell_once(schedule, "stopped", words.stopped(schedule, says))
