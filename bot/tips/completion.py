"""Suggestions while moderators type: tips and schedules, labeled with their content."""

import asyncio
import time
from collections.abc import Iterable, Sequence

from bot.app import CommandContext
from bot.command import Autocomplete, truncate
from bot.errors import Refusal
from bot.language.name_index import Name
from bot.platform import DeliveryError
from bot.tips import notices as words
from bot.tips.bench import Bench
from bot.tips.usable import fault
from storage import Schedule, ScheduleState, Tip, TipState

_SHOWN, _SEARCHED = 60, 200  # characters of a tip
_FRESH = 600.0  # seconds for which a channel's name is cached
_PATIENCE = 1.0  # seconds to look up channel names: the member waits for the list


def tips(*states: TipState) -> Autocomplete:
    """Suggest tips in these states: "53 · Read the posting twice… (suggested)"."""

    async def offers(context: CommandContext, typed: str) -> Iterable[Name[int]]:
        del typed  # every tip is searched, whatever *typed* is
        return [called(each, str(each.number)) for each in await in_order(context, *states)]

    return offers


async def places(context: CommandContext, typed: str) -> Iterable[Name[int]]:
    """Suggest places in the queue, each labeled with its current tip."""
    del typed
    queued = await in_order(context, TipState.QUEUED)
    return [called(each, str(at)) for at, each in enumerate(queued, 1)]


def schedules(*states: ScheduleState) -> Autocomplete:
    """Suggest schedules in these states, or in any: "1 · Mondays 09:00 in #tips"."""
    wanted = states or tuple(each for each in ScheduleState if each is not ScheduleState.REMOVED)

    async def offers(context: CommandContext, typed: str) -> Iterable[Name[int]]:
        del typed
        bench = await Bench.of(context)
        found = await bench.desk.store.schedules.of(bench.queue)
        return await _named(bench, [each for each in found if each.state in wanted])

    return offers


async def in_order(context: CommandContext, *states: TipState) -> Sequence[Tip]:
    """Return the tips in these states, state by state, each in queue order."""
    bench = await Bench.of(context)
    found = await bench.desk.store.tips.of(bench.queue, *states)
    return sorted(found, key=lambda tip: states.index(tip.state))


def called(tip: Tip, value: str) -> Name[int]:
    """Label a number with its tip."""
    state = "" if tip.state is TipState.QUEUED else f" ({tip.state})"
    label = f"{value} · {truncate(' '.join(tip.text.split()), _SHOWN)}{state}"
    return Name(value, label, int(value), (tip.text[:_SEARCHED],))


async def _named(bench: Bench, found: Sequence[Schedule]) -> list[Name[int]]:
    channels = list(dict.fromkeys(each.plan.channel for each in found))
    names = await asyncio.gather(*(_channel(bench, each) for each in channels))
    where = dict(zip(channels, names, strict=True))
    return [
        Name(
            str(each.number),
            f"{each.number} · {_when(each)}{where[each.plan.channel]}"
            + ("" if each.state is ScheduleState.ACTIVE else f" ({each.state})"),
            each.number,
        )
        for each in found
    ]


def _when(schedule: Schedule) -> str:
    return "can't be read" if fault(schedule.plan) else words.in_short(schedule)


async def _channel(bench: Bench, channel: str) -> str:
    """Return where a schedule posts, as " in #tips"; "" if the platform can't tell in time."""
    known, platform = bench.context.app.channel_names.get(channel), bench.desk.platform(channel)
    if known is not None and known[0] > time.monotonic():
        return known[1]
    if platform is None:
        return ""
    try:
        async with asyncio.timeout(_PATIENCE):
            place = await platform.channel_info(channel)
    except (Refusal, TimeoutError, DeliveryError):
        return ""
    where = f" in #{place.name.removeprefix('#')}"
    bench.context.app.channel_names.put(channel, (time.monotonic() + _FRESH, where))
    return where
