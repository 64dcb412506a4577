"""The runner: it wakes when a tip is due, and works on what is due under a lease."""

import asyncio
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import structlog

from bot.app import App
from bot.errors import Outage
from bot.formatting import pluralize
from bot.ops.health import Finding, broken, ok, warning
from bot.platform import DeliveryError
from bot.tips import health as checks
from bot.tips.advance import advance
from bot.tips.ahead import look
from bot.tips.context import UNUSABLE, Desk
from bot.tips.delivery import Posting
from bot.tips.guard import hold_stale
from bot.tips.troubles import BROKE, Troubles
from bot.tips.usable import fault
from bot.tips.work import LEASE
from storage import Occurrence, Schedule, SchemaTooNew, StoreUnavailable

log = structlog.get_logger("crossroads.tips")

POLL = 30.0  # seconds between looks, at most: clocks jump, machines sleep, others change things
_LEAST = 1.0  # seconds between looks, at least
_TOGETHER = 8  # occurrences that are worked on at once
STUCK = 300.0  # seconds without any success after which the runner counts as stuck
_POSTING = "posting broke"
_DRAIN = 5.0  # seconds for work under way when the runner is told to end


class Runner:
    """Posts what is due, for as long as it runs. Two of them on one database share the work."""

    def __init__(
        self,
        app: App,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        poll: float = POLL,
    ) -> None:
        self._app, self._clock, self._poll = app, clock, poll
        self._name = f"{app.instance}-{secrets.token_hex(2)}"
        self._room = asyncio.Semaphore(_TOGETHER)
        self._achieved = time.monotonic()  # when work on schedules or posts last succeeded
        self._guarded: set[str] = set()  # queues; the content stays what it is
        self._troubles = Troubles()
        self._posts = True  # False after a failed post, until one succeeds

    async def run(self, stop: asyncio.Event) -> None:
        """Run until *stop* is set."""
        self._app.health.ready["tips"] = self.ready
        self._app.health.more["tips due"] = self.due
        pause, self._achieved = 0.0, time.monotonic()
        while not stop.is_set():
            working = asyncio.create_task(self.look())
            stopping = asyncio.create_task(stop.wait())
            await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                await asyncio.wait({working}, timeout=_DRAIN)
                working.cancel()
            with suppress(asyncio.CancelledError):
                pause = await working
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping, pause)

    async def look(self) -> float:
        """Look once, do all that can be done now; gives the seconds until the next look."""
        try:
            await self._prune()
            desk = await self._desk()
            await self._guard(desk)
            await self._advance(desk)
            occurrences = await desk.store.occurrences.open()
            await asyncio.gather(*(self._work(desk, each) for each in occurrences))
            pause = await self._pause(desk)
        except (StoreUnavailable, SchemaTooNew, Outage) as error:
            self._app.report_outage(error)
        except Exception:  # the boundary: the next look goes on
            log.exception("bug in tips")
        else:
            self._app.report_recovery()
            return pause
        return self._poll

    async def _prune(self) -> None:
        """Delete expired data. A failure here doesn't stop posts."""
        try:
            await self._app.prune_unfinished()
        except (StoreUnavailable, SchemaTooNew) as error:
            self._app.report_outage(error)

    async def ready(self) -> Finding:
        """Return whether due tips get posted, and whether a schedule is unusable."""
        silent = time.monotonic() - self._achieved
        if silent > STUCK:
            says = f"no work on due tips has succeeded for {pluralize(round(silent), 'second')}"
            return broken(
                says, "Restart the bot. The log may say more; this is a bug in Crossroads."
            )
        wrong = len(self._troubles.schedules)
        if wrong:
            says = f"{pluralize(wrong, 'schedule')} can't be used; all others post"
            return warning(says, "crossroads doctor says which; their moderators are told, too.")
        return ok("due tips get posted")

    async def due(self) -> Finding:
        """Say when the next tip is due, and whether anything is in its way."""
        return await checks.look(await self._desk(), named=False)

    async def _desk(self) -> Desk:
        store = await self._app.store()
        app = self._app
        return Desk(app.content, app.platforms, store, self._clock, app.metrics)

    async def _guard(self, desk: Desk) -> None:
        """Look once at each queue's tips, as soon as somebody can be told of what is held."""
        for queue in set(await desk.store.queues.all()) - self._guarded:
            communities = await desk.store.queues.communities_of(queue)
            if any(desk.platform(each) for each in communities):
                await self._hold(desk, queue)
                self._guarded.add(queue)

    async def _hold(self, desk: Desk, queue: str) -> None:
        try:
            await hold_stale(desk, queue)
        except StoreUnavailable:
            raise
        except Exception:  # a broken queue must not stop the others
            log.exception("bug in the guard of tips", queue=queue)

    async def _advance(self, desk: Desk) -> None:
        """Write down what has come due where we can post, and tell of it."""
        active = await desk.store.schedules.active()
        here = [each for each in active if desk.platform(each.plan.channel)]
        self._troubles.only({each.id for each in here})
        done = [await self._came(desk, each) for each in here]
        if (any(done) or not done) and self._posts:
            self._achieved = time.monotonic()

    async def _came(self, desk: Desk, schedule: Schedule) -> bool:
        """Do everything that comes before a post; False if it failed, except for a bad row."""
        wrong, done = fault(schedule.plan), True
        try:
            if wrong is None:
                await advance(desk, schedule)
                await look(desk, await desk.store.schedules.by_id(schedule.id) or schedule)
        except DeliveryError as error:  # a moderator could not be notified
            log.warning("moderators not told", schedule=schedule.id, detail=error.message)
        except StoreUnavailable:
            raise
        except Exception:  # a broken schedule must not stop the others
            log.exception("bug in tips", schedule=schedule.id)
            wrong, done = BROKE, False
        await self._troubles.note(desk, schedule, UNUSABLE, wrong)
        return done

    async def _work(self, desk: Desk, it: Occurrence) -> None:
        async with self._room:
            platform, now = desk.platform(it.channel), self._clock()
            schedule = await desk.store.schedules.by_id(it.schedule) if platform else None
            if platform is None or schedule is None or fault(schedule.plan):
                return
            claim = desk.store.occurrences.claim
            mine = await claim(it.schedule, it.due_at, self._name, now, now + LEASE)
            if mine is not None:
                await self._post(Posting(desk, platform, schedule, mine), schedule)

    async def _post(self, posting: Posting, schedule: Schedule) -> None:
        try:
            await posting.work()
        except (StoreUnavailable, DeliveryError) as error:
            log.warning("tip waits", schedule=schedule.id, says=error.message)
        except Exception:  # one occurrence does not stop the others
            log.exception("bug in tips", schedule=schedule.id)
            self._posts = False
            await posting.put_off()
            await self._troubles.note(posting.desk, schedule, _POSTING, BROKE)
        else:
            await self._troubles.note(posting.desk, schedule, _POSTING, None)
            self._achieved, self._posts = time.monotonic(), True

    async def _pause(self, desk: Desk) -> float:
        """Give the seconds until something is due, or until the next look in any case."""
        left, now = await desk.store.occurrences.open(), self._clock()
        oldest = min((each.since for each in left if each.message is None), default=now)
        self._app.metrics.lag(max(0.0, (now - oldest).total_seconds()))
        active = [each for each in await desk.store.schedules.active() if not fault(each.plan)]
        moments = [each.next_due for each in active if desk.platform(each.plan.channel)]
        sound = {each.id for each in active}
        moments += [
            each.retry_at or each.leased_until or each.due_at
            for each in left
            if each.schedule in sound and desk.platform(each.channel)
        ]
        soonest = min(moments, default=now + timedelta(days=1)) - now
        return min(self._poll, max(soonest.total_seconds(), min(_LEAST, self._poll)))
