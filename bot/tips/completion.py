"""Autocomplete values for moderators: tips, queue positions and schedules."""

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.app import CommandContext
from bot.command import Autocomplete, truncate
from bot.errors import Refusal
from bot.language.completion import complete
from bot.language.name_index import NamedValue
from bot.platform import DeliveryError
from bot.tips.context import ModeratorContext
from bot.tips.recurrence import describe_briefly
from bot.tips.time_zones import likely_zones, zone_index
from bot.tips.validation import find_plan_problem
from storage import Schedule, ScheduleState, Tip, TipState

_LABEL_LENGTH, _SEARCHED_LENGTH = 60, 200  # characters of a tip
_CACHE_SECONDS = 600.0  # seconds for which a channel's name is cached
_LOOKUP_TIMEOUT = 1.0  # seconds for channel names, because the moderator waits for the list


def suggest_tips(*states: TipState) -> Autocomplete:
    """Return an autocomplete function that suggests the tips in *states*.

    Its labels look like "53 · Read the posting twice… (suggested)".
    """

    async def suggest(context: CommandContext, typed: str) -> Iterable[NamedValue[int]]:
        del typed  # the caller filters the suggestions by it
        return [label_tip(each, each.number) for each in await sorted_tips(context, *states)]

    return suggest


async def suggest_positions(context: CommandContext, typed: str) -> Iterable[NamedValue[int]]:
    """Return suggestions for a position in the queue, labeled with the tips now in these places."""
    del typed
    queued = await sorted_tips(context, TipState.QUEUED)
    return [label_tip(each, position) for position, each in enumerate(queued, 1)]


def suggest_schedules(*states: ScheduleState) -> Autocomplete:
    """Return an autocomplete function that suggests the schedules in *states* (default: all).

    Its labels look like "1 · Mondays at 09:00 in #tips".
    """
    wanted = states or tuple(each for each in ScheduleState if each is not ScheduleState.REMOVED)

    async def suggest(context: CommandContext, typed: str) -> Iterable[NamedValue[int]]:
        del typed
        moderator = await ModeratorContext.open(context)
        schedules = await moderator.store.schedules.list_for_queue(moderator.queue)
        found = [each for each in schedules if each.state in wanted]
        labels = await label_schedules(moderator, found)
        return [
            NamedValue(
                str(each.number),
                f"{each.number} · {label}"
                + ("" if each.state is ScheduleState.ACTIVE else f" ({each.state})"),
                each.number,
            )
            for each, label in zip(found, labels, strict=True)
        ]

    return suggest


async def sorted_tips(context: CommandContext, *states: TipState) -> Sequence[Tip]:
    """Return the queue's tips in *states*: in the order of *states*, then in queue order."""
    moderator = await ModeratorContext.open(context)
    tips = await moderator.store.tips.list_for_queue(moderator.queue, *states)
    return sorted(tips, key=lambda tip: states.index(tip.state))


def label_tip(tip: Tip, number: int) -> NamedValue[int]:
    """Return *number* as a suggestion; its label and its search words come from the tip's text."""
    state = "" if tip.state is TipState.QUEUED else f" ({tip.state})"
    label = f"{number} · {truncate(' '.join(tip.text.split()), _LABEL_LENGTH)}{state}"
    return NamedValue(str(number), label, number, (tip.text[:_SEARCHED_LENGTH],))


async def label_schedules(moderator: ModeratorContext, schedules: Sequence[Schedule]) -> list[str]:
    """Return a label for each schedule, such as "Mondays at 09:00 in #tips"."""
    channels = list(dict.fromkeys(each.plan.channel for each in schedules))
    names = await asyncio.gather(*(_channel_suffix(moderator, each) for each in channels))
    suffixes = dict(zip(channels, names, strict=True))
    return [f"{_schedule_time(each)}{suffixes[each.plan.channel]}" for each in schedules]


def _schedule_time(schedule: Schedule) -> str:
    plan = schedule.plan
    return "Unreadable times" if find_plan_problem(plan) else describe_briefly(plan)


async def suggest_zones(context: CommandContext, typed: str) -> Iterable[NamedValue[str]]:
    """Return the time zones that match *typed*; before that, the likely ones for the caller."""
    index, caller = zone_index(), context.caller
    if not typed.strip():
        found = (index.lookup(each) for each in likely_zones(caller.time_zone, caller.locale))
        return [each for each in found if each]
    matching = complete(index, typed)  # ranked by other rules than the caller's, so it must match
    return [replace(each, aliases=(*each.aliases, typed)) for each in matching]


async def _channel_suffix(moderator: ModeratorContext, channel: str) -> str:
    """Return " in #tips" for a channel's id, or "" if its name can't be found in time."""
    cache, platform = moderator.context.app.channel_names, moderator.tips.platform(channel)
    cached = cache.get(channel)
    if cached is not None and cached[0] > time.monotonic():
        return cached[1]
    if platform is None:
        return ""
    try:
        async with asyncio.timeout(_LOOKUP_TIMEOUT):
            found = await platform.channel_info(channel)
    except (Refusal, TimeoutError, DeliveryError):
        return ""
    suffix = f" in #{found.name.removeprefix('#')}"
    cache.put(channel, (time.monotonic() + _CACHE_SECONDS, suffix))
    return suffix
