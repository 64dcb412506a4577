"""What is checked before a schedule is made or changed."""

import structlog

from bot.call import Call
from bot.command import truncate
from bot.errors import Outage, Refusal
from bot.formatting import pluralize
from bot.language.name_index import Name, Names
from bot.platform import ChannelInfo, DeliveryError, NotFound, PermissionDenied
from bot.reply import Action
from bot.tips.bench import Bench
from bot.tips.schedule_input import in_range, span
from bot.tips.validation import OFF
from bot.tips.zones import misread, several
from storage import Plan

log = structlog.get_logger("crossroads.tips")

_INVITE = "If it is there, invite me to it, or pick it from the list."


async def placed(bench: Bench, channel: str) -> ChannelInfo:
    """Find a channel by its id or ``#name``; raises Refusal unless its community shares the queue.

    Without that a moderator of one community could have tips posted in another.
    """
    if channel.startswith("#"):
        return await _called(bench, channel)
    platform = bench.desk.platform(channel)
    if platform is None:
        name = channel.partition(":")[0].capitalize()
        raise Refusal(f"{name} is not connected here. Make the schedule there, in the community.")
    try:
        place = await platform.channel_info(channel)
    except (NotFound, PermissionDenied) as error:
        raise Refusal(error.message) from error
    except DeliveryError as error:
        raise Outage(error.message) from error
    if place.community not in await bench.desk.store.queues.communities_of(bench.queue):
        raise Refusal("That channel is not one of this community's.")
    return place


async def postable(bench: Bench, channel: str, plan: Plan | None = None) -> None:
    """Raise Refusal if the platform will refuse posts in *channel* or a step of *plan*.

    Raises Outage if the platform can't tell.
    """
    try:
        lacks = await bench.desk.lacks(channel, plan)
    except NotFound as error:
        raise Refusal(error.message) from error
    except DeliveryError as error:
        raise Outage(error.message) from error
    if lacks:
        raise Refusal(" ".join(lacks))


async def _called(bench: Bench, name: str) -> ChannelInfo:
    """Find the one channel of that name in the communities that share the queue."""
    known = await _known(bench)
    found = [each for each in known if _bare(each.name) == _bare(name)]
    if len(found) == 1:
        return found[0]
    if found:
        says = f"{pluralize(len(found), 'channel')} are called {truncate(name)}. Which one?"
        which = (_choice(bench, each, _where(each, at)) for at, each in enumerate(found, 1))
        raise Refusal(says, *which)
    names = Names("channel", (Name(_bare(each.name), each.id, each) for each in known))
    slip = names.near(_bare(name))
    options = [_choice(bench, slip[1].meaning, f"#{slip[1].id}")] if slip else []
    raise Refusal(f"I see no channel {truncate(name)} here. {_INVITE}", *options)


async def _known(bench: Bench) -> list[ChannelInfo]:
    """List the channels of every platform that answers."""
    found: list[ChannelInfo] = []
    for community in await bench.desk.store.queues.communities_of(bench.queue):
        platform = bench.desk.platform(community)
        try:
            found += await platform.list_channels(community) if platform else ()
        except DeliveryError as error:
            log.warning("channels not listed", community=community, detail=error.message)
    return found


def _choice(bench: Bench, place: ChannelInfo, label: str) -> Action:
    call = bench.context.call
    return Action(label, Call(call.command, {**call.args, "channel": place.id}))


def _where(place: ChannelInfo, at: int) -> str:
    return f"{at}: {place.name} on {place.id.partition(':')[0].capitalize()}"


def _bare(name: str) -> str:
    return name.removeprefix("#").casefold()


def notified(bench: Bench, mention: str | None, channel: str) -> str | None:
    """Give a role to notify back; raises Refusal for what a post to *channel* can't notify."""
    platform = bench.desk.platform(channel)
    if mention is None or mention.casefold() in OFF or platform is None:
        return mention
    if not platform.can_notify(mention):
        says = f"“{truncate(mention)}” can't be notified there: pick a role or a group of members."
        raise Refusal(says)
    return mention


def zoned(bench: Bench, zone: str) -> str:
    """Return a zone; raises Refusal, with cities to pick, for a name that people misread."""
    cities = misread(zone)
    if not cities:
        return zone
    shown = f"“{truncate(zone)}”"
    says = f"{shown} can be misread, and it may not follow summer time. Pick a city:"
    if several(zone):
        says = f"{shown} has more than one time zone. Pick a city:"
    call = bench.context.call
    raise Refusal(
        says, *(Action(city, Call(call.command, {**call.args, "zone": city})) for city in cities)
    )


def within(value: int, what: str) -> int:
    """Return *value*; raise Refusal where it is out of range."""
    if not in_range(value, what):
        raise Refusal(span(what))
    return value
