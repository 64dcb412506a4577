"""What is checked before a schedule is made or changed."""

from bot.command import clipped
from bot.errors import Outage, Refusal
from bot.platform import Forbidden, Gone, Place, Undelivered
from bot.tips.bench import Bench
from bot.tips.text import OFF

_RANGES = {"weeks": (1, 12), "hours": (1, 160)}


async def placed(bench: Bench, channel: str) -> Place:
    """Find a channel; raises Refusal unless it belongs to a community that shares the queue.

    Without that a moderator of one community could have tips posted in another.
    """
    platform = bench.desk.platform(channel)
    if platform is None:
        name = channel.partition(":")[0].capitalize()
        raise Refusal(f"{name} is not connected here. Make the schedule there, in the community.")
    try:
        place = await platform.place(channel)
    except (Gone, Forbidden) as error:
        raise Refusal(error.says) from error
    except Undelivered as error:
        raise Outage(error.says) from error
    if place.community not in await bench.desk.store.tips.communities_of(bench.queue):
        raise Refusal("That channel is not one of this community's.")
    return place


def notified(bench: Bench, mention: str | None, channel: str) -> str | None:
    """Give a role to notify back; raises Refusal for what a post to *channel* can't notify."""
    platform = bench.desk.platform(channel)
    if mention is None or mention.casefold() in OFF or platform is None:
        return mention
    if not platform.can_notify(mention):
        says = f"“{clipped(mention)}” can't be notified there: pick a role or a group of members."
        raise Refusal(says)
    return mention


def within(value: int, what: str) -> int:
    """Give *value* back; raises Refusal where it is out of range."""
    least, most = _RANGES[what]
    if not least <= value <= most:
        raise Refusal(f"{value} {what} is out of range: {least} to {most} will do.")
    return value
