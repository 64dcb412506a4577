"""Delivery of one due tip under a lease: posting it, pinning it and opening its thread."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.platform import (
    DeliveryError,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    Platform,
    Retryable,
    needs_intervention,
)
from bot.reply import Reply
from bot.tips import notices
from bot.tips.context import TipContext, idempotency_key
from bot.tips.message import render_tip, thread_name
from bot.tips.selection import has_had_every_tip, tip_for
from storage import (
    Missed,
    Occurrence,
    OccurrenceState,
    Plan,
    Receipt,
    Schedule,
    ScheduleState,
    Step,
    StepState,
    Tip,
)

log = structlog.get_logger("crossroads.tips")

LEASE_DURATION = timedelta(seconds=40)  # shorter than Discord remembers a post's key
ON_TIME = timedelta(minutes=15)  # a post up to this late counts as on time
_STEP_TIMEOUT = 30.0  # seconds, shorter than the lease
_MIN_RETRY_DELAY, _MAX_RETRY_DELAY = timedelta(seconds=5), timedelta(minutes=15)
_FOLLOW_UP_PERIOD = timedelta(days=1)  # failed steps are retried this long after the post
_INTERNAL_ERROR = "Something broke on our side."


def catch_up_window(plan: Plan) -> timedelta:
    """Return how long after its due time a tip may be posted without asking the moderators."""
    return timedelta(hours=plan.hours) if plan.missed is Missed.CATCH_UP else ON_TIME


async def notify_no_tip(context: TipContext, schedule: Schedule, due_at: datetime) -> bool:
    """Notify the moderators that no tip is left for *due_at*, unless they already know.

    Return False if the platform is busy and the caller must try again later, else True.
    """
    exhausted = await has_had_every_tip(context, schedule)
    notice = notices.no_tip(schedule, due_at, exhausted=exhausted)
    return await context.notify_once(schedule, "empty", notice)


async def stop_schedule(context: TipContext, schedule: Schedule, reason: str) -> None:
    """Stop a schedule because its channel is gone, and notify the moderators once."""
    await context.store.schedules.update(schedule.id, state=ScheduleState.STOPPED, reason=reason)
    await context.record_audit(schedule.queue, "stopped", f"schedule {schedule.number}")
    await context.notify_once(schedule, "stopped", notices.schedule_stopped(schedule, reason))


@dataclass(slots=True)
class LeasedOccurrence:
    """An occurrence (a post that is due at one time, with its steps) leased by this process.

    Once the lease is lost, writes to the occurrence change nothing in the database.
    """

    context: TipContext
    platform: Platform
    schedule: Schedule
    occurrence: Occurrence

    async def renew_lease(self) -> bool:
        """Renew the lease and reload the occurrence; return False if the lease is lost."""
        now, it = self.context.clock(), self.occurrence
        renewed = await self.context.store.occurrences.claim(
            it.schedule, it.due_at, it.owner or "", now, now + LEASE_DURATION
        )
        self.occurrence = renewed or it
        return renewed is not None

    async def record_step(self, step: Step, state: StepState, detail: str | None = None) -> bool:
        """Store a step's state (*detail*: why it failed); return False if the lease is lost."""
        now = self.context.clock()
        return await self.context.store.occurrences.record_step(
            self.occurrence, step, state, now, detail
        )

    async def release(self, delay: timedelta = _MAX_RETRY_DELAY) -> None:
        """End the lease early; the scheduler leases the occurrence again after *delay*."""
        retry_at = self.context.clock() + delay
        await self.context.store.occurrences.release(self.occurrence, retry_at)

    async def finish(self, state: OccurrenceState) -> None:
        """Store the final state of the occurrence, and count it in the metrics."""
        if await self.context.store.occurrences.finish(self.occurrence, state):
            self.context.metrics.count_tip(self.occurrence.channel, state)

    async def notify_once(self, subject: str, reply: Reply) -> None:
        """Send *reply* to the moderators, unless they were notified about *subject* before."""
        await self.context.notify_once(self.schedule, subject, reply)

    async def notify_if_help_needed(self, step: Step, error: Exception) -> None:
        """Notify the moderators, once for each step, if only a person can fix *error*."""
        if isinstance(error, DeliveryError) and needs_intervention(error):
            notice = notices.step_needs_help(self.schedule, step, error.message)
            await self.notify_once(step, notice)

    def retry_delay(self, step: Step, error: Exception) -> timedelta:
        """Return how long to wait before a failed step is retried.

        The delay doubles with each attempt, up to 15 minutes. It is 15 minutes if a person has to
        act first, and the platform's own delay if *error* has one.
        """
        if needs_intervention(error):
            return _MAX_RETRY_DELAY
        if isinstance(error, Retryable) and error.retry_after:
            return timedelta(seconds=error.retry_after)
        receipt = self.occurrence.receipts.get(step)
        tries = receipt.tries if receipt else 0
        delay = timedelta(seconds=_MIN_RETRY_DELAY.seconds << min(tries, 10))
        return min(delay, _MAX_RETRY_DELAY)


