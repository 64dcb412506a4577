"""What an admin is told about Slack without the bot having to run."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from email.utils import parsedate_to_datetime

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.shared.http_session import create_session
from adapters.slack.api_client import Web
from adapters.slack.api_errors import (
    NO_APP,
    NO_BOT,
    TRANSIENT,
    Expired,
    NotSent,
    Rejected,
    code_of,
    refused,
)
from adapters.slack.client import Settings
from adapters.slack.manifest import HISTORY, SCOPES
from adapters.slack.platform import SlackPlatform
from adapters.slack.users import GROUP
from bot.formatting import pluralize
from bot.ops.doctor import clock
from bot.ops.health import Check, Finding, broken, ok
from bot.platform import Platform

_TIMEOUT = aiohttp.ClientTimeout(total=15)
_REINSTALL = (
    "Paste the manifest anew (crossroads slack manifest) on the app's page App Manifest at "
    "api.slack.com/apps, then reinstall it on the page Install App."
)

_LOOK_UP = (
    "Check the ids in CROSSROADS_SLACK_MODERATORS. If a permission is missing, add it on the app's "
    "page and reinstall the app."
)


class Unanswered(Exception):
    """Slack did not give what was asked for; *finding* says so."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


@asynccontextmanager
async def reached(settings: Settings) -> AsyncIterator[Platform]:
    """Reach Slack without a connection: to ask, not to listen."""
    async with _web(settings) as web:

        async def web_of(_: str) -> Web | None:
            return web

        yield SlackPlatform(web_of)


def checks(settings: Settings) -> dict[str, Check]:
    """Give the checks; which manifest was pasted in can't be read with these tokens."""

    def asked(check: Callable[[Settings], Awaitable[Finding]]) -> Check:
        async def ask() -> Finding:
            try:
                return await check(settings)
            except Unanswered as error:
                return error.finding

        return ask

    return {
        "slack token": asked(_token),
        "slack app token": asked(_app_token),
        "slack scopes": asked(_scopes),
        "slack moderators": asked(_moderators),
        "clock": asked(_clock),
    }


async def _who(settings: Settings) -> AsyncSlackResponse:
    """Ask who the bot is; raises Unanswered."""
    async with _web(settings) as web:
        return await _answer(web.api.auth_test(), NO_BOT)


@asynccontextmanager
async def _web(settings: Settings) -> AsyncIterator[Web]:
    base = _slashed(settings)
    async with create_session(timeout=_TIMEOUT) as http:
        api = AsyncWebClient(settings.bot_token, base, session=http, retry_handlers=[])
        yield Web(api, http)


def _slashed(settings: Settings) -> str:
    return settings.api_base.rstrip("/") + "/"


async def _answer(request: Awaitable[AsyncSlackResponse], says: str) -> AsyncSlackResponse:
    try:
        return await request
    except SlackApiError as error:
        code = code_of(error)
        if code in TRANSIENT or code.startswith("HTTP"):
            busy = broken(f"Slack answers with {code}", "Try again in a minute.")
            raise Unanswered(busy) from error
        what, mend = refused(says, code).split(": ", 1)
        raise Unanswered(broken(what, mend[:1].upper() + mend[1:])) from error
    except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
        mend = "Look at this machine's network, its firewall, and SLACK_API_BASE if you set it."
        found = broken(f"Slack can't be reached: {type(error).__name__}", mend)
        raise Unanswered(found) from error


async def _token(settings: Settings) -> Finding:
    found = await _who(settings)
    return ok(f"Slack takes it, and knows the bot as @{found['user']} in {found['team']}")


async def _app_token(settings: Settings) -> Finding:
    if settings.app_token is None:
        return ok("none is needed over HTTP: Slack calls this bot, and signs what it sends")
    async with _web(settings) as web:  # the address that this gives is not used
        await _answer(web.api.apps_connections_open(app_token=settings.app_token), NO_APP)
    return ok("Slack takes it, and gives an address to connect to")


async def _scopes(settings: Settings) -> Finding:
    """Hold what the app was granted, which every answer tells, against the manifest."""
    said = (await _who(settings)).headers.get("X-OAuth-Scopes", "")
    granted = {each.strip() for each in said.split(",")}
    missing = [each for each in SCOPES if each not in granted]
    if missing:
        says = "; ".join(f"{each} is missing ({SCOPES[each]})" for each in missing)
        return broken(says, _REINSTALL)
    looks = granted >= set(HISTORY)
    return ok(
        f"all {len(SCOPES)} of the manifest; a tip whose answer got lost is "
        + ("looked for" if looks else "asked about (with channels:history it is looked for)")
    )


async def _moderators(settings: Settings) -> Finding:
    """Look up a member and the configured user groups, as a moderator's command does."""
    who = await _who(settings)
    members = [each for each in settings.moderators if not each.startswith(GROUP)]
    groups = [each for each in settings.moderators if each.startswith(GROUP)]
    somebody = members or [str(who["user_id"])]
    lookups = [("users.info", {"user": each}) for each in somebody]
    lookups += [("usergroups.users.list", {"usergroup": each}) for each in groups]
    async with _web(settings) as web:
        for method, asks in lookups:
            try:
                await web.call(method, **asks)
            except (Expired, NotSent, Rejected) as trouble:
                whom = next(iter(asks.values()))
                says = f"{method} fails for {whom} ({trouble}), so moderators can't be recognized"
                raise Unanswered(broken(says, _LOOK_UP)) from trouble
    return ok(f"users.info works, {pluralize(len(groups), 'user group')} can be read")


async def _clock(settings: Settings) -> Finding:
    date = (await _who(settings)).headers.get("Date")
    return clock("Slack", parsedate_to_datetime(date) if date else None)
