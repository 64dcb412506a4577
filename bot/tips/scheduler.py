"""The scheduler of weekly tips, which posts each due tip under a lease."""

import asyncio
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import structlog

from bot.app import App
from bot.community.reminders import Reminders
from bot.errors import Outage
from bot.formatting import pluralize
from bot.ops.health import Finding, broken, ok, warning
from bot.platform import DeliveryError, NotFound
from bot.tips import health, notices
from bot.tips.context import UNUSABLE_NOTICE, TipContext
from bot.tips.delivery import (
    LEASE_DURATION,
    PostDelivery,
    catch_up_window,
    notify_no_tip,
    stop_schedule,
)
from bot.tips.holding import hold_changed_tips
from bot.tips.recurrence import due_times_until, format_due_time
from bot.tips.selection import upcoming_posts
from bot.tips.validation import find_plan_problem
from storage import (
    Missed,
    Occurrence,
    OccurrenceState,
    Schedule,
    SchemaTooNew,
    StoreUnavailable,
)

log = structlog.get_logger("crossroads.tips")

POLL_INTERVAL = 30.0  # seconds between runs at most, because clocks jump and other processes write
STUCK_AFTER = 300.0  # seconds without success after which the scheduler isn't ready
WARNING_PERIOD = timedelta(days=2)  # moderators are warned this long before the due time
_MIN_PAUSE = 1.0  # seconds between runs
_MAX_CONCURRENT = 8  # deliveries
_DRAIN_TIMEOUT = 5.0  # seconds that unfinished work gets at shutdown
_DELIVERY_NOTICE = "posting broke"
_INTERNAL_ERROR = "something broke on our side; an admin can find the details in the log"
_DOWNTIME = "The bot wasn't running or couldn't reach its database at the time."


