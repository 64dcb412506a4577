"""Posting at once: the scheduler is woken, and the moderator waits for the result."""

import asyncio
from datetime import datetime

from bot.platform import DeliveryError
from bot.reply import Channel, Link, Prose
from bot.tips.context import ModeratorContext, log
from storage import Occurrence, OccurrenceState, Schedule, Step, StepState

_WAIT, _POLL = 2.5, 0.05  # seconds
_UNDER_WAY = "The tip is on its way. Expect it within half a minute."


async def describe_delivery(
    moderator: ModeratorContext, schedule: Schedule, due_at: datetime
) -> Prose:
    """Wake the scheduler, wait until it has posted an occurrence, and return the result.

    If that takes more than 2.5 seconds, or the scheduler runs in another process, return that the
    post is on its way.
    """
    wake = moderator.context.app.wake_scheduler
    if wake is None:
        return _UNDER_WAY
    wake()
    found = await _wait_for(moderator, schedule, due_at)
    where = Channel(schedule.plan.channel)
    if found is None:
        return _UNDER_WAY
    if found.message is not None:
        return await _describe_post(moderator, found)
    receipt = found.receipts.get(Step.POST)
    if found.state is OccurrenceState.DUE and receipt and receipt.error:
        return ("Not posted in ", where, f" yet, and I'll try again. {receipt.error}")
    why = receipt.error if receipt and receipt.error else "no tip is left"
    return ("Nothing was posted in ", where, f": {why}.")


async def _wait_for(
    moderator: ModeratorContext, schedule: Schedule, due_at: datetime
) -> Occurrence | None:
    """Return the occurrence as soon as an attempt to post it has ended, or None if none does."""
    deadline = asyncio.get_running_loop().time() + _WAIT
    while asyncio.get_running_loop().time() < deadline:
        found = await moderator.store.occurrences.get(schedule.id, due_at)
        if found is not None and _has_result(found):
            return found
        await asyncio.sleep(_POLL)
    return None


def _has_result(occurrence: Occurrence) -> bool:
    receipt = occurrence.receipts.get(Step.POST)
    waits = receipt is not None and receipt.state is StepState.WAITING
    return bool(occurrence.message) or occurrence.state is not OccurrenceState.DUE or waits


async def _describe_post(moderator: ModeratorContext, occurrence: Occurrence) -> Prose:
    where, platform = Channel(occurrence.channel), moderator.tips.platform(occurrence.channel)
    url = ""
    try:
        if platform is not None:
            url = await platform.message_link(occurrence.channel, occurrence.message or "")
    except DeliveryError as error:
        log.warning("no link to a post", channel=occurrence.channel, detail=error.message)
    if not url:
        return ("Posted in ", where, ".")
    return ("Posted in ", where, ": ", Link("open the tip", url), ".")
