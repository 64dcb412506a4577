"""The rules for answers that a whole channel sees: the moderators' settings, and a cooldown.

They hold for answers to mentions, for shared answers and for quiz results that are shared. Members
get an answer privately where it may not be public.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from enum import StrEnum

from bot.cache import LruCache
from bot.call import Caller
from bot.errors import Outage
from bot.formatting import pluralize
from bot.reply import Outcome, Reply
from storage import Store

CHANNELS, MENTIONS, LIMIT = "answers-channels", "answers-mentions", "answers-limit"
"""The names of the preferences."""
_MAX_MEMBERS = 10_000  # in a channel each, whose last answers are counted
_MAX_COMMUNITIES = 1_000  # whose last known settings are kept for an outage
_MAX_WAIT = 1.0  # seconds for the settings, since Discord and Slack wait only three


class MentionAnswers(StrEnum):
    """The people who see the answer to a mention in a channel."""

    PUBLIC = "public"
    PRIVATE = "private"


class Limit(StrEnum):
    """How many public answers a member gets in one channel; the value is "answers/seconds"."""

    FIVE_IN_HALF_A_MINUTE = "5/30"
    THREE_A_MINUTE = "3/60"
    ONE_A_MINUTE = "1/60"
    ONE_IN_FIVE_MINUTES = "1/300"

    @property
    def answers(self) -> int:
        """The number of answers within `seconds`."""
        return int(self.value.partition("/")[0])

    @property
    def seconds(self) -> int:
        """The time in which answers count."""
        return int(self.value.partition("/")[2])

    def __str__(self) -> str:
        return f"{pluralize(self.answers, 'answer')} in {_format_seconds(self.seconds)}"


DEFAULT_LIMIT = Limit.FIVE_IN_HALF_A_MINUTE


@dataclass(frozen=True, slots=True)
class AnswerSettings:
    """The choices of a community's moderators about public answers."""

    channels: frozenset[str] = frozenset()  # the ids of those with public answers; empty: all
    mentions: MentionAnswers = MentionAnswers.PUBLIC
    limit: Limit = DEFAULT_LIMIT

    @classmethod
    def of(cls, preferences: Mapping[str, str]) -> "AnswerSettings":
        """Return the settings stored in *preferences*; an unknown value counts as the default."""
        mentions, limit = preferences.get(MENTIONS), preferences.get(LIMIT)
        return cls(
            frozenset(preferences.get(CHANNELS, "").split()),
            MentionAnswers(mentions) if mentions in set(MentionAnswers) else MentionAnswers.PUBLIC,
            Limit(limit) if limit in set(Limit) else DEFAULT_LIMIT,
        )

    def allows(self, channel: str) -> bool:
        """Return True if answers in *channel* may be public."""
        return not self.channels or channel in self.channels


class Turn(StrEnum):
    """The reaction to one more question: an answer, a warning after too many, or nothing."""

    ANSWER = "answer"
    WARNING = "warning"
    NOTHING = "nothing"


@dataclass(slots=True)
class _RecentAnswers:
    times: deque[float] = field(default_factory=deque)
    is_warned: bool = False


class Cooldown:
    """Counts the answers that each member got in each channel, so that nobody fills a channel."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """*clock* returns seconds that never go back."""
        self._clock = clock
        self._recent = LruCache[tuple[str, str], _RecentAnswers](_MAX_MEMBERS)

    def take(self, member: str, channel: str, limit: Limit = DEFAULT_LIMIT) -> Turn:
        """Return what *member*, who has just asked in *channel*, gets; count it if it's an answer.

        A member is warned once, until there is another answer.
        """
        now, key = self._clock(), (member, channel)
        recent = self._recent.get(key) or self._recent.put(key, _RecentAnswers())
        while recent.times and recent.times[0] <= now - limit.seconds:
            recent.times.popleft()
        if len(recent.times) < limit.answers:
            recent.times.append(now)
            recent.is_warned = False
            return Turn.ANSWER
        turn = Turn.NOTHING if recent.is_warned else Turn.WARNING
        recent.is_warned = True
        return turn

    def give_back(self, member: str, channel: str) -> None:
        """Stop counting the last answer, which wasn't posted."""
        recent = self._recent.get((member, channel))
        if recent is not None and recent.times:
            recent.times.pop()


