"""What Slack's refusals mean to the product's own work, in plain words."""

from collections.abc import Awaitable, Mapping
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.api_errors import WORDS, code_of
from bot.platform import (
    DeliveryError,
    LimitReached,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    Retryable,
)

log = structlog.get_logger("crossroads.slack")

_APP = "An admin of the workspace has to let me, or choose another channel."
# https://docs.slack.dev/reference/methods, chat.postMessage, pins.add and conversations.info
_MEANINGS: dict[str, tuple[type[DeliveryError], str]] = {
    "channel_not_found": (
        NotFound,
        "The channel does not exist any more, or I'm not in it: type /invite @Crossroads there.",
    ),
    "is_archived": (NotFound, "The channel is archived."),
    "message_not_found": (NotFound, "The message does not exist any more."),
    "thread_not_found": (NotFound, "The message does not exist any more."),
    "user_not_found": (NotFound, "That member is not in the workspace any more."),
    "user_disabled": (NotFound, "That member's account is switched off."),
    "not_in_channel": (PermissionDenied, "I'm not in the channel. Type /invite @Crossroads there."),
    "restricted_action": (PermissionDenied, f"Posting there is restricted. {_APP}"),
    "restricted_action_read_only_channel": (PermissionDenied, f"The channel is read-only. {_APP}"),
    "restricted_action_thread_only_channel": (
        PermissionDenied,
        f"Only replies may go there. {_APP}",
    ),
    "permission_denied": (PermissionDenied, f"I may not pin there. {_APP}"),
    "access_denied": (PermissionDenied, f"I may not do that there. {_APP}"),
    "no_permission": (PermissionDenied, f"I may not do that there. {_APP}"),
    "team_access_not_granted": (PermissionDenied, f"I have no access to that workspace. {_APP}"),
    "messages_tab_disabled": (PermissionDenied, "That member can't get direct messages from me."),
    "too_many_pins": (LimitReached, "The channel has as many pins as Slack allows: unpin some."),
    "external_channel_migrating": (Retryable, "Slack is moving that channel just now."),
    "message_limit_exceeded": (Retryable, "The workspace sends more messages than Slack allows."),
    "token_revoked": (PermissionDenied, WORDS["token_revoked"]),
    "token_expired": (PermissionDenied, WORDS["invalid_auth"]),
    "invalid_auth": (PermissionDenied, WORDS["invalid_auth"]),
    "not_authed": (PermissionDenied, WORDS["invalid_auth"]),
    "account_inactive": (PermissionDenied, WORDS["account_inactive"]),
}
# By Slack's own words part of it may have happened.
_DOUBTFUL = frozenset({"internal_error", "fatal_error", "service_unavailable"})
_LOST = (aiohttp.ClientError, OSError, TimeoutError)
_SLOW, _SERVER_FAULT = "Slack asks me to slow down.", "HTTP 5"
_WAIT = 60.0  # seconds, where Slack names no time


async def repeatable(
    request: Awaitable[AsyncSlackResponse], *, fine: frozenset[str] = frozenset()
) -> Mapping[str, Any]:
    """Await what may be done twice; an error of *fine* is as good as none.

    Raises DeliveryError, Retryable where nothing is known of it.
    """
    try:
        return _data(await request)
    except SlackApiError as error:
        if code_of(error) in fine:
            return {}
        raise _meaning(error) or Retryable("Slack has trouble of its own just now.") from error
    except _LOST as error:
        raise Retryable("Slack can't be reached just now.") from error
    except SlackClientError as error:
        raise DeliveryError(f"Slack refuses this: {error}") from error


async def once(request: Awaitable[AsyncSlackResponse]) -> Mapping[str, Any]:
    """Await a request that must not be repeated; raise OutcomeUnknown if the reply was lost."""
    unsure = "Slack did not say whether it was posted."
    try:
        return _data(await request)
    except SlackApiError as error:
        raise _meaning(error) or OutcomeUnknown(unsure) from error
    except aiohttp.ClientConnectorError as error:  # it never got there
        raise Retryable("Slack can't be reached just now.") from error
    except _LOST as error:
        raise OutcomeUnknown(unsure) from error
    except SlackClientError as error:
        raise DeliveryError(f"Slack refuses this: {error}") from error


def refuses_blocks(error: DeliveryError) -> bool:
    """Return whether Slack refused the blocks of a message; then nothing was posted."""
    cause = error.__cause__
    return isinstance(cause, SlackApiError) and code_of(cause) == "invalid_blocks"


def lacking(scope: str) -> str:
    """Say that the app was installed without a permission."""
    return (
        f"The app was installed without the permission {scope}: an admin can add it and reinstall "
        "the app, on its page at api.slack.com/apps under OAuth & Permissions."
    )


def _data(answer: AsyncSlackResponse) -> Mapping[str, Any]:
    return answer.data if isinstance(answer.data, dict) else {}


def _meaning(error: SlackApiError) -> DeliveryError | None:
    """Give what a refusal means; None where it is none."""
    code = code_of(error)
    if code == "ratelimited":
        return Retryable(_SLOW, _seconds(error))
    if code in _DOUBTFUL or code.startswith(_SERVER_FAULT):
        return None
    if code == "missing_scope":
        data = getattr(error.response, "data", None)
        needed = str(data.get("needed", "")) if isinstance(data, dict) else ""
        return PermissionDenied(lacking(needed) if needed else WORDS[code])
    if code not in _MEANINGS:
        log.warning("unknown refusal", code=code)
    kind, says = _MEANINGS.get(code, (DeliveryError, f"Slack refuses this: {code}."))
    return kind(says)


def _seconds(error: SlackApiError) -> float:
    """Give how long Slack wants to be left alone."""
    said = getattr(error.response, "headers", {}).get("Retry-After", "")
    return float(said) if str(said).isdigit() else _WAIT
