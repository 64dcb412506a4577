"""What Slack answers when it does not do what it was asked for, in words and with a way out."""

from typing import Any

from slack_sdk.errors import SlackApiError

_REINSTALL = "An admin can reinstall the app from its page at api.slack.com/apps, then set the new "
WORDS = {
    "not_in_channel": "I'm not in that channel. Type /invite @Crossroads there, then try again.",
    "channel_not_found": "I can't see that channel. If it is private, invite me there first.",
    "is_archived": "That channel is archived, so nothing can be posted there. Choose another one.",
    "restricted_action": "Posting there is restricted. Ask an admin of the workspace to let me.",
    "missing_scope": "This app was installed without a permission that it needs. "
    + _REINSTALL
    + "SLACK_BOT_TOKEN.",
    "token_revoked": "This app has been removed from the workspace. "
    + _REINSTALL
    + "SLACK_BOT_TOKEN.",
    "account_inactive": "This app's account is switched off. " + _REINSTALL + "SLACK_BOT_TOKEN.",
    "invalid_auth": "Slack does not take the app's token any more. "
    + _REINSTALL
    + "SLACK_BOT_TOKEN.",
    "ratelimited": "Slack asks me to slow down. Try again in a minute.",
}
NO_BOT = (  # at the start
    "Slack does not take SLACK_BOT_TOKEN ({code}): copy it anew from the app's page at "
    "api.slack.com/apps, under OAuth & Permissions; it begins with xoxb."
)
NO_APP = (
    "Slack does not take SLACK_APP_TOKEN ({code}): make one with the scope connections:write on "
    "the app's page at api.slack.com/apps, under Basic Information; it begins with xapp."
)
REVOKED = frozenset(
    {"token_revoked", "account_inactive", "invalid_auth", "token_expired", "not_authed"}
)
INSTALL_AGAIN = (
    "On the app's page at api.slack.com/apps, under Install App, install it again. Then set the "
    "new SLACK_BOT_TOKEN and restart the bot."
)
_REMOVED = "SLACK_BOT_TOKEN was revoked, or the app was removed from the workspace ({code}): "
TRANSIENT = frozenset({"ratelimited", "internal_error", "fatal_error", "service_unavailable"})
GONE = frozenset({"not_found", "hash_conflict", "view_not_found"})  # the view is not as it was
STALE = frozenset(
    {"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id", "push_limit_reached"}
)
_STATUS, _TOO_MANY = "HTTP", 429
_UNSURE = "Slack does not answer, so this may not have arrived. Look before you do it again."


class Expired(Exception):
    """A response URL, a trigger or a view is no longer what it was: answer in another way."""


class NotSent(Exception):
    """An answer did not reach Slack: the words to tell the member, and Slack's own."""

    def __init__(self, says: str, detail: str) -> None:
        super().__init__(detail)
        self.says, self.detail = says, detail


class Rejected(Exception):
    """Slack does not take the answer as it is: a bug in Crossroads."""


def refused(says: str, code: str) -> str:
    """Return the problem with a token, a colon, and what to do; *says* is one of NO_…."""
    if says is NO_BOT and code in {"token_revoked", "account_inactive"}:
        return _REMOVED.format(code=code) + INSTALL_AGAIN
    return says.format(code=code)


def read(error: Exception) -> NotSent | Rejected:
    """Say what *error* means for the member who waits for an answer."""
    if not isinstance(error, SlackApiError):
        return NotSent(_UNSURE, f"{type(error).__name__}: {error}")
    code = code_of(error)
    said = _body(error)
    if code in WORDS:
        return NotSent(WORDS[code], f"{code} {said.get('needed', '')}".strip())
    if code.startswith(_STATUS):
        return NotSent(_UNSURE, code)
    messages = (said.get("response_metadata") or {}).get("messages", [])
    return Rejected(" ".join([code, *map(str, messages)]))


def code_of(error: SlackApiError) -> str:
    """Give Slack's word for what is wrong, or the HTTP status where it has none."""
    said = _body(error).get("error")
    if said:
        return str(said)
    # A page in place of JSON comes as another kind of response, with another name for the same.
    status = getattr(error.response, "status_code", 0) or getattr(error.response, "status", 0)
    return "ratelimited" if status == _TOO_MANY else f"{_STATUS} {status}"


def _body(error: SlackApiError) -> dict[str, Any]:
    data = getattr(error.response, "data", None)
    return data if isinstance(data, dict) else {}
