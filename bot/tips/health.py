"""How weekly tips are doing, for whoever looks after the bot."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from datetime import UTC, datetime

from bot.app import App
from bot.formatting import pluralize
from bot.ops.health import Check, Finding, ok, warning
from bot.platform import DeliveryError, NotFound, Platform
from bot.tips.context import Desk
from bot.tips.delivery import PUNCTUAL
from bot.tips.usable import fault
from storage import Schedule, SchemaTooNew, Store, StoreUnavailable, inspect

Reach = Callable[[], AbstractAsyncContextManager[Platform]]

_LOOKED_AT = 50  # schedules, those that are due first
_MEND = "In the community, tips schedules and tips posts say more; moderators are told, too."


def offline(app: App, url: str, reach: Mapping[str, Reach]) -> Check:
    """Give the check for when no bot has to run; *reach* asks a platform without listening."""

    async def asked() -> Finding:
        try:
            seen = await inspect(url)
            if seen.exists and seen.revision == seen.wanted:
                return await _looked(app, url, reach)
        except (StoreUnavailable, SchemaTooNew):  # which is the finding about the database
            pass
        return ok("not looked at before the database is well and up to date")

    return asked


async def _looked(app: App, url: str, reach: Mapping[str, Reach]) -> Finding:
    async with AsyncExitStack() as stack:
        platforms = {}
        for tag, reached in reach.items():
            try:
                platforms[tag] = await stack.enter_async_context(reached())
            except DeliveryError:  # which is a finding of that platform's own
                continue
        store = await stack.enter_async_context(await Store.open(url))
        return await look(Desk(app.content, platforms, store, _now, app.metrics), named=True)


def _now() -> datetime:
    return datetime.now(UTC)


async def look(desk: Desk, *, named: bool) -> Finding:
    """Say when the next tip is due, and what is in the way of any.

    Channels are *named* to an admin alone: a community does not see those of another.
    """
    schedules = sorted(await desk.store.schedules.active(), key=lambda each: each.next_due)
    if not schedules:
        return ok("no schedule posts tips")
    sound = [each for each in schedules if not fault(each.plan)]
    trouble = _unusable(schedules, named=named)
    trouble += [*await _late(desk, sound), *await _channels(desk, sound, named=named)]
    says = pluralize(len(schedules), "schedule")
    if sound:
        says += f", the next tip is due at {sound[0].next_due:%Y-%m-%d %H:%M} UTC"
    return warning("; ".join([says, *trouble]), _MEND) if trouble else ok(says)


def _unusable(schedules: list[Schedule], *, named: bool) -> list[str]:
    """Return the problems of schedules that post nothing."""
    wrong = [(each.plan.channel, fault(each.plan)) for each in schedules if fault(each.plan)]
    if named:
        return [f"{channel} gets no tips: {says}" for channel, says in wrong[:_LOOKED_AT]]
    return [f"{pluralize(len(wrong), 'schedule')} can't be used and posts nothing"] if wrong else []


async def _late(desk: Desk, schedules: list[Schedule]) -> list[str]:
    """Tell how many tips wait though their time has come, and how many nobody has looked at."""
    now = desk.clock()
    waiting = [each for each in await desk.store.occurrences.open() if now - each.since > PUNCTUAL]
    unseen = [each for each in schedules if now - each.next_due > PUNCTUAL]
    return [
        *([f"{len(waiting)} wait though they are due"] if waiting else []),
        *([f"{len(unseen)} came due while no bot was connected there"] if unseen else []),
    ]


async def _channels(desk: Desk, schedules: list[Schedule], *, named: bool) -> list[str]:
    """Ask each platform what it will refuse."""
    found = []
    for schedule in schedules[:_LOOKED_AT]:
        lacks = await _lacks(desk, schedule)
        if lacks and named:
            found.append(f"{schedule.plan.channel}: {' '.join(lacks)}")
        elif lacks:
            found.append("a channel lacks a permission or is gone")
    return list(dict.fromkeys(found))


async def _lacks(desk: Desk, schedule: Schedule) -> tuple[str, ...]:
    try:
        return await desk.lacks(schedule.plan.channel, schedule.plan)
    except NotFound as error:
        return (error.message,)
    except DeliveryError:  # which the platform's own checks tell
        return ()
