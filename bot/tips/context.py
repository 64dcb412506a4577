"""What the work on weekly tips draws on, and how moderators are told of what goes wrong."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.ops.metrics import Metrics
from bot.platform import DeliveryError, NotFound, Platform, Retryable, needs_intervention
from bot.reply import Reply
from content import Content
from storage import Plan, Schedule, Store

log = structlog.get_logger("crossroads.tips")

TOLD_IN = "tips-told-in"  # the preference that names the moderators' channel
UNUSABLE = "unusable"  # the notice about a schedule that can't be used
LINKING = frozenset({"made a link code", "joined", "parted"})  # what is about communities
_KEY = 25  # letters and digits of a post's key


@dataclass(frozen=True, slots=True)
class Desk:
    """The content, the connected platforms, the store, the clock, and what is counted."""

    content: Content
    platforms: Mapping[str, Platform]
    store: Store
    clock: Callable[[], datetime]
    metrics: Metrics

    def platform(self, tagged: str) -> Platform | None:
        """Give the platform that an id belongs to, None while it is not connected."""
        return self.platforms.get(tagged.partition(":")[0])

    async def lacks(self, channel: str, plan: Plan | None = None) -> tuple[str, ...]:
        """Return why the bot can't post in *channel*, or do what else *plan* asks for.

        Raises NotFound, and Retryable or OutcomeUnknown if the platform can't tell; returns
        nothing if the platform isn't connected.
        """
        platform = self.platform(channel)
        if platform is None:
            return ()
        pins, threads = (plan.pin, plan.thread) if plan else (False, False)
        mention = plan.mention if plan else None
        try:
            return await platform.missing_permissions(
                channel, pins=pins, threads=threads, mention=mention
            )
        except NotFound:
            raise
        except DeliveryError as error:
            if not needs_intervention(error):
                raise
            return (error.message,)

    async def note(self, queue: str, action: str, about: str, who: str | None = None) -> None:
        """Write a line into the audit; without *who* the bot itself did it."""
        await self.store.audit.write(queue, self.clock(), who, action, about)

    async def tell_once(self, schedule: Schedule, about: str, reply: Reply) -> bool:
        """Tell the moderators of something about a schedule, unless they know; tells if they do."""
        notice = f"{about} {schedule.id}"
        audit = self.store.audit
        if not await audit.tell_once(schedule.queue, notice, self.clock()):
            return True
        try:
            await self.tell(schedule.plan.community, reply, notice, schedule.made_by)
        except Retryable:
            await audit.untold(schedule.queue, notice)
            return False
        return True

    async def mended(self, schedule: Schedule, about: str) -> None:
        """Let the moderators be told again, should it come back."""
        await self.store.audit.untold(schedule.queue, f"{about} {schedule.id}")

    async def tell(self, community: str, reply: Reply, about: str, maker: str | None) -> bool:
        """Tell the moderators in the channel that they chose, else who made the schedule.

        *about* names what it is about, so that it is not posted twice. Tells whether anybody
        could be told; raises Retryable.
        """
        channel = (await self.store.preferences.of(community)).get(TOLD_IN)
        key = post_key(community, about, self.clock().date().isoformat())
        platform = self.platform(channel or "")
        if channel and platform:
            try:
                await platform.post(channel, reply, key)
            except Retryable:
                raise
            except DeliveryError as error:
                log.warning("moderators not told", channel=channel, detail=error.message)
            else:
                return True
        return await self._tell_person(maker, reply)

    async def _tell_person(self, member: str | None, reply: Reply) -> bool:
        platform = self.platform(member or "")
        if member is None or platform is None:
            return False
        try:
            await platform.send_direct_message(member, reply)
        except Retryable:
            raise
        except DeliveryError as error:
            log.warning("moderator not told", detail=error.message)
            return False
        return True


def post_key(*parts: str) -> str:
    """Name a post by what makes it the same post."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:_KEY]
