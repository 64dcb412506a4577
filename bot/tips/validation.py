"""Checks of tips and schedules before they are stored, and of stored schedules before use."""

import re
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from bot.call import Call
from bot.command import truncate
from bot.errors import Outage, Refusal
from bot.formatting import pluralize
from bot.language.argument_types import NONE_WORDS
from bot.language.name_index import NamedValue, NameIndex
from bot.platform import ChannelInfo, DeliveryError, NotFound, PermissionDenied
from bot.reply import Action
from bot.tips.citations import snapshot_entries
from bot.tips.context import ModeratorContext, log
from bot.tips.recurrence import MINUTES_PER_DAY, WEEKDAYS
from bot.tips.time_zones import cities_of_country, suggest_cities
from content import Content
from storage import Missed, NewTip, Plan, Tip, TipState

MAX_TEXT_LENGTH = 1_500  # characters, so that a tip with its sources fits any platform's message
ACTIVE_STATES = (TipState.SUGGESTED, TipState.HELD, TipState.QUEUED)  # in the order of the list
_WEB_ADDRESS = re.compile(r"https?://[^\s<>]{3,300}")
_TERMINAL = "terminal:"  # begins the id of the terminal's user
_MAX_TOPIC_LENGTH = 40
_EXAMPLE_CITATION = "market/bls-developers-growth"
_INVITE_HINT = "If the channel exists, invite me to it, or pick it from the list."


def build_tip(  # noqa: PLR0913  # every field of a tip
    content: Content,
    text: str,
    *,
    link: str | None = None,
    role: str | None = None,
    topic: str | None = None,
    cites: str | None = None,
) -> NewTip:
    """Return a tip that is ready to be stored; raise Refusal if a field has a problem.

    *role* is a role's id; *cites* names content entries, separated by spaces or commas.
    """
    for problem in find_tip_problems(content, text, None, topic, cites):
        raise Refusal(problem)
    for problem in find_tip_problems(content, text, link, None, None):
        raise Refusal(problem, argument="link")
    cited = _split_citations(cites)
    snapshot = snapshot_entries(content, cited)
    text = normalize_line_endings(text.strip())
    return NewTip(text, link or None, role, topic or None, cited, snapshot)


def find_tip_problems(
    content: Content, text: str, link: str | None, topic: str | None, cites: str | None
) -> Iterable[str]:
    """Yield a message for each problem with the fields of a new tip."""
    if not text.strip():
        yield "The text is empty. Write the tip."
    if len(text) > MAX_TEXT_LENGTH:
        yield f"The text has {len(text):,} characters. The limit is {MAX_TEXT_LENGTH:,}."
    if link and not _WEB_ADDRESS.fullmatch(link):
        yield f"“{link[:60]}” isn't a web address that starts with https://."
    if topic and len(topic) > _MAX_TOPIC_LENGTH:
        yield f"The topic has {len(topic)} characters. The limit is {_MAX_TOPIC_LENGTH}."
    for cite in _split_citations(cites):
        if content.resolve(cite) is None:
            yield f"“{cite[:60]}” isn't a content entry. Write it like {_EXAMPLE_CITATION}."


def numbers_by_text(tips: Iterable[Tip]) -> dict[str, int]:
    """Return a dict from normalized text to number, of suggested, held and queued tips."""
    return {normalize_text(tip.text): tip.number for tip in tips if tip.state in ACTIVE_STATES}


def normalize_line_endings(text: str) -> str:
    """Return *text* with Unix line endings (LF) instead of CRLF or CR."""
    return re.sub("\r\n?", "\n", text)


def normalize_text(text: str) -> str:
    """Return *text* without differences in case and spacing, so that duplicate tips are found."""
    return " ".join(text.casefold().split())


def _split_citations(cites: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(re.split(r"[\s,;]+", cites.strip()))) if cites else ()


def find_plan_problem(plan: Plan) -> str | None:
    """Return why a stored plan can't be used and how moderators fix it, or None if it is usable.

    A plan holds the settings of a schedule. It can be unusable because another version of the bot,
    or a person, edited the database.
    """
    if not _is_known_zone(plan.zone):
        shown = truncate(plan.zone)
        return f"I don't recognize the time zone “{shown}”. Edit the schedule and choose yours"
    in_week = 0 <= plan.weekday < len(WEEKDAYS)
    if not (in_week and 0 <= plan.minute < MINUTES_PER_DAY and plan.weeks > 0):
        return "I can't read its day and time. Edit the schedule and set them again"
    if plan.missed is Missed.UNKNOWN:
        return "I can't read the setting for missed posts. Choose it again under Options"
    return None


def require_usable(plan: Plan, number: int) -> Plan:
    """Return *plan*, which belongs to schedule *number*; raise Refusal if it can't be used."""
    problem = find_plan_problem(plan)
    if problem:
        edit = Action("Edit the schedule", Call("schedule-edit", {"schedule": str(number)}))
        raise Refusal(f"That schedule can't be used: {problem}.", edit)
    return plan


