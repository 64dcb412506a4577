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
from bot.health import Finding, broken, ok
from bot.platform import Undelivered
from bot.tips import checks
from bot.tips.advance import advance
from bot.tips.ahead import look
from bot.tips.desk import Desk
from bot.tips.guard import hold_stale
from bot.tips.posting import Posting
from bot.tips.work import LEASE
from storage import Occurrence, Schedule, StoreDown

log = structlog.get_logger("crossroads.tips")

POLL = 30.0  # seconds between looks, at most: clocks jump, machines sleep, others change things
_LEAST = 1.0  # seconds between looks, at least
_TOGETHER = 8  # occurrences that are worked on at once
STUCK = 300.0  # seconds without an end of any work after which the runner counts as stuck
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
        self._name = secrets.token_hex(6)
        self._room = asyncio.Semaphore(_TOGETHER)
        self._looked = time.monotonic()  # or worked on something
        self._guarded: set[str] = set()  # queues; the content stays what it is

    async def run(self, stop: asyncio.Event) -> None:
        """Run until *stop* is set."""
        self._app.health.ready["tips"] = self.ready
        self._app.health.more["tips due"] = self.due
        pause, self._looked = 0.0, time.monotonic()
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
            desk = await self._desk()
            await self._guard(desk)
            await self._advance(desk)
            occurrences = await desk.store.occurrences.open()
            await asyncio.gather(*(self._work(desk, each) for each in occurrences))
            return await self._pause(desk)
        except (StoreDown, Outage) as error:
            log.warning("tips wait", says=error.says)
        except Exception:  # the boundary: the next look goes on
            log.exception("bug in tips")
        finally:
            self._looked = time.monotonic()
        return self._poll

    async def ready(self) -> Finding:
        """Tell whether somebody looks for what is due."""
        silent = time.monotonic() - self._looked
        if silent > STUCK:
            says = f"nobody has looked for due tips for {silent:.0f} seconds"
            return broken(says, "Restart the bot. The log may say more; this is a fault of ours.")
        return ok("what is due is looked for")

    async def due(self) -> Finding:
        """Say when the next tip is due, and whether anything is in its way."""
        return await checks.look(await self._desk(), named=False)

    async def _desk(self) -> Desk:
        store = await self._app.store()
        app = self._app
        return Desk(app.content, app.platforms, store, self._clock, app.metrics)

    async def _guard(self, desk: Desk) -> None:
        """Look once at each queue's tips, as soon as somebody can be told of what is held."""
        for queue in set(await desk.store.tips.queues()) - self._guarded:
            communities = await desk.store.tips.communities_of(queue)
            if any(desk.platform(each) for each in communities):
                await hold_stale(desk, queue)
                self._guarded.add(queue)

    async def _advance(self, desk: Desk) -> None:
        """Write down what has come due where we can post, and tell of it."""
        for schedule in await desk.store.schedules.active():
            if desk.platform(schedule.plan.channel) is None:
                continue
            try:
                await advance(desk, schedule)
                await look(desk, await desk.store.schedules.by_id(schedule.id) or schedule)
            except Undelivered as error:  # somebody could not be told
                log.warning("moderators not told", schedule=schedule.id, detail=error.says)

    async def _work(self, desk: Desk, it: Occurrence) -> None:
        async with self._room:
            platform, now = desk.platform(it.channel), self._clock()
            if platform is None:
                return
            claim = desk.store.occurrences.claim
            mine = await claim(it.schedule, it.due_at, self._name, now, now + LEASE)
            schedule = await desk.store.schedules.by_id(it.schedule) if mine else None
            if mine is None or schedule is None:
                return
            await self._post(Posting(desk, platform, schedule, mine), schedule)
            self._looked = time.monotonic()

    async def _post(self, posting: Posting, schedule: Schedule) -> None:
        try:
            await posting.work()
        except (StoreDown, Undelivered) as error:
            log.warning("tip waits", schedule=schedule.id, says=error.says)
        except Exception:  # one occurrence does not stop the others
            log.exception("bug in tips", schedule=schedule.id)

    async def _pause(self, desk: Desk) -> float:
        """Give the seconds until something is due, or until the next look in any case."""
        moments = [each.next_due for each in await desk.store.schedules.active()]
        retry = await desk.store.occurrences.next_retry()
        left, now = await desk.store.occurrences.open(), self._clock()
        oldest = min((each.since for each in left if each.message is None), default=now)
        self._app.metrics.lag(max(0.0, (now - oldest).total_seconds()))
        waits = [each - now for each in (*moments, *([retry] if retry else []))]
        soonest = min(waits, default=timedelta(days=1)).total_seconds()
        return min(self._poll, max(soonest, min(_LEAST, self._poll)))
