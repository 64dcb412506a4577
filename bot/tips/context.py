"""Dependencies of weekly tips, with methods that notify moderators and write the audit log."""

import hashlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

import structlog

from bot.app import CommandContext
from bot.call import Call
from bot.community.moderators import MODERATOR_CHANNEL, wording_for
from bot.errors import Refusal
from bot.platform import (
    DeliveryError,
    NotFound,
    Platform,
    PostedMessage,
    Retryable,
    needs_intervention,
)
from bot.reply import Action, CommandLine, Paragraph, Reply
from content import Content
from storage import Card, Plan, Schedule, Store, Tip

if TYPE_CHECKING:
    from bot.ops.metrics import Metrics

log = structlog.get_logger("crossroads.tips")

UNUSABLE_NOTICE = "unusable"  # subject of the notice about a schedule that can't be used
QUEUE_ACTION = Action("Show the queue", Call("tips-queue"))
SCHEDULES_ACTION = Action("Show all schedules", Call("schedule-list"))
PANEL_ACTION = Action("Back to the panel", Call("tips-panel"))
SETUP_ACTION = Action("Set up weekly tips", Call("schedule-new"))
_KEY_LENGTH = 25  # characters, the maximum for Platform.post


@dataclass(frozen=True, slots=True)
class TipContext:
    """The content, connected platforms, storage, clock and metrics that weekly tips need."""

    content: Content
    platforms: Mapping[str, Platform]
    store: Store
    clock: Callable[[], datetime]
    metrics: "Metrics"

    def platform(self, tagged_id: str) -> Platform | None:
        """Return the platform of an id such as "discord:123", or None if it isn't connected."""
        return self.platforms.get(tagged_id.partition(":")[0])

    async def find_posting_problems(
        self, channel: str, plan: Plan | None = None
    ) -> tuple[str, ...]:
        """Return the reasons why the bot can't post in *channel* or do what *plan* asks for.

        A plan may ask for a pin, a thread and a notified role. Return () if all is well or the
        platform isn't connected. Raise NotFound if the channel doesn't exist, and Retryable or
        OutcomeUnknown if the platform doesn't answer.
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

    async def record_audit(
        self, queue: str, action: str, subject: str, user: str | None = None
    ) -> None:
        """Add a line such as "held", "tip 3" to a queue's audit log.

        Without *user*, the line names the bot.
        """
        await self.store.audit.add(queue, self.clock(), user, action, subject)

    async def notify_once(self, schedule: Schedule, subject: str, reply: Reply) -> bool:
        """Send *reply* to a schedule's moderators, unless they had a notice about *subject* before.

        Return False if the platform is busy and the caller must try again later, else True.
        """
        notice = f"{subject} {schedule.id}"
        audit = self.store.audit
        if not await audit.add_notice(schedule.queue, notice, self.clock()):
            return True
        try:
            await self.notify_moderators(schedule.plan.community, reply, notice, schedule.made_by)
        except Retryable:
            await audit.delete_notice(schedule.queue, notice)
            return False
        return True

    async def clear_notice(self, schedule: Schedule, subject: str) -> None:
        """Forget the notice about *subject*, so that the next problem is notified again."""
        await self.store.audit.delete_notice(schedule.queue, f"{subject} {schedule.id}")

    async def post_cards(self, tip: Tip, render: Callable[[str], Reply]) -> None:
        """Send a card about *tip* to the moderators of every community that shares its queue.

        *render* returns the card for a community. Errors are only logged, because moderators also
        see the suggested or held tip in the queue.
        """
        subject = f"tip {tip.id} {tip.state}"
        async for community, posted in self.notify_communities(tip.queue, render, subject):
            place = (posted.channel, posted.message)
            card = Card(*place, tip.id, community, posted.is_direct)
            await self.store.cards.add(card)

    async def notify_communities(
        self, queue: str, render: Callable[[str], Reply], subject: str, panel: str = "tips panel"
    ) -> AsyncIterator[tuple[str, PostedMessage]]:
        """Send a message to the moderators of every community that shares *queue*.

        *render* returns the message for a community. Yield each community whose moderators were
        told, with the message. Errors are only logged. *panel* is the command with which moderators
        act on the message where its buttons can't be used.
        """
        schedules = await self.store.schedules.list_for_queue(queue)
        for community in await self.store.queues.list_communities(queue):
            makers = (each.made_by for each in schedules if each.plan.community == community)
            try:
                posted = await self.notify_moderators(
                    community, render(community), subject, next(makers, None), panel
                )
            except DeliveryError as error:
                log.warning("moderators not notified", community=community, detail=error.message)
                continue
            if posted is not None:
                yield community, posted

    async def notify_moderators(
        self,
        community: str,
        reply: Reply,
        subject: str,
        member: str | None,
        panel: str = "tips panel",
    ) -> PostedMessage | None:
        """Post *reply* in the moderators' channel, or send it to *member* if that isn't possible.

        Return the message, or None if nobody could be told. A community gets only one post a day
        about a *subject*. *panel* is the command to act on it. Raise Retryable if the platform is
        busy; other delivery errors are logged.
        """
        channel = (await self.store.preferences.get_all(community)).get(MODERATOR_CHANNEL)
        key = idempotency_key(community, subject, self.clock().date().isoformat())
        platform = self.platform(channel or "")
        if channel and platform:
            try:
                return PostedMessage(channel, await platform.post(channel, reply, key))
            except Retryable:
                raise
            except DeliveryError as error:
                log.warning("moderators not notified", channel=channel, detail=error.message)
        return await self._notify_member(member, reply, panel)

    async def _notify_member(
        self, member: str | None, reply: Reply, panel: str
    ) -> PostedMessage | None:
        platform = self.platform(member or "")
        if member is None or platform is None:
            return None
        if not platform.moderates_in_direct_messages:
            reply = without_buttons(reply, panel)
        try:
            return await platform.send_direct_message(member, reply)
        except Retryable:
            raise
        except DeliveryError as error:
            log.warning("moderator not notified", detail=error.message)
        return None


def without_buttons(reply: Reply, panel: str = "tips panel") -> Reply:
    """Return *reply* with a hint to type the command *panel* instead of its buttons.

    It is for direct messages in which nobody's rights can be checked.
    """
    if not reply.actions():
        return reply
    hint = Paragraph(("To act on this, type ", CommandLine(panel), " in the server."))
    return replace(reply, nodes=(*reply.nodes, hint), buttons=(), more=())


def idempotency_key(*parts: str) -> str:
    """Return a key made from *parts*, by which a platform can recognize a repeated post."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:_KEY_LENGTH]