def _is_known_zone(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):  # an unknown zone, not a name, or a folder of zones
        return False
    return True


def require_clear_zone(moderator: ModeratorContext, zone: str) -> str:
    """Return *zone*; raise Refusal, with cities to choose from, if its name is ambiguous."""
    cities = suggest_cities(zone)
    if not cities:
        return zone
    shown = f"“{truncate(zone)}”"
    message = f"{shown} is easy to misread, and may ignore daylight saving time. Pick a city:"
    if cities_of_country(zone):
        message = f"{shown} has more than one time zone. Pick a city:"
    raise Refusal(message, *(_action(moderator, city, zone=city) for city in cities))


def require_notifiable(
    moderator: ModeratorContext, mention: str | None, channel: str
) -> str | None:
    """Return *mention*, a role's id; raise Refusal if posts in *channel* can't notify that role."""
    platform = moderator.tips.platform(channel)
    if mention is None or mention.casefold() in NONE_WORDS or platform is None:
        return mention
    if not platform.can_notify(mention):
        shown = truncate(mention)
        raise Refusal(f"“{shown}” can't be notified there: pick a role or a group of members.")
    return mention


async def require_postable(
    moderator: ModeratorContext, channel: str, plan: Plan | None = None
) -> None:
    """Raise Refusal if the bot can't post in *channel*, or can't pin, thread or notify for *plan*.

    Raise Outage if the platform doesn't answer.
    """
    try:
        problems = await moderator.tips.find_posting_problems(channel, plan)
    except NotFound as error:
        raise Refusal(error.message, argument="channel") from error
    except DeliveryError as error:
        raise Outage(error.message) from error
    if problems:
        raise Refusal(" ".join(problems), argument="channel")


def require_channels(moderator: ModeratorContext) -> None:
    """Raise Refusal in the terminal, which has no channels."""
    if moderator.context.caller.id.startswith(_TERMINAL):
        message = (
            "The terminal has no channels, so nothing was set up. Do this on Discord or Slack."
        )
        raise Refusal(message, Action("Show the queue", Call("tips-queue")))


async def find_channel(moderator: ModeratorContext, channel: str) -> ChannelInfo:
    """Return a channel by its id, such as "slack:T1/C2", or by its ``#name``.

    Raise Refusal unless the channel belongs to a community that shares the queue, because a
    moderator of one community must not post in another. Raise Outage if the platform is down.
    """
    require_channels(moderator)
    if channel.startswith("#"):
        return await _find_channel_by_name(moderator, channel)
    platform = moderator.tips.platform(channel)
    if platform is None:
        name = channel.partition(":")[0].capitalize()
        raise Refusal(f"I'm not connected to {name} here. Set up the schedule on {name}.")
    try:
        found = await platform.channel_info(channel)
    except (NotFound, PermissionDenied) as error:
        raise Refusal(error.message, argument="channel") from error
    except DeliveryError as error:
        raise Outage(error.message) from error
    if found.community not in await moderator.store.queues.list_communities(moderator.queue):
        raise Refusal("That channel isn't in this community.", argument="channel")
    return found


async def _find_channel_by_name(moderator: ModeratorContext, name: str) -> ChannelInfo:
    """Return the channel called *name* in the communities that share the queue.

    Raise Refusal, with channels to choose from, unless there is exactly one.
    """
    known = await _list_channels(moderator)
    wanted = _normalize_channel_name(name)
    found = [each for each in known if _normalize_channel_name(each.name) == wanted]
    if len(found) == 1:
        return found[0]
    if found:
        message = f"{pluralize(len(found), 'channel')} are called {truncate(name)}. Which one?"
        choices = {
            f"{number}: {each.name} on {each.id.partition(':')[0].capitalize()}": each
            for number, each in enumerate(found, 1)
        }
    else:
        message = f"I don't see a channel called {truncate(name)} here. {_INVITE_HINT}"
        names = (NamedValue(_normalize_channel_name(each.name), each.id, each) for each in known)
        match = NameIndex("channel", names).fuzzy_match(wanted)
        choices = {f"#{match[1].id}": match[1].value} if match else {}
    actions = (_action(moderator, label, channel=each.id) for label, each in choices.items())
    raise Refusal(message, *actions)


async def _list_channels(moderator: ModeratorContext) -> list[ChannelInfo]:
    """Return the channels of all communities that share the queue, as far as platforms answer."""
    found: list[ChannelInfo] = []
    for community in await moderator.store.queues.list_communities(moderator.queue):
        platform = moderator.tips.platform(community)
        try:
            found += await platform.list_channels(community) if platform else ()
        except DeliveryError as error:
            log.warning("channels can't be listed", community=community, detail=error.message)
    return found


def _action(moderator: ModeratorContext, label: str, **args: str) -> Action:
    """Return a button that repeats the current command with the arguments in *args* changed."""
    call = moderator.context.call
    return Action(label, Call(call.command, {**call.args, **args}))


def _normalize_channel_name(name: str) -> str:
    return name.removeprefix("#").casefold()
