"""Checks of the Slack settings for ``crossroads doctor``, which need no running bot."""

from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from email.utils import parsedate_to_datetime
from functools import partial

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.shared.checks import CheckFailed, guard_check
from adapters.shared.http_session import create_session
from adapters.slack.api_client import HttpApi, SlackApi
from adapters.slack.api_errors import (
    API_FAILURES,
    APP_LOGIN_FAILED,
    BOT_LOGIN_FAILED,
    REQUEST_ERRORS,
    error_code,
    is_transient,
    token_problem,
)
from adapters.slack.lifecycle import SlackSettings
from adapters.slack.platform import SlackPlatform
from adapters.slack.setup.manifest import HISTORY_SCOPES, SCOPES
from adapters.slack.users import GROUP_PREFIX
from bot.formatting import pluralize
from bot.ops.doctor import check_clock
from bot.ops.health import Check, Finding, broken, ok
from bot.platform import Platform

_TIMEOUT = aiohttp.ClientTimeout(total=15)
_SCOPES_REMEDY = (
    "Paste the manifest again (crossroads slack manifest) on the App Manifest page of your app "
    "at api.slack.com/apps, then reinstall the app on the Install App page."
)

_MODERATORS_REMEDY = (
    "Check the ids in CROSSROADS_SLACK_MODERATORS. If a permission is missing, add it on the app's "
    "page and reinstall the app."
)


@asynccontextmanager
async def open_platform(settings: SlackSettings) -> AsyncIterator[Platform]:
    """Yield a platform that sends requests to Slack but receives no events."""
    async with _open_api(settings) as api:

        async def api_for(_: str) -> SlackApi | None:
            return api

        yield SlackPlatform(api_for)


def doctor_checks(settings: SlackSettings) -> dict[str, Check]:
    """Return a dict of functions that check the settings, by name.

    The app's manifest isn't checked, because the bot's tokens can't read it.
    """
    checks = {
        "slack token": _check_token,
        "slack app token": _check_app_token,
        "slack scopes": _check_scopes,
        "slack moderators": _check_moderators,
        "clock": _check_clock,
    }
    return {name: guard_check(partial(check, settings)) for name, check in checks.items()}


async def _auth_test(settings: SlackSettings) -> AsyncSlackResponse:
    """Call auth.test with the bot's token; return the response, or raise CheckFailed."""
    async with _open_api(settings) as api:
        return await _call(api.client.auth_test(), BOT_LOGIN_FAILED)


@asynccontextmanager
async def _open_api(settings: SlackSettings) -> AsyncIterator[SlackApi]:
    base = settings.api_base.rstrip("/") + "/"
    async with create_session(timeout=_TIMEOUT) as http:
        client = AsyncWebClient(settings.bot_token, base, session=http, retry_handlers=[])
        yield HttpApi(client, session=http)


async def _call(request: Awaitable[AsyncSlackResponse], template: str) -> AsyncSlackResponse:
    """Await *request* and return the response; raise CheckFailed if it fails.

    *template* is the message for a token that Slack refuses.
    """
    try:
        return await request
    except SlackApiError as error:
        code = error_code(error)
        if is_transient(code):
            busy = broken(f"Slack returned {code}", "Try again in a minute.")
            raise CheckFailed(busy) from error
        problem, remedy = token_problem(template, code).split(". ", 1)
        raise CheckFailed(broken(problem, remedy[:1].upper() + remedy[1:])) from error
    except REQUEST_ERRORS as error:
        remedy = "Check this machine's network and firewall, and SLACK_API_BASE if you set it."
        found = broken(f"Slack can't be reached: {type(error).__name__}", remedy)
        raise CheckFailed(found) from error


async def _check_token(settings: SlackSettings) -> Finding:
    found = await _auth_test(settings)
    return ok(f"the token works; the bot is @{found['user']} in {found['team']}")


async def _check_app_token(settings: SlackSettings) -> Finding:
    if settings.app_token is None:
        return ok("not needed: this bot uses HTTP")
    async with _open_api(settings) as api:  # Slack returns a URL that isn't used
        await _call(
            api.client.apps_connections_open(app_token=settings.app_token), APP_LOGIN_FAILED
        )
    return ok("the token works")


async def _check_scopes(settings: SlackSettings) -> Finding:
    """Check that the app has the manifest's scopes; every response of Slack lists its scopes."""
    scopes = (await _auth_test(settings)).headers.get("X-OAuth-Scopes", "")
    granted = {each.strip() for each in scopes.split(",")}
    missing = [each for each in SCOPES if each not in granted]
    if missing:
        problem = "; ".join(f"{each} is missing ({SCOPES[each]})" for each in missing)
        return broken(problem, _SCOPES_REMEDY)
    has_history = granted >= set(HISTORY_SCOPES)
    return ok(
        f"the app has all {len(SCOPES)} scopes; if Slack's response to a tip is lost, "
        + (
            "the bot checks whether it was posted"
            if has_history
            else "the bot asks a moderator whether it was posted"
        )
    )


async def _check_moderators(settings: SlackSettings) -> Finding:
    """Check that the configured moderators can be looked up, as commands do."""
    bot = await _auth_test(settings)
    members = [each for each in settings.moderators if not each.startswith(GROUP_PREFIX)]
    groups = [each for each in settings.moderators if each.startswith(GROUP_PREFIX)]
    members = members or [str(bot["user_id"])]
    lookups = [("users.info", {"user": each}) for each in members]
    lookups += [("usergroups.users.list", {"usergroup": each}) for each in groups]
    async with _open_api(settings) as api:
        for method, args in lookups:
            try:
                await api.call(method, **args)
            except API_FAILURES as error:
                looked_up = next(iter(args.values()))
                problem = (
                    f"{method} fails for {looked_up} ({error}), so the bot can't recognize "
                    "moderators"
                )
                raise CheckFailed(broken(problem, _MODERATORS_REMEDY)) from error
    return ok(f"users.info works, and the bot can read {pluralize(len(groups), 'user group')}")


async def _check_clock(settings: SlackSettings) -> Finding:
    date = (await _auth_test(settings)).headers.get("Date")
    return check_clock("Slack", parsedate_to_datetime(date) if date else None)
