"""Checks of Discord for ``crossroads doctor``, which work without a running bot."""

from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any

import aiohttp

from adapters.discord.commands import command_payloads, commands_equal
from adapters.discord.permissions import invite_url
from adapters.discord.responses import USER_AGENT
from adapters.shared.checks import CheckFailed, guard_check
from adapters.shared.http_session import create_session
from bot.app import App
from bot.formatting import pluralize
from bot.ops.doctor import check_clock
from bot.ops.health import Check, Finding, broken, ok, warning

_TOKEN_REMEDY = "Get a new token on the Bot page of the developer portal, and set DISCORD_TOKEN."  # noqa: S105
_TIMEOUT = aiohttp.ClientTimeout(total=15)
_UNAUTHORIZED, _FIRST_ERROR, _OP_HELLO = 401, 400, 10
_FEW_STARTS = 50  # the doctor warns if fewer session starts are left for the day


@dataclass(frozen=True, slots=True)
class RestApi:
    """A client for GET requests to Discord's API with the bot's token; *base* is its address."""

    token: str = field(repr=False)
    base: str

    async def get(self, path: str) -> tuple[Any, datetime | None]:
        """Return the JSON at *path* and the time in the response's Date header.

        Raise CheckFailed if the request fails.
        """
        headers = {"Authorization": f"Bot {self.token}", "User-Agent": USER_AGENT}
        url = self.base.rstrip("/") + path
        try:
            async with (
                create_session(timeout=_TIMEOUT) as http,
                http.get(url, headers=headers) as answer,
            ):
                _raise_for_status(answer.status)
                date = answer.headers.get("Date")
                return await answer.json(), parsedate_to_datetime(date) if date else None
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise CheckFailed(_unreachable(error)) from error


def checks(token: str, base: str, app: App | None) -> dict[str, Check]:
    """Return a dict of check functions by name; *base* is the address of Discord's API.

    *app* is None if its content is invalid. Then the commands aren't compared with those that
    Discord has.
    """
    api = RestApi(token, base)
    return {
        "discord token": guard_check(partial(_check_token, api)),
        "discord application": guard_check(partial(_check_application, api)),
        "discord gateway": guard_check(partial(_check_gateway, api)),
        "discord commands": guard_check(partial(_check_commands, api, app)),
        "clock": guard_check(partial(_check_clock, api)),
    }


def _raise_for_status(status: int) -> None:
    if status == _UNAUTHORIZED:
        raise CheckFailed(broken("Discord rejected DISCORD_TOKEN", _TOKEN_REMEDY))
    if status >= _FIRST_ERROR:
        message = f"Discord returned status {status}"
        raise CheckFailed(broken(message, "Try again in a minute; see discordstatus.com."))


def _unreachable(error: Exception) -> Finding:
    remedy = "Check this machine's network and firewall, and DISCORD_API_BASE if you set it."
    return broken(f"Discord can't be reached: {type(error).__name__}", remedy)


async def _check_token(api: RestApi) -> Finding:
    user, _ = await api.get("/users/@me")
    return ok(f"the token works; the bot is {user['username']}")


async def _check_application(api: RestApi) -> Finding:
    application, _ = await api.get("/applications/@me")
    if application.get("interactions_endpoint_url"):
        return broken(
            "Discord sends commands to an Interactions Endpoint URL, so none reach this bot",
            "In the developer portal, under General Information, clear that field and save.",
        )
    if application.get("bot_require_code_grant"):
        remedy = "On the Bot page of the developer portal, turn off Requires OAuth2 Code Grant."
        return broken("nobody can invite the bot, because it requires a code grant", remedy)
    servers = application.get("approximate_guild_count", 0)
    if not servers:
        remedy = f"Open this as a server's admin: {invite_url(int(application['id']))}"
        return warning("the bot isn't in any server yet", remedy)
    return ok(f"application {application['name']} is in about {pluralize(servers, 'server')}")


async def _check_gateway(api: RestApi) -> Finding:
    """Connect to the gateway and return the finding.

    No session is started, since Discord limits the number of sessions a day.
    """
    gateway, _ = await api.get("/gateway/bot")
    left = gateway["session_start_limit"]["remaining"]
    try:
        async with (
            create_session(timeout=_TIMEOUT) as http,
            http.ws_connect(f"{gateway['url']}?v=10&encoding=json") as socket,
        ):
            hello = await socket.receive_json(timeout=_TIMEOUT.total)
    except (aiohttp.ClientError, TimeoutError, ValueError, TypeError) as error:
        return _unreachable(error)
    if hello.get("op") != _OP_HELLO:
        return broken(
            "the server at the gateway's address isn't Discord", "Check DISCORD_API_BASE."
        )
    starts = f"{pluralize(left, 'session start')} left today"
    if left < _FEW_STARTS:
        return warning(f"only {starts}", "Don't restart the bot for a day.")
    return ok(
        f"the gateway works; Discord recommends {pluralize(gateway['shards'], 'shard')}; {starts}"
    )


async def _check_commands(api: RestApi, app: App | None) -> Finding:
    if app is None:
        return warning("not checked, because the content has errors", "Fix the content.")
    application, _ = await api.get("/applications/@me")
    registered, _ = await api.get(f"/applications/{application['id']}/commands")
    declared = command_payloads(app)
    if commands_equal(declared, registered):
        return ok(f"Discord has this version's {pluralize(len(declared), 'command')}")
    remedy = "Start or restart the bot. It registers its commands each time it starts."
    if not registered:
        return warning("Discord doesn't have the commands yet", remedy)
    changed = {each["name"] for each in declared} ^ {each["name"] for each in registered}
    names = ", ".join(sorted(changed)) or "their options"
    return broken(f"Discord has commands from another version ({names})", remedy)


async def _check_clock(api: RestApi) -> Finding:
    _, date = await api.get("/gateway")
    return check_clock("Discord", date)