@dataclass(slots=True)
class PostDelivery(LeasedOccurrence):
    """Posts the tip of an occurrence (a due post), unless an earlier attempt has posted it.

    An attempt is called unconfirmed if the platform's answer to it was lost.
    """

    async def run(self) -> None:
        """Post the tip if it isn't posted yet, then run the `FollowUps`, such as pinning the post.

        If posting fails, the follow-ups don't run. The scheduler retries later if a retry can help.
        """
        if self.occurrence.message is None and not await self._deliver():
            return
        await FollowUps(self.context, self.platform, self.schedule, self.occurrence).run()

    async def _deliver(self) -> bool:
        """Post the tip, or store why it isn't posted; return True if it is posted."""
        unconfirmed = self._unconfirmed_attempt()
        if unconfirmed is not None:
            age = (self.context.clock() - unconfirmed.at).total_seconds()
            if not 0 <= age < self.platform.deduplicates_for:
                return await self._find_earlier_post(unconfirmed.at)
        elif self.schedule.state is not ScheduleState.ACTIVE:
            await self.finish(OccurrenceState.SKIPPED)
            return False
        elif self._is_late():
            await self._report_missed()
            return False
        tip = await self._choose_tip()
        if tip is None:
            await self._report_no_tip()
            return False
        return await self._send_tip(tip)

    def _unconfirmed_attempt(self) -> Receipt | None:
        """Return the receipt of an earlier attempt that may have posted the tip, or None."""
        receipt = self.occurrence.receipts.get(Step.POST)
        unconfirmed = {StepState.TRYING, StepState.UNKNOWN}
        return receipt if receipt and receipt.state in unconfirmed else None

    def _is_late(self) -> bool:
        age = self.context.clock() - self.occurrence.since
        return age > catch_up_window(self.schedule.plan)

    async def _choose_tip(self) -> Tip | None:
        """Return the tip to post, or None if none is left.

        After an unconfirmed attempt, the same tip is returned again.
        """
        if self.occurrence.tip and self._unconfirmed_attempt():
            attempted = await self.context.store.tips.get_by_id(self.occurrence.tip)
            if attempted is not None:
                return attempted
        return await tip_for(self.context, self.schedule, self.occurrence)

    async def _send_tip(self, tip: Tip) -> bool:
        """Post *tip*; return True if it is posted and the lease is still held.

        The attempt is stored before the request, so that after a crash the next attempt checks
        whether the tip was posted.
        """
        message = render_tip(tip, self.context.content)  # an error here means nothing was posted
        if not await self.context.store.occurrences.set_tip(self.occurrence, tip.id):
            return False
        if not await self.record_step(Step.POST, StepState.TRYING):
            return False
        try:
            message_id = await self._request_post(message)
        except NotFound as error:
            await self._stop_schedule(error.message)
        except (OutcomeUnknown, TimeoutError) as error:
            await self._retry_unconfirmed(_MIN_RETRY_DELAY, str(error) or "no response")
        except DeliveryError as error:
            await self._retry_refused(error)
        except Exception:  # the tip may be posted; the next attempt checks
            log.exception("bug", step=Step.POST)
            await self._retry_unconfirmed(_MAX_RETRY_DELAY, _INTERNAL_ERROR)
        else:
            return await self._record_post(message_id, tip)
        return False

    async def _request_post(self, message: Reply) -> str:
        """Post *message* in the occurrence's channel and return the id of the new message."""
        mention = self.schedule.plan.mention
        async with asyncio.timeout(_STEP_TIMEOUT):
            return await self.platform.post(
                self.occurrence.channel, message, self._idempotency_key(), mention
            )

    async def _retry_unconfirmed(self, delay: timedelta, detail: str) -> None:
        await self.record_step(Step.POST, StepState.TRYING, detail)
        await self.release(delay)

    async def _retry_refused(self, error: DeliveryError) -> None:
        # This attempt posted nothing, but an earlier one may have.
        state = StepState.TRYING if self._unconfirmed_attempt() else StepState.WAITING
        delay = self.retry_delay(Step.POST, error)
        await self.record_step(Step.POST, state, error.message)
        await self.release(delay)
        await self.notify_if_help_needed(Step.POST, error)

    def _idempotency_key(self) -> str:
        return idempotency_key(self.occurrence.schedule, self.occurrence.due_at.isoformat())

    async def _record_post(self, message_id: str, tip: Tip | None) -> bool:
        """Store and audit that the tip is posted; return False if the lease is lost."""
        now = self.context.clock()
        if not await self.context.store.occurrences.record_post(self.occurrence, message_id, now):
            return False
        self.context.metrics.count_tip(self.occurrence.channel, "posted")
        subject = f"tip {tip.number}" if tip else "tip"
        await self.context.record_audit(
            self.schedule.queue, "posted", f"{subject} by schedule {self.schedule.number}"
        )
        for notice in ("empty", Step.POST):
            await self.context.clear_notice(self.schedule, notice)
        return await self.renew_lease()

    async def _find_earlier_post(self, since: datetime) -> bool:
        """Search the channel for the post of an unconfirmed attempt that was made at *since*.

        If there is no such post, post the tip now. If the bot can't search, ask the moderators.
        Return True if the tip is posted.
        """
        channel, key = self.occurrence.channel, self._idempotency_key()
        try:
            async with asyncio.timeout(_STEP_TIMEOUT):
                found = await self.platform.find_post(channel, key, since - _MAX_RETRY_DELAY)
        except NotFound as error:
            await self._stop_schedule(error.message)
        except PermissionDenied:
            await self._ask_whether_posted()
        except (DeliveryError, TimeoutError) as error:
            if self._is_late():
                await self._ask_whether_posted()
            else:
                await self._retry_unconfirmed(self.retry_delay(Step.POST, error), str(error))
        else:
            if found is not None:
                return await self._record_post(found, await self._choose_tip())
            await self.record_step(Step.POST, StepState.WAITING, "it was not posted")
            return await self.renew_lease() and await self._deliver()
        return False

    async def _ask_whether_posted(self) -> None:
        due_at = self.occurrence.due_at
        notice = notices.ask_about_uncertain_post(self.schedule, due_at)
        await self.notify_once(f"uncertain {due_at}", notice)
        await self.finish(OccurrenceState.UNCERTAIN)

    async def _report_no_tip(self) -> None:
        await notify_no_tip(self.context, self.schedule, self.occurrence.due_at)
        subject = f"schedule {self.schedule.number}"
        await self.context.record_audit(self.schedule.queue, "no tip for", subject)
        await self.finish(OccurrenceState.EMPTY)

    async def _report_missed(self) -> None:
        """Notify the moderators that a post is too late, or ask them whether to post it now."""
        schedule, due_at = self.schedule, self.occurrence.due_at
        if schedule.plan.missed is Missed.ASK:
            state, notice = OccurrenceState.ASKING, notices.ask_about_late_post(schedule, due_at)
        else:
            receipt = self.occurrence.receipts.get(Step.POST)
            why = (receipt and receipt.error) or "It couldn't be posted in time."
            state, notice = OccurrenceState.MISSED, notices.posts_missed(schedule, [due_at], why)
        await self.notify_once(f"missed {self.occurrence.since}", notice)
        await self.context.record_audit(schedule.queue, "missed", f"schedule {schedule.number}")
        await self.finish(state)

    async def _stop_schedule(self, reason: str) -> None:
        await self.record_step(Step.POST, StepState.FAILED, reason)
        await self.finish(OccurrenceState.GONE)
        await stop_schedule(self.context, self.schedule, reason)