class TipScheduler:
    """Posts due tips until it is stopped. Several processes on one database share the work."""

    def __init__(
        self,
        app: App,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        poll: float = POLL_INTERVAL,
    ) -> None:
        self._app, self._clock, self._poll = app, clock, poll
        self._name = f"{app.instance}-{secrets.token_hex(2)}"
        self._semaphore = asyncio.Semaphore(_MAX_CONCURRENT)
        self._last_success = time.monotonic()  # time of the last success with a schedule or post
        self._checked_queues: set[str] = set()  # whose citations were checked
        self._problems = ScheduleProblems()
        self._reminders = Reminders()
        self._last_post_succeeded = True
        self._woken = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Register the health checks of tips, and post due tips until *stop* is set."""
        self._app.health.readiness_checks["tips"] = self.check_ready
        self._app.health.diagnostic_checks["tips due"] = self.check_schedules
        pause, self._last_success = 0.0, time.monotonic()
        stopping = asyncio.create_task(stop.wait())
        self._app.wake_scheduler = self._woken.set
        while not stop.is_set():
            woken = self._woken.is_set()
            self._woken.clear()
            working = asyncio.create_task(self.run_once(prepare=not woken))
            await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                await asyncio.wait({working}, timeout=_DRAIN_TIMEOUT)
                working.cancel()
            with suppress(asyncio.CancelledError):
                pause = await working
            await self._wait(stopping, pause)
        self._app.wake_scheduler = None

    async def _wait(self, stopping: asyncio.Task[bool], seconds: float) -> None:
        """Wait so many seconds, but no longer than until the scheduler is woken or stopped."""
        waking = asyncio.create_task(self._woken.wait())
        await asyncio.wait({stopping, waking}, timeout=seconds, return_when="FIRST_COMPLETED")
        waking.cancel()

    async def run_once(self, *, prepare: bool = True) -> float:
        """Update schedules and post all due tips; return the seconds to wait before the next run.

        Without *prepare*, post only what is stored as due, because a moderator waits for it. Errors
        are logged, not raised.
        """
        try:
            context = await self._open_context()
            if prepare:
                await self._prune_expired()
                await self._hold_changed_tips(context)
                await self._remind(context)
                await self._prepare_schedules(context)
            occurrences = await context.store.occurrences.list_due()
            await asyncio.gather(*(self._claim_and_deliver(context, each) for each in occurrences))
            pause = await self._seconds_until_next_run(context)
        except (StoreUnavailable, SchemaTooNew, Outage) as error:
            self._app.report_outage(error)
        except Exception:  # a bug must not stop later runs
            log.exception("bug in tips")
        else:
            self._app.report_recovery()
            return pause
        return self._poll

    async def _prune_expired(self) -> None:
        """Delete unfinished quizzes that have expired; tips are posted even if that fails."""
        try:
            await self._app.prune_unfinished()
        except (StoreUnavailable, SchemaTooNew) as error:
            self._app.report_outage(error)

    async def check_ready(self) -> Finding:
        """Return a finding about the scheduler.

        It is broken after 5 minutes without success, and a warning if a schedule is unusable.
        """
        silent = time.monotonic() - self._last_success
        if silent > STUCK_AFTER:
            message = (
                "the bot hasn't been able to process due tips for "
                f"{pluralize(round(silent), 'second')}"
            )
            remedy = "Restart the bot. This is a bug in Crossroads; the log may say more."
            return broken(message, remedy)
        unusable = len(self._problems.schedule_ids)
        if unusable:
            message = f"{pluralize(unusable, 'schedule')} can't be used; all others work"
            return warning(
                message,
                "To see which, run crossroads doctor. The bot has also notified their moderators.",
            )
        return ok("due tips get posted")

    async def check_schedules(self) -> Finding:
        """Return a finding with the next tip's due time and problems that will prevent posts."""
        return await health.check_schedules(await self._open_context(), show_channels=False)

    async def _open_context(self) -> TipContext:
        app, store = self._app, await self._app.store()
        return TipContext(app.content, app.platforms, store, self._clock, app.metrics)

    async def _hold_changed_tips(self, context: TipContext) -> None:
        """Hold tips whose cited entries have changed.

        Each queue is checked once per process, as soon as its moderators can be notified.
        """
        for queue in set(await context.store.queues.list_all()) - self._checked_queues:
            communities = await context.store.queues.list_communities(queue)
            if not any(context.platform(each) for each in communities):
                continue
            try:
                await hold_changed_tips(context, queue)
            except StoreUnavailable:
                raise
            except Exception:  # a broken queue must not stop the others
                log.exception("bug in the check of cited entries", queue=queue)
            self._checked_queues.add(queue)

    async def _remind(self, context: TipContext) -> None:
        """Send reminders about community answers; a bug in them doesn't stop the tips."""
        try:
            await self._reminders.send(context)
        except (StoreUnavailable, SchemaTooNew):
            raise
        except Exception:
            log.exception("bug in reminders")

    async def _prepare_schedules(self, context: TipContext) -> None:
        """Store the due posts of active schedules on connected platforms, and warn of problems."""
        active = await context.store.schedules.list_active()
        here = [each for each in active if context.platform(each.plan.channel)]
        self._problems.keep_only({each.id for each in here})
        done = [await self._prepare_schedule(context, each) for each in here]
        if (any(done) or not done) and self._last_post_succeeded:
            self._last_success = time.monotonic()

    async def _prepare_schedule(self, context: TipContext, schedule: Schedule) -> bool:
        """Store a schedule's due posts and warn of problems; return False if there was a bug."""
        problem, succeeded = find_plan_problem(schedule.plan), True
        try:
            if problem is None:
                await record_due(context, schedule)
                now = await context.store.schedules.get_by_id(schedule.id)
                await warn_ahead(context, now or schedule)
        except DeliveryError as error:
            log.warning("moderators not notified", schedule=schedule.id, detail=error.message)
        except StoreUnavailable:
            raise
        except Exception:  # a broken schedule must not stop the others
            log.exception("bug in tips", schedule=schedule.id)
            problem, succeeded = _INTERNAL_ERROR, False
        await self._problems.record(context, schedule, UNUSABLE_NOTICE, problem)
        return succeeded

    async def _claim_and_deliver(self, context: TipContext, occurrence: Occurrence) -> None:
        async with self._semaphore:
            platform, now = context.platform(occurrence.channel), self._clock()
            if platform is None:
                return
            schedule = await context.store.schedules.get_by_id(occurrence.schedule)
            if schedule is None or find_plan_problem(schedule.plan):
                return
            leased = await context.store.occurrences.claim(
                occurrence.schedule, occurrence.due_at, self._name, now, now + LEASE_DURATION
            )
            if leased is not None:
                await self._deliver(PostDelivery(context, platform, schedule, leased))

    async def _deliver(self, delivery: PostDelivery) -> None:
        context, schedule = delivery.context, delivery.schedule
        try:
            await delivery.run()
        except (StoreUnavailable, DeliveryError) as error:
            log.warning("tip delayed", schedule=schedule.id, detail=error.message)
        except Exception:  # a broken occurrence must not stop the others
            log.exception("bug in tips", schedule=schedule.id)
            self._last_post_succeeded = False
            await delivery.release()
            await self._problems.record(context, schedule, _DELIVERY_NOTICE, _INTERNAL_ERROR)
        else:
            await self._problems.record(context, schedule, _DELIVERY_NOTICE, None)
            self._last_success, self._last_post_succeeded = time.monotonic(), True

    async def _seconds_until_next_run(self, context: TipContext) -> float:
        """Return the seconds until something is due, but no more than the poll interval.

        Also record in the metrics how long the oldest due tip has waited.
        """
        left, now = await context.store.occurrences.list_due(), self._clock()
        oldest = min((each.since for each in left if each.message is None), default=now)
        self._app.metrics.set_tip_lag(max(0.0, (now - oldest).total_seconds()))
        active = await context.store.schedules.list_active()
        usable = [each for each in active if not find_plan_problem(each.plan)]
        moments = [each.next_due for each in usable if context.platform(each.plan.channel)]
        usable_ids = {each.id for each in usable}
        moments += [
            each.retry_at or each.leased_until or each.due_at
            for each in left
            if each.schedule in usable_ids and context.platform(each.channel)
        ]
        soonest = min(moments, default=now + timedelta(days=1)) - now
        return min(self._poll, max(soonest.total_seconds(), min(_MIN_PAUSE, self._poll)))


