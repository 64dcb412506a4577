"""Health checks of weekly tips: next due time, late posts and problems that will prevent posts."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from datetime import UTC, datetime

from bot.app import App
from bot.formatting import format_utc, pluralize
from bot.ops.health import Check, Finding, ok, warning
from bot.platform import DeliveryError, NotFound, Platform
from bot.tips.context import TipContext
from bot.tips.delivery import ON_TIME
from bot.tips.validation import find_plan_problem
from storage import Schedule, SchemaTooNew, Store, StoreUnavailable, inspect

ConnectPlatform = Callable[[], AbstractAsyncContextManager[Platform]]

_MAX_CHECKED = 50  # schedules, the first due ones
_REMEDY = (
    "The bot has notified the moderators. They can see more with “schedule list” and “schedule "
    "history”."
)


def offline_check(app: App, url: str, connect: Mapping[str, ConnectPlatform]) -> Check:
    """Return a check of all schedules for `crossroads doctor`, which works without the running bot.

    *connect* maps a platform's name, such as "slack", to a function that opens its API without
    receiving events.
    """

    async def check() -> Finding:
        try:
            inspection = await inspect(url)
            if inspection.exists and inspection.revision == inspection.expected_revision:
                return await _check_database(app, url, connect)
        except (StoreUnavailable, SchemaTooNew):  # the check of the database reports it
            pass
        return ok("not checked: the database has to be readable and up to date first")

    return check


async def _check_database(app: App, url: str, connect: Mapping[str, ConnectPlatform]) -> Finding:
    async with AsyncExitStack() as stack:
        platforms = {}
        for tag, connect_platform in connect.items():
            try:
                platforms[tag] = await stack.enter_async_context(connect_platform())
            except DeliveryError:  # the platform's own check reports it
                continue
        store = await stack.enter_async_context(await Store.open(url))
        context = TipContext(app.content, platforms, store, lambda: datetime.now(UTC), app.metrics)
        return await check_schedules(context, show_channels=True)


async def check_schedules(context: TipContext, *, show_channels: bool) -> Finding:
    """Return a finding with the next tip's due time and the problems that will prevent posts.

    With *show_channels*, problems name their channels. That is only for admins, because other
    readers belong to one community and must not see channels of another.
    """
    schedules = sorted(await context.store.schedules.list_active(), key=lambda each: each.next_due)
    if not schedules:
        return ok("no schedule is posting tips")
    usable = [each for each in schedules if not find_plan_problem(each.plan)]
    problems = _unusable_schedules(schedules, show_channels=show_channels)
    problems += await _late_posts(context, usable)
    problems += await _channel_problems(context, usable, show_channels=show_channels)
    summary = pluralize(len(schedules), "schedule")
    if usable:
        summary += f", the next tip is due at {format_utc(usable[0].next_due)}"
    return warning("; ".join([summary, *problems]), _REMEDY) if problems else ok(summary)


def _unusable_schedules(schedules: list[Schedule], *, show_channels: bool) -> list[str]:
    found = [(each.plan.channel, find_plan_problem(each.plan)) for each in schedules]
    unusable = [(channel, problem) for channel, problem in found if problem]
    if show_channels:
        shown = unusable[:_MAX_CHECKED]
        return [f"{channel} gets no tips: {problem}" for channel, problem in shown]
    if not unusable:
        return []
    return [f"{pluralize(len(unusable), 'schedule')} can't be used, so nothing is posted"]


async def _late_posts(context: TipContext, schedules: list[Schedule]) -> list[str]:
    """Return messages about posts that are late and due times that no scheduler has processed."""
    now = context.clock()
    waiting = sum(now - each.since > ON_TIME for each in await context.store.occurrences.list_due())
    unprocessed = sum(now - each.next_due > ON_TIME for each in schedules)
    return [
        *([f"{waiting} due but not posted yet"] if waiting else []),
        *([f"{unprocessed} came due while no bot was connected there"] if unprocessed else []),
    ]


async def _channel_problems(
    context: TipContext, schedules: list[Schedule], *, show_channels: bool
) -> list[str]:
    """Return messages on posts, pins or threads that platforms will refuse for *schedules*."""
    found = []
    for schedule in schedules[:_MAX_CHECKED]:
        problems = await _posting_problems(context, schedule)
        if problems and show_channels:
            found.append(f"{schedule.plan.channel}: {' '.join(problems)}")
        elif problems:
            found.append("the bot lacks a permission in a channel, or the channel is gone")
    return list(dict.fromkeys(found))


async def _posting_problems(context: TipContext, schedule: Schedule) -> tuple[str, ...]:
    try:
        return await context.find_posting_problems(schedule.plan.channel, schedule.plan)
    except NotFound as error:
        return (error.message,)
    except DeliveryError:  # the platform's own check reports it
        return ()
