"""What Discord's refusals mean to the product, in plain words."""

from collections.abc import Awaitable
from typing import TypeVar

import aiohttp
import discord
import structlog

from bot.errors import Outage, Refusal
from bot.platform import (
    DeliveryError,
    LimitReached,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    Retryable,
)

log = structlog.get_logger("crossroads.discord")
T = TypeVar("T")

# https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
_MEANINGS: dict[int, tuple[type[DeliveryError], str]] = {
    10003: (NotFound, "The channel does not exist any more."),
    10004: (NotFound, "I am not in that server any more."),
    10007: (NotFound, "That member is not in the server any more."),
    10008: (NotFound, "The message does not exist any more."),
    10011: (NotFound, "That role does not exist any more."),
    30003: (LimitReached, "The channel has as many pins as Discord allows: unpin some."),
    40058: (PermissionDenied, "A forum takes no messages. Choose a text channel or a thread."),
    50001: (PermissionDenied, "I can't see the channel: give me View Channel, or invite me again."),
    50007: (PermissionDenied, "That member takes no direct messages from me."),
    50008: (
        PermissionDenied,
        "A forum, media channel or category takes no messages. Choose a text channel or a thread.",
    ),
    50013: (PermissionDenied, "I lack a permission there."),
    50024: (PermissionDenied, "That can't be done in a channel of this kind."),
    50083: (PermissionDenied, "The thread is archived: open it again, or choose another channel."),
    160005: (PermissionDenied, "The thread is locked: unlock it, or choose another channel."),
}
_ROLE = {
    50013: (
        "I may not give that role. A server's admin has to give me the permission Manage Roles, "
        "and move my own role above it in the list of roles."
    ),
    50001: "I have no access to this server any more: ask an admin to invite me again.",
    10011: "That role does not exist any more: ask a moderator to choose another one.",
    10007: "You are not a member of this server.",
}
_THREAD_THERE, _TOO_MANY = 160004, 429
_LOST = (aiohttp.ClientError, OSError, TimeoutError, discord.DiscordServerError)


async def asked_by_member(request: Awaitable[T]) -> T:
    """Await what a member waits for; raises Refusal and Outage."""
    try:
        return await request
    except (discord.Forbidden, discord.NotFound) as error:
        raise Refusal(_ROLE.get(error.code, f"Discord refuses this: {error.text}")) from error
    except (discord.DiscordException, *_LOST) as error:
        raise Outage("Discord can't do this just now: try again in a minute.") from error


async def repeatable(request: Awaitable[T]) -> T:
    """Await a request that may be repeated; raise DeliveryError, or Retryable if no reply came."""
    try:
        return await request
    except _LOST as error:
        raise Retryable("Discord can't be reached just now.") from error
    except discord.DiscordException as error:
        raise _meaning(error) from error


async def once(request: Awaitable[T]) -> T:
    """Await a request that must not be repeated; raise OutcomeUnknown if the reply was lost."""
    try:
        return await request
    except _LOST as error:
        raise OutcomeUnknown("Discord did not say whether it was posted.") from error
    except discord.DiscordException as error:
        raise _meaning(error) from error


def is_thread_there(error: DeliveryError) -> bool:
    """Tell whether a thread was refused because it is there."""
    cause = error.__cause__
    return isinstance(cause, discord.HTTPException) and cause.code == _THREAD_THERE


def _meaning(error: discord.DiscordException) -> DeliveryError:
    if isinstance(error, discord.RateLimited):
        return Retryable("Discord asks me to slow down.", error.retry_after)
    if not isinstance(error, discord.HTTPException):
        return Retryable(str(error))
    if error.status == _TOO_MANY:  # Cloudflare's, which names no time
        return Retryable("Discord asks me to slow down.", 60)
    if error.code not in _MEANINGS:
        log.warning("unknown refusal", code=error.code, status=error.status, detail=error.text)
    kind, says = _MEANINGS.get(error.code, (DeliveryError, f"Discord refuses this: {error.text}"))
    return kind(says)
