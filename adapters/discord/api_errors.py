"""Translation of Discord's API errors to the errors of `bot`, with messages in plain words."""

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
_DELIVERY_ERRORS: dict[int, tuple[type[DeliveryError], str]] = {
    10003: (NotFound, "The channel does not exist any more."),
    10004: (NotFound, "I am not in that server any more."),
    10007: (NotFound, "That member is not in the server any more."),
    10008: (NotFound, "The message does not exist any more."),
    10011: (NotFound, "That role does not exist any more."),
    30003: (LimitReached, "The channel has as many pins as Discord allows: unpin some."),
    40058: (PermissionDenied, "A forum takes no messages. Choose a text channel or a thread."),
    50001: (PermissionDenied, "I can't see the channel: give me View Channel, or invite me again."),
    30046: (LimitReached, "Discord lets me edit old messages only a few times an hour."),
    50005: (PermissionDenied, "The message isn't mine, so I can't edit it."),
    50007: (PermissionDenied, "That member takes no direct messages from me."),
    50008: (
        PermissionDenied,
        "A forum, media channel or category takes no messages. Choose a text channel or a thread.",
    ),
    50013: (PermissionDenied, "I lack a permission there."),
    50024: (PermissionDenied, "That can't be done in a channel of this kind."),
    50083: (PermissionDenied, "The thread is archived: open it again, or choose another channel."),
    160002: (DeliveryError, "I can't reply there without the permission Read Message History."),
    160004: (DeliveryError, "The message has a thread already."),
    160005: (PermissionDenied, "The thread is locked: unlock it, or choose another channel."),
}
_ROLE_ERRORS = {
    50013: (
        "I may not give that role. A server's admin has to give me the permission Manage Roles, "
        "and move my own role above it in the list of roles."
    ),
    50001: "I have no access to this server any more: ask an admin to invite me again.",
    10011: "That role does not exist any more: ask a moderator to choose another one.",
    10007: "You are not a member of this server.",
}
_THREAD_EXISTS, _TOO_MANY_REQUESTS = 160004, 429
_CONNECTION_ERRORS = (aiohttp.ClientError, OSError, TimeoutError, discord.DiscordServerError)


async def call_for_member(request: Awaitable[T]) -> T:
    """Await a request and return its result.

    Raise Refusal if Discord refuses the request, and Outage if it fails otherwise. Their messages
    are for the member who waits for the result.
    """
    try:
        return await request
    except (discord.Forbidden, discord.NotFound) as error:
        message = _ROLE_ERRORS.get(error.code, f"Discord refuses this: {error.text}")
        raise Refusal(message) from error
    except (discord.DiscordException, *_CONNECTION_ERRORS) as error:
        raise Outage("Discord can't do this just now: try again in a minute.") from error


async def call_idempotent(request: Awaitable[T]) -> T:
    """Await a request that is safe to repeat, and return its result.

    Raise DeliveryError if Discord refuses it, and Retryable if Discord doesn't reply.
    """
    try:
        return await request
    except _CONNECTION_ERRORS as error:
        raise Retryable("Discord can't be reached just now.") from error
    except discord.DiscordException as error:
        raise _delivery_error(error) from error


async def call_once(request: Awaitable[T]) -> T:
    """Await a request that must not be repeated, and return its result.

    Raise DeliveryError if Discord refuses it, and OutcomeUnknown if the reply is lost.
    """
    try:
        return await request
    except _CONNECTION_ERRORS as error:
        raise OutcomeUnknown("Discord did not say whether it was posted.") from error
    except discord.DiscordException as error:
        raise _delivery_error(error) from error


def is_existing_thread(error: DeliveryError) -> bool:
    """Return True if Discord refused to create a thread because the message already has one."""
    cause = error.__cause__
    return isinstance(cause, discord.HTTPException) and cause.code == _THREAD_EXISTS


def _delivery_error(error: discord.DiscordException) -> DeliveryError:
    """Convert an error of discord.py to a DeliveryError; to Retryable if a retry may succeed."""
    if isinstance(error, discord.RateLimited):
        return Retryable("Discord asks me to slow down.", error.retry_after)
    if not isinstance(error, discord.HTTPException):
        return Retryable(str(error))
    if error.status == _TOO_MANY_REQUESTS:  # from Cloudflare, which names no time
        return Retryable("Discord asks me to slow down.", 60)
    if error.code not in _DELIVERY_ERRORS:
        log.warning(
            "unknown error code",
            code=error.code,
            status=error.status,
            detail=error.text,
        )
    unknown = DeliveryError, f"Discord refuses this: {error.text}"
    kind, message = _DELIVERY_ERRORS.get(error.code, unknown)
    return kind(message)
