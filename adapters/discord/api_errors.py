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
    10003: (NotFound, "The channel no longer exists."),
    10004: (NotFound, "I'm no longer in that server."),
    10007: (NotFound, "That member is no longer in the server."),
    10008: (NotFound, "The message no longer exists."),
    10011: (NotFound, "That role no longer exists."),
    30003: (LimitReached, "The channel has reached Discord's limit for pins. Unpin some."),
    40058: (PermissionDenied, "I can't post in a forum. Choose a text channel or a thread."),
    50001: (
        PermissionDenied,
        "I can't see that channel. Give me the View Channel permission, or invite me again.",
    ),
    30046: (LimitReached, "Discord lets me edit old messages only a few times an hour."),
    50005: (PermissionDenied, "The message isn't mine, so I can't edit it."),
    50007: (PermissionDenied, "That member doesn't accept direct messages from me."),
    50008: (
        PermissionDenied,
        "I can't post in a forum, media channel or category. Choose a text channel or a thread.",
    ),
    50013: (PermissionDenied, "I'm missing a permission there."),
    50024: (PermissionDenied, "That doesn't work in this kind of channel."),
    50083: (PermissionDenied, "The thread is archived. Reopen it, or choose another channel."),
    160002: (DeliveryError, "I can't reply there without the Read Message History permission."),
    160004: (DeliveryError, "The message already has a thread."),
    160005: (PermissionDenied, "The thread is locked. Unlock it, or choose another channel."),
}
_ROLE_ERRORS = {
    50013: (
        "I'm not allowed to give that role. A server admin has to give me the Manage Roles "
        "permission and move my own role above it in the list of roles."
    ),
    50001: "I no longer have access to this server. Ask an admin to invite me again.",
    10011: "That role no longer exists. Ask a moderator to choose another one.",
    10007: "You're not a member of this server.",
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
        raise refusal_of(error.code, error.text) from error
    except (discord.DiscordException, *_CONNECTION_ERRORS) as error:
        raise Outage("Discord can't do this right now. Try again in a minute.") from error


async def call_idempotent(request: Awaitable[T]) -> T:
    """Await a request that is safe to repeat, and return its result.

    Raise DeliveryError if Discord refuses it, and Retryable if Discord doesn't reply.
    """
    try:
        return await request
    except _CONNECTION_ERRORS as error:
        raise Retryable("I can't reach Discord right now.") from error
    except discord.DiscordException as error:
        raise _delivery_error(error) from error


async def call_once(request: Awaitable[T]) -> T:
    """Await a request that must not be repeated, and return its result.

    Raise DeliveryError if Discord refuses it, and OutcomeUnknown if the reply is lost.
    """
    try:
        return await request
    except _CONNECTION_ERRORS as error:
        raise OutcomeUnknown("Discord didn't confirm that the message was posted.") from error
    except discord.DiscordException as error:
        raise _delivery_error(error) from error


def is_existing_thread(error: DeliveryError) -> bool:
    """Return True if Discord refused to create a thread because the message already has one."""
    cause = error.__cause__
    return isinstance(cause, discord.HTTPException) and cause.code == _THREAD_EXISTS


def _delivery_error(error: discord.DiscordException) -> DeliveryError:
    """Convert an error of discord.py to a DeliveryError; to Retryable if a retry may succeed."""
    if isinstance(error, discord.RateLimited):
        return Retryable("Discord is rate-limiting me.", error.retry_after)
    if not isinstance(error, discord.HTTPException):
        return Retryable(str(error))
    if error.status == _TOO_MANY_REQUESTS:  # from Cloudflare, which names no time
        return Retryable("Discord is rate-limiting me.", 60)
    if error.code not in _DELIVERY_ERRORS:
        log.warning(
            "unknown error code",
            code=error.code,
            status=error.status,
            detail=error.text,
        )
    return error_of(error.code, error.text)


def error_of(code: int, text: str = "") -> DeliveryError:
    """Return the error for Discord's error *code*, whose own message is *text*."""
    unknown = DeliveryError, f"Discord rejected this: {text}"
    kind, message = _DELIVERY_ERRORS.get(code, unknown)
    return kind(message)


def refusal_of(code: int, text: str = "") -> Refusal:
    """Return the refusal, to a member who wants a role, for Discord's error *code*."""
    return Refusal(_ROLE_ERRORS.get(code, f"Discord rejected this: {text}"))