class ScheduleProblems:
    """The current problems of unusable schedules; moderators are notified of each problem once."""

    def __init__(self) -> None:
        self._problems: dict[tuple[str, str], str] = {}

    @property
    def schedule_ids(self) -> frozenset[str]:
        """The ids of the unusable schedules."""
        return frozenset(schedule for schedule, _ in self._problems)

    def keep_only(self, schedules: set[str]) -> None:
        """Forget the problems of all schedules except those whose ids are in *schedules*."""
        self._problems = {
            key: problem for key, problem in self._problems.items() if key[0] in schedules
        }

    async def record(
        self, context: TipContext, schedule: Schedule, notice: str, problem: str | None
    ) -> None:
        """Store a schedule's problem and notify the moderators once; None clears the problem.

        *notice* is the kind of problem: found before a post, or while posting.
        """
        key = (schedule.id, notice)
        before = self._problems.pop(key, None)
        if problem is None:
            if before is not None:
                await context.clear_notice(schedule, notice)
            return
        self._problems[key] = problem
        if before is None:
            log.error("schedule can't be used", schedule=schedule.id, detail=problem)
        try:
            reply = notices.schedule_unusable(schedule, problem)
            await context.notify_once(schedule, notice, reply)
        except DeliveryError as error:
            log.warning("moderators not notified", schedule=schedule.id, detail=error.message)


async def record_due(context: TipContext, schedule: Schedule) -> None:
    """Store an occurrence (a due post) for each due time of a schedule that has passed.

    All but the last are stored as missed, because only the last one may still be posted.
    """
    now = context.clock()
    if schedule.next_due > now:
        return
    due_times, next_due = due_times_until(schedule.plan, schedule.next_due, now)
    *earlier, last = due_times
    state = _initial_state(schedule, last, now)
    occurrences = [*((due_at, OccurrenceState.MISSED) for due_at in earlier), (last, state)]
    if not await context.store.schedules.advance(schedule, occurrences, next_due):
        return
    for _, each in occurrences:
        context.metrics.count_tip(schedule.plan.channel, each)
    await context.store.audit.delete_notice(schedule.queue, _warned_notice(schedule))
    await _notify_missed(context, schedule, occurrences)


def _initial_state(schedule: Schedule, due_at: datetime, now: datetime) -> OccurrenceState:
    if now - due_at <= catch_up_window(schedule.plan):
        return OccurrenceState.DUE
    asks = schedule.plan.missed is Missed.ASK
    return OccurrenceState.ASKING if asks else OccurrenceState.MISSED


async def _notify_missed(
    context: TipContext, schedule: Schedule, occurrences: list[tuple[datetime, OccurrenceState]]
) -> None:
    """Notify the moderators of missed posts; ask about the last one if the plan says so."""
    missed = [due_at for due_at, state in occurrences if state is OccurrenceState.MISSED]
    for _ in missed:
        await context.record_audit(schedule.queue, "missed", f"schedule {schedule.number}")
    if missed:
        notice = notices.posts_missed(schedule, missed, _DOWNTIME)
        await context.notify_once(schedule, f"missed {missed[-1]}", notice)
    last, state = occurrences[-1]
    if state is OccurrenceState.ASKING:
        notice = notices.ask_about_late_post(schedule, last)
        await context.notify_once(schedule, f"missed {last}", notice)


def _warned_notice(schedule: Schedule) -> str:
    """Return the name of the notice that marks the next due time as checked by `warn_ahead`."""
    return f"looked {schedule.id} {format_due_time(schedule.next_due)}"


async def warn_ahead(context: TipContext, schedule: Schedule) -> None:
    """Warn the moderators once of problems that will prevent a post due in the next two days."""
    if schedule.next_due - context.clock() > WARNING_PERIOD:
        return
    audit, notice = context.store.audit, _warned_notice(schedule)
    if not await audit.add_notice(schedule.queue, notice, context.clock()):
        return
    tip_checked = await _warn_without_tip(context, schedule)
    if not (await _warn_of_posting_problems(context, schedule) and tip_checked):
        await audit.delete_notice(schedule.queue, notice)


async def _warn_without_tip(context: TipContext, schedule: Schedule) -> bool:
    """Warn if there is no tip for the next post; return False if the warning must be sent again."""
    [post] = await upcoming_posts(context, schedule, 1)
    if post.tip is not None or post.skipped:
        return True
    return await notify_no_tip(context, schedule, schedule.next_due)


async def _warn_of_posting_problems(context: TipContext, schedule: Schedule) -> bool:
    """Warn of problems with posting in the channel; return False if the check must be repeated."""
    channel = schedule.plan.channel
    if context.platform(channel) is None:
        return False
    try:
        problems = await context.find_posting_problems(channel, schedule.plan)
    except NotFound as error:
        await stop_schedule(context, schedule, error.message)
    except DeliveryError:
        return False
    else:
        if problems:
            notice = notices.posting_blocked(schedule, schedule.next_due, problems)
            return await context.notify_once(schedule, "lacking", notice)
        await context.clear_notice(schedule, "lacking")
    return True