@dataclass(slots=True)
class FollowUps(LeasedOccurrence):
    """Runs the steps after a post: unpin the previous tip, pin this one, open its thread.

    Each step may safely run twice.
    """

    async def run(self) -> None:
        """Run every step that isn't done yet, even if another one fails.

        If a step must be retried, end the lease early, so that the scheduler runs this delivery
        again after a delay. Otherwise store that the occurrence (this post) is finished.
        """
        steps: dict[Step, Callable[[str], Awaitable[None]]] = {}
        if self.schedule.plan.pin:
            steps |= {Step.UNPIN: self._unpin_previous, Step.PIN: self._pin_post}
        if self.schedule.plan.thread:
            steps[Step.THREAD] = self._open_thread
        delays = []
        for step, action in steps.items():
            delay = await self._run_step(step, action)
            delays += [delay] if delay else []
        if delays:
            await self.release(min(delays))
        else:
            await self.finish(OccurrenceState.DONE)

    async def _run_step(
        self, step: Step, action: Callable[[str], Awaitable[None]]
    ) -> timedelta | None:
        """Run *action* for *step*, with the message's id, unless the step is done or given up.

        Return the delay before the next attempt, or None if there won't be one.
        """
        receipt = self.occurrence.receipts.get(step)
        if receipt and receipt.state in {StepState.DONE, StepState.FAILED}:
            return None
        if not await self.renew_lease():
            return _MAX_RETRY_DELAY
        try:
            async with asyncio.timeout(_STEP_TIMEOUT):
                await action(self.occurrence.message or "")
        except Exception as error:  # noqa: BLE001  # a failed step must not stop the others
            return await self._handle_failure(step, error)
        await self.record_step(step, StepState.DONE)
        await self.context.clear_notice(self.schedule, _notice_subject(step))
        return None

    async def _handle_failure(self, step: Step, error: Exception) -> timedelta | None:
        """Store that *step* failed; return the delay before its retry, or None if there is none."""
        detail = error.message if isinstance(error, DeliveryError) else _INTERNAL_ERROR
        if not isinstance(error, DeliveryError | TimeoutError):
            log.error("bug", step=step, exc_info=error)
        age = self.context.clock() - (self.occurrence.posted_at or self.occurrence.since)
        if isinstance(error, NotFound) or age > _FOLLOW_UP_PERIOD:
            await self.record_step(step, StepState.FAILED, detail)
            notice = notices.step_failed(self.schedule, step, detail)
            await self.notify_once(_notice_subject(step), notice)
            return None
        await self.record_step(step, StepState.WAITING, detail)
        await self.notify_if_help_needed(_notice_subject(step), error)
        return self.retry_delay(step, error)

    async def _unpin_previous(self, message: str) -> None:
        del message  # only the previous post is unpinned
        previous = await self.context.store.occurrences.find_previous_pin(self.occurrence)
        if previous is not None:
            await self.platform.unpin(self.occurrence.channel, previous)

    async def _pin_post(self, message: str) -> None:
        await self.platform.pin(self.occurrence.channel, message)

    async def _open_thread(self, message: str) -> None:
        tip_id = self.occurrence.tip
        tip = await self.context.store.tips.get_by_id(tip_id) if tip_id else None
        name = thread_name(tip) if tip else "Tip of the week"
        await self.platform.create_thread(self.occurrence.channel, message, name)


def _notice_subject(step: Step) -> Step:
    """Return the step that a notice about *step* names: PIN for UNPIN, which share one notice."""
    return Step.PIN if step is Step.UNPIN else step