@dataclass(frozen=True, slots=True)
class ModeratorContext:
    """The context of a tip command, with the ids of the caller's community and its tip queue."""

    context: CommandContext
    tips: TipContext
    community: str
    queue: str

    @classmethod
    async def open(cls, context: CommandContext, owned: str = "tips") -> "ModeratorContext":
        """Return the context for the caller's community, and create its queue if there is none.

        Raise Refusal if the caller isn't in a community, and Outage if the bot has no database.
        *owned* is the word for what every community has for itself.
        """
        store, caller, app = await context.store(), context.caller, context.app
        community = caller.acting_community
        if community is None:
            where = wording_for(caller.id).community
            raise Refusal(f"Every {where} has its own {owned}. Use this in the {where}.")
        tips = TipContext(context.content, app.platforms, store, lambda: context.now, app.metrics)
        return cls(context, tips, community, await store.queues.get_or_create(community))

    @property
    def store(self) -> Store:
        """The open storage, the same as ``tips.store``."""
        return self.tips.store

    async def find_tip(self, number: int) -> Tip:
        """Return the queue's tip with this number; raise Refusal if there is none."""
        found = await self.store.tips.get(self.queue, number)
        if found is None:
            raise Refusal("That tip doesn't exist, or it was deleted.", QUEUE_ACTION)
        return found

    async def find_schedule(self, number: int) -> Schedule:
        """Return the queue's schedule with this number; raise Refusal if there is none."""
        found = await self.store.schedules.get(self.queue, number)
        if found is None:
            raise Refusal("That schedule doesn't exist, or it was stopped.", SCHEDULES_ACTION)
        return found

    async def record_audit(self, action: str, subject: str) -> None:
        """Add a line to the queue's audit log with the caller as the person who acted."""
        await self.tips.record_audit(self.queue, action, subject, self.context.caller.id)
