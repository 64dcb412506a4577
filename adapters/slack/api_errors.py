"""Slack's error codes, converted to exceptions with messages for members and moderators."""

from collections.abc import Awaitable, Mapping
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.platform import (
    DeliveryError,
    LimitReached,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    Retryable,
)

log = structlog.get_logger("crossroads.slack")

_ASK_ADMIN = "Ask a workspace admin to allow it, or choose another channel."
_REINSTALL = (
    "An admin can reinstall the app from its page at api.slack.com/apps, then set the new "
    "SLACK_BOT_TOKEN."
)
_BAD_TOKEN = f"Slack no longer accepts the app's token. {_REINSTALL}"
_NOT_ALLOWED = f"I'm not allowed to do that there. {_ASK_ADMIN}"
_NO_MESSAGE = "The message no longer exists."
# https://docs.slack.dev/reference/methods, chat.postMessage, pins.add and conversations.info
_MESSAGES: dict[type[DeliveryError], dict[str, str]] = {
    NotFound: {
        "channel_not_found": "The channel no longer exists, or I'm not in it. If it exists, type "
        "/invite @Crossroads there.",
        "is_archived": "The channel is archived. Unarchive it, or choose another one.",
        "message_not_found": _NO_MESSAGE,
        "thread_not_found": _NO_MESSAGE,
        "user_not_found": "That member is no longer in the workspace.",
        "user_disabled": "That member's account is deactivated.",
    },
    PermissionDenied: {
        "not_in_channel": "I'm not in the channel. Type /invite @Crossroads there.",
        "restricted_action": f"Posting there is restricted. {_ASK_ADMIN}",
        "restricted_action_read_only_channel": f"The channel is read-only. {_ASK_ADMIN}",
        "restricted_action_thread_only_channel": f"I can only post replies there. {_ASK_ADMIN}",
        "permission_denied": f"I'm not allowed to pin there. {_ASK_ADMIN}",
        "cant_update_message": "The message isn't mine, so I can't edit it.",
        "edit_window_closed": "The workspace doesn't allow editing messages this old.",
        "access_denied": _NOT_ALLOWED,
        "no_permission": _NOT_ALLOWED,
        "team_access_not_granted": (
            "I no longer have access to that workspace. Ask an admin there to install me again."
        ),
        "messages_tab_disabled": "That member can't get direct messages from me.",
        "missing_scope": "This app is missing a permission that it needs. " + _REINSTALL,
        "token_revoked": f"This app has been removed from the workspace. {_REINSTALL}",
        "token_expired": _BAD_TOKEN,
        "invalid_auth": _BAD_TOKEN,
        "not_authed": _BAD_TOKEN,
        "account_inactive": f"This app's account is deactivated. {_REINSTALL}",
    },
    LimitReached: {
        "too_many_pins": "The channel has reached Slack's limit for pins. Unpin some.",
    },
    Retryable: {
        "external_channel_migrating": "Slack is moving that channel right now.",
        "message_limit_exceeded": "The workspace is sending more messages than Slack allows.",
        "ratelimited": "Slack is rate-limiting me.",
    },
}
_ERRORS = {code: (kind, text) for kind, texts in _MESSAGES.items() for code, text in texts.items()}
# Instead of those above for members who wait for a reply, because they can act at once.
_MEMBER_MESSAGES = {
    "channel_not_found": "I can't see that channel. If it is private, invite me there first.",
    "is_archived": "That channel is archived, so I can't post there. Choose another one.",
    "ratelimited": "Slack is rate-limiting me. Try again in a minute.",
}
REVOKED_CODES = frozenset(
    {"token_revoked", "account_inactive", "invalid_auth", "token_expired", "not_authed"}
)
TRANSIENT_CODES = frozenset({"ratelimited", "internal_error", "fatal_error", "service_unavailable"})
_UNKNOWN_OUTCOME = TRANSIENT_CODES - {"ratelimited"}  # the request may have been partly done
VIEW_GONE_CODES = frozenset({"not_found", "hash_conflict", "view_not_found"})
STALE_TRIGGER_CODES = frozenset(
    {"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id", "push_limit_reached"}
)
BOT_LOGIN_FAILED = (
    "Slack rejected SLACK_BOT_TOKEN ({code}). Copy it again from OAuth & Permissions on the "
    "app's page at api.slack.com/apps; it starts with xoxb."
)
APP_LOGIN_FAILED = (
    "Slack rejected SLACK_APP_TOKEN ({code}). Generate a new one (it starts with xapp) with the "
    "connections:write scope, under Basic Information on the app's page at api.slack.com/apps."
)
REINSTALL_REMEDY = (
    "On the app's page at api.slack.com/apps, under Install App, install it again. Then set the "
    "new SLACK_BOT_TOKEN and restart the bot."
)
FILE_FAILED = "I couldn't get the file from Slack. Send it again in a minute, or paste its text."
FILES_NOT_ALLOWED = (
    "Slack doesn't let me read files yet. Ask an admin to reinstall the app with the files:read "
    "permission. Until then, paste the text."
)
_REMOVED = "SLACK_BOT_TOKEN was revoked, or the app was removed from the workspace ({code}). "
_MAYBE_SENT = "Slack didn't respond, so this may not have gone through. Check before you try again."
_HTTP, _SERVER_ERROR, _TOO_MANY_REQUESTS = "HTTP", "HTTP 5", 429
_CONNECTION_ERRORS = (aiohttp.ClientError, OSError, TimeoutError)
REQUEST_ERRORS = (SlackClientError, *_CONNECTION_ERRORS)
_DEFAULT_RETRY_AFTER = 60.0  # seconds