@dataclass(frozen=True, slots=True)
class Permit:
    """Whether an answer may be public, and otherwise why not, in a sentence for the member."""

    turn: Turn = Turn.ANSWER
    reason: str = ""

    @property
    def is_public(self) -> bool:
        """Whether everybody in the channel may see the answer."""
        return self.turn is Turn.ANSWER and not self.reason

    def refusal(self) -> Reply:
        """Return the reply in place of an answer that isn't posted."""
        return Reply(self.reason, outcome=Outcome.REFUSED)


SENT_PRIVATELY = Reply("I've sent you that privately.")
"""Posted in a mention's thread if only the person who wrote the mention may see the answer."""
_PUBLIC = Permit()
_UNKNOWN = "I can't look up this channel's settings right now"
_CLOSED = "The moderators keep answers private in this channel"
_MENTIONS_PRIVATE = "The moderators keep answers to mentions private here"
_ONLY_YOU, _NOT_POSTED = "so only you see this.", "so nothing was posted."


class PublicAnswers:
    """Decides about every answer that a whole channel would see."""

    def __init__(
        self,
        storage: Callable[[], AbstractAsyncContextManager[Store]] | None,
        cooldown: Cooldown | None = None,
    ) -> None:
        """Read the settings from *storage*; without it, the defaults hold everywhere."""
        self._storage = storage
        self.cooldown = cooldown or Cooldown()
        self._known = LruCache[str, AnswerSettings](_MAX_COMMUNITIES)

    async def describe(self, community: str) -> str:
        """Return where a community has public answers: "in every channel", "in 3 channels"."""
        settings = await self._load(community) or AnswerSettings()
        count = len(settings.channels)
        return f"in {pluralize(count, 'channel')}" if count else "in every channel"

    async def for_mention(self, caller: Caller, channel: str) -> Permit:
        """Return whether *caller*'s mention of the bot in *channel* is answered publicly.

        *channel* is the channel's id, for a thread that of its channel.
        """
        settings = await self._settings(caller)
        limit = settings.limit if settings else DEFAULT_LIMIT
        turn = self.cooldown.take(caller.id, channel, limit)
        if turn is not Turn.ANSWER:
            wait = _format_seconds(limit.seconds)
            return Permit(turn, f"That's a lot of questions. Ask again in {wait}.")
        if settings is None:
            return Permit(reason=f"{_UNKNOWN}, {_ONLY_YOU}")
        if not settings.allows(channel):
            return Permit(reason=f"{_CLOSED}, {_ONLY_YOU}")
        if settings.mentions is MentionAnswers.PRIVATE:
            return Permit(reason=f"{_MENTIONS_PRIVATE}, {_ONLY_YOU}")
        return _PUBLIC

    async def for_share(self, caller: Caller, channel: str) -> Permit:
        """Return whether *caller* may post an answer in *channel*.

        Call `give_back` if the answer isn't posted after all.
        """
        settings = await self._settings(caller)
        if settings is None:
            return Permit(reason=f"{_UNKNOWN}, {_NOT_POSTED} Try again in a minute.")
        if not settings.allows(channel):
            return Permit(reason=f"{_CLOSED}, {_NOT_POSTED}")
        turn = self.cooldown.take(caller.id, channel, settings.limit)
        if turn is Turn.ANSWER:
            return _PUBLIC
        wait = _format_seconds(settings.limit.seconds)
        return Permit(turn, f"That's a lot of answers for one channel. Share again in {wait}.")

    def give_back(self, caller: Caller, channel: str) -> None:
        """Stop counting the answer that `for_share` allowed, because it wasn't posted."""
        self.cooldown.give_back(caller.id, channel)

    async def _settings(self, caller: Caller) -> AnswerSettings | None:
        """Return the settings of the caller's community, or None if they can't be read."""
        return await self._load(caller.community) if caller.community else AnswerSettings()

    async def _load(self, community: str) -> AnswerSettings | None:
        """Return a community's settings.

        If they can't be read, return those read last, or None if there are none.
        """
        if self._storage is None:
            return AnswerSettings()
        try:
            async with asyncio.timeout(_MAX_WAIT), self._storage() as store:
                preferences = await store.preferences.get_all(community)
        except (Outage, TimeoutError):
            return self._known.get(community)
        return self._known.put(community, AnswerSettings.of(preferences))


def _format_seconds(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return pluralize(seconds, "second") if rest else pluralize(minutes, "minute")