class Expired(Exception):
    """A response URL, trigger id or modal has expired, so the reply must be sent another way."""


class SendError(Exception):
    """A reply couldn't be sent. *message* is for the member, *detail* for the log."""

    def __init__(self, message: str, detail: str) -> None:
        super().__init__(detail)
        self.message, self.detail = message, detail


class PayloadRejected(Exception):
    """Slack refused a message or modal as invalid, which is a bug in Crossroads."""


API_FAILURES = (Expired, SendError, PayloadRejected)


def to_send_error(error: Exception) -> SendError | PayloadRejected:
    """Convert an exception of a failed request to a SendError with a message for the member.

    If Slack refused the request as invalid, return PayloadRejected instead.
    """
    if not isinstance(error, SlackApiError):
        return SendError(_MAYBE_SENT, f"{type(error).__name__}: {error}")
    code, body = error_code(error), _body(error)
    if code in _ERRORS:
        message = _MEMBER_MESSAGES.get(code, _ERRORS[code][1])
        return SendError(message, f"{code} {body.get('needed', '')}".strip())
    if code.startswith(_HTTP):
        return SendError(_MAYBE_SENT, code)
    messages = (body.get("response_metadata") or {}).get("messages", [])
    return PayloadRejected(" ".join([code, *map(str, messages)]))


def error_code(error: SlackApiError) -> str:
    """Return Slack's error code, or the status, such as "HTTP 500", if there is no code."""
    code = _body(error).get("error")
    if code:
        return str(code)
    # If the body is not JSON, slack_sdk's response is another class with another attribute.
    status = getattr(error.response, "status_code", 0) or getattr(error.response, "status", 0)
    return "ratelimited" if status == _TOO_MANY_REQUESTS else f"{_HTTP} {status}"


def is_transient(code: str) -> bool:
    """Return True if a request that failed with *code* may succeed later."""
    return code in TRANSIENT_CODES or code.startswith(_HTTP)


def token_problem(template: str, code: str) -> str:
    """Return a message with the problem of a token and, in the next sentence, the remedy.

    *template* is BOT_LOGIN_FAILED or APP_LOGIN_FAILED, *code* is Slack's error code.
    """
    if template is BOT_LOGIN_FAILED and code in {"token_revoked", "account_inactive"}:
        return _REMOVED.format(code=code) + REINSTALL_REMEDY
    return template.format(code=code)


def missing_scope(scope: str) -> str:
    """Return a message that the app lacks the permission *scope*, and how to add it."""
    return (
        f"The app is missing the {scope} permission. An admin can add it at api.slack.com/apps, "
        "under OAuth & Permissions, and reinstall the app there."
    )


async def call_idempotent(
    request: Awaitable[AsyncSlackResponse], *, ignored: frozenset[str] = frozenset()
) -> Mapping[str, Any]:
    """Await a request that may be repeated, and return the data of its response.

    Error codes in *ignored* count as success. Raise DeliveryError if Slack refuses the request, and
    its subclass Retryable if the outcome is unknown.
    """
    try:
        return _data(await request)
    except SlackApiError as error:
        if error_code(error) in ignored:
            return {}
        trouble = Retryable("Slack is having problems right now.")
        raise _delivery_error(error) or trouble from error
    except _CONNECTION_ERRORS as error:
        raise Retryable("I can't reach Slack right now.") from error
    except SlackClientError as error:
        raise DeliveryError(f"Slack rejected this: {error}") from error


async def call_once(request: Awaitable[AsyncSlackResponse]) -> Mapping[str, Any]:
    """Await a request that must not be repeated, and return the data of its response.

    Raise DeliveryError if Slack refuses the request, or one of its subclasses: Retryable if the
    request was never sent, OutcomeUnknown if the response was lost.
    """
    unknown = OutcomeUnknown("Slack didn't confirm that the message was posted.")
    try:
        return _data(await request)
    except SlackApiError as error:
        raise _delivery_error(error) or unknown from error
    except aiohttp.ClientConnectorError as error:  # the request was never sent
        raise Retryable("I can't reach Slack right now.") from error
    except _CONNECTION_ERRORS as error:
        raise unknown from error
    except SlackClientError as error:
        raise DeliveryError(f"Slack rejected this: {error}") from error


def rejects_blocks(error: DeliveryError) -> bool:
    """Return True if Slack refused the message's blocks, so that nothing was posted."""
    cause = error.__cause__
    return isinstance(cause, SlackApiError) and error_code(cause) == "invalid_blocks"


def _delivery_error(error: SlackApiError) -> DeliveryError | None:
    """Return Slack's error as a DeliveryError, or None if the request may have succeeded."""
    code = error_code(error)
    if code in _UNKNOWN_OUTCOME or code.startswith(_SERVER_ERROR):
        return None
    if code == "ratelimited":
        return Retryable(_ERRORS[code][1], _retry_after(error))
    scope = str(_body(error).get("needed", "")) if code == "missing_scope" else ""
    if scope:
        return PermissionDenied(missing_scope(scope))
    if code not in _ERRORS:
        log.warning("unknown error code", code=code)
    kind, message = _ERRORS.get(code, (DeliveryError, f"Slack rejected this: {code}."))
    return kind(message)


def _retry_after(error: SlackApiError) -> float:
    value = getattr(error.response, "headers", {}).get("Retry-After", "")
    return float(value) if str(value).isdigit() else _DEFAULT_RETRY_AFTER


def _data(response: AsyncSlackResponse) -> Mapping[str, Any]:
    return response.data if isinstance(response.data, dict) else {}


def _body(error: SlackApiError) -> dict[str, Any]:
    data = getattr(error.response, "data", None)
    return data if isinstance(data, dict) else {}
